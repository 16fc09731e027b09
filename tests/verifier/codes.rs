//! Single codes: the window, replays, several devices, and the drift.

use vmfa::verifier::{Candidate, Claim, Drift, Rules, Shown, Throttle, Verdict, judge};

use super::*;

/// Attack case 1.
#[test]
fn the_same_code_twice_in_a_row_is_accepted_once() {
    let mut user = User::with_devices(&[1]);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Replay);
}

#[test]
fn a_code_that_is_sent_a_thousand_times_costs_nothing() {
    let mut user = User::with_devices(&[1]);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
    let before = user.throttle.clone();
    for _ in 0..1000 {
        assert_eq!(user.try_shown(0, NOW, 0), Verdict::Replay);
    }
    assert_eq!(user.throttle, before);
    assert!(matches!(user.try_shown(0, NOW, 1), Verdict::Accept { failures_before: 0, .. }));
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

/// Attack case 1, where two steps of the window have the code.
#[test]
fn a_code_that_two_steps_share_is_still_accepted_once() {
    let mut user = User::with_devices(&[1]);
    let now = twin_codes(&user.keys[0]);
    assert!(is_accept(user.try_shown(0, now, 0)));
    assert_eq!(user.try_shown(0, now, 0), Verdict::Replay);
    assert_eq!(user.try_shown(0, now, 1), Verdict::Replay);
    let next = now.after(secs(30));
    assert_eq!(user.try_shown(0, next, 0), Verdict::Replay);
    assert!(!is_accept(user.try_shown(0, now.after(secs(60)), -1)));
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
    assert!(is_accept(user.try_shown(0, in_secs(90), 0)));
}

/// Attack case 42.
#[test]
fn a_thousand_logins_with_the_latest_allowed_code_move_the_drift_ten_steps_and_no_further() {
    let mut user = User::with_devices(&[1]);
    let mut now = NOW;
    for _ in 0..1000 {
        let ahead = user.states[0].drift.steps() + 1;
        let _ = user.try_shown(0, now, ahead);
        now = now.after(secs(30));
    }
    assert_eq!(user.states[0].drift, Drift::from_steps(10));
    assert_eq!(user.throttle.failures, 0);
    assert!(!is_accept(user.try_shown(0, now, 12)));
}

#[test]
fn a_phone_whose_clock_slowly_falls_behind_is_followed() {
    let mut user = User::with_devices(&[1]);
    for login in 0..20 {
        let now = in_secs(DAY * (1 + login));
        let behind = -i64::try_from(login / 2).unwrap();
        assert!(is_accept(user.try_shown(0, now, behind)), "login {login}");
        assert_eq!(user.states[0].drift, Drift::from_steps(behind));
    }
}

/// What the arithmetic counts as the chance of one guess: of all codes there are, three open the door.
#[test]
fn of_a_million_codes_exactly_the_three_of_the_window_are_accepted() {
    let user = User::with_devices(&[1]);
    let candidate = Candidate { device: 0, key: &user.keys[0], state: &user.states[0] };
    let accepts = |number: &u32| {
        let typed = Shown::One(code(&format!("{number:06}")));
        is_accept(judge(&Throttle::default(), &[candidate], Claim::Any, &typed, OWN, NOW, &Rules::default()).verdict)
    };
    assert_eq!((0..1_000_000).filter(accepts).count(), 3);
}

/// A moment at which a device shows the same six digits in two steps in a row, as happens once in a million.
pub(super) fn twin_codes(key: &TotpKey) -> UnixTime {
    let first = (step_at(NOW).number()..).map(Step::new);
    let twin = first
        .map(|step| (step, step.next().unwrap()))
        .find(|(step, next)| key.code(*step).as_str() == key.code(*next).as_str());
    key.period().start_of(twin.unwrap().0)
}
