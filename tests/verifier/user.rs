//! A user with devices, as the layers above keep one, and what devices show.

use std::time::Duration;

use vmfa::otp::{Code, Digits, SharedSecret, Step, Totp, TotpKey};
use vmfa::time::UnixTime;
use vmfa::verifier::{
    Candidate, Claim, CodePair, DeviceState, FailureLimit, PairVerdict, RecoveryVerdict, Rules, Shown, SourceKey,
    Throttle, Verdict, judge, judge_pair, judge_recovery_code,
};

pub struct User {
    pub keys: Vec<TotpKey>,
    pub states: Vec<DeviceState>,
    pub throttle: Throttle,
    pub rules: Rules,
}

pub const NOW: UnixTime = UnixTime::from_secs(1_700_000_010);
pub const HOME: SourceKey = SourceKey(1);

pub fn key(number: u8) -> TotpKey {
    Totp::default().keyed(&SharedSecret::from_bytes(vec![number; 20].into()).unwrap())
}

pub fn step_at(now: UnixTime) -> Step {
    Totp::default().period.step_at(now)
}

pub fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub fn shown(key: &TotpKey, now: UnixTime, offset: i64) -> Code {
    key.code(step_at(now).offset(offset).unwrap())
}

/// The codes of two steps, by their distance from `now`.
pub fn both(key: &TotpKey, now: UnixTime, first: i64, second: i64) -> CodePair {
    CodePair { first: shown(key, now, first), second: shown(key, now, second) }
}

pub fn pair(key: &TotpKey, now: UnixTime, first: i64) -> CodePair {
    both(key, now, first, first + 1)
}

pub fn code(text: &str) -> Code {
    Code::parse(text, Digits::SIX).unwrap()
}

pub fn enabled(key: &TotpKey, codes: &CodePair, now: UnixTime) -> DeviceState {
    match judge_pair(&Throttle::default(), key, None, codes, HOME, now, &Rules::default()).verdict {
        PairVerdict::Accept { state, .. } => state,
        other => panic!("not enabled: {other:?}"),
    }
}

pub fn is_accept(verdict: Verdict<usize>) -> bool {
    matches!(verdict, Verdict::Accept { .. })
}

pub fn is_resynced(verdict: &PairVerdict) -> bool {
    matches!(verdict, PairVerdict::Accept { .. })
}

impl User {
    /// A user whose devices were enabled ten minutes before [`NOW`].
    pub fn with_devices(secrets: &[u8]) -> Self {
        let before = UnixTime::from_secs(NOW.as_secs() - 600);
        let keys: Vec<TotpKey> = secrets.iter().map(|number| key(*number)).collect();
        let states = keys.iter().map(|key| enabled(key, &pair(key, before, -1), before)).collect();
        Self { keys, states, throttle: Throttle::default(), rules: Rules::default() }
    }

    /// A user with one device, under the letter of NIST.
    pub fn strict() -> Self {
        let mut user = Self::with_devices(&[1]);
        user.rules.failure_limit = FailureLimit::Strict;
        user
    }

    /// Judges what is shown, and keeps what must be remembered as a store would: as numbers.
    pub fn judge(&mut self, claim: Claim<usize>, shown: &Shown, source: SourceKey, now: UnixTime) -> Verdict<usize> {
        let candidates: Vec<Candidate<'_, usize>> = (self.keys.iter().zip(&self.states).enumerate())
            .map(|(device, (key, state))| Candidate { device, key, state })
            .collect();
        let judgement = judge(&self.throttle, &candidates, &claim, shown, source, now, &self.rules);
        self.keep(judgement.throttle);
        for (device, state) in judgement.changed {
            self.states[device] = state;
        }
        judgement.verdict
    }

    fn keep(&mut self, throttle: Throttle) {
        let (looked_at, half_right) = throttle.pairs.to_numbers();
        assert!(looked_at.len() <= 10 && half_right.len() <= 32);
        let kept = vmfa::verifier::RecentPairs::from_numbers(&looked_at, &half_right);
        assert_eq!(kept, throttle.pairs);
        self.throttle = throttle;
    }

    pub fn try_code(&mut self, code: &Code, now: UnixTime) -> Verdict<usize> {
        self.try_claim(Claim::Any, code, now)
    }

    pub fn try_claim(&mut self, claim: Claim<usize>, code: &Code, now: UnixTime) -> Verdict<usize> {
        self.judge(claim, &Shown::One(code.clone()), HOME, now)
    }

    pub fn try_shown(&mut self, device: usize, now: UnixTime, offset: i64) -> Verdict<usize> {
        let code = shown(&self.keys[device], now, offset);
        self.try_code(&code, now)
    }

    /// Tries two codes as a login. The limit of pairs is not what most tests try.
    pub fn try_codes(&mut self, codes: &CodePair, now: UnixTime) -> Verdict<usize> {
        self.forget_looked_at();
        self.judge(Claim::Any, &Shown::Two(codes.clone()), HOME, now)
    }

    pub fn try_pair(&mut self, device: usize, now: UnixTime, first: i64) -> Verdict<usize> {
        let codes = pair(&self.keys[device], now, first);
        self.try_codes(&codes, now)
    }

    pub fn resync(&mut self, device: usize, codes: &CodePair, now: UnixTime) -> PairVerdict {
        self.forget_looked_at();
        let state = Some(&self.states[device]);
        let judged = judge_pair(&self.throttle, &self.keys[device], state, codes, HOME, now, &self.rules);
        self.keep(judged.throttle);
        if let PairVerdict::Accept { state, .. } = &judged.verdict {
            self.states[device] = state.clone();
        }
        judged.verdict
    }

    /// As if the last second had passed for the limit of pairs.
    pub fn forget_looked_at(&mut self) {
        let (_, half_right) = self.throttle.pairs.to_numbers();
        self.throttle.pairs = vmfa::verifier::RecentPairs::from_numbers(&[], &half_right);
    }

    /// As if the user had logged in: what is left of the failures is what they cost the budget.
    pub fn forget_failures(&mut self) {
        self.throttle.failures = 0;
        self.throttle.not_before = UnixTime::default();
    }

    /// Tries the recovery code `typed`, or one that the user does not have; `spent` says which of the user's are spent.
    pub fn try_recovery_code(&mut self, spent: &mut [bool], typed: Option<usize>, now: UnixTime) -> RecoveryVerdict {
        let equals = |place| u8::from(typed == Some(place)).into();
        let judged = judge_recovery_code(&self.throttle, spent, equals, now, &self.rules);
        self.keep(judged.throttle);
        if let RecoveryVerdict::Accept { place, .. } = judged.verdict {
            spent[place] = true;
        }
        judged.verdict
    }

    /// A code that none of the devices shows anywhere near `now`.
    pub fn wrong_code(&self, now: UnixTime) -> Code {
        let is_wrong = |code: &Code| {
            self.keys.iter().all(|key| (-400..400).all(|offset| shown(key, now, offset).as_str() != code.as_str()))
        };
        (0..).map(|number| code(&format!("{number:06}"))).find(is_wrong).unwrap()
    }

    /// Two different codes that none of the devices shows anywhere near `now`.
    pub fn wrong_pair(&self, now: UnixTime) -> CodePair {
        let first = self.wrong_code(now);
        let is_wrong = |code: &Code| {
            code.as_str() != first.as_str()
                && (self.keys.iter())
                    .all(|key| (-400..400).all(|offset| shown(key, now, offset).as_str() != code.as_str()))
        };
        let second = (0..).map(|number| code(&format!("{number:06}"))).find(is_wrong).unwrap();
        CodePair { first, second }
    }

    /// Wrong single codes until no more is looked at.
    pub fn throttle_single_codes(&mut self, now: UnixTime) {
        let wrong = self.wrong_code(now);
        while self.try_code(&wrong, now) == Verdict::Wrong {}
    }
}
