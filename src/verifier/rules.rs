use std::time::Duration;

use super::{Delays, PairLimits};

/// The figures by which codes are judged. The defaults are those of `docs/verifier.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The steps looked at around the device's own time when one code is judged.
    pub window: Window,
    /// The steps looked at around the device's own time when two consecutive codes are a login.
    pub login_pair_window: Window,
    /// The steps around the verifier's time in which the second of two consecutive codes enables or resyncs a device.
    pub pair_window: Window,
    /// How many steps single codes may move the drift away from what the last two consecutive codes showed.
    pub max_walk: u64,
    /// How long a single code waits for the failures before it.
    pub codes: Delays,
    /// How long a password waits for the failures before it.
    pub passwords: Delays,
    /// What the guesses of a day may amount to.
    pub budget: GuessBudget,
    /// How many pairs are looked at.
    pub pairs: PairLimits,
    /// What too many failures in a row shut.
    pub failure_limit: FailureLimit,
}

/// Steps either side of a centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Steps before the centre.
    pub past: u32,
    /// Steps after it.
    pub future: u32,
}

/// What is shut after too many failures in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailureLimit {
    /// Single codes, by failures of single codes. Two codes in a row and recovery codes always get in.
    #[default]
    PairsGetIn,
    /// Single codes and two codes in a row, by failures of any kind: the letter of NIST SP 800-63B-4 section 3.2.2.
    /// Only a recovery code or an administrator lifts it, so whoever can try can shut the owner out.
    Strict,
}

/// How many codes the failed tries of one user may be compared with, over a day and more.
///
/// The delays alone do not bound a day: whenever the user logs in, the failures in a row start at zero again,
/// and a guess has three more codes to hit for each further device.
/// A failed try is therefore charged with every code it was compared with, and the charge wears off with time
/// only. In any 24 hours the charges come to no more than what may be charged at once and `per_day`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuessBudget {
    /// What may be charged at once.
    pub burst: u32,
    /// What wears off in 24 hours.
    pub per_day: u32,
    /// So many guesses are looked at whatever the number of devices: where `burst` does not hold them, more may be
    /// charged at once.
    pub least_guesses: u32,
}

/// What a try of a single code is charged with, and what may be charged at once: see [`Rules::guess_cost`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuessCost {
    pub(super) codes: u32,
    pub(super) at_once: u32,
}

impl Rules {
    /// What a try is charged with whose code may be that of any of a user's `devices`.
    #[must_use]
    pub fn guess_cost(&self, devices: u32) -> GuessCost {
        let codes = devices.saturating_mul(self.window.steps());
        GuessCost { codes, at_once: self.budget.burst.max(self.budget.least_guesses.saturating_mul(codes)) }
    }

    /// What a try is charged with that names one of a user's `devices`: it has fewer codes to hit.
    #[must_use]
    pub fn named_guess_cost(&self, devices: u32) -> GuessCost {
        // What may be charged at once is the user's: naming a device now and then must not add to it.
        GuessCost { codes: self.window.steps(), ..self.guess_cost(devices) }
    }
}

impl GuessCost {
    /// The codes that the try is compared with.
    #[must_use]
    pub const fn codes(self) -> u32 {
        self.codes
    }

    /// What may be charged at once.
    #[must_use]
    pub const fn at_once(self) -> u32 {
        self.at_once
    }
}

impl Window {
    /// How many steps the window holds.
    #[must_use]
    pub const fn steps(self) -> u32 {
        self.past.saturating_add(self.future).saturating_add(1)
    }

    /// The offsets from the centre, earliest first.
    pub(super) fn offsets(self) -> impl Iterator<Item = i64> {
        -i64::from(self.past)..=i64::from(self.future)
    }
}

impl GuessBudget {
    /// How long `codes` take to wear off.
    pub(super) fn wears_off_in(self, codes: u32) -> Duration {
        DAY / self.per_day.max(1) * codes
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            // RFC 6238 section 5.2 recommends at most one step for the network's delay.
            window: Window { past: 1, future: 1 },
            // Two codes take a person two steps to read and type, and a phone may run off while nobody logs in.
            login_pair_window: Window { past: 3, future: 3 },
            // A phone whose clock was set by hand can be an hour off; two codes are 40 bits, so the width costs nothing.
            pair_window: Window { past: 120, future: 120 },
            max_walk: 10,
            codes: Delays::CODES,
            passwords: Delays::PASSWORDS,
            // 94 codes of 1,000,000 in any 24 hours, so that with 5.2 for pairs less than 1 in 10,000 is given away.
            // 84 is 28 guesses with one device, 14 with two and 7 with four, without a rest.
            budget: GuessBudget { burst: 84, per_day: 10, least_guesses: 4 },
            pairs: PairLimits::default(),
            failure_limit: FailureLimit::PairsGetIn,
        }
    }
}

const DAY: Duration = Duration::from_secs(86_400);
