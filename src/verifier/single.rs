use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::judge::{Match, Try};
use super::{Candidate, Judgement, Rules, ThrottleStatus, Verdict};
use crate::otp::{Code, Step};
use crate::time::UnixTime;

/// Judges one code.
pub(super) fn judge<D: Clone + PartialEq>(tried: Try<'_, D>, code: &Code) -> Judgement<D> {
    match tried.throttle.status(tried.guess, tried.now, tried.rules) {
        ThrottleStatus::Open => {}
        ThrottleStatus::Waiting { until } => return tried.refuse(Verdict::Throttled { until }),
        ThrottleStatus::Suspended => return tried.refuse(Verdict::Suspended),
    }
    // Every device and every step is computed before anything is decided, so the time taken does not tell which matched.
    let hits: Vec<Hit> = tried.devices.iter().map(|device| Hit::look(device, code, tried.now, tried.rules)).collect();
    if hits.iter().any(|hit| hit.spent) {
        return tried.refuse(Verdict::Replay);
    }
    let matches = (tried.devices.iter().zip(&hits))
        .filter_map(|(candidate, hit)| {
            let here = candidate.key.period().step_at(tried.now);
            let step = hit.step?;
            let state = candidate.state.clone().accepted(here, step, tried.rules);
            Some(Match { device: candidate.device.clone(), step, state })
        })
        .collect();
    tried.accept(matches).unwrap_or_else(|mut tried| {
        tried.throttle = tried.throttle.failed(tried.guess, tried.now, tried.rules);
        tried.refuse(Verdict::Wrong)
    })
}

/// Where in a device's window a code was found.
struct Hit {
    /// The latest step that has the code: two steps of a window can share one, and both must then be spent.
    step: Option<Step>,
    /// Whether a spent step has it.
    spent: bool,
}

impl Hit {
    fn look<D>(device: &Candidate<'_, D>, code: &Code, now: UnixTime, rules: &Rules) -> Self {
        let here = device.key.period().step_at(now);
        let mut found = Choice::from(0);
        let mut spent = Choice::from(0);
        let mut latest = 0;
        for offset in rules.window.offsets() {
            // The window ends where the count of steps does.
            let Some(step) = here.offset(device.state.drift.steps().saturating_add(offset)) else { continue };
            let equal = device.key.code(step).ct_eq(code);
            found |= equal;
            spent |= equal & Choice::from(u8::from(device.state.spent.contains(step)));
            latest = u64::conditional_select(&latest, &step.number(), equal);
        }
        Self { step: bool::from(found).then_some(Step::new(latest)), spent: bool::from(spent) }
    }
}
