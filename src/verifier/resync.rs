use super::pair::PairHit;
use super::{CodePair, DeviceState, Drift, Rules, SourceKey, SpentSteps, Throttle};
use crate::otp::{Step, TotpKey};
use crate::time::UnixTime;

/// What became of two codes that were to enable or resync a device.
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
    /// Not judged: the limit of pairs holds.
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
/// window, and both unspent. `state` is what is remembered of the device from before, if anything.
///
/// They may lie below the last accepted step, if every step that was accepted above them is remembered: the device's
/// clock or the verifier's was put right since. Then they lower it; see [`SpentSteps`].
pub fn judge_pair(
    throttle: &Throttle,
    key: &TotpKey,
    state: Option<&DeviceState>,
    codes: &CodePair,
    source: SourceKey,
    now: UnixTime,
    rules: &Rules,
) -> PairJudgement {
    let mut throttle = throttle.sane_at(now, rules);
    if let Some(until) = throttle.pairs.wait(source, now, &rules.pairs) {
        return PairJudgement { verdict: PairVerdict::Throttled { until }, throttle };
    }
    throttle.pairs = throttle.pairs.with(source, now);
    let here = key.period().step_at(now);
    let earliest = -i64::from(rules.pair_window.past) - 1;
    let hit = PairHit::look(key, codes, here, std::iter::once(earliest).chain(rules.pair_window.offsets()));
    let is_spent = |step: &Step| state.is_some_and(|state| state.spent.contains(*step));
    let Some((first, second)) = hit.both else {
        let halves = hit.halves.into_iter().filter(|step| !is_spent(step));
        throttle.pairs = throttle.pairs.with_half_right(halves, &rules.pairs);
        return PairJudgement { verdict: PairVerdict::Wrong, throttle: throttle.failed_otherwise() };
    };
    let Some(spent) = spend(state, first, second) else {
        return PairJudgement { verdict: PairVerdict::Replay, throttle };
    };
    if [first, second].into_iter().any(|step| throttle.pairs.closes(step, &rules.pairs)) {
        return PairJudgement { verdict: PairVerdict::Wrong, throttle: throttle.failed_otherwise() };
    }
    let state = DeviceState::proven(spent, here, second, rules);
    let drift = state.drift;
    PairJudgement { verdict: PairVerdict::Accept { state, drift }, throttle: throttle.accepted() }
}

/// The record with both steps spent, or `None` if one is.
fn spend(state: Option<&DeviceState>, first: Step, second: Step) -> Option<SpentSteps> {
    let Some(DeviceState { spent, .. }) = state else { return Some(SpentSteps::pair(first, second)) };
    if !spent.contains(first) && !spent.contains(second) {
        return Some(spent.clone().with(first).with(second));
    }
    spent.clone().lowered_to(first, second)
}
