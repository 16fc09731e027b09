use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::{DeviceState, Drift, Rules, SpentSteps, Throttle, ThrottleStatus};
use crate::otp::{Code, Step, TotpKey};
use crate::time::UnixTime;

/// Two codes that a device is said to have shown one after the other.
#[derive(Clone, Debug)]
pub struct CodePair {
    /// The earlier one.
    pub first: Code,
    /// The later one.
    pub second: Code,
}

/// What became of two codes.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PairVerdict {
    /// They are the device's, one after the other, and both are now spent.
    Accept {
        /// What to remember of the device.
        state: DeviceState,
        /// How far its clock is ahead.
        drift: Drift,
    },
    /// They were right once; a step of theirs is spent.
    Replay,
    /// They are not two consecutive codes of the device.
    Wrong,
    /// Not judged: the throttle holds.
    Throttled {
        /// When a try will be judged again.
        until: UnixTime,
    },
}

/// A verdict on two codes and what must be remembered with it.
#[must_use]
#[derive(Clone, Debug)]
pub struct PairJudgement {
    /// The verdict.
    pub verdict: PairVerdict,
    /// The user's throttle from now on.
    pub throttle: Throttle,
}

/// Judges the two codes that enable a device or resync an enabled one: consecutive, in order, anywhere in the pair
/// window, and both after the last accepted step. `state` is what is remembered of the device from before, if anything.
///
/// If the last accepted step lies further ahead than any device's clock may, the verifier's own clock was wrong when
/// it was accepted. Then the two codes lower it; see [`SpentSteps`].
pub fn judge_pair(
    throttle: &Throttle,
    key: &TotpKey,
    state: Option<&DeviceState>,
    codes: &CodePair,
    _source: super::SourceKey,
    now: UnixTime,
    rules: &Rules,
) -> PairJudgement {
    let throttle = throttle.clone().sane_at(now, rules);
    if let ThrottleStatus::Waiting { until } = throttle.status_of_delays(now, rules) {
        return PairJudgement { verdict: PairVerdict::Throttled { until }, throttle };
    }
    // Guessing two codes must not be a way around the count of failures.
    let refuse = |verdict| PairJudgement { verdict, throttle: throttle.clone().failed(0, now, rules) };
    let Some((first, second)) = find(key, codes, now, rules) else {
        return refuse(PairVerdict::Wrong);
    };
    let here = key.period().step_at(now);
    let spent = match state {
        None => Some(SpentSteps::pair(first, second)),
        Some(state) => spend(&state.spent, first, second, here, rules),
    };
    let Some(spent) = spent else {
        return refuse(PairVerdict::Replay);
    };
    let state = DeviceState::proven(spent, here, second);
    let drift = state.drift;
    PairJudgement { verdict: PairVerdict::Accept { state, drift }, throttle: throttle.clone().accepted() }
}

fn spend(spent: &SpentSteps, first: Step, second: Step, here: Step, rules: &Rules) -> Option<SpentSteps> {
    if spent.is_ahead_of_clock(here, rules) {
        return spent.clone().lowered_to(first, second);
    }
    (!spent.contains(first) && !spent.contains(second)).then(|| spent.clone().with(first).with(second))
}

/// The two consecutive steps that have these codes. Every step is computed, so the time taken does not tell which.
fn find(key: &TotpKey, codes: &CodePair, now: UnixTime, rules: &Rules) -> Option<(Step, Step)> {
    // One code typed twice is not two codes, though once in a million steps it is what the device shows.
    if bool::from(codes.first.ct_eq(&codes.second)) {
        return None;
    }
    let here = key.period().step_at(now);
    let mut found = Choice::from(0);
    let mut found_at = 0;
    let mut first_matched_before = Choice::from(0);
    for offset in std::iter::once(-i64::from(rules.pair_window.past) - 1).chain(rules.pair_window.offsets()) {
        let Some(step) = here.offset(offset) else { continue };
        let code = key.code(step);
        let both = first_matched_before & code.ct_eq(&codes.second);
        found |= both;
        found_at = u64::conditional_select(&found_at, &step.number(), both);
        first_matched_before = code.ct_eq(&codes.first);
    }
    let second = bool::from(found).then_some(Step::new(found_at))?;
    Some((second.offset(-1)?, second))
}
