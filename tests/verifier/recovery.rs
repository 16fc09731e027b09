//! Recovery codes.

use vmfa::otp::RecoveryCode;
use vmfa::verifier::{RecoveryVerdict, Throttle, ThrottleStatus, Verdict};

use crate::user::{NOW, User, is_accept, seconds};

/// Attack cases 34 and 53.
#[test]
fn a_recovery_code_is_accepted_once_and_a_wrong_one_is_counted_and_costs_nothing() {
    let mut user = User::with_devices(&[1]);
    let mut spent = [false; 10];
    let accepted = |failures_before| RecoveryVerdict::Accept { place: 3, failures_before };
    assert_eq!(user.try_recovery_code(&mut spent, Some(3), NOW), accepted(0));
    assert_eq!(user.try_recovery_code(&mut spent, Some(3), NOW), RecoveryVerdict::Replay);
    assert_eq!(user.throttle, Throttle::default());
    assert_eq!(user.try_recovery_code(&mut spent, None, NOW), RecoveryVerdict::Wrong);
    assert_eq!(user.try_recovery_code(&mut [], Some(3), NOW), RecoveryVerdict::Wrong);
    assert_eq!(user.throttle, Throttle { other_failures: 2, ..Throttle::default() });
    assert_eq!(spent.iter().filter(|spent| **spent).count(), 1);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
}

/// Attack case 35.
#[test]
fn neither_a_delay_nor_a_suspension_nor_an_empty_budget_stops_a_recovery_code_and_it_gives_no_guess_back() {
    let budget_whole_at = NOW.after(seconds(84 * 86_400 / 10));
    for (failures, not_before) in [(0, NOW), (9, NOW.after(seconds(960))), (100, NOW.after(seconds(3600)))] {
        let mut user = User::with_devices(&[1]);
        user.throttle = Throttle { failures, not_before, budget_whole_at, ..Throttle::default() };
        assert_ne!(user.throttle.status(user.rules.guess_cost(1), NOW, &user.rules), ThrottleStatus::Open);
        let mut spent = [false; 10];
        assert_eq!(user.try_recovery_code(&mut spent, None, NOW), RecoveryVerdict::Wrong);
        assert_eq!((user.throttle.failures, user.throttle.not_before), (failures, not_before));
        let verdict = user.try_recovery_code(&mut spent, Some(0), NOW);
        assert_eq!(verdict, RecoveryVerdict::Accept { place: 0, failures_before: failures + 1 });
        assert_eq!(user.throttle, Throttle { budget_whole_at, ..Throttle::default() });
    }
}

/// Attack case 35: as it was reported, one wrong recovery code an hour kept the right ones out for good.
#[test]
fn wrong_recovery_codes_for_six_days_keep_no_right_one_out() {
    let mut user = User::with_devices(&[1]);
    for hour in 0..150 {
        let now = NOW.after(seconds(hour * 3600));
        for _ in 0..20 {
            assert_eq!(user.try_recovery_code(&mut [false; 10], None, now), RecoveryVerdict::Wrong);
        }
        let verdict = user.try_recovery_code(&mut [false; 10], Some(0), now);
        assert_eq!(verdict, RecoveryVerdict::Accept { place: 0, failures_before: 20 });
        assert!(matches!(user.try_shown(0, now, 0), Verdict::Accept { failures_before: 0, .. }));
    }
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
