//! Two codes in a row as a login.

use vmfa::otp::Totp;
use vmfa::time::UnixTime;
use vmfa::verifier::{Claim, CodePair, Drift, Shown, SourceKey, Throttle, ThrottleStatus, Verdict};

use crate::user::{HOME, NOW, User, both, is_accept, key, pair, seconds, shown, step_at};

/// Attack cases 1, 9 and 12.
#[test]
fn a_pair_is_accepted_once_and_spends_both_its_codes_and_those_before() {
    let mut user = User::with_devices(&[1]);
    assert!(matches!(
        user.try_pair(0, NOW, -1),
        Verdict::Accept { device: 0, step, drift: Drift::ZERO, failures_before: 0 } if step == step_at(NOW)
    ));
    let before = (user.throttle.failures, user.throttle.other_failures, user.throttle.budget_whole_at);
    for first in -3..=0 {
        assert_eq!(user.try_pair(0, NOW, first), Verdict::Replay, "the pair at {first}");
    }
    for offset in -1..=0 {
        assert_eq!(user.try_shown(0, NOW, offset), Verdict::Replay, "the code at {offset}");
    }
    // What was spent costs nothing.
    assert_eq!((user.throttle.failures, user.throttle.other_failures, user.throttle.budget_whole_at), before);
    assert!(is_accept(user.try_pair(0, NOW, 1)));
}

/// Attack cases 1 and 12.
#[test]
fn a_pair_with_a_code_in_it_that_logged_somebody_in_is_refused_and_costs_nothing() {
    for first in [-1, 0] {
        let mut user = User::with_devices(&[1]);
        assert!(is_accept(user.try_shown(0, NOW, 0)));
        let before = user.throttle.all_failures();
        assert_eq!(user.try_pair(0, NOW, first), Verdict::Replay);
        assert_eq!(user.throttle.all_failures(), before);
        assert!(is_accept(user.try_pair(0, NOW, 1)));
    }
}

/// Attack case 1.
#[test]
fn pairs_that_overlap_are_not_accepted_one_after_the_other() {
    for second in -3..=2 {
        let mut user = User::with_devices(&[1]);
        assert!(is_accept(user.try_pair(0, NOW, 0)));
        // The device's own time is now one step ahead, and a pair three steps ahead of that is in the window.
        let expected = second > 1;
        assert_eq!(is_accept(user.try_pair(0, NOW, second)), expected, "the pair at {second}");
    }
}

/// Attack cases 38 and 43.
#[test]
fn a_pair_within_three_steps_of_the_devices_own_time_is_accepted_and_no_more_to_the_millisecond() {
    let start = Totp::default().period.start_of(step_at(NOW)).as_millis();
    for now in [start, start + 29_999].map(UnixTime::from_millis) {
        for (first, accepted) in [(-5, false), (-4, false), (-3, true), (-1, true), (2, true), (3, false), (4, false)] {
            let mut user = User::with_devices(&[1]);
            assert_eq!(is_accept(user.try_pair(0, now, first)), accepted, "{first} at {}", now.as_millis());
            assert_eq!(user.throttle.other_failures, u32::from(!accepted));
        }
    }
}

/// Attack cases 43 and 45.
#[test]
fn reversed_equal_distant_and_mixed_codes_are_no_pair() {
    let (phone, tablet) = (key(1), key(2));
    let mut user = User::with_devices(&[1, 2]);
    for (first, second) in [(1, 0), (0, -1), (0, 0), (1, 1), (-1, 1), (-2, 1), (2, -2)] {
        user.throttle = Throttle::default();
        assert_eq!(user.try_codes(&both(&phone, NOW, first, second), NOW), Verdict::Wrong, "{first} and {second}");
    }
    for (first, second) in [(0, 1), (-1, 0), (0, 0)] {
        user.throttle = Throttle::default();
        let mixed = CodePair { first: shown(&phone, NOW, first), second: shown(&tablet, NOW, second) };
        assert_eq!(user.try_codes(&mixed, NOW), Verdict::Wrong, "{first} and {second}");
    }
    assert!(matches!(user.try_pair(1, NOW, 0), Verdict::Accept { device: 1, .. }));
}

#[test]
fn a_pair_that_names_its_device_is_accepted_of_that_one_only() {
    let mut user = User::with_devices(&[1, 2]);
    let codes = Shown::Two(pair(&key(2), NOW, -1));
    assert_eq!(user.judge(Claim::Device(0), &codes, HOME, NOW), Verdict::Wrong);
    user.forget_looked_at();
    assert!(matches!(user.judge(Claim::Device(1), &codes, HOME, NOW), Verdict::Accept { device: 1, .. }));
}

/// Attack case 16.
#[test]
fn two_devices_with_one_secret_spend_a_pair_once() {
    let mut user = User::with_devices(&[7, 7, 8]);
    let codes = Shown::Two(pair(&key(7), NOW, -1));
    assert_eq!(user.judge(Claim::Device(2), &codes, HOME, NOW), Verdict::Wrong);
    user.forget_looked_at();
    assert!(is_accept(user.judge(Claim::Device(1), &codes, HOME, NOW)));
    user.forget_looked_at();
    assert_eq!(user.judge(Claim::Device(0), &codes, HOME, NOW), Verdict::Replay);
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Replay);
}

/// Attack case 35.
#[test]
fn a_pair_gets_in_during_a_delay_on_an_empty_budget_and_during_a_suspension_and_lifts_them() {
    for failures in [4, 12, 99, 100, 7000] {
        let mut user = User::with_devices(&[1]);
        let empty = NOW.after(seconds(365 * 86_400));
        user.throttle = Throttle {
            failures,
            not_before: NOW.after(seconds(3600)),
            budget_whole_at: empty,
            other_failures: 3,
            ..Throttle::default()
        };
        assert!(!is_accept(user.try_shown(0, NOW, 0)));
        let verdict = user.try_pair(0, NOW, -1);
        assert!(matches!(verdict, Verdict::Accept { failures_before, .. } if failures_before == failures + 3));
        assert_eq!((user.throttle.all_failures(), user.throttle.not_before), (0, UnixTime::default()));
        // The charges stay: the day's guesses are not given back. They were cut to the most there can be.
        assert_eq!(user.throttle.budget_whole_at, NOW.after(seconds(86_400 / 10 * 84)));
        let wait = user.throttle.status(user.rules.guess_cost(1), NOW, &user.rules);
        assert_eq!(wait, ThrottleStatus::Waiting { until: NOW.after(seconds(3 * 86_400 / 10)) });
        assert!(is_accept(user.try_pair(0, NOW, 1)));
    }
}

#[test]
fn a_pair_keeps_the_drift_it_shows_and_the_next_single_code_is_found() {
    for first in -3..=2 {
        let mut user = User::with_devices(&[1]);
        assert!(is_accept(user.try_pair(0, NOW, first)));
        // Two steps behind is a clock that fell behind, or a person who typed late: one step lies between the two.
        let drift = Drift::from_steps((first + 1).max(-1));
        assert_eq!((user.states[0].drift, user.states[0].anchor), (drift, drift), "the pair at {first}");
        let later = NOW.after(seconds(300));
        assert!(is_accept(user.try_shown(0, later, first + 1)), "the pair at {first}");
    }
    let mut late = User::with_devices(&[1]);
    assert!(is_accept(late.try_pair(0, NOW, -3)));
    assert!(is_accept(late.try_shown(0, NOW, 0)));
}

/// Attack case 42.
#[test]
fn a_thousand_pairs_at_the_edge_of_the_window_move_the_drift_an_hour_and_five_minutes_and_no_further() {
    for (direction, edge) in [(1, 2), (-1, -3)] {
        let mut user = User::with_devices(&[1]);
        let mut now = NOW;
        for _ in 0..1000 {
            let own = user.states[0].drift.steps();
            assert!(is_accept(user.try_pair(0, now, own + edge)));
            now = now.after(seconds(600));
        }
        assert_eq!(user.states[0].anchor, Drift::from_steps(120 * direction));
        assert_eq!(user.states[0].drift.steps().abs().clamp(121, 130), user.states[0].drift.steps().abs());
        assert!(!user.states[0].spent.is_ahead_of_clock(step_at(now), &user.rules));
    }
}

/// Attack cases 26 and 27.
#[test]
fn one_source_has_one_pair_a_second_looked_at_and_a_user_ten() {
    let mut user = User::with_devices(&[1]);
    let wrong = Shown::Two(user.wrong_pair(NOW));
    let until = NOW.after(seconds(1));
    let mut looked_at = 0;
    for source in 1..=100 {
        for _ in 0..3 {
            match user.judge(Claim::Any, &wrong, SourceKey(source), NOW) {
                Verdict::Wrong => looked_at += 1,
                other => assert_eq!(other, Verdict::Throttled { until }),
            }
        }
        assert_eq!(looked_at, source.min(10));
    }
    let before = user.throttle.clone();
    let right = Shown::Two(pair(&key(1), NOW, -1));
    assert_eq!(user.judge(Claim::Any, &right, SourceKey(101), NOW), Verdict::Throttled { until });
    assert_eq!(user.throttle, before, "a pair that was not looked at changes nothing");
    let just_before = UnixTime::from_millis(until.as_millis() - 1);
    assert!(!is_accept(user.judge(Claim::Any, &right, SourceKey(101), just_before)));
    assert_eq!(user.throttle.other_failures, 10);
    assert!(is_accept(user.judge(Claim::Any, &right, SourceKey(1), until)));
}

#[test]
fn the_pairs_of_a_source_are_a_second_apart_however_they_are_spread() {
    let mut user = User::with_devices(&[1]);
    let wrong = Shown::Two(user.wrong_pair(NOW));
    for (millis, looked_at) in [(0, true), (400, false), (999, false), (1000, true), (1999, false), (2000, true)] {
        let now = UnixTime::from_millis(NOW.as_millis() + millis);
        let verdict = user.judge(Claim::Any, &wrong, HOME, now);
        assert_eq!(verdict == Verdict::Wrong, looked_at, "after {millis} ms");
    }
    // Who does not say where the try comes from is not held up by another such try, but by the user's limit.
    let later = NOW.after(seconds(60));
    for number in 1..=20 {
        let verdict = user.judge(Claim::Any, &wrong, SourceKey::UNKNOWN, later);
        assert_eq!(verdict == Verdict::Wrong, number <= 10);
    }
}

/// Attack case 39.
#[test]
fn a_clock_that_jumps_back_blocks_no_pair_for_longer_than_a_second() {
    for back in [1, 500, 999, 1000, 86_400_000, 40_000_000_000] {
        let mut user = User::with_devices(&[1]);
        let wrong = Shown::Two(user.wrong_pair(NOW));
        for source in 1..=10 {
            assert_eq!(user.judge(Claim::Any, &wrong, SourceKey(source), NOW), Verdict::Wrong);
        }
        let now = UnixTime::from_millis(NOW.as_millis() - back);
        let right = Shown::Two(pair(&key(1), now, -1));
        // The device was enabled after that, as far as this clock knows; any verdict but a wait will do.
        let is_throttled = |verdict| matches!(verdict, Verdict::Throttled { .. });
        if back < 1000 {
            let until = now.after(seconds(1));
            assert_eq!(user.judge(Claim::Any, &right, HOME, now), Verdict::Throttled { until }, "{back} ms back");
            assert!(!is_throttled(user.judge(Claim::Any, &right, HOME, until)), "{back} ms back");
        } else {
            assert!(!is_throttled(user.judge(Claim::Any, &right, HOME, now)), "{back} ms back");
        }
    }
}

#[test]
fn a_status_says_whether_a_pair_would_be_looked_at() {
    let mut user = User::with_devices(&[1]);
    user.throttle_single_codes(NOW);
    let rules = user.rules;
    assert_eq!(user.throttle.status_of_pairs(HOME, NOW, &rules), ThrottleStatus::Open);
    let wrong = Shown::Two(user.wrong_pair(NOW));
    assert_eq!(user.judge(Claim::Any, &wrong, HOME, NOW), Verdict::Wrong);
    let until = NOW.after(seconds(1));
    assert_eq!(user.throttle.status_of_pairs(HOME, NOW, &rules), ThrottleStatus::Waiting { until });
    assert_eq!(user.throttle.status_of_pairs(SourceKey(2), NOW, &rules), ThrottleStatus::Open);
    assert_eq!(user.throttle.status_of_pairs(HOME, until, &rules), ThrottleStatus::Open);
}

/// What the arithmetic counts as the chance of one guess: of all pairs of codes there are, six open the door.
#[test]
fn of_all_pairs_of_steps_exactly_the_six_of_the_window_are_accepted() {
    let steps = -9..=9;
    let accepted: Vec<(i64, i64)> = (steps.clone())
        .flat_map(|first| steps.clone().map(move |second| (first, second)))
        .filter(|(first, second)| {
            let mut user = User::with_devices(&[1]);
            is_accept(user.try_codes(&both(&key(1), NOW, *first, *second), NOW))
        })
        .collect();
    assert_eq!(accepted, [(-3, -2), (-2, -1), (-1, 0), (0, 1), (1, 2), (2, 3)]);
}

#[test]
fn a_pair_that_both_limits_hold_waits_for_the_later_one() {
    let mut user = User::with_devices(&[1]);
    let wrong = Shown::Two(user.wrong_pair(NOW));
    for source in 2..=10 {
        assert_eq!(user.judge(Claim::Any, &wrong, SourceKey(source), NOW), Verdict::Wrong);
    }
    let later = UnixTime::from_millis(NOW.as_millis() + 500);
    assert_eq!(user.judge(Claim::Any, &wrong, HOME, later), Verdict::Wrong);
    let throttled = |until| Verdict::Throttled { until };
    assert_eq!(user.judge(Claim::Any, &wrong, HOME, later), throttled(later.after(seconds(1))));
    assert_eq!(user.judge(Claim::Any, &wrong, SourceKey(11), later), throttled(NOW.after(seconds(1))));
}
