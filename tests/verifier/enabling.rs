//! The two codes that enable or resync a device.

use vmfa::verifier::{CodePair, Drift, PairVerdict, Rules, SourceKey, Throttle, Verdict, judge_pair};

use crate::user::{HOME, NOW, User, both, enabled, is_accept, is_resynced, key, pair, seconds, shown};

fn judged(codes: &CodePair) -> vmfa::verifier::PairJudgement {
    judge_pair(&Throttle::default(), &key(1), None, codes, HOME, NOW, &Rules::default())
}

/// Attack cases 12 and 43.
#[test]
fn resync_refuses_codes_that_are_spent_reversed_equal_or_not_consecutive() {
    let mut user = User::with_devices(&[1]);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
    let device = key(1);
    let codes = |first, second| both(&device, NOW, first, second);
    assert_eq!(user.resync(0, &codes(0, 1), NOW), PairVerdict::Replay);
    assert_eq!(user.resync(0, &codes(-1, 0), NOW), PairVerdict::Replay);
    assert_eq!(user.throttle.other_failures, 0);
    assert_eq!(user.resync(0, &codes(3, 2), NOW), PairVerdict::Wrong);
    assert_eq!(user.resync(0, &codes(2, 2), NOW), PairVerdict::Wrong);
    assert_eq!(user.resync(0, &codes(2, 4), NOW), PairVerdict::Wrong);
    assert_eq!((user.throttle.failures, user.throttle.other_failures), (0, 3));
    assert!(matches!(user.resync(0, &codes(2, 3), NOW), PairVerdict::Accept { drift, .. } if drift.steps() == 3));
    assert_eq!(user.throttle.other_failures, 0);
}

/// Attack case 45.
#[test]
fn a_device_is_not_enabled_by_one_code_twice_or_by_codes_that_are_not_neighbours() {
    for (first, second) in [(0, 0), (0, 2), (1, 0), (-2, 0)] {
        let judged = judged(&both(&key(1), NOW, first, second));
        assert_eq!(judged.verdict, PairVerdict::Wrong, "{first} and {second}");
        assert_eq!((judged.throttle.failures, judged.throttle.other_failures), (0, 1));
    }
}

#[test]
fn two_consecutive_codes_of_a_phone_an_hour_off_enable_it_and_its_next_code_logs_in() {
    for hour in [-120, 119] {
        let mut user = User::with_devices(&[1]);
        let device = key(1);
        user.states[0] = enabled(&device, &pair(&device, NOW, hour - 1), NOW);
        assert_eq!(user.states[0].drift, Drift::from_steps(hour));
        let later = NOW.after(seconds(30));
        assert!(is_accept(user.try_shown(0, later, hour)), "drift {hour}");
    }
}

#[test]
fn two_consecutive_codes_of_a_phone_more_than_an_hour_off_are_not_searched_for() {
    for (second, accepted) in [(-121, false), (-120, true), (120, true), (121, false)] {
        let judged = judged(&pair(&key(1), NOW, second - 1));
        assert_eq!(is_resynced(&judged.verdict), accepted, "drift {second}");
    }
}

/// Attack case 35.
#[test]
fn a_resync_is_judged_whatever_the_delays_and_suspensions_say_and_lifts_them() {
    for failures in [4, 20, 100, 5000] {
        let mut user = User::with_devices(&[1]);
        let wait = NOW.after(seconds(3600));
        user.throttle = Throttle { failures, not_before: wait, budget_whole_at: wait, ..Throttle::default() };
        assert!(is_resynced(&user.resync(0, &pair(&key(1), NOW, -1), NOW)), "{failures}");
        assert_eq!((user.throttle.failures, user.throttle.budget_whole_at), (0, wait));
        assert!(is_accept(user.try_shown(0, NOW, 1)));
    }
}

/// Attack cases 34 and 44.
#[test]
fn guesses_at_two_codes_are_counted_hold_no_single_code_up_and_are_limited_with_those_of_logins() {
    let mut user = User::with_devices(&[1]);
    let codes = user.wrong_pair(NOW);
    let state = user.states[0].clone();
    for source in 1..=20 {
        let source = SourceKey(source);
        let verdict = if source.0.is_multiple_of(2) {
            let judged = judge_pair(&user.throttle, &user.keys[0], Some(&state), &codes, source, NOW, &user.rules);
            user.throttle = judged.throttle;
            judged.verdict
        } else {
            match user.judge(vmfa::verifier::Claim::Any, &vmfa::verifier::Shown::Two(codes.clone()), source, NOW) {
                Verdict::Wrong => PairVerdict::Wrong,
                Verdict::Throttled { until } => PairVerdict::Throttled { until },
                other => panic!("{other:?}"),
            }
        };
        let until = NOW.after(seconds(1));
        let expected = if source.0 <= 10 { PairVerdict::Wrong } else { PairVerdict::Throttled { until } };
        assert_eq!(verdict, expected, "{source:?}");
    }
    assert_eq!((user.throttle.failures, user.throttle.other_failures), (0, 10));
    assert!(matches!(user.try_shown(0, NOW, 0), Verdict::Accept { failures_before: 10, .. }));
}

#[test]
fn a_refused_pair_says_nothing_to_the_device_it_was_tried_on() {
    let mut user = User::with_devices(&[1]);
    let before = user.states[0].clone();
    let codes = user.wrong_pair(NOW);
    assert_eq!(user.resync(0, &codes, NOW), PairVerdict::Wrong);
    let half = CodePair { first: shown(&key(1), NOW, 0), second: codes.second };
    assert_eq!(user.resync(0, &half, NOW), PairVerdict::Wrong);
    assert_eq!(user.states[0], before);
}
