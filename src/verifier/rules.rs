use std::time::Duration;

/// The figures by which codes are judged. The defaults are those of `docs/verifier.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The steps looked at around the device's own time when one code is judged.
    pub window: Window,
    /// The steps looked at around the verifier's time when two consecutive codes are judged.
    pub pair_window: Window,
    /// How many steps single codes may move the drift away from what the last two consecutive codes showed.
    pub max_walk: u64,
    /// How many failures in a row cost no waiting.
    pub free_failures: u32,
    /// How long the try after those must wait; it doubles with each further failure.
    pub first_delay: Duration,
    /// The longest that one try must wait for the one before.
    pub longest_delay: Duration,
    /// After so many failures in a row no device's code is judged until a recovery code is used or an administrator
    /// steps in.
    pub suspend_after: u32,
    /// What the guesses of a day may amount to.
    pub budget: GuessBudget,
    /// Stub.
    pub failure_limit: FailureLimit,
}

/// Stub.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailureLimit {
    /// Stub.
    #[default]
    PairsGetIn,
    /// Stub.
    Strict,
}
impl Rules {
    /// Stub.
    pub fn guess_cost(&self, devices: u32) -> u32 { devices * self.window.steps() }
}

/// Steps either side of a centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Steps before the centre.
    pub past: u32,
    /// Steps after it.
    pub future: u32,
}

/// How many codes the failed tries of one user may be compared with, over a day and more.
///
/// The delays alone do not bound a day: whenever the user logs in, the failures in a row start at zero again,
/// and a guess has three more codes to hit for each further device.
/// A failed try is therefore charged with every code it was compared with, and the charge wears off with time
/// only. In any 24 hours the charges come to no more than `burst + per_day`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuessBudget {
    /// What may be charged at once.
    pub burst: u32,
    /// What wears off in 24 hours.
    pub per_day: u32,
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
    /// How long one code's charge takes to wear off.
    pub(super) fn interval(self) -> Duration {
        DAY / self.per_day.max(1)
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            // RFC 6238 section 5.2 recommends at most one step for the network's delay.
            window: Window { past: 1, future: 1 },
            // A phone whose clock was set by hand can be an hour off; two codes are 40 bits, so the width costs nothing.
            pair_window: Window { past: 120, future: 120 },
            max_walk: 10,
            free_failures: 4,
            first_delay: Duration::from_secs(30),
            longest_delay: Duration::from_secs(3600),
            // NIST SP 800-63B-4 section 3.2.2: at most 100 failed attempts in a row.
            suspend_after: 100,
            // 100 codes of 1,000,000 in any 24 hours: 1 in 10,000.
            budget: GuessBudget { burst: 72, per_day: 28 },
            failure_limit: FailureLimit::PairsGetIn,
        }
    }
}

const DAY: Duration = Duration::from_secs(86_400);
