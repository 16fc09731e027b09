//! What strangers send without end holds no single code of the owner's up.

use vmfa::verifier::{RecoveryVerdict, Verdict};

use crate::user::{NOW, User, is_accept, seconds};

/// Attack case 35.
#[test]
fn wrong_pairs_recovery_codes_and_spent_codes_without_end_move_no_delay_and_no_budget() {
    let mut user = User::with_devices(&[1]);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
    let before = user.throttle.clone();
    let wrong = user.wrong_pair(NOW);
    let mut spent = [true, false];
    for _ in 0..1000 {
        assert_eq!(user.try_codes(&wrong, NOW), Verdict::Wrong);
        assert_eq!(user.try_recovery_code(&mut spent, None, NOW), RecoveryVerdict::Wrong);
        assert_eq!(user.try_recovery_code(&mut spent, Some(0), NOW), RecoveryVerdict::Replay);
        assert_eq!(user.try_shown(0, NOW, 0), Verdict::Replay);
        assert_eq!(user.try_pair(0, NOW, -1), Verdict::Replay);
        assert_eq!(user.try_pair(0, NOW, 0), Verdict::Replay);
    }
    assert_eq!(user.throttle.failures, before.failures);
    assert_eq!(user.throttle.not_before, before.not_before);
    assert_eq!(user.throttle.budget_whole_at, before.budget_whole_at);
    assert_eq!(user.throttle.other_failures, 2000);
    assert!(matches!(user.try_shown(0, NOW, 1), Verdict::Accept { failures_before: 2000, .. }));
}

/// The other way round: single codes without end hold no pair and no recovery code up.
#[test]
fn wrong_single_codes_without_end_hold_no_pair_and_no_recovery_code_up() {
    let mut user = User::with_devices(&[1]);
    let mut spent = [false; 10];
    for login in 0..10 {
        let now = NOW.after(seconds(login * 600));
        user.throttle_single_codes(now);
        assert!(is_accept(user.try_pair(0, now, -1)), "login {login}");
        user.throttle_single_codes(now);
        let place = usize::try_from(login).unwrap();
        let recovered = user.try_recovery_code(&mut spent, Some(place), now);
        assert!(matches!(recovered, RecoveryVerdict::Accept { .. }), "login {login}");
    }
}

#[test]
fn every_kind_of_failure_is_told_at_the_next_login_and_then_forgotten() {
    let mut user = User::with_devices(&[1]);
    let wrong = user.wrong_code(NOW);
    let codes = user.wrong_pair(NOW);
    let mut spent = [false; 1];
    assert_eq!(user.try_code(&wrong, NOW), Verdict::Wrong);
    assert_eq!(user.try_codes(&codes, NOW), Verdict::Wrong);
    assert_eq!(user.resync(0, &codes, NOW), vmfa::verifier::PairVerdict::Wrong);
    assert_eq!(user.try_recovery_code(&mut spent, None, NOW), RecoveryVerdict::Wrong);
    assert!(matches!(user.try_shown(0, NOW, 0), Verdict::Accept { failures_before: 4, .. }));
    assert!(matches!(user.try_shown(0, NOW, 1), Verdict::Accept { failures_before: 0, .. }));
}
