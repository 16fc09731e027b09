//! Which code of an entry is to be shown, and the waiting for it.

use std::ops::Range;
use std::thread;

use super::Arguments;
use crate::authenticator::{ClockOffset, Entry, Freshness, Vault};
use crate::cli::failure::{Exit, Failure};
use crate::cli::table::printable;
use crate::cli::{App, moment};
use crate::otp::{Period, Step};
use crate::time::{Clock, UnixTime};

/// A code to be shown: its step, the one after it, and the time at which it is shown. All times are those for which the
/// code is computed, not those of this machine's clock.
pub(super) struct Chosen {
    pub(super) step: Step,
    pub(super) next: Step,
    pub(super) lasts: Range<UnixTime>,
    pub(super) now: UnixTime,
}

/// Chooses the code that the arguments ask for, waits until it is there, and remembers that it is shown.
pub(super) struct Choice<'a> {
    pub(super) arguments: &'a Arguments,
    pub(super) app: &'a App,
    pub(super) vault: &'a Vault,
    pub(super) entry: &'a Entry,
    pub(super) period: Period,
}

impl Choice<'_> {
    pub(super) fn choose(&self) -> Result<Chosen, Failure> {
        let min_valid = self.arguments.min_valid.unwrap_or_default();
        if min_valid > self.period.as_secs() {
            let lasts = format!("each lasts {} s", self.period);
            return Err(Failure::usage(format!("no code of this entry is valid for {min_valid} s: {lasts}")));
        }
        if let Some(at) = self.arguments.at {
            // A code of another time than now is not handed out to anybody who could use it now.
            return self.shown_at(ready_at(self.offset().correct(at), self.period, min_valid));
        }
        let mut not_before = UnixTime::default();
        if self.arguments.wait_next {
            not_before = self.end_of_step(self.now()?);
        }
        loop {
            let chosen = self.shown_at(self.wait(|now| ready_at(now, self.period, min_valid).max(not_before))?)?;
            if !self.arguments.fresh {
                self.remember(&chosen);
                return Ok(chosen);
            }
            match self.vault.hand_out_fresh(self.entry.id, &chosen.lasts)? {
                Freshness::Fresh => return Ok(chosen),
                Freshness::HandedOut { until } => not_before = self.wait_for_fresh(&chosen, until)?,
                Freshness::Ahead { until } => return Err(self.ahead(until)),
            }
        }
    }

    /// By how much the times here differ from this machine's clock.
    pub(super) fn offset(&self) -> ClockOffset {
        self.vault.offset_for(self.entry)
    }

    fn now(&self) -> Result<UnixTime, Failure> {
        let now = self.app.clock.now().map_err(|error| Failure::from_error(Exit::Failed, &error))?;
        Ok(self.vault.time_for(self.entry, now))
    }

    fn shown_at(&self, now: UnixTime) -> Result<Chosen, Failure> {
        let present = self.period.step_at(now);
        let step = if self.arguments.next { present.next() } else { Some(present) };
        let (Some(step), Some(next)) = (step, step.and_then(Step::next)) else {
            return Err(Failure::usage("there is no later code"));
        };
        Ok(Chosen { step, next, lasts: self.period.start_of(step)..self.period.start_of(next), now })
    }

    /// Since a code is asked for that need not be fresh, it is shown even where that cannot be written down.
    fn remember(&self, chosen: &Chosen) {
        if let Err(error) = self.vault.hand_out(self.entry.id, &chosen.lasts) {
            self.app.terminal.say(&format!("note: `--fresh` will not know that this code was shown: {error}"));
        }
    }

    /// The time from which a code is shown that begins at `until`.
    fn wait_for_fresh(&self, chosen: &Chosen, until: UnixTime) -> Result<UnixTime, Failure> {
        // With --next it is shown while the one before it lasts.
        let early = chosen.lasts.start.since(self.period.start_of(self.period.step_at(chosen.now)));
        let shown_from = UnixTime::default().after(until.since(UnixTime::default().after(early)));
        if self.arguments.no_wait {
            let left = shown_from.since(chosen.now).as_millis().div_ceil(1000);
            let message = format!("this code of `{}` was shown already", printable(&self.entry.label()));
            return Err(Failure::new(Exit::Refused, message).hint(format!("the next one comes in {left} s")));
        }
        Ok(shown_from)
    }

    fn ahead(&self, until: UnixTime) -> Failure {
        let label = printable(&self.entry.label());
        let until = moment::rfc3339(self.offset().shown_at(until));
        Failure::new(
            Exit::Failed,
            format!("a code of `{label}` was shown that lasts until {until}, far ahead of this clock"),
        )
        .hint("set the clock right; if it is right now, `vmfa code` without --fresh forgets the later time")
    }

    /// The present time, once it is the one that `ready` gives for it.
    fn wait(&self, ready: impl Fn(UnixTime) -> UnixTime) -> Result<UnixTime, Failure> {
        let mut told = false;
        loop {
            let now = self.now()?;
            let left = ready(now).since(now);
            if left.is_zero() {
                return Ok(now);
            }
            if !told {
                let seconds = left.as_millis().div_ceil(1000);
                self.app.terminal.say(&format!("the next code comes in {seconds} s"));
                told = true;
            }
            // The clock is asked again afterwards: it may have been set meanwhile.
            thread::sleep(left);
        }
    }

    fn end_of_step(&self, now: UnixTime) -> UnixTime {
        self.period.step_at(now).next().map_or(now, |next| self.period.start_of(next))
    }
}

/// The first time, from `now` on, at which a code is good for `min_valid` seconds more. It must be at most a period.
fn ready_at(now: UnixTime, period: Period, min_valid: u32) -> UnixTime {
    let Some(next) = period.step_at(now).next() else { return now };
    let end = period.start_of(next);
    if end.as_secs().saturating_sub(now.as_secs()) >= u64::from(min_valid) { now } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_waited_for_only_if_too_little_of_the_present_one_is_left() {
        for (now, min_valid, ready) in [(59, 0, 59), (59, 1, 59), (59, 2, 60), (60, 30, 60), (61, 30, 90), (61, 29, 61)]
        {
            let at = ready_at(UnixTime::from_secs(now), Period::default(), min_valid);
            assert_eq!(at.as_secs(), ready, "at {now}, for {min_valid} s");
        }
    }
}
