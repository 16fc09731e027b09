//! One code.

use vmfa::otp::{Digits, Step, Totp, TotpKey};
use vmfa::time::UnixTime;
use vmfa::verifier::{Candidate, Claim, Drift, Shown, Throttle, Verdict, judge};

use crate::user::{HOME, NOW, User, code, enabled, is_accept, key, pair, seconds, shown, step_at};

/// Attack case 1.
#[test]
fn the_same_code_twice_in_a_row_is_accepted_once_and_the_second_costs_nothing() {
    let mut user = User::with_devices(&[1]);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
    let before = user.throttle.clone();
    for _ in 0..200 {
        assert_eq!(user.try_shown(0, NOW, 0), Verdict::Replay);
    }
    assert_eq!(user.throttle, before);
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
    assert_eq!(user.try_pair(0, NOW, -1), Verdict::Replay);
    assert_eq!(user.try_pair(0, NOW, 0), Verdict::Replay);
    assert!(is_accept(user.try_shown(0, NOW, 1)));
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
fn a_code_that_two_steps_share_is_still_accepted_once_and_proves_nothing_as_a_pair() {
    let mut user = User::with_devices(&[1]);
    let now = twin_codes(&user.keys[0]);
    assert_eq!(user.try_pair(0, now, 0), Verdict::Wrong);
    assert!(is_accept(user.try_shown(0, now, 0)));
    assert_eq!(user.try_shown(0, now, 0), Verdict::Replay);
    assert_eq!(user.try_shown(0, now, 1), Verdict::Replay);
    let next = now.after(seconds(30));
    assert_eq!(user.try_shown(0, next, 0), Verdict::Replay);
    assert!(!is_accept(user.try_shown(0, now.after(seconds(60)), -1)));
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
fn a_claim_to_a_device_that_is_not_among_the_candidates_is_wrong() {
    let mut user = User::with_devices(&[1]);
    assert_eq!(user.try_claim(Claim::Device(1), &shown(&key(1), NOW, 0), NOW), Verdict::Wrong);
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
    let later = NOW.after(seconds(90));
    assert!(is_accept(user.try_shown(0, later, 0)));
}

/// Attack case 42.
#[test]
fn a_thousand_logins_with_the_latest_allowed_code_move_the_drift_ten_steps_and_no_further() {
    let mut user = User::with_devices(&[1]);
    let mut now = NOW;
    for _ in 0..1000 {
        let ahead = user.states[0].drift.steps() + 1;
        let _ = user.try_shown(0, now, ahead);
        now = now.after(seconds(30));
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
        now = now.after(seconds(86_400));
        let behind = -(login / 2);
        assert!(is_accept(user.try_shown(0, now, behind)), "login {login}");
        assert_eq!(user.states[0].drift, Drift::from_steps(behind));
    }
}

/// What the arithmetic counts as the chance of one guess: of all codes there are, three open the door.
#[test]
fn of_a_million_codes_exactly_the_three_of_the_window_are_accepted() {
    let user = User::with_devices(&[1]);
    let candidate = Candidate { device: 0, key: &user.keys[0], state: &user.states[0] };
    let accepted = (0..1_000_000)
        .filter(|number| {
            let shown = Shown::One(code(&format!("{number:06}")));
            let throttle = Throttle::default();
            is_accept(judge(&throttle, &[candidate], &Claim::Any, &shown, HOME, NOW, &user.rules).verdict)
        })
        .count();
    assert_eq!(accepted, 3);
}

#[test]
fn twelve_digits_are_two_codes_however_they_are_spaced_and_other_lengths_are_none() {
    for text in ["123456654321", "123456 654321", " 123 456\t654 321\n", "1 2 3 4 5 6 6 5 4 3 2 1"] {
        let Ok(Shown::Two(codes)) = Shown::parse(text, Digits::SIX) else { panic!("{text:?}") };
        assert_eq!((codes.first.as_str(), codes.second.as_str()), ("123456", "654321"), "{text:?}");
    }
    for text in ["123456", "123 456", "\n1 2 3 4 5 6 "] {
        let Ok(Shown::One(code)) = Shown::parse(text, Digits::SIX) else { panic!("{text:?}") };
        assert_eq!(code.as_str(), "123456", "{text:?}");
    }
    for text in [
        "",
        " ",
        "12345",
        "1234567",
        "12345665432",
        "1234566543210",
        "123456,654321",
        "123456+54321",
        "１２３４５６654321",
    ] {
        assert!(Shown::parse(text, Digits::SIX).is_err(), "{text:?}");
    }
}
