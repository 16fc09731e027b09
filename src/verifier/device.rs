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
    /// The state after two consecutive codes, the second being that of `second`.
    pub(super) fn proven(spent: SpentSteps, here: Step, second: Step) -> Self {
        let drift = Drift::between(here, second);
        Self { spent, drift, anchor: drift }
    }

    /// The state after the code of `step` was accepted while the verifier was at `here`.
    pub(super) fn accepted(self, here: Step, step: Step, rules: &Rules) -> Self {
        let drift = Drift::between(here, step).within(rules.max_walk, self.anchor);
        Self { spent: self.spent.with(step), drift, anchor: self.anchor }
    }
}
