//! Single codes that fail: the delays, the day's guesses, and the suspension.

use vmfa::verifier::{Claim, FailureLimit, PairVerdict, RecoveryVerdict, ThrottleStatus, Verdict};

use super::*;

#[test]
fn each_failure_after_the_fourth_doubles_the_wait_from_half_a_minute_up_to_an_hour() {
    let mut user = User::with_devices(&[1]);
    let mut now = NOW;
    let mut waits = Vec::new();
    for _ in 0..13 {
        let wrong = user.wrong_code(now);
        assert_eq!(user.try_code(&wrong, now), Verdict::Wrong);
        let until = match user.status(now) {
            ThrottleStatus::Open => now,
            ThrottleStatus::Waiting { until } => until,
            ThrottleStatus::Suspended => panic!("suspended"),
        };
        waits.push(until.since(now).as_secs());
        now = until;
    }
    assert_eq!(waits, [0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
}

/// Two requests read the clock one after the other, and are judged in the other order.
#[test]
fn a_try_with_an_earlier_time_does_not_wait_for_a_free_failure_that_came_before_it() {
    let mut user = User::with_devices(&[1]);
    let wrong = user.wrong_code(NOW);
    for earlier in 0..4 {
        let now = UnixTime::from_millis(NOW.as_millis() - earlier);
        assert_eq!(user.try_code(&wrong, now), Verdict::Wrong, "{earlier} ms earlier");
    }
}

#[test]
fn a_status_says_what_a_try_would_meet() {
    let mut user = User::with_devices(&[1]);
    assert_eq!(user.status(NOW), ThrottleStatus::Open);
    let wrong = user.wrong_code(NOW);
    for _ in 0..4 {
        let _ = user.try_code(&wrong, NOW);
    }
    assert_eq!(user.status(NOW), ThrottleStatus::Waiting { until: in_secs(30) });
}

/// Attack cases 24 and 32.
#[test]
fn while_the_throttle_holds_the_right_code_is_not_looked_at() {
    let mut user = User::with_devices(&[1]);
    let wrong = user.wrong_code(NOW);
    for _ in 0..4 {
        assert_eq!(user.try_code(&wrong, NOW), Verdict::Wrong);
    }
    let until = in_secs(30);
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Throttled { until });
    assert_eq!(user.try_code(&wrong, NOW), Verdict::Throttled { until });
    assert_eq!(user.throttle.failures, 4);
    assert!(matches!(user.try_shown(0, until, 0), Verdict::Accept { failures_before: 4, .. }));
    assert_eq!(user.throttle.failures, 0);
}

/// Attack case 24.
#[test]
fn of_ten_thousand_wrong_codes_at_most_a_hundred_in_a_row_are_ever_looked_at() {
    let (mut user, now, looked_at) = suspended();
    assert_eq!(looked_at, 100);
    let a_year_on = now.after(secs(YEAR));
    assert_eq!(user.try_shown(0, a_year_on, 0), Verdict::Suspended);
    let device = key(1);
    assert!(matches!(user.resync(0, &pair(&device, a_year_on, 0), a_year_on), PairVerdict::Accept { .. }));
    assert!(is_accept(user.try_code(&shown(&device, a_year_on, 2), a_year_on)));
}

/// A user whose single codes are suspended, when that was, and how many wrong codes it took.
pub(super) fn suspended() -> (User, UnixTime, u32) {
    let mut user = User::with_devices(&[1]);
    let mut now = NOW;
    let mut looked_at = 0;
    let mut wrong = user.wrong_code(now);
    for _ in 0..10_000 {
        match user.try_code(&wrong, now) {
            Verdict::Wrong => looked_at += 1,
            Verdict::Throttled { until } => {
                now = until;
                wrong = user.wrong_code(now);
            }
            Verdict::Suspended => return (user, now, looked_at),
            other => panic!("{other:?}"),
        }
    }
    panic!("never suspended");
}

#[test]
fn a_guess_that_names_its_device_is_charged_with_three_codes_and_not_with_those_of_all() {
    for (claim, guesses) in [(Claim::Any, 4), (Claim::Device(0), 27)] {
        let mut user = User::with_device_count(8);
        let wrong = user.wrong_code(NOW);
        // Waits are left out by forgetting them: what remains is the budget.
        let judged = (0..100).take_while(|_| {
            user.forget_delays();
            user.try_claim(claim, &wrong, NOW) == Verdict::Wrong
        });
        assert_eq!(judged.count(), guesses, "{claim:?}");
        assert!(matches!(user.try_claim(claim, &wrong, in_secs(2 * DAY)), Verdict::Wrong));
    }
}

/// A person who mistypes three times, each time the next code, and comes back after an hour.
#[test]
fn three_slips_of_a_user_with_eight_devices_keep_nobody_out_an_hour_later() {
    let mut user = User::with_device_count(8);
    for slip in 0..3 {
        let now = in_secs(30 * slip);
        let wrong = user.wrong_code(now);
        assert_eq!(user.try_code(&wrong, now), Verdict::Wrong);
    }
    let an_hour_later = in_secs(60 + HOUR);
    assert_eq!(user.status(an_hour_later), ThrottleStatus::Open);
    assert!(is_accept(user.try_shown(0, an_hour_later, 0)));
}

#[test]
fn after_many_slips_the_right_code_is_accepted_when_the_status_says_so() {
    for (devices, slips, longest) in [(8, 3, 0), (4, 6, 4 * HOUR), (2, 12, HOUR), (1, 24, HOUR)] {
        let mut user = User::with_device_count(devices);
        let mut now = NOW;
        for slip in 0..slips {
            if slip > 0 {
                now = now.after(secs(30));
            }
            if let ThrottleStatus::Waiting { until } = user.status(now) {
                now = until;
            }
            let wrong = user.wrong_code(now);
            assert_eq!(user.try_code(&wrong, now), Verdict::Wrong, "{devices} devices, slip {slip}");
        }
        if let ThrottleStatus::Waiting { until } = user.status(now) {
            assert!(until.since(now) <= secs(longest), "{devices}: {:?}", until.since(now));
            now = until;
        }
        assert_eq!(user.status(now), ThrottleStatus::Open, "{devices} devices");
        assert!(is_accept(user.try_shown(0, now, 0)), "{devices} devices");
    }
}

/// Attack case 35, at the account that wants the letter of NIST SP 800-63B-4 section 3.2.2.
#[test]
fn under_the_strict_limit_nothing_but_a_recovery_code_gets_in_after_a_hundred_failures_of_any_kind() {
    let mut user = User::with_devices(&[1]);
    user.rules.failure_limit = FailureLimit::Strict;
    let mut now = NOW;
    for _ in 0..99 {
        let wrong = user.wrong_pair(now);
        assert_eq!(user.try_pair(&wrong, now), Verdict::Wrong);
        now = now.after(secs(1));
    }
    let mut spent = [false; 10];
    assert_eq!(user.throttle.clone().all_failures(), 99);
    assert_eq!(user.status(now), ThrottleStatus::Open);
    assert_eq!(user.try_recovery_code(&mut spent, None, now), RecoveryVerdict::Wrong);
    assert_eq!(user.status(now), ThrottleStatus::Suspended);
    assert_eq!(user.try_shown(0, now, 0), Verdict::Suspended);
    assert_eq!(user.try_shown_pair(0, now, 0), Verdict::Suspended);
    let accepted = RecoveryVerdict::Accept { place: 0, failures_before: 100 };
    assert_eq!(user.try_recovery_code(&mut spent, Some(0), now), accepted);
    assert!(is_accept(user.try_shown_pair(0, now, 0)));
}

#[test]
fn under_the_strict_limit_an_administrators_resync_gets_in_as_well() {
    let mut user = User::with_devices(&[1]);
    user.rules.failure_limit = FailureLimit::Strict;
    user.throttle.other_failures = 100;
    assert_eq!(user.try_shown_pair(0, NOW, 0), Verdict::Suspended);
    let codes = pair(&key(1), NOW, 0);
    assert!(matches!(user.resync(0, &codes, NOW), PairVerdict::Accept { .. }));
    assert!(is_accept(user.try_shown(0, in_secs(60), 0)));
}
