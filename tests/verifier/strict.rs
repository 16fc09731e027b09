//! The account's setting for the letter of NIST SP 800-63B-4 section 3.2.2.

use vmfa::verifier::{RecoveryVerdict, ThrottleStatus, Verdict};

use crate::user::{HOME, NOW, User, is_accept, is_resynced, key, pair};

/// Attack case 24.
#[test]
fn after_a_hundred_failures_of_any_kind_neither_codes_nor_pairs_are_judged() {
    let mut user = User::strict();
    let (wrong, codes) = (user.wrong_code(NOW), user.wrong_pair(NOW));
    let mut spent = [false; 2];
    for failure in 0..100 {
        match failure % 3 {
            0 if failure < 9 => assert_eq!(user.try_code(&wrong, NOW), Verdict::Wrong),
            1 => assert_eq!(user.try_recovery_code(&mut spent, None, NOW), RecoveryVerdict::Wrong),
            _ => assert_eq!(user.try_codes(&codes, NOW), Verdict::Wrong),
        }
    }
    assert_eq!(user.throttle.all_failures(), 100);
    let before = user.throttle.clone();
    let rules = user.rules;
    assert_eq!(user.throttle.status(rules.guess_cost(1), NOW, &rules), ThrottleStatus::Suspended);
    assert_eq!(user.throttle.status_of_pairs(HOME, NOW, &rules), ThrottleStatus::Suspended);
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Suspended);
    assert_eq!(user.try_pair(0, NOW, -1), Verdict::Suspended);
    assert_eq!(user.throttle.all_failures(), before.all_failures());
    let recovered = user.try_recovery_code(&mut spent, Some(1), NOW);
    assert_eq!(recovered, RecoveryVerdict::Accept { place: 1, failures_before: 100 });
    assert!(is_accept(user.try_pair(0, NOW, -1)));
}

#[test]
fn an_administrators_resync_lifts_a_strict_suspension() {
    let mut user = User::strict();
    user.throttle.other_failures = 100;
    assert_eq!(user.try_pair(0, NOW, -1), Verdict::Suspended);
    assert!(is_resynced(&user.resync(0, &pair(&key(1), NOW, -1), NOW)));
    assert!(is_accept(user.try_shown(0, NOW, 1)));
}

#[test]
fn below_a_hundred_failures_a_pair_gets_in_under_the_strict_setting_too() {
    let mut user = User::strict();
    user.throttle_single_codes(NOW);
    user.throttle.other_failures = 99 - user.throttle.failures;
    assert!(matches!(user.try_pair(0, NOW, -1), Verdict::Accept { failures_before: 99, .. }));
}

/// Nothing of this holds without the setting.
#[test]
fn without_the_strict_setting_failures_of_other_kinds_suspend_nothing() {
    let mut user = User::with_devices(&[1]);
    user.throttle.other_failures = u32::MAX;
    assert!(matches!(user.try_shown(0, NOW, 0), Verdict::Accept { failures_before: u32::MAX, .. }));
}
