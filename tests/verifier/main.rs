//! The rules of judging, tried as an attacker would. Time stands still unless a test moves it.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod clocks;
mod codes;
mod pair_limits;
mod pairs;
mod passwords;
mod properties;
mod recovery;
mod resync;
mod throttle;

use std::time::Duration;

use vmfa::otp::{Code, Digits, SharedSecret, Step, Totp, TotpKey};
use vmfa::time::UnixTime;
use vmfa::verifier::{
    Candidate, Claim, CodePair, DeviceState, PairVerdict, RecoveryVerdict, Rules, Shown, SourceKey, Throttle,
    ThrottleStatus, Verdict, judge, judge_pair, judge_recovery_code,
};

/// A user with devices, as the layers above keep one.
struct User {
    keys: Vec<TotpKey>,
    states: Vec<DeviceState>,
    throttle: Throttle,
    rules: Rules,
}

const NOW: UnixTime = UnixTime::from_secs(1_700_000_010);
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const YEAR: u64 = 365 * DAY;

/// Where the owner's tries come from.
const OWN: SourceKey = SourceKey(1);
/// Where somebody else's come from.
const STRANGER: SourceKey = SourceKey(2);

fn secret(number: u8) -> SharedSecret {
    SharedSecret::from_bytes(vec![number; 20].into()).unwrap()
}

fn key(number: u8) -> TotpKey {
    Totp::default().keyed(&secret(number))
}

fn step_at(now: UnixTime) -> Step {
    Totp::default().period.step_at(now)
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn in_secs(seconds: u64) -> UnixTime {
    NOW.after(secs(seconds))
}

fn code(text: &str) -> Code {
    Code::parse(text, Digits::SIX).unwrap()
}

fn shown(key: &TotpKey, now: UnixTime, offset: i64) -> Code {
    key.code(step_at(now).offset(offset).unwrap())
}

fn both(first: &Code, second: &Code) -> CodePair {
    CodePair { first: first.clone(), second: second.clone() }
}

/// What the device shows at the step `first` steps from now, and then.
fn pair(key: &TotpKey, now: UnixTime, first: i64) -> CodePair {
    both(&shown(key, now, first), &shown(key, now, first + 1))
}

fn enabled(key: &TotpKey, codes: &CodePair, now: UnixTime) -> DeviceState {
    match judge_pair(&Throttle::default(), key, None, codes, OWN, now, &Rules::default()).verdict {
        PairVerdict::Accept { state, .. } => state,
        other => panic!("not enabled: {other:?}"),
    }
}

fn is_accept(verdict: Verdict<usize>) -> bool {
    matches!(verdict, Verdict::Accept { .. })
}

impl User {
    /// A user whose devices were enabled ten minutes before [`NOW`].
    fn with_devices(secrets: &[u8]) -> Self {
        let before = UnixTime::from_secs(NOW.as_secs() - 10 * MINUTE);
        let keys: Vec<TotpKey> = secrets.iter().map(|number| key(*number)).collect();
        let states = keys.iter().map(|key| enabled(key, &pair(key, before, -1), before)).collect();
        Self { keys, states, throttle: Throttle::default(), rules: Rules::default() }
    }

    fn with_device_count(count: u8) -> Self {
        Self::with_devices(&(1..=count).collect::<Vec<_>>())
    }

    fn try_any(&mut self, claim: Claim, typed: &Shown, source: SourceKey, now: UnixTime) -> Verdict<usize> {
        let places = self.keys.iter().zip(&self.states).enumerate();
        let candidates: Vec<Candidate<'_, usize>> =
            places.map(|(device, (key, state))| Candidate { device, key, state }).collect();
        let judgement = judge(&self.throttle, &candidates, claim, typed, source, now, &self.rules);
        self.throttle = judgement.throttle;
        for (place, state) in judgement.changed {
            self.states[place] = state;
        }
        judgement.verdict
    }

    fn try_claim(&mut self, claim: Claim, code: &Code, now: UnixTime) -> Verdict<usize> {
        self.try_any(claim, &Shown::One(code.clone()), OWN, now)
    }

    fn try_code(&mut self, code: &Code, now: UnixTime) -> Verdict<usize> {
        self.try_claim(Claim::Any, code, now)
    }

    fn try_shown(&mut self, device: usize, now: UnixTime, offset: i64) -> Verdict<usize> {
        let code = shown(&self.keys[device], now, offset);
        self.try_code(&code, now)
    }

    fn try_pair_from(&mut self, source: SourceKey, codes: &CodePair, now: UnixTime) -> Verdict<usize> {
        self.try_any(Claim::Any, &Shown::Two(codes.clone()), source, now)
    }

    fn try_pair(&mut self, codes: &CodePair, now: UnixTime) -> Verdict<usize> {
        self.try_pair_from(OWN, codes, now)
    }

    /// Tries what the device shows at the step `first` steps from now, and then.
    fn try_shown_pair(&mut self, device: usize, now: UnixTime, first: i64) -> Verdict<usize> {
        let codes = pair(&self.keys[device], now, first);
        self.try_pair(&codes, now)
    }

    fn resync(&mut self, device: usize, codes: &CodePair, now: UnixTime) -> PairVerdict {
        self.resync_from(OWN, device, codes, now)
    }

    fn resync_from(&mut self, source: SourceKey, device: usize, codes: &CodePair, now: UnixTime) -> PairVerdict {
        let state = Some(&self.states[device]);
        let judged = judge_pair(&self.throttle, &self.keys[device], state, codes, source, now, &self.rules);
        self.throttle = judged.throttle;
        if let PairVerdict::Accept { state, .. } = &judged.verdict {
            self.states[device] = state.clone();
        }
        judged.verdict
    }

    /// Tries the recovery code `typed`, or one that the user does not have; `spent` says which of the user's are spent.
    fn try_recovery_code(&mut self, spent: &mut [bool], typed: Option<usize>, now: UnixTime) -> RecoveryVerdict {
        let equals = |place| u8::from(typed == Some(place)).into();
        let judged = judge_recovery_code(&self.throttle, spent, equals, now, &self.rules);
        self.throttle = judged.throttle;
        if let RecoveryVerdict::Accept { place, .. } = judged.verdict {
            spent[place] = true;
        }
        judged.verdict
    }

    /// A code that none of the devices shows anywhere near `now`.
    fn wrong_code(&self, now: UnixTime) -> Code {
        self.wrong_codes(now, 1).remove(0)
    }

    /// Two codes that none of the devices shows anywhere near `now`.
    fn wrong_pair(&self, now: UnixTime) -> CodePair {
        let codes = self.wrong_codes(now, 2);
        both(&codes[0], &codes[1])
    }

    fn wrong_codes(&self, now: UnixTime, count: usize) -> Vec<Code> {
        let near: Vec<Code> =
            self.keys.iter().flat_map(|key| (-400..400).map(|offset| shown(key, now, offset))).collect();
        let all = (0..1_000_000).map(|number| code(&format!("{number:06}")));
        all.filter(|code| near.iter().all(|shown| shown.as_str() != code.as_str())).take(count).collect()
    }

    /// Whether a single code that may be of any device would be judged.
    fn status(&self, now: UnixTime) -> ThrottleStatus {
        let devices = u32::try_from(self.keys.len()).unwrap();
        self.throttle.status(self.rules.guess_cost(devices), now, &self.rules)
    }

    /// Forgets the failures in a row, but not the day's guesses.
    fn forget_delays(&mut self) {
        self.throttle = Throttle { budget_whole_at: self.throttle.budget_whole_at, ..Throttle::default() };
    }
}
