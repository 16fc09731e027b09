//! What holds for every sequence of operations.

use std::collections::BTreeSet;

use proptest::prelude::*;
use vmfa::otp::RecoveryCode;
use vmfa::verifier::{Claim, CodePair, RecentPairs, RecoveryVerdict, Shown, SourceKey, SpentSteps, Throttle, Verdict};

use crate::user::{NOW, User, is_resynced, key, pair, seconds, shown, step_at};

#[derive(Clone, Copy, Debug)]
enum Operation {
    One,
    LoginPair,
    Resync,
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![3 => Just(Operation::One), 2 => Just(Operation::LoginPair), 1 => Just(Operation::Resync)]
}

/// Moments that are near one another, hours apart, and a year ahead.
fn moment() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0..40u64, 2 => 0..400u64, 1 => 100_000..100_040u64, 1 => 1_000_000..1_000_020u64]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever is tried at whatever times, also by a clock that jumps, no step of a device is accepted twice: not by itself,
    /// not in a pair, not by one and then the other.
    #[test]
    fn a_spent_step_stays_spent_for_every_sequence_of_operations(
        tries in prop::collection::vec((moment(), -4..=4i64, operation()), 1..120)
    ) {
        let mut user = User::with_devices(&[1]);
        let device = key(1);
        let mut accepted = BTreeSet::new();
        for (steps, offset, operation) in tries {
            // The throttle is not what is tried here.
            user.throttle = Throttle::default();
            let now = NOW.after(seconds(steps * 30));
            let own = user.states[0].drift.steps();
            let step = |offset| step_at(now).offset(own + offset).unwrap();
            let codes = pair(&device, now, own + offset);
            let spent = match operation {
                Operation::One => match user.try_shown(0, now, own + offset) {
                    Verdict::Accept { step, .. } => vec![step],
                    _ => vec![],
                },
                Operation::LoginPair => match user.try_codes(&codes, now) {
                    Verdict::Accept { .. } => vec![step(offset), step(offset + 1)],
                    _ => vec![],
                },
                Operation::Resync if is_resynced(&user.resync(0, &codes, now)) => vec![step(offset), step(offset + 1)],
                Operation::Resync => vec![],
            };
            for step in spent {
                prop_assert!(accepted.insert(step), "accepted twice: {step}");
                prop_assert!(user.states[0].spent.contains(step));
            }
            for step in &accepted {
                prop_assert!(user.states[0].spent.contains(*step), "opened again: {step}");
            }
            let (floor, forgotten, kept) = user.states[0].spent.to_numbers();
            prop_assert_eq!(SpentSteps::from_numbers(floor, forgotten, &kept), Ok(user.states[0].spent.clone()));
            prop_assert!(user.states[0].drift.steps().abs() <= 130);
        }
    }

    /// Whoever tries what and when, no pair and no recovery code moves what holds single codes, but by being accepted.
    #[test]
    fn nothing_but_single_codes_makes_single_codes_wait(
        tries in prop::collection::vec((0..4000u64, 0..20u64, 0..3u8, -5..5i64), 1..120)
    ) {
        let mut user = User::with_devices(&[1]);
        user.throttle_single_codes(NOW);
        let mut last = NOW;
        for (millis, source, kind, offset) in tries {
            last = last.after(std::time::Duration::from_millis(millis));
            let before = user.throttle.clone();
            let right = shown(&key(1), last, offset);
            let wrong = user.wrong_code(last);
            let codes = match kind {
                0 => CodePair { first: wrong, second: right },
                1 => CodePair { first: right, second: wrong },
                _ => pair(&key(1), last, offset),
            };
            let verdict = user.judge(Claim::Any, &Shown::Two(codes), SourceKey(source), last);
            let after = &user.throttle;
            prop_assert_eq!(after.budget_whole_at, before.budget_whole_at);
            if matches!(verdict, Verdict::Accept { .. }) {
                prop_assert_eq!(after.all_failures(), 0);
            } else {
                prop_assert_eq!((after.failures, after.not_before), (before.failures, before.not_before));
                let counted = u32::from(verdict == Verdict::Wrong);
                prop_assert_eq!(after.other_failures, before.other_failures + counted);
            }
        }
    }

    /// Over any second, ten pairs of a user are looked at and one of a source, at whatever times they come.
    #[test]
    fn ten_pairs_of_a_user_and_one_of_a_source_are_looked_at_in_any_second(
        tries in prop::collection::vec((0..120u64, 1..30u64), 1..300)
    ) {
        let mut user = User::with_devices(&[1]);
        let wrong = Shown::Two(user.wrong_pair(NOW));
        let mut last = NOW;
        let mut looked_at: Vec<(u64, u64)> = Vec::new();
        for (millis, source) in tries {
            last = last.after(std::time::Duration::from_millis(millis));
            let recent = || looked_at.iter().filter(|(at, _)| at + 1000 > last.as_millis());
            let (of_user, of_source) = (recent().count(), recent().filter(|(_, from)| *from == source).count());
            match user.judge(Claim::Any, &wrong, SourceKey(source), last) {
                Verdict::Wrong => {
                    prop_assert!(of_user < 10 && of_source < 1);
                    looked_at.push((last.as_millis(), source));
                }
                Verdict::Throttled { until } => {
                    prop_assert!(of_user >= 10 || of_source >= 1, "held up for nothing");
                    prop_assert!(until > last && until <= last.after(seconds(1)));
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }

    /// Whatever is tried at whatever times, no recovery code is accepted twice, and an unspent one always is.
    #[test]
    fn a_spent_recovery_code_stays_spent_and_an_unspent_one_always_gets_in(
        tries in prop::collection::vec((0..4000u64, prop::option::of(0..10usize), any::<bool>()), 1..120)
    ) {
        let mut user = User::with_devices(&[1]);
        let mut spent = [false; 10];
        for (seconds_on, typed, device) in tries {
            let now = NOW.after(seconds(seconds_on));
            if device {
                let _ = user.try_shown(0, now, 0);
            }
            let expected = match typed {
                None => RecoveryVerdict::Wrong,
                Some(place) if spent[place] => RecoveryVerdict::Replay,
                Some(place) => RecoveryVerdict::Accept { place, failures_before: user.throttle.all_failures() },
            };
            prop_assert_eq!(user.try_recovery_code(&mut spent, typed, now), expected);
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

    /// Nothing that is typed makes the reader of codes panic, and what it reads are the digits that were typed.
    #[test]
    fn what_is_typed_is_one_code_two_or_none(text in "[0-9 \t\u{a0}é-]{0,20}") {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        match Shown::parse(&text, vmfa::otp::Digits::SIX) {
            Ok(Shown::One(code)) => prop_assert_eq!(code.as_str(), digits),
            Ok(Shown::Two(codes)) => {
                prop_assert_eq!(format!("{}{}", codes.first.as_str(), codes.second.as_str()), digits);
            }
            Err(_) => {}
        }
    }

    /// What is kept is what was remembered.
    #[test]
    fn records_are_read_back_as_they_were(
        steps in prop::collection::btree_set(0u64..1000, 1..=8),
        looked_at in prop::collection::vec((any::<u64>(), 0..i64::MAX as u64), 0..10),
    ) {
        let accepted: Vec<u64> = steps.into_iter().collect();
        let floor = *accepted.last().unwrap();
        let record = SpentSteps::from_numbers(floor, None, &accepted).unwrap();
        prop_assert_eq!(record.to_numbers(), (floor, None, accepted.clone()));
        prop_assert_eq!(RecentPairs::from_numbers(&looked_at, &accepted).to_numbers(), (looked_at, accepted));
    }
}
