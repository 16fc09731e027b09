use super::{FailureLimit, GuessCost, RecentPairs, Rules, SourceKey};
use crate::time::UnixTime;

/// What the verifier remembers of a user's failed tries. It belongs to the user, so that several devices,
/// sessions or ways in do not multiply the guesses (RFC 4226 section 7.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Throttle {
    /// Wrong single codes since something was last accepted.
    pub failures: u32,
    /// When the next single code will be judged.
    pub not_before: UnixTime,
    /// When all charges to the guess budget will have worn off.
    pub budget_whole_at: UnixTime,
    /// Wrong pairs and recovery codes since something was last accepted. They hold no single code up.
    pub other_failures: u32,
    /// The pairs that were looked at lately.
    pub pairs: RecentPairs,
}

/// Whether a try would be judged.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThrottleStatus {
    /// It would be.
    Open,
    /// Not before `until`.
    Waiting {
        /// When a try will be judged again.
        until: UnixTime,
    },
    /// Not until something else is accepted or an administrator steps in: see [`FailureLimit`].
    Suspended,
}

impl ThrottleStatus {
    pub(super) fn until(until: UnixTime, now: UnixTime) -> Self {
        if now < until { Self::Waiting { until } } else { Self::Open }
    }
}

impl Throttle {
    /// Whether a single code would be judged at `now`.
    pub fn status(&self, guess: GuessCost, now: UnixTime, rules: &Rules) -> ThrottleStatus {
        if self.is_suspended(rules) {
            return ThrottleStatus::Suspended;
        }
        let charged = charged(sane_budget(self.budget_whole_at, guess, now, rules), guess, now, rules);
        let all_of_it = u64::try_from(rules.budget.wears_off_in(guess.at_once).as_millis()).unwrap_or(u64::MAX);
        let budget_until = UnixTime::from_millis(charged.as_millis().saturating_sub(all_of_it));
        ThrottleStatus::until(rules.codes.sane(self.not_before, now).max(budget_until), now)
    }

    /// Whether two consecutive codes would be judged as a login at `now`. Neither delays nor the guess budget hold them.
    pub fn status_of_pairs(&self, source: SourceKey, now: UnixTime, rules: &Rules) -> ThrottleStatus {
        if rules.failure_limit == FailureLimit::Strict && self.is_suspended(rules) {
            return ThrottleStatus::Suspended;
        }
        match self.pairs.wait(source, now, &rules.pairs) {
            Some(until) => ThrottleStatus::Waiting { until },
            None => ThrottleStatus::Open,
        }
    }

    /// Failed tries of any kind since something was last accepted.
    #[must_use]
    pub const fn all_failures(&self) -> u32 {
        self.failures.saturating_add(self.other_failures)
    }

    fn is_suspended(&self, rules: &Rules) -> bool {
        let failures = match rules.failure_limit {
            FailureLimit::PairsGetIn => self.failures,
            FailureLimit::Strict => self.all_failures(),
        };
        failures >= rules.codes.suspend_after
    }

    /// The throttle as it can be at `now`: a wait that a clock too far ahead wrote is cut to the longest there is, so
    /// that such a clock locks nobody out for good.
    #[must_use]
    pub(super) fn sane_at(&self, now: UnixTime, rules: &Rules) -> Self {
        let not_before = rules.codes.sane(self.not_before, now);
        Self { not_before, pairs: self.pairs.clone().sane_at(now), ..*self }
    }

    /// The throttle with its charges as they can be at `now`. They are cut to the most there can be and not dropped: a
    /// clock that is set back by a second must not give an attacker the whole budget anew.
    #[must_use]
    pub(super) fn with_sane_budget(self, guess: GuessCost, now: UnixTime, rules: &Rules) -> Self {
        Self { budget_whole_at: sane_budget(self.budget_whole_at, guess, now, rules), ..self }
    }

    /// The throttle after a wrong single code.
    #[must_use]
    pub(super) fn failed(self, guess: GuessCost, now: UnixTime, rules: &Rules) -> Self {
        let failures = self.failures.saturating_add(1);
        let not_before = rules.codes.not_before(failures, self.not_before, now);
        let budget_whole_at = charged(self.budget_whole_at, guess, now, rules);
        Self { failures, not_before, budget_whole_at, ..self }
    }

    /// The throttle after a wrong pair or recovery code: nobody waits for it.
    #[must_use]
    pub(super) fn failed_otherwise(self) -> Self {
        Self { other_failures: self.other_failures.saturating_add(1), ..self }
    }

    /// The throttle after something was accepted: the failures in a row are over, the day's guesses are not.
    #[must_use]
    pub(super) fn accepted(self) -> Self {
        Self { failures: 0, not_before: UnixTime::default(), other_failures: 0, ..self }
    }
}

fn sane_budget(whole_at: UnixTime, guess: GuessCost, now: UnixTime, rules: &Rules) -> UnixTime {
    whole_at.min(now.after(rules.budget.wears_off_in(guess.at_once)))
}

fn charged(whole_at: UnixTime, guess: GuessCost, now: UnixTime, rules: &Rules) -> UnixTime {
    whole_at.max(now).after(rules.budget.wears_off_in(guess.codes))
}
