//! Recovery codes.

use vmfa::otp::RecoveryCode;
use vmfa::verifier::{RecoveryVerdict, ThrottleStatus, Verdict};

use super::*;

/// Attack cases 34 and 53.
#[test]
fn recovery_codes_are_accepted_once_and_are_counted_without_delaying_anything() {
    let mut user = User::with_devices(&[1]);
    let mut spent = [false; 10];
    let accepted = |failures_before| RecoveryVerdict::Accept { place: 3, failures_before };
    assert_eq!(user.try_recovery_code(&mut spent, Some(3), NOW), accepted(0));
    assert_eq!(user.try_recovery_code(&mut spent, Some(3), NOW), RecoveryVerdict::Replay);
    assert_eq!(user.throttle, Throttle::default());
    assert_eq!(user.try_recovery_code(&mut spent, None, NOW), RecoveryVerdict::Wrong);
    assert_eq!(user.try_recovery_code(&mut [], Some(3), NOW), RecoveryVerdict::Wrong);
    assert_eq!((user.throttle.failures, user.throttle.other_failures), (0, 2));
    assert_eq!(user.status(NOW), ThrottleStatus::Open);
    let next = RecoveryVerdict::Accept { place: 4, failures_before: 2 };
    assert_eq!(user.try_recovery_code(&mut spent, Some(4), NOW), next);
    assert_eq!(spent.iter().filter(|spent| **spent).count(), 2);
}

/// Attack case 35.
#[test]
fn neither_a_delay_nor_a_suspension_nor_an_empty_guess_budget_stops_a_recovery_code_and_it_charges_nothing() {
    let mut user = User::with_devices(&[1]);
    // As much as may be charged at once: 82 codes, of which 12 wear off in a day.
    let budget_whole_at = in_secs(82 * DAY / 12);
    for (failures, not_before) in [(0, NOW), (20, in_secs(HOUR)), (100, in_secs(HOUR))] {
        user.throttle = Throttle { failures, not_before, budget_whole_at, ..Throttle::default() };
        assert_eq!(user.status(NOW) == ThrottleStatus::Suspended, failures == 100);
        assert_ne!(user.status(NOW), ThrottleStatus::Open);
        let before = user.throttle.clone();
        let mut spent = [false; 10];
        assert_eq!(user.try_recovery_code(&mut spent, None, NOW), RecoveryVerdict::Wrong);
        assert_eq!(user.throttle, Throttle { other_failures: 1, ..before });
        let verdict = user.try_recovery_code(&mut spent, Some(0), NOW);
        assert_eq!(verdict, RecoveryVerdict::Accept { place: 0, failures_before: failures + 1 });
        assert_eq!(user.throttle, Throttle { budget_whole_at, ..Throttle::default() });
    }
}

/// Attack case 35, with what needs no password.
#[test]
fn a_thousand_wrong_recovery_codes_leave_single_codes_and_pairs_as_they_were() {
    let mut user = User::with_devices(&[1]);
    let mut spent = [false; 10];
    for _ in 0..1000 {
        assert_eq!(user.try_recovery_code(&mut spent, None, NOW), RecoveryVerdict::Wrong);
    }
    assert_eq!(user.throttle, Throttle { other_failures: 1000, ..Throttle::default() });
    assert_eq!(user.status(NOW), ThrottleStatus::Open);
    assert!(matches!(user.try_shown(0, NOW, -1), Verdict::Accept { failures_before: 1000, .. }));
    assert!(matches!(user.try_shown_pair(0, NOW, 0), Verdict::Accept { failures_before: 0, .. }));
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
