use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::{DeviceState, Drift, Rules, SourceKey, SpentSteps, Throttle, Window};
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

/// What became of two codes that are to enable a device or to measure its clock.
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
    /// Not judged: as many pairs as are judged in a second have come.
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
/// window, and not spent. `state` is what is remembered of the device from before, if anything.
///
/// Two codes below the floor show that a clock was wrong and is right now, that of the phone or the verifier's own. They
/// lower the floor if every step that was accepted above them is remembered one by one; see [`SpentSteps`].
pub fn judge_pair(
    throttle: &Throttle,
    key: &TotpKey,
    state: Option<&DeviceState>,
    codes: &CodePair,
    source: SourceKey,
    now: UnixTime,
    rules: &Rules,
) -> PairJudgement {
    let throttle = throttle.sane_at(now, rules);
    if let Some(until) = throttle.pairs.wait(source, now, rules) {
        return PairJudgement { verdict: PairVerdict::Throttled { until }, throttle };
    }
    let here = key.period().step_at(now);
    // The later of the two lies in the window, and the earlier may lie a step before it.
    let window = Window { past: rules.pair_window.past.saturating_add(1), ..rules.pair_window };
    let Some((first, second)) = find(key, codes, here, window) else {
        return PairJudgement { verdict: PairVerdict::Wrong, throttle: throttle.failed_pair(source, now) };
    };
    let spent = match state {
        None => Some(SpentSteps::pair(first, second)),
        Some(state) => spend(&state.spent, first, second),
    };
    let Some(spent) = spent else {
        // Whoever has seen a spent code must not learn its neighbour by what a guess at it costs.
        let is_spent = |step| state.is_some_and(|state| state.spent.contains(step));
        let known = is_spent(first) && is_spent(second);
        let throttle = if known { throttle } else { throttle.failed_pair(source, now) };
        return PairJudgement { verdict: PairVerdict::Replay, throttle };
    };
    let state = DeviceState::proven(spent, here, second);
    let drift = state.drift;
    PairJudgement { verdict: PairVerdict::Accept { state, drift }, throttle: throttle.accepted() }
}

fn spend(spent: &SpentSteps, first: Step, second: Step) -> Option<SpentSteps> {
    if spent.contains(first) || spent.contains(second) {
        return spent.clone().lowered_to(first, second);
    }
    Some(spent.clone().with(first).with(second))
}

/// The two consecutive steps, both in the window around `centre`, that have these codes. Every step is computed, so the time
/// taken does not tell which.
pub(super) fn find(key: &TotpKey, codes: &CodePair, centre: Step, window: Window) -> Option<(Step, Step)> {
    // One code typed twice is not two codes, though once in a million steps it is what the device shows.
    if bool::from(codes.first.ct_eq(&codes.second)) {
        return None;
    }
    let mut found = Choice::from(0);
    let mut found_at = 0;
    let mut first_matched_before = Choice::from(0);
    for offset in window.offsets() {
        let Some(step) = centre.offset(offset) else {
            first_matched_before = Choice::from(0);
            continue;
        };
        let code = key.code(step);
        let both = first_matched_before & code.ct_eq(&codes.second);
        found |= both;
        found_at = u64::conditional_select(&found_at, &step.number(), both);
        first_matched_before = code.ct_eq(&codes.first);
    }
    let second = bool::from(found).then_some(Step::new(found_at))?;
    Some((second.offset(-1)?, second))
}

/// The latest step of the window that is not spent and has one of these codes.
pub(super) fn find_half(
    key: &TotpKey,
    codes: &CodePair,
    centre: Step,
    window: Window,
    spent: &SpentSteps,
) -> Option<Step> {
    let mut found = Choice::from(0);
    let mut found_at = 0;
    for offset in window.offsets() {
        let Some(step) = centre.offset(offset) else { continue };
        let code = key.code(step);
        let fresh = Choice::from(u8::from(!spent.contains(step)));
        let equal = (code.ct_eq(&codes.first) | code.ct_eq(&codes.second)) & fresh;
        found |= equal;
        found_at = u64::conditional_select(&found_at, &step.number(), equal);
    }
    bool::from(found).then_some(Step::new(found_at))
}
