//! What holds for every sequence of operations.

use std::collections::BTreeSet;

use proptest::prelude::*;
use vmfa::otp::RecoveryCode;
use vmfa::verifier::{PairVerdict, RecoveryVerdict, SpentSteps, Throttle, Verdict};

use super::*;

/// What is tried at a moment; the numbers are steps from then.
#[derive(Clone, Copy, Debug)]
enum Operation {
    One(i64),
    Pair(i64),
    /// A pair of which only this code is right, and whether it comes first.
    HalfPair(i64, bool),
    Resync(i64),
}

fn operations() -> impl Strategy<Value = Operation> {
    prop_oneof![
        4 => (-3..=3i64).prop_map(Operation::One),
        2 => (-4..=4i64).prop_map(Operation::Pair),
        1 => ((-4..=4i64), any::<bool>()).prop_map(|(step, first)| Operation::HalfPair(step, first)),
        1 => (-4..=4i64).prop_map(Operation::Resync),
    ]
}

/// The clock's time: within a day that is gone through to and fro, and sometimes a year ahead.
fn moments() -> impl Strategy<Value = u64> {
    prop_oneof![4 => (0..4000u64).prop_map(|thirds| thirds * 20), 1 => (0..4000u64).prop_map(|n| n * 20 + YEAR)]
}

/// The codes that an operation showed and that were accepted.
fn accepted_by(user: &mut User, device: usize, operation: Operation, now: UnixTime) -> Vec<Step> {
    let here = step_at(now);
    let steps = |offsets: &[i64]| offsets.iter().map(|offset| here.offset(*offset).unwrap()).collect();
    let accepted = match operation {
        Operation::One(step) => {
            return match user.try_shown(device, now, step) {
                Verdict::Accept { step, .. } => vec![step],
                _ => Vec::new(),
            };
        }
        Operation::Pair(first) => {
            is_accept(user.try_shown_pair(device, now, first)).then(|| steps(&[first, first + 1]))
        }
        Operation::HalfPair(step, right_first) => {
            let right = shown(&user.keys[device], now, step);
            let wrong = code("000000");
            let codes = if right_first { both(&right, &wrong) } else { both(&wrong, &right) };
            assert!(!is_accept(user.try_pair(&codes, now)));
            None
        }
        Operation::Resync(first) => {
            let codes = pair(&user.keys[device], now, first);
            matches!(user.resync(device, &codes, now), PairVerdict::Accept { .. }).then(|| steps(&[first, first + 1]))
        }
    };
    accepted.unwrap_or_default()
}

proptest! {
    /// Whatever is tried at whatever times, also by a clock that jumps, no step of a device is accepted twice, nor after a
    /// wrong pair has spent it.
    #[test]
    fn a_spent_step_stays_spent_for_every_sequence_of_operations(
        tries in prop::collection::vec((moments(), 0..2usize, operations()), 1..120)
    ) {
        let mut user = User::with_devices(&[1, 2]);
        let mut spent: Vec<BTreeSet<u64>> =
            user.states.iter().map(|state| state.spent.to_numbers().2.into_iter().collect()).collect();
        for (moment, device, operation) in tries {
            // The throttle is not what is tried here.
            user.throttle = Throttle::default();
            for step in accepted_by(&mut user, device, operation, in_secs(moment)) {
                prop_assert!(spent[device].insert(step.number()), "accepted twice: {step} by {operation:?}");
            }
            for (state, spent) in user.states.iter().zip(&mut spent) {
                let (floor, forgotten, kept) = state.spent.to_numbers();
                prop_assert_eq!(SpentSteps::from_numbers(floor, forgotten, &kept), Ok(state.spent.clone()));
                spent.extend(kept);
            }
        }
    }

    /// The same where the clock stands still for many tries, so that most of them meet something spent.
    #[test]
    fn within_two_minutes_a_spent_step_stays_spent_for_every_sequence_of_operations(
        tries in prop::collection::vec((0..120u64, operations()), 1..60)
    ) {
        let mut user = User::with_devices(&[1]);
        let mut spent: BTreeSet<u64> = user.states[0].spent.to_numbers().2.into_iter().collect();
        for (moment, operation) in tries {
            user.throttle = Throttle::default();
            for step in accepted_by(&mut user, 0, operation, in_secs(moment)) {
                prop_assert!(spent.insert(step.number()), "accepted twice: {step} by {operation:?}");
            }
            spent.extend(user.states[0].spent.to_numbers().2);
        }
    }

    /// Whatever is tried at whatever times, no recovery code is accepted twice, and none is kept waiting.
    #[test]
    fn a_spent_recovery_code_stays_spent_for_every_sequence_of_operations(
        tries in prop::collection::vec((0..4000u64, prop::option::of(0..10usize), any::<bool>()), 1..120)
    ) {
        let mut user = User::with_devices(&[1]);
        let mut spent = [false; 10];
        let mut accepted = BTreeSet::new();
        for (seconds, typed, device) in tries {
            let now = in_secs(seconds);
            if device {
                let _ = user.try_shown(0, now, 0);
            }
            let before = user.throttle.clone();
            match user.try_recovery_code(&mut spent, typed, now) {
                RecoveryVerdict::Accept { place, failures_before } => {
                    prop_assert_eq!(Some(place), typed);
                    prop_assert!(accepted.insert(place), "accepted twice: {}", place);
                    prop_assert_eq!(failures_before, before.failures + before.other_failures);
                    prop_assert_eq!((user.throttle.failures, user.throttle.other_failures), (0, 0));
                }
                RecoveryVerdict::Replay => prop_assert_eq!(&user.throttle, &before),
                RecoveryVerdict::Wrong => {
                    prop_assert_eq!(&user.throttle, &Throttle { other_failures: before.other_failures + 1, ..before });
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
