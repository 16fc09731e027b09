use super::judge::{Match, Try};
use super::pair::PairHit;
use super::{Candidate, CodePair, DeviceState, Judgement, Rules, SourceKey, SpentSteps, ThrottleStatus, Verdict};
use crate::otp::Step;
use crate::time::UnixTime;

/// Judges two codes in a row as a login.
pub(super) fn judge<D: Clone + PartialEq>(mut tried: Try<'_, D>, codes: &CodePair, source: SourceKey) -> Judgement<D> {
    match tried.throttle.status_of_pairs(source, tried.now, tried.rules) {
        ThrottleStatus::Open => {}
        ThrottleStatus::Waiting { until } => return tried.refuse(Verdict::Throttled { until }),
        ThrottleStatus::Suspended => return tried.refuse(Verdict::Suspended),
    }
    tried.throttle.pairs = tried.throttle.pairs.with(source, tried.now);
    // Every device and every step is computed before anything is decided.
    let hits: Vec<PairHit> =
        tried.devices.iter().map(|candidate| look(candidate, codes, tried.now, tried.rules)).collect();
    let mut matches = Vec::new();
    let mut halves = Vec::new();
    for (candidate, hit) in tried.devices.iter().zip(hits) {
        let Some((first, second)) = hit.both else {
            if tried.is_claimed(&candidate.device) {
                let here = candidate.key.period().step_at(tried.now);
                halves.extend(
                    hit.halves.into_iter().filter(|step| may_be_half(candidate.state, *step, here, tried.rules)),
                );
            }
            continue;
        };
        let here = candidate.key.period().step_at(tried.now);
        let Some(spent) = spend(candidate.state, first, second, here, tried.rules) else {
            return tried.refuse(Verdict::Replay);
        };
        if [first, second].into_iter().any(|step| tried.throttle.pairs.closes(step, &tried.rules.pairs)) {
            continue;
        }
        let state = DeviceState::proven(spent, here, own_time(candidate.state, second, here), tried.rules);
        matches.push(Match { device: candidate.device.clone(), step: second, state });
    }
    tried.accept(matches).unwrap_or_else(|mut tried| {
        // Devices may share a step, and a try is one try at it.
        halves.sort_unstable();
        halves.dedup();
        tried.throttle.pairs = tried.throttle.pairs.with_half_right(halves, &tried.rules.pairs);
        tried.throttle = tried.throttle.failed_otherwise();
        tried.refuse(Verdict::Wrong)
    })
}

fn look<D>(candidate: &Candidate<'_, D>, codes: &CodePair, now: UnixTime, rules: &Rules) -> PairHit {
    let drift = candidate.state.drift.steps();
    let offsets = rules.login_pair_window.offsets().map(|offset| drift.saturating_add(offset));
    PairHit::look(candidate.key, codes, candidate.key.period().step_at(now), offsets)
}

/// The record with both steps spent, or `None` if one is. A step at or below the floor is, unless the floor itself is
/// wrong: then two codes lower it.
fn spend(state: &DeviceState, first: Step, second: Step, here: Step, rules: &Rules) -> Option<SpentSteps> {
    if !state.spent.contains(first) && !state.spent.contains(second) {
        return Some(state.spent.clone().with(first).with(second));
    }
    state.is_beyond_login(here, rules).then(|| state.spent.clone().lowered_to(first, second)).flatten()
}

/// Whether a pair with this step could be accepted. Below a floor that two codes would lower, a code that was never used
/// could.
fn may_be_half(state: &DeviceState, step: Step, here: Step, rules: &Rules) -> bool {
    !state.spent.contains(step) || state.is_beyond_login(here, rules) && !state.spent.was_accepted(step)
}

/// The device's own step, which two codes show that were typed while the verifier was at `here`.
///
/// It is at least the second one's. Two codes that lie behind can also have been typed late by a device that is in step:
/// so the drift falls by one step only, and both that device's next code and this one's are in the window.
fn own_time(state: &DeviceState, second: Step, here: Step) -> Step {
    here.offset(state.drift.steps().saturating_sub(1)).map_or(second, |one_behind| one_behind.max(second))
}
