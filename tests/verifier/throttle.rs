//! The delays, the budget and the suspension of single codes.

use vmfa::time::UnixTime;
use vmfa::verifier::{Claim, ThrottleStatus, Verdict};

use crate::user::{NOW, User, is_accept, key, pair, seconds, shown};

#[test]
fn each_failure_after_the_fourth_doubles_the_wait_from_half_a_minute_up_to_an_hour() {
    let mut user = User::with_devices(&[1]);
    let mut now = NOW;
    let mut waits = Vec::new();
    for _ in 0..13 {
        let wrong = user.wrong_code(now);
        assert_eq!(user.try_code(&wrong, now), Verdict::Wrong);
        let until = match user.throttle.status(user.rules.guess_cost(1), now, &user.rules) {
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

/// Attack cases 24 and 32.
#[test]
fn while_the_throttle_holds_the_right_code_is_not_looked_at() {
    let mut user = User::with_devices(&[1]);
    let wrong = user.wrong_code(NOW);
    for _ in 0..4 {
        assert_eq!(user.try_code(&wrong, NOW), Verdict::Wrong);
    }
    let until = NOW.after(seconds(30));
    let before = user.throttle.clone();
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Throttled { until });
    assert_eq!(user.try_code(&wrong, NOW), Verdict::Throttled { until });
    assert_eq!(user.throttle, before);
    assert!(matches!(user.try_shown(0, until, 0), Verdict::Accept { failures_before: 4, .. }));
    assert_eq!(user.throttle.failures, 0);
}

/// Attack case 24.
#[test]
fn of_ten_thousand_wrong_codes_at_most_a_hundred_in_a_row_are_ever_looked_at() {
    let mut user = User::with_devices(&[1]);
    let mut now = NOW;
    let mut looked_at = 0;
    for _ in 0..10_000 {
        let wrong = user.wrong_code(now);
        match user.try_code(&wrong, now) {
            Verdict::Wrong => looked_at += 1,
            Verdict::Throttled { until } => now = until,
            Verdict::Suspended => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(looked_at, 100);
    let a_year_on = now.after(seconds(365 * 86_400));
    assert_eq!(user.try_shown(0, a_year_on, 0), Verdict::Suspended);
    assert!(is_accept(user.try_codes(&pair(&key(1), a_year_on, -1), a_year_on)));
    assert!(is_accept(user.try_shown(0, a_year_on, 1)));
}

#[test]
fn a_guess_that_names_its_device_is_charged_with_three_codes_and_not_with_those_of_all() {
    for (claim, guesses) in [(Claim::Any, 4), (Claim::Device(0), 32)] {
        let mut user = User::with_devices(&[1, 2, 3, 4, 5, 6, 7, 8]);
        let wrong = user.wrong_code(NOW);
        let judged = (0..100).take_while(|_| {
            user.forget_failures();
            user.try_claim(claim, &wrong, NOW) == Verdict::Wrong
        });
        assert_eq!(judged.count(), guesses, "{claim:?}");
        // Naming a device now and then adds nothing to what may be charged at once.
        assert!(matches!(user.try_claim(Claim::Device(1), &wrong, NOW), Verdict::Throttled { .. }));
        assert_eq!(user.try_claim(Claim::Device(1), &wrong, NOW.after(seconds(3 * 8640))), Verdict::Wrong);
    }
}

/// People with many devices, who do what they are told: wait.
#[test]
fn after_a_few_slips_and_an_hour_the_right_code_is_accepted() {
    for (devices, slips) in [(8, 3), (7, 3), (6, 3), (5, 4), (4, 6), (3, 8), (2, 12), (1, 27)] {
        let mut user = User::with_devices(&(1..=devices).collect::<Vec<_>>());
        let mut now = NOW;
        for slip in 0..slips {
            now = now.after(seconds(30));
            let wrong = user.wrong_code(now);
            let mut verdict = user.try_code(&wrong, now);
            if let Verdict::Throttled { until } = verdict {
                assert!(until.since(now) <= seconds(3600), "{devices} devices, slip {slip}");
                now = until;
                let wrong = user.wrong_code(now);
                verdict = user.try_code(&wrong, now);
            }
            assert_eq!(verdict, Verdict::Wrong, "{devices} devices, slip {slip}");
        }
        now = now.after(seconds(3600));
        assert!(is_accept(user.try_shown(0, now, 0)), "{devices} devices, {slips} slips");
    }
}

#[test]
fn a_wrong_code_once_a_day_keeps_nobody_with_up_to_three_devices_waiting() {
    for devices in 1..=3 {
        let mut user = User::with_devices(&(1..=devices).collect::<Vec<_>>());
        for day in 0..365 {
            let now = NOW.after(seconds(day * 86_400));
            let wrong = user.wrong_code(now);
            assert_eq!(user.try_code(&wrong, now), Verdict::Wrong, "{devices} devices, day {day}");
            assert!(is_accept(user.try_shown(0, now, 0)), "{devices} devices, day {day}");
        }
    }
}

#[test]
fn a_login_that_is_sent_twice_every_ten_minutes_is_accepted_each_time() {
    let mut user = User::with_devices(&[1]);
    for login in 1..1000 {
        let now = NOW.after(seconds(login * 600));
        assert!(is_accept(user.try_shown(0, now, 0)), "login {login}");
        assert_eq!(user.try_code(&shown(&key(1), now, 0), now), Verdict::Replay);
    }
}

#[test]
fn a_status_says_what_a_try_would_meet() {
    let mut user = User::with_devices(&[1]);
    let rules = user.rules;
    let cost = rules.guess_cost(1);
    assert_eq!((cost.codes(), cost.at_once()), (3, 84));
    assert_eq!((rules.guess_cost(8).codes(), rules.guess_cost(8).at_once()), (24, 96));
    assert_eq!((rules.named_guess_cost(8).codes(), rules.named_guess_cost(8).at_once()), (3, 96));
    assert_eq!(user.throttle.status(cost, NOW, &rules), ThrottleStatus::Open);
    let wrong = user.wrong_code(NOW);
    for _ in 0..4 {
        let _ = user.try_code(&wrong, NOW);
    }
    let until = NOW.after(seconds(30));
    assert_eq!(user.throttle.status(cost, NOW, &rules), ThrottleStatus::Waiting { until });
}
