use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::pair::{self, CodePair};
use super::{DeviceState, Drift, Rules, SourceKey, SpentSteps, Throttle, ThrottleStatus};
use crate::otp::{Code, Step, TotpKey};
use crate::time::UnixTime;

/// What was typed into the one field for a code.
#[derive(Clone, Debug)]
pub enum Shown {
    /// One code.
    One(Code),
    /// Two codes in a row of one device, which always get in.
    Two(CodePair),
}

/// An enabled device whose code it may be.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a, D> {
    /// What the caller knows the device by; a verdict gives it back.
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
        /// The device that showed it.
        device: D,
        /// The step whose code it is; of two, the later.
        step: Step,
        /// How far the device's clock is ahead.
        drift: Drift,
        /// How many tries failed since the code before.
        failures_before: u32,
    },
    /// The code was right once; its step is spent. That is no guess, and costs nothing.
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
    /// The state of each device that changed.
    pub changed: Vec<(D, DeviceState)>,
}

/// Judges what a user has typed who has `devices`, all of which are given; `claim` says whose code it may be.
///
/// A code that is spent on any of them is refused on all, and an accepted one is spent on every device that
/// would show it, so two devices with one secret do not make two tries of one code.
pub fn judge<D: Clone>(
    throttle: &Throttle,
    devices: &[Candidate<'_, D>],
    claim: Claim,
    shown: &Shown,
    source: SourceKey,
    now: UnixTime,
    rules: &Rules,
) -> Judgement<D> {
    let try_of = Try { devices, claim, now, rules };
    match shown {
        Shown::One(code) => try_of.one(throttle.sane_at(now, rules), code),
        Shown::Two(pair) => try_of.two(throttle.sane_at(now, rules), pair, source),
    }
}

/// Who tries when, whatever was shown.
struct Try<'a, 'b, D> {
    devices: &'a [Candidate<'b, D>],
    claim: Claim,
    now: UnixTime,
    rules: &'a Rules,
}

impl<D: Clone> Try<'_, '_, D> {
    fn one(&self, throttle: Throttle, code: &Code) -> Judgement<D> {
        let (now, rules) = (self.now, self.rules);
        let claimed = match self.claim {
            Claim::Any => u32::try_from(self.devices.len()).unwrap_or(u32::MAX),
            Claim::Device(_) => 1,
        };
        let cost = rules.guess_cost(claimed);
        match throttle.status(cost, now, rules) {
            ThrottleStatus::Open => {}
            ThrottleStatus::Waiting { until } => return refuse(Verdict::Throttled { until }, throttle),
            ThrottleStatus::Suspended => return refuse(Verdict::Suspended, throttle),
        }
        // Every device and every step is computed before anything is decided, so the time taken does not tell which matched.
        let hits: Vec<Hit> = self.devices.iter().map(|device| Hit::look(device, code, now, rules)).collect();
        if hits.iter().any(|hit| hit.spent) {
            return refuse(Verdict::Replay, throttle);
        }
        let after = |(device, hit): (&Candidate<'_, D>, &Hit)| {
            let step = hit.step?;
            let here = device.key.period().step_at(now);
            Some((step, device.state.clone().accepted(here, step, rules)))
        };
        let changes: Vec<Option<(Step, DeviceState)>> = self.devices.iter().zip(&hits).map(after).collect();
        match self.accept(&throttle, changes) {
            Some(judgement) => judgement,
            None => refuse(Verdict::Wrong, throttle.failed(cost, now, rules)),
        }
    }

    fn two(&self, throttle: Throttle, codes: &CodePair, source: SourceKey) -> Judgement<D> {
        let (now, rules) = (self.now, self.rules);
        if throttle.is_shut(rules) {
            return refuse(Verdict::Suspended, throttle);
        }
        if let Some(until) = throttle.pairs.wait(source, now, rules) {
            return refuse(Verdict::Throttled { until }, throttle);
        }
        let hits: Vec<PairHit> = self.devices.iter().map(|device| PairHit::look(device, codes, now, rules)).collect();
        if hits.iter().any(|hit| matches!(hit, PairHit::Spent | PairHit::HalfSpent)) {
            let known = hits.iter().all(|hit| matches!(hit, PairHit::Spent | PairHit::None));
            return refuse(Verdict::Replay, if known { throttle } else { throttle.failed_pair(source, now) });
        }
        let after = |(device, hit): (&Candidate<'_, D>, &PairHit)| match hit {
            PairHit::Both { second, spent } => {
                let here = device.key.period().step_at(now);
                Some((*second, DeviceState::proven(spent.clone(), here, *second)))
            }
            _ => None,
        };
        let changes: Vec<Option<(Step, DeviceState)>> = self.devices.iter().zip(&hits).map(after).collect();
        if let Some(judgement) = self.accept(&throttle, changes) {
            return judgement;
        }
        // Whoever has seen one code could guess its neighbour ten times a second for as long as it lasts. So it is spent:
        // each code that was seen is good for one guess at a pair.
        let half = |(device, hit): (&Candidate<'_, D>, &PairHit)| match hit {
            PairHit::Half(step) => {
                let spent = device.state.spent.clone().with(*step);
                Some((device.device.clone(), DeviceState { spent, ..device.state.clone() }))
            }
            _ => None,
        };
        let changed = self.devices.iter().zip(&hits).filter_map(half).collect();
        Judgement { verdict: Verdict::Wrong, throttle: throttle.failed_pair(source, now), changed }
    }

    /// The judgement if a device that was claimed has shown it; every device that would show it has it spent.
    fn accept(&self, throttle: &Throttle, changes: Vec<Option<(Step, DeviceState)>>) -> Option<Judgement<D>> {
        let claimed = |place: usize| match self.claim {
            Claim::Any => true,
            Claim::Device(claimed) => place == claimed,
        };
        let first = self.devices.iter().zip(&changes).enumerate().find_map(|(place, (device, change))| {
            change.as_ref().filter(|_| claimed(place)).map(|(step, state)| (device.device.clone(), *step, state.drift))
        });
        let (device, step, drift) = first?;
        let verdict = Verdict::Accept { device, step, drift, failures_before: throttle.all_failures() };
        let changed = self.devices.iter().zip(changes);
        let changed = changed.filter_map(|(device, change)| Some((device.device.clone(), change?.1))).collect();
        Some(Judgement { verdict, throttle: throttle.clone().accepted(), changed })
    }
}

fn refuse<D>(verdict: Verdict<D>, throttle: Throttle) -> Judgement<D> {
    Judgement { verdict, throttle, changed: Vec::new() }
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

/// What two codes are to a device.
enum PairHit {
    /// Its codes, one after the other, and not spent.
    Both {
        /// The later one's step.
        second: Step,
        /// The record with both spent.
        spent: SpentSteps,
    },
    /// Its codes, one after the other, and both are spent.
    Spent,
    /// Its codes, one after the other, and one of them is spent. Whoever has seen that one would learn the other if such a
    /// pair were not counted among the wrong ones: then the source's next pair would be judged at once.
    HalfSpent,
    /// One of them is its code of this step, in the window and not spent; the other is not its neighbour.
    Half(Step),
    /// Neither.
    None,
}

impl PairHit {
    fn look<D>(device: &Candidate<'_, D>, codes: &CodePair, now: UnixTime, rules: &Rules) -> Self {
        let here = device.key.period().step_at(now);
        let own = here.offset(device.state.drift.steps()).unwrap_or(here);
        let found = pair::find(device.key, codes, own, rules.login_pair_window);
        let half = pair::find_half(device.key, codes, own, rules.login_pair_window, &device.state.spent);
        let Some((first, second)) = found else { return half.map_or(Self::None, Self::Half) };
        let spent = &device.state.spent;
        if !spent.contains(first) && !spent.contains(second) {
            return Self::Both { second, spent: spent.clone().with(first).with(second) };
        }
        // A floor that no code of the device's own time can pass was written while a clock was wrong.
        let end = own.offset(i64::from(rules.login_pair_window.future)).unwrap_or(own);
        let lowered = (spent.floor() > end).then(|| spent.clone().lowered_to(first, second)).flatten();
        match lowered {
            Some(spent) => Self::Both { second, spent },
            None if device.state.spent.contains(first) && device.state.spent.contains(second) => Self::Spent,
            None => Self::HalfSpent,
        }
    }
}
