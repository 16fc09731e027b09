//! The rules of judging, tried as an attacker would. Time stands still unless a test moves it.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use proptest::prelude::*;
use vmfa::otp::{Code, Digits, RecoveryCode, SharedSecret, Step, Totp, TotpKey};
use vmfa::time::UnixTime;
use vmfa::verifier::{
    Candidate, Claim, CodePair, DeviceState, Drift, PairVerdict, RecoveryVerdict, Rules, SpentSteps, Throttle,
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

fn secret(number: u8) -> SharedSecret {
    SharedSecret::from_bytes(vec![number; 20].into()).unwrap()
}

fn key(number: u8) -> TotpKey {
    Totp::default().keyed(&secret(number))
}

fn step_at(now: UnixTime) -> Step {
    Totp::default().period.step_at(now)
}

fn shown(key: &TotpKey, now: UnixTime, offset: i64) -> Code {
    key.code(step_at(now).offset(offset).unwrap())
}

fn pair(key: &TotpKey, now: UnixTime, first: i64) -> CodePair {
    CodePair { first: shown(key, now, first), second: shown(key, now, first + 1) }
}

fn enabled(key: &TotpKey, codes: &CodePair, now: UnixTime) -> DeviceState {
    match judge_pair(&Throttle::default(), key, None, codes, now, &Rules::default()).verdict {
        PairVerdict::Accept { state, .. } => state,
        other => panic!("not enabled: {other:?}"),
    }
}

impl User {
    /// A user whose devices were enabled ten minutes before [`NOW`].
    fn with_devices(secrets: &[u8]) -> Self {
        let before = UnixTime::from_secs(NOW.as_secs() - 10 * MINUTE);
        let keys: Vec<TotpKey> = secrets.iter().map(|number| key(*number)).collect();
        let states = keys.iter().map(|key| enabled(key, &pair(key, before, -1), before)).collect();
        Self { keys, states, throttle: Throttle::default(), rules: Rules::default() }
    }

    fn try_code(&mut self, code: &Code, now: UnixTime) -> Verdict {
        self.try_claim(Claim::Any, code, now)
    }

    fn try_claim(&mut self, claim: Claim, code: &Code, now: UnixTime) -> Verdict {
        let candidates: Vec<Candidate<'_>> =
            self.keys.iter().zip(&self.states).map(|(key, state)| Candidate { key, state }).collect();
        let judgement = judge(&self.throttle, &candidates, claim, code, now, &self.rules);
        self.throttle = judgement.throttle;
        for (place, state) in judgement.changed {
            self.states[place] = state;
        }
        judgement.verdict
    }

    fn try_shown(&mut self, device: usize, now: UnixTime, offset: i64) -> Verdict {
        let code = shown(&self.keys[device], now, offset);
        self.try_code(&code, now)
    }

    fn resync(&mut self, device: usize, codes: &CodePair, now: UnixTime) -> PairVerdict {
        let judged =
            judge_pair(&self.throttle, &self.keys[device], Some(&self.states[device]), codes, now, &self.rules);
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
        (0..)
            .map(|n| Code::parse(&format!("{n:06}"), Digits::SIX).unwrap())
            .find(|code| {
                self.keys.iter().all(|key| (-400..400).all(|offset| shown(key, now, offset).as_str() != code.as_str()))
            })
            .unwrap()
    }
}

fn is_accept(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Accept { .. })
}

/// Attack case 1.
#[test]
fn the_same_code_twice_in_a_row_is_accepted_once() {
    let mut user = User::with_devices(&[1]);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Replay);
    assert_eq!(user.throttle.failures, 1);
}

/// Attack cases 9 and 10.
#[test]
fn a_code_from_before_the_last_accepted_one_is_refused_though_it_was_never_used() {
    let mut user = User::with_devices(&[1]);
    assert!(is_accept(user.try_shown(0, NOW, 1)));
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Replay);
    // The drift is now one step ahead, so the step before the last is outside the window; it is refused in any case.
    assert!(!is_accept(user.try_shown(0, NOW, -1)));
}

/// Attack case 38.
#[test]
fn one_step_either_side_of_now_is_accepted_and_no_more_to_the_millisecond() {
    let start = Totp::default().period.start_of(step_at(NOW)).as_millis();
    for now in [start, start + 29_999].map(UnixTime::from_millis) {
        for (offset, accepted) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let mut user = User::with_devices(&[1]);
            assert_eq!(is_accept(user.try_shown(0, now, offset)), accepted, "offset {offset} at {}", now.as_millis());
        }
    }
    let mut user = User::with_devices(&[1]);
    let last_millisecond = UnixTime::from_millis(start + 59_999);
    assert!(is_accept(user.try_code(&shown(&key(1), NOW, 0), last_millisecond)));
    let mut user = User::with_devices(&[1]);
    let too_late = UnixTime::from_millis(start + 60_000);
    assert_eq!(user.try_code(&shown(&key(1), NOW, 0), too_late), Verdict::Wrong);
}

/// Attack case 11.
#[test]
fn the_codes_that_enabled_a_device_log_nobody_in() {
    let device = key(1);
    let mut user = User::with_devices(&[1]);
    user.states[0] = enabled(&device, &pair(&device, NOW, -1), NOW);
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Replay);
    assert_eq!(user.try_shown(0, NOW, -1), Verdict::Replay);
    assert!(is_accept(user.try_shown(0, NOW, 1)));
}

/// Attack cases 12 and 43.
#[test]
fn resync_refuses_codes_that_are_spent_reversed_equal_or_not_consecutive() {
    let mut user = User::with_devices(&[1]);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
    let device = key(1);
    let code = |offset| shown(&device, NOW, offset);
    let both = |first, second| CodePair { first: code(first), second: code(second) };
    assert_eq!(user.resync(0, &both(0, 1), NOW), PairVerdict::Replay);
    user.throttle = Throttle::default();
    assert_eq!(user.resync(0, &both(3, 2), NOW), PairVerdict::Wrong);
    assert_eq!(user.resync(0, &both(2, 2), NOW), PairVerdict::Wrong);
    assert_eq!(user.resync(0, &both(2, 4), NOW), PairVerdict::Wrong);
    assert_eq!(user.throttle.failures, 3);
    assert!(matches!(user.resync(0, &both(2, 3), NOW), PairVerdict::Accept { drift, .. } if drift.steps() == 3));
}

/// Attack case 45.
#[test]
fn a_device_is_not_enabled_by_one_code_twice_or_by_codes_that_are_not_neighbours() {
    let device = key(1);
    for (first, second) in [(0, 0), (0, 2), (1, 0), (-2, 0)] {
        let codes = CodePair { first: shown(&device, NOW, first), second: shown(&device, NOW, second) };
        let judged = judge_pair(&Throttle::default(), &device, None, &codes, NOW, &Rules::default());
        assert_eq!(judged.verdict, PairVerdict::Wrong, "{first} and {second}");
        assert_eq!(judged.throttle.failures, 1);
    }
}

#[test]
fn two_consecutive_codes_of_a_phone_an_hour_off_enable_it_and_its_next_code_logs_in() {
    for hour in [-120, 119] {
        let mut user = User::with_devices(&[1]);
        let device = key(1);
        user.states[0] = enabled(&device, &pair(&device, NOW, hour - 1), NOW);
        assert_eq!(user.states[0].drift, Drift::from_steps(hour));
        let later = NOW.after(Duration::from_secs(30));
        assert!(is_accept(user.try_shown(0, later, hour)), "drift {hour}");
    }
}

#[test]
fn two_consecutive_codes_of_a_phone_more_than_an_hour_off_are_not_searched_for() {
    for (second, accepted) in [(-121, false), (-120, true), (120, true), (121, false)] {
        let judged =
            judge_pair(&Throttle::default(), &key(1), None, &pair(&key(1), NOW, second - 1), NOW, &Rules::default());
        assert_eq!(matches!(judged.verdict, PairVerdict::Accept { .. }), accepted, "drift {second}");
    }
}

/// A moment at which a device shows the same six digits in two steps in a row, as happens once in a million.
fn twin_codes(key: &TotpKey) -> UnixTime {
    let first = (step_at(NOW).number()..).map(Step::new);
    let twin = first
        .map(|step| (step, step.next().unwrap()))
        .find(|(step, next)| key.code(*step).as_str() == key.code(*next).as_str());
    key.period().start_of(twin.unwrap().0)
}

/// Attack case 1, where two steps of the window have the code.
#[test]
fn a_code_that_two_steps_share_is_still_accepted_once() {
    let mut user = User::with_devices(&[1]);
    let now = twin_codes(&user.keys[0]);
    assert!(is_accept(user.try_shown(0, now, 0)));
    assert_eq!(user.try_shown(0, now, 0), Verdict::Replay);
    assert_eq!(user.try_shown(0, now, 1), Verdict::Replay);
    let next = now.after(Duration::from_secs(30));
    assert_eq!(user.try_shown(0, next, 0), Verdict::Replay);
    user.throttle = Throttle::default();
    assert!(!is_accept(user.try_shown(0, now.after(Duration::from_secs(60)), -1)));
}

/// Attack case 45, where one code twice is what the device shows.
#[test]
fn one_code_typed_twice_proves_nothing_even_where_two_steps_share_it() {
    let device = key(1);
    let now = twin_codes(&device);
    let judged = judge_pair(&Throttle::default(), &device, None, &pair(&device, now, 0), now, &Rules::default());
    assert_eq!(judged.verdict, PairVerdict::Wrong);
}

#[test]
fn each_failure_after_the_fourth_doubles_the_wait_from_half_a_minute_up_to_an_hour() {
    let mut user = User::with_devices(&[1]);
    let mut now = NOW;
    let mut waits = Vec::new();
    for _ in 0..13 {
        let wrong = user.wrong_code(now);
        assert_eq!(user.try_code(&wrong, now), Verdict::Wrong);
        let until = match user.throttle.status(3, now, &user.rules) {
            ThrottleStatus::Open => now,
            ThrottleStatus::Waiting { until } => until,
            ThrottleStatus::Suspended => panic!("suspended"),
        };
        waits.push(until.since(now).as_secs());
        now = until;
    }
    assert_eq!(waits, [0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
}

/// Two requests read the clock one after the other, and are judged in the other order.
#[test]
fn a_try_with_an_earlier_time_does_not_wait_for_a_free_failure_that_came_before_it() {
    let mut user = User::with_devices(&[1]);
    let wrong = user.wrong_code(NOW);
    for earlier in 0..4 {
        let now = UnixTime::from_millis(NOW.as_millis() - earlier);
        assert_eq!(user.try_code(&wrong, now), Verdict::Wrong, "{earlier} ms earlier");
    }
}

/// Attack case 16.
#[test]
fn two_devices_with_one_secret_spend_a_code_once() {
    let mut user = User::with_devices(&[7, 7]);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
    assert_eq!(user.try_shown(1, NOW, 0), Verdict::Replay);
}

/// Attack case 16, by naming the devices one after the other.
#[test]
fn naming_the_device_does_not_get_a_code_accepted_twice() {
    let mut user = User::with_devices(&[7, 7, 8]);
    let code = shown(&key(7), NOW, 0);
    assert_eq!(user.try_claim(Claim::Device(2), &code, NOW), Verdict::Wrong);
    assert!(matches!(user.try_claim(Claim::Device(1), &code, NOW), Verdict::Accept { device: 1, .. }));
    assert_eq!(user.try_claim(Claim::Device(0), &code, NOW), Verdict::Replay);
    assert_eq!(user.try_claim(Claim::Any, &code, NOW), Verdict::Replay);
}

#[test]
fn a_guess_that_names_its_device_is_charged_with_three_codes_and_not_with_those_of_all() {
    let day = Duration::from_secs(86_400);
    for (claim, guesses) in [(Claim::Any, 3), (Claim::Device(0), 24)] {
        let mut user = User::with_devices(&[1, 2, 3, 4, 5, 6, 7, 8]);
        let wrong = user.wrong_code(NOW);
        // Waits are left out by forgetting them: what remains is the budget.
        let judged = (0..100).take_while(|_| {
            user.throttle = Throttle { failures: 0, not_before: UnixTime::default(), ..user.throttle };
            user.try_claim(claim, &wrong, NOW) == Verdict::Wrong
        });
        assert_eq!(judged.count(), guesses, "{claim:?}");
        assert!(matches!(user.try_claim(claim, &wrong, NOW.after(day)), Verdict::Wrong));
    }
}

#[test]
fn a_code_of_either_device_is_accepted_and_leaves_the_other_device_as_it_was() {
    let mut user = User::with_devices(&[1, 2]);
    let before = user.states[0].clone();
    assert!(matches!(user.try_shown(1, NOW, 0), Verdict::Accept { device: 1, .. }));
    assert_eq!(user.states[0], before);
    assert!(matches!(user.try_shown(0, NOW, 0), Verdict::Accept { device: 0, .. }));
}

/// Attack case 18.
#[test]
fn wrong_guesses_do_not_spend_the_codes_they_happen_to_be_later() {
    let mut user = User::with_devices(&[1]);
    for offset in 2..6 {
        assert_eq!(user.try_shown(0, NOW, offset), Verdict::Wrong);
    }
    let later = NOW.after(Duration::from_secs(90));
    assert!(is_accept(user.try_shown(0, later, 0)));
}

/// Attack cases 24 and 32.
#[test]
fn while_the_throttle_holds_the_right_code_is_not_looked_at() {
    let mut user = User::with_devices(&[1]);
    let wrong = user.wrong_code(NOW);
    for _ in 0..4 {
        assert_eq!(user.try_code(&wrong, NOW), Verdict::Wrong);
    }
    let until = NOW.after(Duration::from_secs(30));
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Throttled { until });
    assert_eq!(user.try_code(&wrong, NOW), Verdict::Throttled { until });
    assert_eq!(user.throttle.failures, 4);
    assert!(matches!(user.try_shown(0, until, 0), Verdict::Accept { failures_before: 4, .. }));
    assert_eq!(user.throttle.failures, 0);
}

/// Attack case 24.
#[test]
fn of_ten_thousand_wrong_codes_at_most_a_hundred_in_a_row_are_ever_looked_at() {
    let mut user = User::with_devices(&[1]);
    let mut now = NOW;
    let mut looked_at = 0;
    for _ in 0..10_000 {
        let wrong = user.wrong_code(now);
        match user.try_code(&wrong, now) {
            Verdict::Wrong => looked_at += 1,
            Verdict::Throttled { until } => now = until,
            Verdict::Suspended => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(looked_at, 100);
    let a_year_on = now.after(Duration::from_secs(365 * 86_400));
    assert_eq!(user.try_shown(0, a_year_on, 0), Verdict::Suspended);
    let device = key(1);
    assert!(matches!(user.resync(0, &pair(&device, a_year_on, 0), a_year_on), PairVerdict::Accept { .. }));
    assert!(is_accept(user.try_code(&shown(&device, a_year_on, 2), a_year_on)));
}

/// Attack case 34.
#[test]
fn guesses_at_two_codes_count_with_the_guesses_at_one() {
    let mut user = User::with_devices(&[1]);
    let wrong = user.wrong_code(NOW);
    let other = Code::parse("999999", Digits::SIX).unwrap();
    let codes = CodePair { first: wrong.clone(), second: other };
    for _ in 0..2 {
        assert_eq!(user.resync(0, &codes, NOW), PairVerdict::Wrong);
        assert_eq!(user.try_code(&wrong, NOW), Verdict::Wrong);
    }
    let until = NOW.after(Duration::from_secs(30));
    assert_eq!(user.resync(0, &codes, NOW), PairVerdict::Throttled { until });
    assert_eq!(user.try_code(&wrong, NOW), Verdict::Throttled { until });
}

/// Attack cases 34 and 53.
#[test]
fn recovery_codes_are_accepted_once_and_count_with_the_other_tries() {
    let mut user = User::with_devices(&[1]);
    let mut spent = [false; 10];
    let accepted = |failures_before| RecoveryVerdict::Accept { place: 3, failures_before };
    assert_eq!(user.try_recovery_code(&mut spent, Some(3), NOW), accepted(0));
    assert_eq!(user.try_recovery_code(&mut spent, Some(3), NOW), RecoveryVerdict::Replay);
    assert_eq!(user.try_recovery_code(&mut spent, None, NOW), RecoveryVerdict::Wrong);
    assert_eq!(user.try_recovery_code(&mut [], Some(3), NOW), RecoveryVerdict::Wrong);
    let wrong = user.wrong_code(NOW);
    assert_eq!(user.try_code(&wrong, NOW), Verdict::Wrong);
    let until = NOW.after(Duration::from_secs(30));
    assert_eq!(user.try_recovery_code(&mut spent, Some(4), NOW), RecoveryVerdict::Throttled { until });
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Throttled { until });
    assert_eq!(spent.iter().filter(|spent| **spent).count(), 1);
    assert_eq!(user.throttle.failures, 4);
}

/// Attack case 35.
#[test]
fn neither_a_suspension_nor_an_empty_guess_budget_stops_a_recovery_code_and_it_charges_nothing() {
    let mut user = User::with_devices(&[1]);
    let rules = user.rules;
    // As much as may be charged at once: 72 codes, of which 28 wear off in a day.
    let budget_whole_at = NOW.after(Duration::from_secs(72 * 86_400 / 28));
    for (failures, suspended) in [(0, false), (100, true)] {
        user.throttle = Throttle { failures, not_before: NOW, budget_whole_at };
        let status = user.throttle.status(3, NOW, &rules);
        assert_eq!(status == ThrottleStatus::Suspended, suspended);
        assert_ne!(status, ThrottleStatus::Open);
        let mut spent = [false; 10];
        assert_eq!(user.try_recovery_code(&mut spent, None, NOW), RecoveryVerdict::Wrong);
        assert_eq!((user.throttle.failures, user.throttle.budget_whole_at), (failures + 1, budget_whole_at));
        let later = user.throttle.not_before.max(NOW);
        let verdict = user.try_recovery_code(&mut spent, Some(0), later);
        assert_eq!(verdict, RecoveryVerdict::Accept { place: 0, failures_before: failures + 1 });
        assert_eq!((user.throttle.failures, user.throttle.budget_whole_at), (0, budget_whole_at));
    }
}

#[test]
fn a_recovery_code_is_the_base32_of_its_bytes_in_groups_of_four() {
    // The values of coreutils' `base32`.
    let cases = [
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], "AAAQ-EAYE-AUDA-OCAJ"),
        ([255, 254, 253, 252, 251, 250, 249, 248, 247, 246], "777P-37H3-7L47-R57W"),
        ([0; 10], "AAAA-AAAA-AAAA-AAAA"),
    ];
    for (bytes, text) in cases {
        let code = RecoveryCode::parse(text).unwrap();
        assert_eq!((code.as_bytes(), code.to_text().as_str()), (&bytes, text));
    }
}

/// Attack case 37.
#[test]
fn the_ends_of_time_are_judged_without_a_panic() {
    let device = key(1);
    let state = |floor: u64| DeviceState {
        spent: SpentSteps::from_numbers(floor, None, &[floor]).unwrap(),
        drift: Drift::ZERO,
        anchor: Drift::ZERO,
    };
    let rules = Rules::default();
    let last = step_at(UnixTime::LAST).number();
    for now in [0, 29, 30, 59, 2_147_483_648, 4_294_967_296, u64::MAX].map(UnixTime::from_secs) {
        let here = step_at(now);
        let candidate = state(0);
        let judged = judge(
            &Throttle::default(),
            &[Candidate { key: &device, state: &candidate }],
            Claim::Any,
            &device.code(here),
            now,
            &rules,
        );
        assert_eq!(is_accept(judged.verdict), here.number() > 0, "at {}", now.as_secs());
        for drift in [i64::MIN, i64::MAX] {
            let far = DeviceState { drift: Drift::from_steps(drift), ..state(last) };
            let judged = judge(
                &Throttle::default(),
                &[Candidate { key: &device, state: &far }],
                Claim::Any,
                &device.code(here),
                now,
                &rules,
            );
            assert!(!is_accept(judged.verdict));
        }
        let codes = CodePair { first: device.code(here), second: device.code(here.next().unwrap()) };
        let judged = judge_pair(&Throttle::default(), &device, None, &codes, now, &rules);
        assert!(matches!(judged.verdict, PairVerdict::Accept { .. }));
    }
}

/// Attack case 39.
#[test]
fn a_clock_that_goes_back_an_hour_opens_no_spent_step() {
    let mut user = User::with_devices(&[1]);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
    let an_hour_ago = UnixTime::from_secs(NOW.as_secs() - 3600);
    for offset in -1..=1 {
        assert_eq!(user.try_shown(0, an_hour_ago, offset), Verdict::Replay);
    }
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Replay);
}

/// Attack case 39.
#[test]
fn after_a_clock_a_year_ahead_two_codes_let_the_user_in_again_and_open_no_spent_step() {
    let mut user = User::with_devices(&[1]);
    let ahead = NOW.after(Duration::from_secs(365 * 86_400));
    assert!(is_accept(user.try_shown(0, ahead, 0)));
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Replay);
    let device = key(1);
    assert!(matches!(user.resync(0, &pair(&device, NOW, 0), NOW), PairVerdict::Accept { .. }));
    let later = NOW.after(Duration::from_secs(60));
    assert!(is_accept(user.try_shown(0, later, 0)));
    assert_eq!(user.try_shown(0, ahead, 0), Verdict::Replay);
    assert!(is_accept(user.try_shown(0, ahead, 1)));
}

#[test]
fn a_throttle_written_by_a_clock_a_year_ahead_keeps_nobody_waiting_for_good() {
    let mut user = User::with_devices(&[1]);
    let ahead = NOW.after(Duration::from_secs(365 * 86_400));
    let wrong = user.wrong_code(ahead);
    for _ in 0..4 {
        assert_eq!(user.try_code(&wrong, ahead), Verdict::Wrong);
    }
    // The longest wait is that for one guess's three charges to wear off: 3/28 of a day.
    let Verdict::Throttled { until } = user.try_shown(0, NOW, 0) else { panic!("not throttled") };
    assert_eq!(until.since(NOW).as_secs(), 86_400 * 3 / 28);
    assert!(is_accept(user.try_shown(0, until, 0)));
}

/// Attack case 39.
#[test]
fn a_clock_that_is_set_back_again_and_again_gives_no_guess_back() {
    let mut user = User::with_devices(&[1]);
    let mut now = NOW;
    let mut guesses = 0;
    for _ in 0..20 {
        let wrong = user.wrong_code(now);
        loop {
            // The user's own logins end the failures in a row.
            user.throttle = Throttle { failures: 0, not_before: UnixTime::default(), ..user.throttle };
            if user.try_code(&wrong, now) != Verdict::Wrong {
                break;
            }
            guesses += 1;
        }
        now = UnixTime::from_millis(now.as_millis() - 1000);
    }
    assert_eq!(guesses, 24);
}

/// Attack case 39. As many as are remembered can be accepted while the clock is wrong, and two codes still mend it.
#[test]
fn up_to_eight_steps_accepted_by_a_wrong_clock_stay_spent_and_a_ninth_is_not_mended() {
    for count in 1..=9u64 {
        let mut user = User::with_devices(&[1]);
        let ahead = NOW.after(Duration::from_secs(365 * 86_400));
        let at = |login: u64| ahead.after(Duration::from_secs(login * 30));
        for login in 0..count {
            assert!(is_accept(user.try_shown(0, at(login), 0)));
        }
        let device = key(1);
        let resynced = user.resync(0, &pair(&device, NOW, 0), NOW);
        // The two that enabled the device are remembered too, until later ones take their place.
        assert_eq!(matches!(resynced, PairVerdict::Accept { .. }), count <= 8, "{count}: {resynced:?}");
        let (floor, forgotten, accepted) = user.states[0].spent.to_numbers();
        assert_eq!(SpentSteps::from_numbers(floor, forgotten, &accepted).unwrap(), user.states[0].spent, "{count}");
        for login in 0..count {
            user.throttle = Throttle::default();
            assert!(!is_accept(user.try_shown(0, at(login), 0)), "{count}: {login}");
        }
        user.throttle = Throttle::default();
        assert_eq!(is_accept(user.try_shown(0, NOW.after(Duration::from_secs(60)), 0)), count <= 8, "{count}");
    }
}

/// Attack case 42.
#[test]
fn a_thousand_logins_with_the_latest_allowed_code_move_the_drift_ten_steps_and_no_further() {
    let mut user = User::with_devices(&[1]);
    let mut now = NOW;
    for _ in 0..1000 {
        let ahead = user.states[0].drift.steps() + 1;
        let _ = user.try_shown(0, now, ahead);
        now = now.after(Duration::from_secs(30));
    }
    assert_eq!(user.states[0].drift, Drift::from_steps(10));
    assert_eq!(user.throttle.failures, 0);
    assert!(!is_accept(user.try_shown(0, now, 12)));
}

#[test]
fn a_phone_whose_clock_slowly_falls_behind_is_followed() {
    let mut user = User::with_devices(&[1]);
    let mut now = NOW;
    for login in 0..20 {
        now = now.after(Duration::from_secs(86_400));
        let behind = -(login / 2);
        assert!(is_accept(user.try_shown(0, now, behind)), "login {login}");
        assert_eq!(user.states[0].drift, Drift::from_steps(behind));
    }
}

/// The figure of docs/verifier.md: the real rules, an attacker who never stops, a user who logs in and so resets the
/// failures, one device to eight, over thirty days. In no 24 hours may the chance exceed 1 in 10,000.
#[test]
fn an_attacker_with_the_password_has_at_most_one_chance_in_ten_thousand_in_any_day() {
    const DAY: u64 = 86_400_000;
    for devices in 1..=8u8 {
        for logins_a_day in [0, 1, 24, 1440] {
            let mut user = User::with_devices(&(1..=devices).collect::<Vec<_>>());
            let codes_a_guess = u64::from(devices) * 3;
            let mut guesses: Vec<u64> = Vec::new();
            let mut now = NOW;
            let end = NOW.as_millis() + 30 * DAY;
            let mut next_login = NOW.as_millis();
            let wrong = Code::parse("000000", Digits::SIX).unwrap();
            while now.as_millis() < end {
                if logins_a_day > 0 && now.as_millis() >= next_login {
                    next_login += DAY / logins_a_day;
                    let ahead = user.states[0].drift.steps();
                    let _ = user.try_shown(0, now, ahead);
                }
                match user.try_code(&wrong, now) {
                    Verdict::Wrong | Verdict::Replay | Verdict::Accept { .. } => guesses.push(now.as_millis()),
                    Verdict::Throttled { until } => {
                        let wake = if logins_a_day > 0 { until.as_millis().min(next_login) } else { until.as_millis() };
                        now = UnixTime::from_millis(wake.max(now.as_millis() + 1));
                    }
                    Verdict::Suspended => {
                        let device = user.keys[0].clone();
                        match user.resync(0, &pair(&device, now, 3), now) {
                            PairVerdict::Accept { .. } => {}
                            PairVerdict::Throttled { until } => now = until,
                            other => panic!("{other:?}"),
                        }
                    }
                }
            }
            let most = (0..guesses.len())
                .map(|first| guesses[first..].iter().take_while(|at| **at < guesses[first] + DAY).count() as u64)
                .max()
                .unwrap();
            let chance = most as f64 * codes_a_guess as f64 / 1e6;
            assert!(chance <= 1e-4, "{devices} devices, {logins_a_day} logins a day: {most} guesses, chance {chance}");
            assert!(most >= 4, "the rules must let people mistype: {devices} devices, {most} a day");
        }
    }
}

/// What the figure above counts as the chance of one guess: of all codes there are, three open the door.
#[test]
fn of_a_million_codes_exactly_the_three_of_the_window_are_accepted() {
    let user = User::with_devices(&[1]);
    let candidate = Candidate { key: &user.keys[0], state: &user.states[0] };
    let accepted = (0..1_000_000)
        .filter(|number| {
            let code = Code::parse(&format!("{number:06}"), Digits::SIX).unwrap();
            is_accept(judge(&Throttle::default(), &[candidate], Claim::Any, &code, NOW, &user.rules).verdict)
        })
        .count();
    assert_eq!(accepted, 3);
}

#[test]
fn a_status_says_what_a_try_would_meet() {
    let mut user = User::with_devices(&[1]);
    assert_eq!(user.throttle.status(3, NOW, &user.rules), ThrottleStatus::Open);
    let wrong = user.wrong_code(NOW);
    for _ in 0..4 {
        let _ = user.try_code(&wrong, NOW);
    }
    let until = NOW.after(Duration::from_secs(30));
    assert_eq!(user.throttle.status(3, NOW, &user.rules), ThrottleStatus::Waiting { until });
}

proptest! {
    /// Whatever is tried at whatever times, also by a clock that jumps, no step of a device is accepted twice.
    #[test]
    fn a_spent_step_stays_spent_for_every_sequence_of_operations(
        tries in prop::collection::vec((0..4000i64, -3..=3i64, prop::bool::weighted(0.2), prop::bool::weighted(0.2)), 1..120)
    ) {
        let mut user = User::with_devices(&[1]);
        let device = key(1);
        let mut accepted = std::collections::BTreeSet::new();
        let mut spent_by_pair = std::collections::BTreeSet::new();
        for (minutes, offset, resync, far) in tries {
            // The throttle is not what is tried here.
            user.throttle = Throttle::default();
            let jump = if far { 365 * 86_400 } else { 0 };
            let now = NOW.after(Duration::from_secs(u64::try_from(minutes).unwrap() * 20 + jump));
            let here = step_at(now);
            if resync {
                if matches!(user.resync(0, &pair(&device, now, offset), now), PairVerdict::Accept { .. }) {
                    for step in [here.offset(offset).unwrap(), here.offset(offset + 1).unwrap()] {
                        prop_assert!(!accepted.contains(&step), "a spent code resynced: {step}");
                        prop_assert!(spent_by_pair.insert(step), "a pair was accepted twice: {step}");
                    }
                }
            } else if let Verdict::Accept { step, .. } = user.try_shown(0, now, offset) {
                prop_assert!(!spent_by_pair.contains(&step), "a code of a pair was accepted: {step}");
                prop_assert!(accepted.insert(step), "accepted twice: {step}");
            }
            let (floor, forgotten, kept) = user.states[0].spent.to_numbers();
            prop_assert_eq!(SpentSteps::from_numbers(floor, forgotten, &kept), Ok(user.states[0].spent.clone()));
        }
    }

    /// Whatever is tried at whatever times, no recovery code is accepted twice, and none while a delay holds.
    #[test]
    fn a_spent_recovery_code_stays_spent_for_every_sequence_of_operations(
        tries in prop::collection::vec((0..4000u64, prop::option::of(0..10usize), any::<bool>()), 1..120)
    ) {
        let mut user = User::with_devices(&[1]);
        let mut spent = [false; 10];
        let mut accepted = std::collections::BTreeSet::new();
        for (seconds, typed, device) in tries {
            let now = NOW.after(Duration::from_secs(seconds));
            if device {
                let _ = user.try_shown(0, now, 0);
            }
            let before = user.throttle;
            match user.try_recovery_code(&mut spent, typed, now) {
                RecoveryVerdict::Accept { place, .. } => {
                    prop_assert_eq!(Some(place), typed);
                    prop_assert!(accepted.insert(place), "accepted twice: {}", place);
                    prop_assert!(before.not_before <= now);
                    prop_assert_eq!(user.throttle.failures, 0);
                }
                RecoveryVerdict::Throttled { .. } => prop_assert_eq!(user.throttle.failures, before.failures),
                RecoveryVerdict::Wrong | RecoveryVerdict::Replay => {
                    prop_assert_eq!(user.throttle.failures, before.failures + 1);
                }
            }
        }
    }

    /// What is written is read, and nothing that is typed makes the reader panic.
    #[test]
    fn a_recovery_code_is_read_as_it_was_shown(bytes in any::<[u8; 10]>(), text in any::<String>()) {
        struct Given([u8; 10]);
        impl vmfa::entropy::Entropy for Given {
            fn fill(&self, dest: &mut [u8]) -> Result<(), vmfa::entropy::EntropyError> {
                dest.copy_from_slice(&self.0);
                Ok(())
            }
        }
        let code = RecoveryCode::generate(&Given(bytes)).unwrap();
        let read = RecoveryCode::parse(&code.to_text()).unwrap();
        prop_assert_eq!(read.as_bytes(), &bytes);
        let _ = RecoveryCode::parse(&text);
    }

    /// What is kept is what was remembered.
    #[test]
    fn a_record_of_spent_steps_is_read_back_as_it_was(steps in prop::collection::btree_set(0u64..1000, 1..=8)) {
        let accepted: Vec<u64> = steps.into_iter().collect();
        let floor = *accepted.last().unwrap();
        let record = SpentSteps::from_numbers(floor, None, &accepted).unwrap();
        prop_assert_eq!(record.to_numbers(), (floor, None, accepted));
    }
}
