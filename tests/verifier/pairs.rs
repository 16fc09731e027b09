//! Two codes in a row at a login.

use vmfa::verifier::{Claim, Drift, Shown, Throttle, Verdict};

use super::*;

/// What a device shows at these two steps, whether or not one follows the other.
fn codes(device: u8, first: i64, second: i64) -> CodePair {
    both(&shown(&key(device), NOW, first), &shown(&key(device), NOW, second))
}

/// The steps of a single code or of a pair, and whether it is accepted.
type Tries = &'static [(&'static [i64], bool)];

/// Attack case 1, with pairs: each sequence of single codes (one step) and pairs, and which of them are accepted.
#[test]
fn a_code_is_accepted_once_alone_or_in_a_pair_in_whatever_order() {
    let cases: [(&str, Tries); 9] = [
        ("a pair, then each of its codes", &[(&[0, 1], true), (&[0], false), (&[1], false)]),
        ("a pair, then its codes the other way round", &[(&[0, 1], true), (&[1], false), (&[0], false)]),
        ("a pair twice", &[(&[0, 1], true), (&[0, 1], false)]),
        ("a code, then a pair that begins with it", &[(&[0], true), (&[0, 1], false), (&[1, 2], true)]),
        ("a code, then a pair that ends with it", &[(&[0], true), (&[-1, 0], false), (&[1, 2], true)]),
        ("overlapping pairs, forwards", &[(&[0, 1], true), (&[1, 2], false), (&[2, 3], true)]),
        ("overlapping pairs, backwards", &[(&[0, 1], true), (&[-1, 0], false), (&[0, 1], false)]),
        ("a pair from before a code", &[(&[1], true), (&[-1, 0], false), (&[-2, -1], false)]),
        ("a pair, then a code from before it", &[(&[0, 1], true), (&[-1], false), (&[2], true)]),
    ];
    for (name, tries) in cases {
        let mut user = User::with_devices(&[1]);
        for (place, (steps, accepted)) in tries.iter().enumerate() {
            // A second apart, so that what is tried is not the rate of pairs.
            let now = in_secs(u64::try_from(place).unwrap());
            let verdict = match steps {
                [one] => user.try_code(&shown(&key(1), NOW, *one), now),
                [first, second] => user.try_pair(&codes(1, *first, *second), now),
                _ => unreachable!(),
            };
            // A code from before the drift that a pair has shown can lie outside the window, where it is wrong.
            let as_told = is_accept(verdict) == *accepted && !matches!(verdict, Verdict::Throttled { .. });
            assert!(as_told, "{name}: {steps:?}: {verdict:?}");
        }
    }
}

#[test]
fn a_pair_that_is_sent_a_thousand_times_costs_nothing() {
    let mut user = User::with_devices(&[1]);
    assert!(is_accept(user.try_shown_pair(0, NOW, 0)));
    for _ in 0..1000 {
        assert_eq!(user.try_shown_pair(0, NOW, 0), Verdict::Replay);
        assert_eq!(user.try_shown_pair(0, NOW, -1), Verdict::Replay);
    }
    assert_eq!(user.throttle, Throttle::default());
}

#[test]
fn a_pair_within_three_steps_of_the_devices_own_time_is_accepted_and_none_beyond() {
    for drift in [-100, 0, 5] {
        for (first, accepted) in [(-4, false), (-3, true), (-1, true), (0, true), (2, true), (3, false), (4, false)] {
            let mut user = User::with_devices(&[1]);
            user.states[0].drift = Drift::from_steps(drift);
            user.states[0].spent = vmfa::verifier::SpentSteps::from_numbers(1, None, &[1]).unwrap();
            let verdict = user.try_shown_pair(0, NOW, drift + first);
            assert_eq!(is_accept(verdict), accepted, "drift {drift}, from {first}: {verdict:?}");
            let second = Drift::from_steps(drift + first + 1);
            let expected = if accepted { (second, second) } else { (Drift::from_steps(drift), Drift::ZERO) };
            assert_eq!((user.states[0].drift, user.states[0].anchor), expected);
        }
    }
}

#[test]
fn a_pair_of_one_code_twice_reversed_or_not_consecutive_is_wrong() {
    for (first, second) in [(0, 0), (1, 1), (1, 0), (0, 2), (-1, 1), (2, -2)] {
        let mut user = User::with_devices(&[1]);
        assert_eq!(user.try_pair(&codes(1, first, second), NOW), Verdict::Wrong, "{first} and {second}");
        assert_eq!((user.throttle.failures, user.throttle.other_failures), (0, 1));
    }
}

/// Attack case 45, at a login, where one code twice is what the device shows.
#[test]
fn a_pair_of_one_code_twice_is_wrong_even_where_two_steps_share_it() {
    let mut user = User::with_devices(&[1]);
    let now = codes::twin_codes(&user.keys[0]);
    assert_eq!(user.try_shown_pair(0, now, 0), Verdict::Wrong);
    assert_eq!(user.try_shown(0, now, 0), Verdict::Replay);
    assert_eq!(user.try_shown(0, now, 1), Verdict::Replay);
}

/// Attack case 16, with the first code of one device and the second of the other.
#[test]
fn the_codes_of_two_devices_are_no_pair_and_both_are_spent() {
    for (first, second) in [(0, 1), (0, 0), (1, 0)] {
        let mut user = User::with_devices(&[1, 2]);
        let mixed = both(&shown(&key(1), NOW, first), &shown(&key(2), NOW, second));
        assert_eq!(user.try_pair(&mixed, NOW), Verdict::Wrong);
        assert_eq!(user.try_shown(0, NOW, first), Verdict::Replay);
        assert_eq!(user.try_shown(1, NOW, second), Verdict::Replay);
    }
}

/// Attack case 16, with a pair.
#[test]
fn two_devices_with_one_secret_spend_a_pair_once() {
    let mut user = User::with_devices(&[7, 7, 8]);
    let named = |device| Claim::Device(device);
    let typed = Shown::Two(codes(7, 0, 1));
    assert_eq!(user.try_any(named(2), &typed, STRANGER, NOW), Verdict::Wrong);
    assert!(matches!(user.try_any(named(1), &typed, OWN, NOW), Verdict::Accept { device: 1, .. }));
    for claim in [named(0), named(1), Claim::Any] {
        assert_eq!(user.try_any(claim, &typed, OWN, NOW), Verdict::Replay);
    }
    assert_eq!(user.try_shown(0, NOW, 1), Verdict::Replay);
}

#[test]
fn a_pair_of_either_device_is_accepted_and_leaves_the_other_device_as_it_was() {
    let mut user = User::with_devices(&[1, 2]);
    let before = user.states[0].clone();
    let step = step_at(NOW).next().unwrap();
    let accepted = Verdict::Accept { device: 1, step, drift: Drift::from_steps(1), failures_before: 0 };
    assert_eq!(user.try_shown_pair(1, NOW, 0), accepted);
    assert_eq!(user.states[0], before);
}

/// Attack case 35.
#[test]
fn a_pair_gets_in_during_a_delay_with_an_empty_budget_and_during_a_suspension_and_ends_the_delays() {
    let budget_whole_at = in_secs(82 * DAY / 12);
    let cases = [
        Throttle { failures: 20, not_before: in_secs(HOUR), ..Throttle::default() },
        Throttle { budget_whole_at, ..Throttle::default() },
        Throttle { failures: 100, not_before: in_secs(HOUR), budget_whole_at, ..Throttle::default() },
        Throttle { failures: 100, other_failures: 1_000_000, ..Throttle::default() },
    ];
    for throttle in cases {
        let mut user = User::with_devices(&[1]);
        user.throttle = throttle.clone();
        assert_ne!(user.status(NOW), ThrottleStatus::Open);
        assert!(!is_accept(user.try_shown(0, NOW, 0)));
        let Verdict::Accept { failures_before, .. } = user.try_shown_pair(0, NOW, 0) else { panic!("{throttle:?}") };
        assert_eq!(failures_before, throttle.failures + throttle.other_failures);
        // The day's guesses stay charged.
        let charged = throttle.budget_whole_at;
        assert_eq!(user.throttle, Throttle { budget_whole_at: charged, ..Throttle::default() });
        if charged == UnixTime::default() {
            assert!(is_accept(user.try_shown(0, NOW, 2)));
        }
    }
}

/// Attack case 18, with pairs: what somebody has seen is good for one guess at the code beside it.
#[test]
fn a_wrong_pair_spends_the_right_code_that_it_contains() {
    let wrong = User::with_devices(&[1]).wrong_code(NOW);
    for right in -3..=3 {
        for right_comes_first in [true, false] {
            let mut user = User::with_devices(&[1]);
            user.states[0].spent = vmfa::verifier::SpentSteps::from_numbers(1, None, &[1]).unwrap();
            let seen = shown(&key(1), NOW, right);
            let codes = if right_comes_first { both(&seen, &wrong) } else { both(&wrong, &seen) };
            assert_eq!(user.try_pair(&codes, NOW), Verdict::Wrong);
            assert_eq!(user.states[0].spent.floor(), step_at(NOW).offset(right).unwrap());
            assert_eq!((user.states[0].drift, user.states[0].anchor), (Drift::ZERO, Drift::ZERO));
            // The right neighbour comes too late, and so does the code by itself.
            assert!(!is_accept(user.try_shown_pair(0, in_secs(1), right)));
            assert!(!is_accept(user.try_shown_pair(0, in_secs(2), right - 1)));
            assert!(!is_accept(user.try_shown(0, in_secs(2), right)));
            let next = in_secs(u64::try_from(right + 3).unwrap() * 30);
            let own = right - i64::try_from((next.as_secs() - NOW.as_secs()) / 30).unwrap();
            assert!(is_accept(user.try_shown_pair(0, next, own + 1)), "the codes after it get in: {right}");
        }
    }
}

/// Attack case 18: a code that is spent says nothing of its neighbour, however often that is guessed.
#[test]
fn a_guess_at_the_neighbour_of_a_spent_code_meets_the_same_whether_it_is_right_or_wrong() {
    let start = {
        let mut user = User::with_devices(&[1]);
        assert!(is_accept(user.try_shown(0, NOW, 0)));
        user
    };
    let wrong = start.wrong_code(NOW);
    let seen = shown(&key(1), NOW, 0);
    let after = |codes: &CodePair, resync: bool| {
        let mut user = User { keys: start.keys.clone(), states: start.states.clone(), ..User::with_devices(&[]) };
        let accepted = match resync {
            true => matches!(user.resync(0, codes, NOW), PairVerdict::Accept { .. }),
            false => is_accept(user.try_pair(codes, NOW)),
        };
        assert!(!accepted);
        (user.throttle, user.states)
    };
    for resync in [false, true] {
        let right = after(&both(&seen, &shown(&key(1), NOW, 1)), resync);
        assert_eq!(right, after(&both(&seen, &wrong), resync), "resync: {resync}");
        assert_eq!(right.0.other_failures, 1);
    }
}

/// Attack case 18. An attacker has seen the code of now, and tries it with every code there is.
#[test]
fn whoever_has_seen_one_code_has_one_guess_at_its_neighbour() {
    let mut user = User::with_devices(&[1]);
    let seen = shown(&key(1), NOW, 0);
    let neighbour = shown(&key(1), NOW, 1);
    let mut tried = 0;
    for number in 0..90 {
        let now = in_secs(number);
        let guess = if number == 45 { neighbour.clone() } else { code(&format!("{number:06}")) };
        let verdict = user.try_pair_from(STRANGER, &both(&seen, &guess), now);
        assert!(!is_accept(verdict), "{number}");
        tried += u32::from(!matches!(verdict, Verdict::Throttled { .. }));
    }
    assert_eq!(tried, 90);
    assert!(is_accept(user.try_shown_pair(0, in_secs(90), 0)));
}
