use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::{DeviceState, Drift, Rules, Throttle, ThrottleStatus};
use crate::otp::{Code, Step, TotpKey};
use crate::time::UnixTime;

/// Stub.
#[derive(Debug)]
pub enum Shown {
    /// Stub.
    One(Code),
    /// Stub.
    Two(super::CodePair),
}

/// An enabled device whose code it may be.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a, D> {
    /// What it is.
    pub device: D,
    /// The device's secret.
    pub key: &'a TotpKey,
    /// What is remembered of it.
    pub state: &'a DeviceState,
}

/// Whose code it may be. A guess that names its device has fewer codes to hit, and is charged less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// That of any of the candidates.
    Any,
    /// That of the candidate in this place.
    Device(usize),
}

/// What became of a try.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<D> {
    /// The code is right, and now spent.
    Accept {
        /// Which of the candidates showed it, by its place.
        device: D,
        /// The step whose code it is.
        step: Step,
        /// How far the device's clock is ahead.
        drift: Drift,
        /// How many tries failed since the code before.
        failures_before: u32,
    },
    /// The code was right once; its step is spent.
    Replay,
    /// No code of the window.
    Wrong,
    /// Not judged: the throttle holds.
    Throttled {
        /// When a try will be judged again.
        until: UnixTime,
    },
    /// Not judged: too many failures in a row.
    Suspended,
}

/// A verdict and what must be remembered with it.
#[must_use]
#[derive(Clone, Debug)]
pub struct Judgement<D> {
    /// The verdict.
    pub verdict: Verdict<D>,
    /// The user's throttle from now on.
    pub throttle: Throttle,
    /// The state of each candidate that changed, by its place.
    pub changed: Vec<(D, DeviceState)>,
}

/// Judges one code of a user who has `devices`, all of which are given; `claim` says whose code it may be.
///
/// A code that is spent on any of them is refused on all, and an accepted one is spent on every device that
/// would show it, so two devices with one secret do not make two tries of one code.
pub fn judge<D: Clone>(
    throttle: &Throttle,
    devices: &[Candidate<'_, D>],
    claim: Claim,
    shown: &super::Shown,
    _source: super::SourceKey,
    now: UnixTime,
    rules: &Rules,
) -> Judgement<D> {
    let code = match shown { super::Shown::One(code) => code, super::Shown::Two(pair) => &pair.second };
    let throttle = throttle.clone().sane_at(now, rules);
    let refuse = |verdict, throttle| Judgement { verdict, throttle, changed: Vec::new() };
    let claimed = match claim {
        Claim::Any => u32::try_from(devices.len()).unwrap_or(u32::MAX),
        Claim::Device(_) => 1,
    };
    let cost = claimed.saturating_mul(rules.window.steps());
    match throttle.status(cost, now, rules) {
        ThrottleStatus::Open => {}
        ThrottleStatus::Waiting { until } => return refuse(Verdict::Throttled { until }, throttle),
        ThrottleStatus::Suspended => return refuse(Verdict::Suspended, throttle),
    }
    // Every device and every step is computed before anything is decided, so the time taken does not tell which matched.
    let hits: Vec<Hit> = devices.iter().map(|device| Hit::look(device, code, now, rules)).collect();
    if hits.iter().any(|hit| hit.spent) {
        return refuse(Verdict::Replay, throttle);
    }
    let changed: Vec<(usize, Step, DeviceState)> = (devices.iter().zip(&hits).enumerate())
        .filter_map(|(place, (device, hit))| {
            let step = hit.step?;
            let here = device.key.period().step_at(now);
            Some((place, step, device.state.clone().accepted(here, step, rules)))
        })
        .collect();
    let shown_by_claimed = |(place, ..): &&(usize, Step, DeviceState)| match claim {
        Claim::Any => true,
        Claim::Device(claimed) => *place == claimed,
    };
    let Some((device, step, state)) = changed.iter().find(shown_by_claimed) else {
        return refuse(Verdict::Wrong, throttle.failed(cost, now, rules));
    };
    let verdict =
        Verdict::Accept { device: devices[*device].device.clone(), step: *step, drift: state.drift, failures_before: throttle.failures };
    let changed = changed.into_iter().map(|(place, _, state)| (devices[place].device.clone(), state)).collect();
    Judgement { verdict, throttle: throttle.accepted(), changed }
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
