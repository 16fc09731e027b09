use std::time::Duration;

use super::Rules;
use crate::time::UnixTime;

/// What the verifier remembers of a user's failed tries. It belongs to the user, so that several devices,
/// sessions or ways in do not multiply the guesses (RFC 4226 section 7.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Throttle {
    /// Failed tries since the last accepted code.
    pub failures: u32,
    /// When the next try will be judged.
    pub not_before: UnixTime,
    /// When all charges to the guess budget will have worn off.
    pub budget_whole_at: UnixTime,
    /// Failed pairs and recovery codes.
    pub other_failures: u32,
    /// Recent pairs.
    pub pairs: RecentPairs,
}

/// Stub.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecentPairs(Vec<(u64, u64)>);
impl RecentPairs {
    /// Stub.
    pub fn to_numbers(&self) -> Vec<(u64, u64)> { self.0.clone() }
    /// Stub.
    pub fn from_numbers(numbers: &[(u64, u64)]) -> Self { Self(numbers.to_vec()) }
}
/// Stub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceKey(pub u64);
/// Stub.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PasswordThrottle {
    /// Stub.
    pub failures: u32,
    /// Stub.
    pub not_before: UnixTime,
}
impl PasswordThrottle {
    /// Stub.
    pub fn status(&self, now: UnixTime, _: &Rules) -> ThrottleStatus {
        if now < self.not_before { ThrottleStatus::Waiting { until: self.not_before } } else { ThrottleStatus::Open }
    }
    /// Stub.
    pub fn failed(self, _: UnixTime, _: &Rules) -> Self { Self { failures: self.failures + 1, ..self } }
    /// Stub.
    pub fn accepted(self) -> Self { Self::default() }
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
    /// Not until a recovery code is used, or an administrator resyncs a device or resets the user's MFA.
    Suspended,
}

impl Throttle {
    /// Whether a single code compared with `cost` codes would be judged at `now`.
    pub fn status(&self, cost: u32, now: UnixTime, rules: &Rules) -> ThrottleStatus {
        if self.failures >= rules.suspend_after {
            return ThrottleStatus::Suspended;
        }
        let sane = self.clone().sane_at(now, rules);
        let charged = sane.clone().charged(cost, now, rules);
        let budget_until = UnixTime::from_millis(
            charged.budget_whole_at.as_millis().saturating_sub(millis(rules.budget.interval() * rules.budget.burst)),
        );
        let until = sane.not_before.max(budget_until);
        if now < until { ThrottleStatus::Waiting { until } } else { ThrottleStatus::Open }
    }

    /// Whether two consecutive codes or a recovery code would be judged at `now`. Their chance of being guessed is too
    /// small to charge, and they are what lifts a suspension; only the delays hold.
    pub fn status_of_delays(&self, now: UnixTime, rules: &Rules) -> ThrottleStatus {
        let until = self.clone().sane_at(now, rules).not_before;
        if now < until { ThrottleStatus::Waiting { until } } else { ThrottleStatus::Open }
    }

    /// The throttle as it can be at `now`: a wait or a charge that a clock too far ahead wrote is cut to the greatest there
    /// is, so that such a clock locks nobody out for good. It is cut and not dropped: a clock that is set back by a second
    /// must not give an attacker the whole budget anew.
    #[must_use]
    pub(super) fn sane_at(self, now: UnixTime, rules: &Rules) -> Self {
        Self {
            failures: self.failures,
            other_failures: self.other_failures,
            pairs: self.pairs,
            not_before: self.not_before.min(now.after(rules.longest_delay)),
            budget_whole_at: self.budget_whole_at.min(now.after(rules.budget.interval() * rules.budget.burst)),
        }
    }

    /// The throttle after a failed try that was compared with `cost` codes.
    #[must_use]
    pub(super) fn failed(self, cost: u32, now: UnixTime, rules: &Rules) -> Self {
        let failures = self.failures.saturating_add(1);
        let not_before = match failures.checked_sub(rules.free_failures) {
            // Not `now`: of two tries at once, the one with the earlier time can come second.
            None => self.not_before,
            Some(doublings) => now.after(delay(doublings, rules)),
        };
        Self { failures, not_before, ..self.charged(cost, now, rules) }
    }

    /// The throttle after an accepted code: the failures in a row are over, the day's guesses are not.
    #[must_use]
    pub(super) fn accepted(self) -> Self {
        Self { failures: 0, other_failures: 0, not_before: UnixTime::from_secs(0), ..self }
    }

    fn charged(self, cost: u32, now: UnixTime, rules: &Rules) -> Self {
        Self { budget_whole_at: self.budget_whole_at.max(now).after(rules.budget.interval() * cost), ..self }
    }
}

fn delay(doublings: u32, rules: &Rules) -> Duration {
    let factor = 1u32.checked_shl(doublings).unwrap_or(u32::MAX);
    rules.first_delay.saturating_mul(factor).min(rules.longest_delay)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
