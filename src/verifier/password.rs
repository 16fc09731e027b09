use super::{Rules, ThrottleStatus};
use crate::time::UnixTime;

/// What the verifier remembers of a user's wrong passwords. It is apart from [`Throttle`](super::Throttle), so that
/// neither counter can be used to shut the other.
///
/// Two consecutive codes of a device or a recovery code let the user through while it holds: that is for the caller to
/// see to, who calls [`accepted`](Self::accepted) then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PasswordThrottle {
    /// Wrong passwords since the last right one.
    pub failures: u32,
    /// When the next password will be looked at.
    pub not_before: UnixTime,
}

impl PasswordThrottle {
    /// Whether a password would be looked at, at `now`.
    pub fn status(&self, now: UnixTime, rules: &Rules) -> ThrottleStatus {
        if self.failures >= rules.passwords.suspend_after {
            return ThrottleStatus::Suspended;
        }
        ThrottleStatus::until(rules.passwords.sane(self.not_before, now), now)
    }

    /// The throttle as it can be at `now`: a wait that a clock too far ahead wrote is cut to the longest there is.
    #[must_use]
    pub fn sane_at(self, now: UnixTime, rules: &Rules) -> Self {
        Self { not_before: rules.passwords.sane(self.not_before, now), ..self }
    }

    /// The throttle after a wrong password.
    #[must_use]
    pub fn failed(self, now: UnixTime, rules: &Rules) -> Self {
        let failures = self.failures.saturating_add(1);
        let before = rules.passwords.sane(self.not_before, now);
        Self { failures, not_before: rules.passwords.not_before(failures, before, now) }
    }

    /// The throttle after a right password, or after what lets the user in without one being looked at.
    #[must_use]
    pub fn accepted(self) -> Self {
        Self::default()
    }
}
