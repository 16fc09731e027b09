use super::{Drift, Rules, SpentSteps};
use crate::otp::Step;

/// What the verifier remembers of an enabled device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceState {
    /// The steps whose codes are refused.
    pub spent: SpentSteps,
    /// How far the device's clock was ahead when its last code was accepted.
    pub drift: Drift,
    /// How far it was ahead when it last showed two consecutive codes. Single codes cannot move the drift far from here.
    pub anchor: Drift,
}

impl DeviceState {
    /// How many steps the device's last accepted code lies ahead of its own time, while the verifier is at `here`.
    /// Its codes are refused for so long. It is more than a few only after a clock was put right.
    #[must_use]
    pub fn steps_ahead_of_own_time(&self, here: Step) -> u64 {
        let ahead = i128::from(self.spent.floor().number()) - self.own_time(here);
        u64::try_from(ahead.max(0)).unwrap_or(u64::MAX)
    }

    /// The device's own step while the verifier is at `here`. It can lie beyond either end of the count.
    fn own_time(&self, here: Step) -> i128 {
        i128::from(here.number()) + i128::from(self.drift.steps())
    }

    /// Whether the floor lies beyond the window in which two codes are a login. No code of a login can have put it there:
    /// the verifier's clock was wrong then, or is now.
    pub(super) fn is_beyond_login(&self, here: Step, rules: &Rules) -> bool {
        self.steps_ahead_of_own_time(here) > u64::from(rules.login_pair_window.future)
    }

    /// The state after two consecutive codes, the second being that of `second`.
    ///
    /// The anchor stays where a device may be enabled, so that no number of logins walks the window away.
    pub(super) fn proven(spent: SpentSteps, here: Step, second: Step, rules: &Rules) -> Self {
        let shown = Drift::between(here, second);
        let anchor = shown.inside(rules.pair_window);
        Self { spent, drift: shown.within(rules.max_walk, anchor), anchor }
    }

    /// The state after the code of `step` was accepted while the verifier was at `here`.
    pub(super) fn accepted(self, here: Step, step: Step, rules: &Rules) -> Self {
        let drift = Drift::between(here, step).within(rules.max_walk, self.anchor);
        Self { spent: self.spent.with(step), drift, anchor: self.anchor }
    }
}
