use std::time::Duration;

use crate::time::UnixTime;

/// How long a try must wait for the failed ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delays {
    /// How many failures in a row cost no waiting.
    pub free_failures: u32,
    /// How long the try after those must wait; it doubles with each further failure.
    pub first: Duration,
    /// The longest that one try must wait for the one before.
    pub longest: Duration,
    /// After so many failures in a row no try is judged at all.
    pub suspend_after: u32,
}

impl Delays {
    /// For single codes.
    pub(super) const CODES: Self = Self {
        free_failures: 4,
        first: Duration::from_secs(30),
        longest: Duration::from_secs(3600),
        suspend_after: MOST_FAILURES,
    };

    /// For passwords. They are mistyped more often, and each guess costs its hash.
    pub(super) const PASSWORDS: Self = Self {
        free_failures: 10,
        first: Duration::from_secs(1),
        longest: Duration::from_secs(300),
        suspend_after: MOST_FAILURES,
    };

    /// When the next try will be judged after `failures` in a row, the last of them at `now`.
    /// It was `before` until then.
    pub(super) fn not_before(&self, failures: u32, before: UnixTime, now: UnixTime) -> UnixTime {
        match failures.checked_sub(self.free_failures) {
            // Not `now`: of two tries at once, the one with the earlier time can come second.
            None => before,
            Some(doublings) => {
                let factor = 1u32.checked_shl(doublings).unwrap_or(u32::MAX);
                now.after(self.first.saturating_mul(factor).min(self.longest))
            }
        }
    }

    /// A wait as it can be at `now`: one that a clock too far ahead wrote is cut to the longest there is.
    pub(super) fn sane(&self, not_before: UnixTime, now: UnixTime) -> UnixTime {
        not_before.min(now.after(self.longest))
    }
}

/// NIST SP 800-63B-4 section 3.2.2: at most 100 failed attempts in a row.
const MOST_FAILURES: u32 = 100;
