use std::time::Duration;

use super::{FailureLimit, RecentPairs, Rules, SourceKey};
use crate::time::UnixTime;

/// What the verifier remembers of a user's failed tries. It belongs to the user, so that several devices,
/// sessions or ways in do not multiply the guesses (RFC 4226 section 7.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Throttle {
    /// Single codes that failed since the last accepted code.
    pub failures: u32,
    /// When the next single code will be judged.
    pub not_before: UnixTime,
    /// When all charges to the guess budget will have worn off.
    pub budget_whole_at: UnixTime,
    /// Pairs of codes and recovery codes that failed since the last accepted code. They delay nothing.
    pub other_failures: u32,
    /// The pairs that were wrong within the last second.
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
    /// Not until another way in succeeds, or an administrator steps in.
    Suspended,
}

impl Throttle {
    /// Whether a single code compared with `cost` codes would be judged at `now`.
    pub fn status(&self, cost: u32, now: UnixTime, rules: &Rules) -> ThrottleStatus {
        if self.failures >= rules.suspend_after || self.is_shut(rules) {
            return ThrottleStatus::Suspended;
        }
        let not_before = self.sane_not_before(now, rules);
        let whole_at = charged(self.sane_budget(now, rules), cost, now, rules);
        let most = rules.budget.interval() * rules.budget.most(cost);
        let budget_until = UnixTime::from_millis(whole_at.as_millis().saturating_sub(millis(most)));
        let until = not_before.max(budget_until);
        if now < until { ThrottleStatus::Waiting { until } } else { ThrottleStatus::Open }
    }

    /// Whether the account's setting leaves nothing but recovery codes and the administrator.
    pub(super) fn is_shut(&self, rules: &Rules) -> bool {
        rules.failure_limit == FailureLimit::Strict && self.all_failures() >= rules.suspend_after
    }

    /// How many tries of any kind failed since the last accepted code.
    #[must_use]
    pub const fn all_failures(&self) -> u32 {
        self.failures.saturating_add(self.other_failures)
    }

    /// The throttle as it can be at `now`: a wait or a charge that a clock too far ahead wrote is cut to the greatest there
    /// is, so that such a clock locks nobody out for good. It is cut and not dropped: a clock that is set back by a second
    /// must not give an attacker the whole budget anew.
    pub(super) fn sane_at(&self, now: UnixTime, rules: &Rules) -> Self {
        let (not_before, budget_whole_at) = (self.sane_not_before(now, rules), self.sane_budget(now, rules));
        Self { not_before, budget_whole_at, ..self.clone() }
    }

    fn sane_not_before(&self, now: UnixTime, rules: &Rules) -> UnixTime {
        self.not_before.min(now.after(rules.longest_delay))
    }

    fn sane_budget(&self, now: UnixTime, rules: &Rules) -> UnixTime {
        self.budget_whole_at.min(now.after(rules.budget.interval() * rules.budget.most_of_all(rules)))
    }

    /// The throttle after a single code failed that was compared with `cost` codes.
    pub(super) fn failed(self, cost: u32, now: UnixTime, rules: &Rules) -> Self {
        let failures = self.failures.saturating_add(1);
        let not_before = match failures.checked_sub(rules.free_failures) {
            // Not `now`: of two tries at once, the one with the earlier time can come second.
            None => self.not_before,
            Some(doublings) => now.after(delay(rules.first_delay, doublings, rules.longest_delay)),
        };
        let budget_whole_at = charged(self.budget_whole_at, cost, now, rules);
        Self { failures, not_before, budget_whole_at, ..self }
    }

    /// The throttle after a pair from this source failed.
    pub(super) fn failed_pair(self, source: SourceKey, now: UnixTime) -> Self {
        let pairs = self.pairs.with(source, now);
        Self { pairs, ..self }.failed_otherwise()
    }

    /// The throttle after a pair or a recovery code failed.
    pub(super) fn failed_otherwise(self) -> Self {
        Self { other_failures: self.other_failures.saturating_add(1), ..self }
    }

    /// The throttle after an accepted code: the failures in a row are over, the day's guesses are not.
    pub(super) fn accepted(self) -> Self {
        Self { failures: 0, other_failures: 0, not_before: UnixTime::from_secs(0), ..self }
    }
}

/// What the verifier remembers of a user's wrong passwords. It has nothing to do with codes: neither counter can be used to
/// shut the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PasswordThrottle {
    /// Wrong passwords since the last login.
    pub failures: u32,
    /// When the next password will be judged.
    pub not_before: UnixTime,
}

impl PasswordThrottle {
    /// Whether a password would be judged at `now`.
    pub fn status(&self, now: UnixTime, rules: &Rules) -> ThrottleStatus {
        if self.failures >= rules.suspend_after {
            return ThrottleStatus::Suspended;
        }
        let until = self.not_before.min(now.after(rules.longest_password_delay));
        if now < until { ThrottleStatus::Waiting { until } } else { ThrottleStatus::Open }
    }

    /// The throttle after a wrong password.
    #[must_use]
    pub fn failed(self, now: UnixTime, rules: &Rules) -> Self {
        let failures = self.failures.saturating_add(1);
        let not_before = match failures.checked_sub(rules.free_passwords) {
            None => self.not_before,
            Some(doublings) => now.after(delay(rules.first_password_delay, doublings, rules.longest_password_delay)),
        };
        Self { failures, not_before }
    }

    /// The throttle after a login.
    #[must_use]
    pub fn accepted(self) -> Self {
        Self::default()
    }
}

fn charged(whole_at: UnixTime, cost: u32, now: UnixTime, rules: &Rules) -> UnixTime {
    whole_at.max(now).after(rules.budget.interval() * cost)
}

fn delay(first: Duration, doublings: u32, longest: Duration) -> Duration {
    let factor = 1u32.checked_shl(doublings).unwrap_or(u32::MAX);
    first.saturating_mul(factor).min(longest)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
