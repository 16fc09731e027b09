//! The two codes that enable a device or measure its clock.

use vmfa::verifier::{Drift, PairVerdict, Rules, Throttle, judge_pair};

use super::codes::twin_codes;
use super::*;

fn enable(codes: &CodePair, now: UnixTime) -> vmfa::verifier::PairJudgement {
    judge_pair(&Throttle::default(), &key(1), None, codes, OWN, now, &Rules::default())
}

/// Attack cases 12 and 43.
#[test]
fn resync_refuses_codes_that_are_spent_reversed_equal_or_not_consecutive() {
    let mut user = User::with_devices(&[1]);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
    let device = key(1);
    let codes = |first, second| both(&shown(&device, NOW, first), &shown(&device, NOW, second));
    let mut now = NOW;
    for (first, second, verdict) in [
        (0, 1, PairVerdict::Replay),
        (3, 2, PairVerdict::Wrong),
        (2, 2, PairVerdict::Wrong),
        (2, 4, PairVerdict::Wrong),
    ] {
        assert_eq!(user.resync(0, &codes(first, second), now), verdict, "{first} and {second}");
        now = now.after(secs(1));
    }
    assert_eq!(user.throttle.failures, 0);
    let too_soon = UnixTime::from_millis(now.as_millis() - 1);
    assert_eq!(user.resync(0, &codes(2, 3), too_soon), PairVerdict::Throttled { until: now });
    assert!(matches!(user.resync(0, &codes(2, 3), now), PairVerdict::Accept { drift, .. } if drift.steps() == 3));
}

/// Attack case 45.
#[test]
fn a_device_is_not_enabled_by_one_code_twice_or_by_codes_that_are_not_neighbours() {
    let device = key(1);
    for (first, second) in [(0, 0), (0, 2), (1, 0), (-2, 0)] {
        let judged = enable(&both(&shown(&device, NOW, first), &shown(&device, NOW, second)), NOW);
        assert_eq!(judged.verdict, PairVerdict::Wrong, "{first} and {second}");
        assert_eq!((judged.throttle.failures, judged.throttle.other_failures), (0, 1));
    }
}

/// Attack case 45, where one code twice is what the device shows.
#[test]
fn one_code_typed_twice_proves_nothing_even_where_two_steps_share_it() {
    let device = key(1);
    let now = twin_codes(&device);
    assert_eq!(enable(&pair(&device, now, 0), now).verdict, PairVerdict::Wrong);
}

#[test]
fn two_consecutive_codes_of_a_phone_an_hour_off_enable_it_and_its_next_code_logs_in() {
    for hour in [-120, 119] {
        let mut user = User::with_devices(&[1]);
        let device = key(1);
        user.states[0] = enabled(&device, &pair(&device, NOW, hour - 1), NOW);
        assert_eq!(user.states[0].drift, Drift::from_steps(hour));
        assert!(is_accept(user.try_shown(0, in_secs(30), hour)), "drift {hour}");
    }
}

#[test]
fn two_consecutive_codes_of_a_phone_more_than_an_hour_off_are_not_searched_for() {
    for (second, accepted) in [(-121, false), (-120, true), (120, true), (121, false)] {
        let verdict = enable(&pair(&key(1), NOW, second - 1), NOW).verdict;
        assert_eq!(matches!(verdict, PairVerdict::Accept { .. }), accepted, "drift {second}");
    }
}

/// The codes of 30 seconds ago and of now, which real clients send at once.
#[test]
fn the_last_code_and_the_present_one_enable_a_device_at_once() {
    let PairVerdict::Accept { state, drift } = enable(&pair(&key(1), NOW, -1), NOW).verdict else { panic!("refused") };
    assert_eq!((drift, state.anchor), (Drift::ZERO, Drift::ZERO));
    assert_eq!(state.spent.floor(), step_at(NOW));
}

#[test]
fn a_resync_ends_the_delays_and_leaves_the_days_guesses_charged() {
    let mut user = User::with_devices(&[1]);
    let wrong = user.wrong_code(NOW);
    for _ in 0..4 {
        assert_eq!(user.try_code(&wrong, NOW), Verdict::Wrong);
    }
    let charged = user.throttle.budget_whole_at;
    let codes = pair(&key(1), NOW, 0);
    assert!(matches!(user.resync(0, &codes, NOW), PairVerdict::Accept { .. }));
    assert_eq!(user.throttle, Throttle { budget_whole_at: charged, ..Throttle::default() });
}
