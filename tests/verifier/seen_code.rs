//! An attacker who has seen one code that is not spent, and guesses its neighbour.

use vmfa::verifier::{Claim, CodePair, PairVerdict, Shown, SourceKey, Verdict};

use crate::user::{HOME, NOW, User, code, is_accept, is_resynced, key, pair, seconds, shown, step_at};

/// As many pairs as the limit allows while the seen code is in the window, with the right neighbour among them.
#[test]
fn a_seen_code_is_good_for_four_guesses_at_its_neighbour_and_then_the_right_one_is_refused_too() {
    for neighbour_is_later in [true, false] {
        let mut user = User::with_devices(&[1]);
        user.throttle_single_codes(NOW);
        let seen = shown(&key(1), NOW, 0);
        let with_seen = |other| {
            let codes = if neighbour_is_later { (seen.clone(), other) } else { (other, seen.clone()) };
            Shown::Two(CodePair { first: codes.0, second: codes.1 })
        };
        let mut right_was_tried = false;
        for number in 0..200u64 {
            let now = NOW.after(seconds(number / 10));
            let wrong = code(&format!("{:06}", 500_000 + number));
            let source = SourceKey(number + 1);
            assert_eq!(user.judge(Claim::Any, &with_seen(wrong), source, now), Verdict::Wrong);
            if number >= 4 && number % 10 == 8 {
                let right = shown(&key(1), NOW, if neighbour_is_later { 1 } else { -1 });
                user.forget_looked_at();
                assert_eq!(user.judge(Claim::Any, &with_seen(right), SourceKey(999), now), Verdict::Wrong);
                right_was_tried = true;
            }
        }
        assert!(right_was_tried);
        let (_, half_right) = user.throttle.pairs.to_numbers();
        assert_eq!(half_right.len(), 4);
        // The owner's next two codes have no closed step between them.
        assert!(is_accept(user.try_pair(0, NOW.after(seconds(60)), 0)));
    }
}

#[test]
fn a_person_who_mistypes_one_of_two_codes_three_times_gets_in_with_the_same_two() {
    let mut user = User::with_devices(&[1]);
    user.throttle_single_codes(NOW);
    let (first, second) = (shown(&key(1), NOW, -1), shown(&key(1), NOW, 0));
    for slip in ["000001", "000002", "000003"] {
        let codes = CodePair { first: first.clone(), second: code(slip) };
        assert_eq!(user.try_codes(&codes, NOW), Verdict::Wrong);
    }
    let slips = user.throttle.all_failures();
    let verdict = user.try_codes(&CodePair { first, second }, NOW);
    assert!(matches!(verdict, Verdict::Accept { failures_before, .. } if failures_before == slips));
}

/// Whoever does not know a code cannot close its step, however many pairs are tried.
#[test]
fn strangers_close_no_step() {
    let mut user = User::with_devices(&[1]);
    let wrong = user.wrong_pair(NOW);
    for _ in 0..10_000 {
        assert_eq!(user.try_codes(&wrong, NOW), Verdict::Wrong);
    }
    assert_eq!(user.throttle.pairs.to_numbers().1, Vec::<u64>::new());
    assert!(matches!(user.try_pair(0, NOW, -1), Verdict::Accept { failures_before: 10_000, .. }));
}

/// A spent code with a guess at its neighbour closes nothing: the pair is refused anyway.
#[test]
fn a_spent_code_closes_no_step_and_gives_no_pair_away() {
    let mut user = User::with_devices(&[1]);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
    let spent = shown(&key(1), NOW, 0);
    for number in 0..20 {
        let codes = CodePair { first: spent.clone(), second: code(&format!("{:06}", 600_000 + number)) };
        assert_eq!(user.try_codes(&codes, NOW), Verdict::Wrong);
    }
    assert_eq!(user.throttle.pairs.to_numbers().1, Vec::<u64>::new());
    assert_eq!(user.try_pair(0, NOW, 0), Verdict::Replay);
    assert!(is_accept(user.try_pair(0, NOW, 1)));
}

/// All the codes that an attacker can know without knowing two neighbours: none gets more guesses by way of the others.
#[test]
fn knowing_four_codes_that_are_no_neighbours_pushes_no_step_out_of_the_record() {
    let mut user = User::with_devices(&[1, 2]);
    let offsets = [-3, -1, 1, 3];
    let mut half_right = 0;
    for round in 0..50 {
        for device in [1, 2] {
            for offset in offsets {
                let codes = CodePair {
                    first: shown(&key(device), NOW, offset),
                    second: code(&format!("{:06}", 700_000 + round)),
                };
                let before = user.throttle.pairs.to_numbers().1.len();
                assert_eq!(user.try_codes(&codes, NOW), Verdict::Wrong);
                half_right += user.throttle.pairs.to_numbers().1.len() - before;
            }
        }
    }
    assert_eq!(half_right, 4 * offsets.len());
    for first in -3..=2 {
        assert_eq!(user.try_codes(&pair(&key(1), NOW, first), NOW), Verdict::Wrong, "the pair at {first}");
    }
}

/// Resync looks at the same pairs, in a wider window.
#[test]
fn the_four_guesses_at_a_seen_codes_neighbour_are_those_of_logins_and_resyncs_together() {
    let device = key(1);
    let half = |number: u32| CodePair { first: shown(&device, NOW, 1), second: code(&format!("{number:06}")) };
    let mut user = User::with_devices(&[1]);
    for number in [800_000, 800_001] {
        assert_eq!(user.try_codes(&half(number), NOW), Verdict::Wrong);
        assert_eq!(user.resync(0, &half(number + 10), NOW), PairVerdict::Wrong);
    }
    assert_eq!(user.try_pair(0, NOW, 1), Verdict::Wrong);
    assert_eq!(user.resync(0, &pair(&device, NOW, 1), NOW), PairVerdict::Wrong);
    assert_eq!(user.throttle.all_failures(), 6);
    assert!(is_resynced(&user.resync(0, &pair(&device, NOW, 2), NOW)));
    // A spent code closes nothing there either.
    let before = user.throttle.pairs.to_numbers().1;
    let spent = CodePair { first: shown(&device, NOW, 2), second: code("800020") };
    assert_eq!(user.resync(0, &spent, NOW), PairVerdict::Wrong);
    assert_eq!(user.throttle.pairs.to_numbers().1, before);
}

#[test]
fn a_pair_that_names_its_device_closes_no_step_by_another_devices_code() {
    let mut user = User::with_devices(&[1, 2]);
    let half = Shown::Two(CodePair { first: shown(&key(2), NOW, 0), second: code("900000") });
    for (claim, half_right) in [(Claim::Device(0), 0), (Claim::Device(1), 1), (Claim::Any, 2)] {
        user.forget_looked_at();
        assert_eq!(user.judge(claim, &half, HOME, NOW), Verdict::Wrong);
        assert_eq!(user.throttle.pairs.to_numbers().1.len(), half_right, "{claim:?}");
    }
}

/// People with two phones mix them up, and that is one slip.
#[test]
fn codes_of_two_devices_at_one_step_are_one_wrong_neighbour() {
    let mut user = User::with_devices(&[1, 2]);
    let mixed = CodePair { first: shown(&key(1), NOW, 0), second: shown(&key(2), NOW, 0) };
    assert_eq!(user.try_codes(&mixed, NOW), Verdict::Wrong);
    assert_eq!(user.throttle.pairs.to_numbers().1, [step_at(NOW).number()]);
}

/// After the verifier's clock was wrong, a code below the floor that was never used can be half of a pair that lowers it.
#[test]
fn a_seen_code_below_a_floor_that_two_codes_would_lower_is_good_for_four_guesses_too() {
    let mut user = User::with_devices(&[1]);
    let ahead = NOW.after(seconds(3000));
    assert!(is_accept(user.try_pair(0, ahead, -1)));
    user.states[0].drift = vmfa::verifier::Drift::ZERO;
    user.throttle_single_codes(NOW);
    let seen = shown(&key(1), NOW, 0);
    for number in 0..20u64 {
        let codes = CodePair { first: seen.clone(), second: code(&format!("{:06}", 500_000 + number)) };
        assert_eq!(user.judge(Claim::Any, &Shown::Two(codes), SourceKey(number + 1), NOW), Verdict::Wrong);
        user.forget_looked_at();
    }
    assert_eq!(user.throttle.pairs.to_numbers().1, vec![step_at(NOW).number(); 4]);
}
