use super::{DeviceState, Drift, GuessCost, Rules, Shown, SourceKey, Throttle, login_pair, single};
use crate::otp::{Step, TotpKey};
use crate::time::UnixTime;

/// An enabled device whose code it may be.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a, D> {
    /// What the device is to the caller, who gets it back.
    pub device: D,
    /// The device's secret.
    pub key: &'a TotpKey,
    /// What is remembered of it.
    pub state: &'a DeviceState,
}

/// Whose code it may be. A guess that names its device has fewer codes to hit, and is charged less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim<D> {
    /// That of any of the candidates.
    Any,
    /// That of this candidate.
    Device(D),
}

/// What became of a try.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<D> {
    /// What was shown is right, and now spent.
    Accept {
        /// Which of the candidates showed it.
        device: D,
        /// The step whose code it is; of two codes the later one.
        step: Step,
        /// How far the device's clock is ahead.
        drift: Drift,
        /// How many tries of any kind failed since something was last accepted.
        failures_before: u32,
    },
    /// It was right once; a step of it is spent.
    Replay,
    /// No code of the window, or not two in a row.
    Wrong,
    /// Not judged: the throttle holds, or of two codes the limit of pairs.
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
    /// The state of each candidate that changed.
    pub changed: Vec<(D, DeviceState)>,
}

/// Judges what a user shows who has `devices`, all of which are given; `claim` says whose it may be.
///
/// A code that is spent on any of them is refused on all, and an accepted one is spent on every device that
/// would show it, so two devices with one secret do not make two tries of one code.
pub fn judge<D: Clone + PartialEq>(
    throttle: &Throttle,
    devices: &[Candidate<'_, D>],
    claim: &Claim<D>,
    shown: &Shown,
    source: SourceKey,
    now: UnixTime,
    rules: &Rules,
) -> Judgement<D> {
    let count = u32::try_from(devices.len()).unwrap_or(u32::MAX);
    let guess = match claim {
        Claim::Any => rules.guess_cost(count),
        Claim::Device(_) => rules.named_guess_cost(count),
    };
    let throttle = throttle.sane_at(now, rules).with_sane_budget(guess, now, rules);
    let tried = Try { throttle, devices, claim, guess, now, rules };
    match shown {
        Shown::One(code) => single::judge(tried, code),
        Shown::Two(codes) => login_pair::judge(tried, codes, source),
    }
}

/// A try, and what it meets.
pub(super) struct Try<'a, D> {
    pub throttle: Throttle,
    pub devices: &'a [Candidate<'a, D>],
    pub claim: &'a Claim<D>,
    pub guess: GuessCost,
    pub now: UnixTime,
    pub rules: &'a Rules,
}

/// A candidate that has what was shown, and what to remember of it if that is accepted.
pub(super) struct Match<D> {
    pub device: D,
    pub step: Step,
    pub state: DeviceState,
}

impl<D: Clone + PartialEq> Try<'_, D> {
    /// The end of a try that is refused with the throttle as it is.
    pub fn refuse(self, verdict: Verdict<D>) -> Judgement<D> {
        Judgement { verdict, throttle: self.throttle, changed: Vec::new() }
    }

    /// Whether what was shown may be that of this candidate.
    pub fn is_claimed(&self, candidate: &D) -> bool {
        match self.claim {
            Claim::Any => true,
            Claim::Device(device) => device == candidate,
        }
    }

    /// The end of a try that all of `matches` have and none has spent, if one of them may be meant; else the try.
    pub fn accept(self, matches: Vec<Match<D>>) -> Result<Judgement<D>, Self> {
        let Some(found) = matches.iter().find(|found| self.is_claimed(&found.device)) else { return Err(self) };
        let verdict = Verdict::Accept {
            device: found.device.clone(),
            step: found.step,
            drift: found.state.drift,
            failures_before: self.throttle.all_failures(),
        };
        let changed = matches.into_iter().map(|found| (found.device, found.state)).collect();
        Ok(Judgement { verdict, throttle: self.throttle.accepted(), changed })
    }
}
