//! Clocks that are wrong, jump, or are put right: the verifier's and the phone's.

use vmfa::verifier::{
    Candidate, Claim, DeviceState, Drift, PairVerdict, Rules, Shown, SpentSteps, Throttle, Verdict, judge, judge_pair,
};

use super::*;

/// Attack case 37.
#[test]
fn the_ends_of_time_are_judged_without_a_panic() {
    let device = key(1);
    let state = |floor: u64| DeviceState {
        spent: SpentSteps::from_numbers(floor, None, &[floor]).unwrap(),
        drift: Drift::ZERO,
        anchor: Drift::ZERO,
    };
    let rules = Rules::default();
    let throttle = Throttle::default();
    let last = step_at(UnixTime::LAST).number();
    for now in [0, 29, 30, 59, 2_147_483_648, 4_294_967_296, u64::MAX].map(UnixTime::from_secs) {
        let here = step_at(now);
        let codes = both(&device.code(here), &device.code(here.next().unwrap()));
        let one = Shown::One(device.code(here));
        let two = Shown::Two(codes.clone());
        let try_with = |state: &DeviceState, typed: &Shown| {
            let candidates = [Candidate { device: 0, key: &device, state }];
            judge(&throttle, &candidates, Claim::Any, typed, OWN, now, &rules).verdict
        };
        assert_eq!(is_accept(try_with(&state(0), &one)), here.number() > 0, "at {}", now.as_secs());
        assert_eq!(is_accept(try_with(&state(0), &two)), here.number() > 0, "at {}", now.as_secs());
        for drift in [i64::MIN, i64::MAX] {
            let far = DeviceState { drift: Drift::from_steps(drift), ..state(last) };
            assert!(!is_accept(try_with(&far, &one)));
        }
        let judged = judge_pair(&throttle, &device, None, &codes, OWN, now, &rules);
        assert!(matches!(judged.verdict, PairVerdict::Accept { .. }));
    }
}

/// Attack case 39.
#[test]
fn a_clock_that_goes_back_an_hour_opens_no_spent_step() {
    let mut user = User::with_devices(&[1]);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
    let an_hour_ago = UnixTime::from_secs(NOW.as_secs() - HOUR);
    for offset in -1..=1 {
        assert_eq!(user.try_shown(0, an_hour_ago, offset), Verdict::Replay);
    }
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Replay);
}

/// Attack case 39.
#[test]
fn after_a_clock_a_year_ahead_two_codes_let_the_user_in_again_and_open_no_spent_step() {
    for at_login in [false, true] {
        let mut user = User::with_devices(&[1]);
        let ahead = in_secs(YEAR);
        assert!(is_accept(user.try_shown(0, ahead, 0)));
        assert_eq!(user.try_shown(0, NOW, 0), Verdict::Replay);
        let codes = pair(&key(1), NOW, 0);
        if at_login {
            assert!(is_accept(user.try_pair(&codes, NOW)));
        } else {
            assert!(matches!(user.resync(0, &codes, NOW), PairVerdict::Accept { .. }));
        }
        assert_eq!(user.try_pair(&codes, NOW), Verdict::Replay);
        assert!(is_accept(user.try_shown(0, in_secs(60), 0)));
        assert_eq!(user.try_shown(0, ahead, 0), Verdict::Replay);
        assert!(is_accept(user.try_shown(0, ahead, 1)));
    }
}

#[test]
fn a_throttle_written_by_a_clock_a_year_ahead_keeps_nobody_waiting_for_good() {
    let mut user = User::with_devices(&[1]);
    let ahead = in_secs(YEAR);
    let wrong = user.wrong_code(ahead);
    for _ in 0..4 {
        assert_eq!(user.try_code(&wrong, ahead), Verdict::Wrong);
    }
    // With one device 82 codes may be charged; the dearest guesses may be charged 96, to which the record is cut, and 3 more
    // are to be charged. What is too many wears off at 12 a day.
    let Verdict::Throttled { until } = user.try_shown(0, NOW, 0) else { panic!("not throttled") };
    assert_eq!(until.since(NOW).as_secs(), (96 + 3 - 82) * DAY / 12);
    assert!(is_accept(user.try_shown(0, until, 0)));
}

/// Attack case 39.
#[test]
fn a_clock_that_is_set_back_again_and_again_gives_no_guess_back() {
    let mut user = User::with_devices(&[1]);
    let mut now = NOW;
    let mut guesses = 0;
    for _ in 0..20 {
        let wrong = user.wrong_code(now);
        loop {
            // The user's own logins end the failures in a row.
            user.forget_delays();
            if user.try_code(&wrong, now) != Verdict::Wrong {
                break;
            }
            guesses += 1;
        }
        now = UnixTime::from_millis(now.as_millis() - 1000);
    }
    assert_eq!(guesses, 27);
}

/// Attack case 39. As many as are remembered can be accepted while the clock is wrong, and two codes still mend it.
#[test]
fn up_to_eight_steps_accepted_by_a_wrong_clock_stay_spent_and_a_ninth_is_not_mended() {
    for (count, at_login) in (1..=9u64).flat_map(|count| [(count, false), (count, true)]) {
        let mut user = User::with_devices(&[1]);
        let ahead = in_secs(YEAR);
        let at = |login: u64| ahead.after(secs(login * 30));
        for login in 0..count {
            assert!(is_accept(user.try_shown(0, at(login), 0)));
        }
        let codes = pair(&key(1), NOW, 0);
        let mended = match at_login {
            true => is_accept(user.try_pair(&codes, NOW)),
            false => matches!(user.resync(0, &codes, NOW), PairVerdict::Accept { .. }),
        };
        // The two that enabled the device are remembered too, until later ones take their place.
        assert_eq!(mended, count <= 8, "{count} {at_login}");
        let (floor, forgotten, accepted) = user.states[0].spent.to_numbers();
        assert_eq!(SpentSteps::from_numbers(floor, forgotten, &accepted).unwrap(), user.states[0].spent, "{count}");
        for login in 0..count {
            user.throttle = Throttle::default();
            assert!(!is_accept(user.try_shown(0, at(login), 0)), "{count}: {login}");
        }
        user.throttle = Throttle::default();
        assert_eq!(is_accept(user.try_shown(0, in_secs(60), 0)), count <= 8, "{count}");
    }
}

/// A login may lower the floor only where no code of the device's own time can pass it.
#[test]
fn a_login_lowers_no_floor_that_lies_within_the_devices_own_window() {
    for (back, accepted) in [(0, false), (1, false), (2, false), (3, false), (4, true), (5, true)] {
        let mut user = User::with_devices(&[1]);
        assert!(is_accept(user.try_shown(0, NOW, 0)));
        let earlier = UnixTime::from_secs(NOW.as_secs() - 30 * back);
        // Codes of before, which nobody has used.
        let verdict = user.try_shown_pair(0, earlier, -2);
        assert_eq!(is_accept(verdict), accepted, "{back} steps back: {verdict:?}");
        if !accepted {
            assert_eq!(verdict, Verdict::Replay, "{back} steps back");
        }
    }
}

#[test]
fn a_resync_lowers_any_floor_as_long_as_the_codes_were_not_accepted_themselves() {
    let mut user = User::with_devices(&[1]);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
    let device = key(1);
    assert_eq!(user.resync(0, &pair(&device, NOW, -1), NOW), PairVerdict::Replay);
    assert!(matches!(user.resync(0, &pair(&device, NOW, -2), in_secs(1)), PairVerdict::Accept { .. }));
    assert_eq!(user.states[0].spent.floor(), step_at(NOW).offset(-1).unwrap());
    assert_eq!(user.try_shown(0, in_secs(1), 0), Verdict::Replay);
    assert_eq!(user.try_shown(0, in_secs(1), -1), Verdict::Replay);
    assert!(is_accept(user.try_shown(0, in_secs(30), 0)));
}

/// A phone that was 45 minutes fast when it was enabled, logs in so often, and is then put right.
fn fast_phone_put_right(logins: u64) -> (User, UnixTime) {
    let mut user = User::with_devices(&[1]);
    let device = key(1);
    user.states[0] = enabled(&device, &pair(&device, NOW, 89), NOW);
    for login in 1..=logins {
        assert!(is_accept(user.try_shown(0, in_secs(30 * login), 90)), "login {login}");
    }
    (user, in_secs(30 * (logins + 2)))
}

#[test]
fn a_phone_45_minutes_fast_when_it_was_enabled_is_resynced_after_it_was_put_right() {
    for logins in 0..=6 {
        let (mut user, now) = fast_phone_put_right(logins);
        assert!(!is_accept(user.try_shown(0, now, 0)));
        // A login searches the device's own time only.
        assert_eq!(user.try_shown_pair(0, now, -1), Verdict::Wrong);
        let now = now.after(secs(1));
        let codes = pair(&key(1), now, -1);
        assert!(matches!(user.resync(0, &codes, now), PairVerdict::Accept { drift: Drift::ZERO, .. }), "{logins}");
        assert!(is_accept(user.try_shown(0, now.after(secs(30)), 0)), "{logins}");
        for login in 0..=logins {
            user.throttle = Throttle::default();
            let then = in_secs(30 * login + 90 * 30);
            assert_eq!(user.try_shown(0, then, 0), Verdict::Replay, "{logins}: {login}");
        }
    }
}

#[test]
fn a_fast_phone_that_is_put_right_after_more_than_eight_logins_is_refused_until_its_old_time_has_come() {
    for logins in [7, 20] {
        let (mut user, now) = fast_phone_put_right(logins);
        let codes = pair(&key(1), now, -1);
        assert_eq!(user.resync(0, &codes, now), PairVerdict::Replay, "{logins}");
        let past = in_secs(45 * MINUTE + 30 * (logins + 1));
        assert!(matches!(user.resync(0, &pair(&key(1), past, 0), past), PairVerdict::Accept { .. }), "{logins}");
    }
}
