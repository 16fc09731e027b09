//! Clocks that were wrong and are put right: the phone's and the verifier's.

use vmfa::time::UnixTime;
use vmfa::verifier::{
    Candidate, Claim, CodePair, DeviceState, Drift, PairVerdict, Rules, Shown, SpentSteps, Throttle, Verdict, judge,
    judge_pair,
};

use crate::user::{HOME, NOW, User, enabled, is_accept, is_resynced, key, pair, seconds, shown, step_at};

const YEAR: u64 = 365 * 86_400;

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
    let last = step_at(UnixTime::LAST).number();
    let judged = |state: &DeviceState, shown: Shown, now| {
        let candidate = Candidate { device: 0, key: &device, state };
        is_accept(judge(&Throttle::default(), &[candidate], &Claim::Any, &shown, HOME, now, &rules).verdict)
    };
    for now in [0, 29, 30, 59, 2_147_483_648, 4_294_967_296, u64::MAX].map(UnixTime::from_secs) {
        let here = step_at(now);
        let codes = CodePair { first: device.code(here), second: device.code(here.next().unwrap()) };
        let one = Shown::One(device.code(here));
        assert_eq!(judged(&state(0), one.clone(), now), here.number() > 0, "at {}", now.as_secs());
        assert_eq!(judged(&state(0), Shown::Two(codes.clone()), now), here.number() > 0, "at {}", now.as_secs());
        for drift in [i64::MIN, i64::MAX] {
            let far = DeviceState { drift: Drift::from_steps(drift), ..state(last) };
            assert!(!judged(&far, one.clone(), now));
            assert!(!judged(&far, Shown::Two(codes.clone()), now));
            let _ = far.steps_ahead_of_own_time(here);
        }
        let judged = judge_pair(&Throttle::default(), &device, None, &codes, HOME, now, &rules);
        assert!(is_resynced(&judged.verdict));
    }
}

/// Attack case 39.
#[test]
fn a_clock_that_goes_back_an_hour_opens_no_spent_step() {
    let mut user = User::with_devices(&[1]);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
    let an_hour_ago = UnixTime::from_secs(NOW.as_secs() - 3600);
    for offset in -1..=1 {
        assert_eq!(user.try_shown(0, an_hour_ago, offset), Verdict::Replay);
    }
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Replay);
}

/// As it was reported: a phone that was set by hand, 45 minutes fast, is enrolled, and then sets itself.
#[test]
fn a_phone_that_was_45_minutes_fast_and_was_put_right_is_resynced_at_once() {
    let device = key(1);
    let mut user = User::with_devices(&[1]);
    user.states[0] = enabled(&device, &pair(&device, NOW, 89), NOW);
    let login = NOW.after(seconds(60));
    assert!(is_accept(user.try_shown(0, login, 90)));
    let right = NOW.after(seconds(150));
    // A login does not look that far.
    assert_eq!(user.try_shown(0, right, 0), Verdict::Wrong);
    assert_eq!(user.try_pair(0, right, -1), Verdict::Wrong);
    assert!(matches!(user.resync(0, &pair(&device, right, -1), right), PairVerdict::Accept { drift: Drift::ZERO, .. }));
    assert!(is_accept(user.try_shown(0, right, 1)));
    // What was accepted while it was fast stays spent when the right time comes to it.
    assert_eq!(user.try_codes(&pair(&device, NOW, 89), NOW.after(seconds(90 * 30))), Verdict::Replay);
    let then = NOW.after(seconds(92 * 30));
    assert_eq!(user.try_code(&shown(&device, login, 90), then), Verdict::Replay);
    assert!(is_accept(user.try_shown(0, then, 1)));
}

/// The pair that lowers the floor is spent, and so is every step below it.
#[test]
fn the_codes_that_lowered_the_floor_and_all_before_them_are_spent() {
    let device = key(1);
    let mut user = User::with_devices(&[1]);
    user.states[0] = enabled(&device, &pair(&device, NOW, 89), NOW);
    assert!(is_resynced(&user.resync(0, &pair(&device, NOW, -1), NOW)));
    for first in [-1, 0] {
        assert_eq!(user.resync(0, &pair(&device, NOW, first), NOW), PairVerdict::Replay, "{first}");
        assert_eq!(user.try_pair(0, NOW, first), Verdict::Replay, "{first}");
    }
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Replay);
    assert_eq!(user.try_shown(0, NOW, -1), Verdict::Replay);
    assert_eq!(user.resync(0, &pair(&device, NOW, 88), NOW), PairVerdict::Replay);
    assert_eq!(user.resync(0, &pair(&device, NOW, 90), NOW), PairVerdict::Replay);
}

/// Attack case 39.
#[test]
fn after_a_clock_a_year_ahead_a_resync_lets_the_user_in_again_and_opens_no_spent_step() {
    let mut user = User::with_devices(&[1]);
    let ahead = NOW.after(seconds(YEAR));
    assert!(is_accept(user.try_shown(0, ahead, 0)));
    assert_eq!(user.try_shown(0, NOW, 0), Verdict::Replay);
    assert!(is_resynced(&user.resync(0, &pair(&key(1), NOW, 0), NOW)));
    let later = NOW.after(seconds(60));
    assert!(is_accept(user.try_shown(0, later, 0)));
    assert_eq!(user.try_shown(0, ahead, 0), Verdict::Replay);
    assert!(is_accept(user.try_shown(0, ahead, 1)));
}

/// Attack case 39.
#[test]
fn a_login_pair_lowers_a_floor_that_lies_beyond_the_devices_own_window_and_no_other() {
    for (ahead, lowers) in [(30, false), (60, false), (90, false), (120, true), (3600, true), (YEAR, true)] {
        let mut user = User::with_devices(&[1]);
        assert!(is_accept(user.try_shown(0, NOW.after(seconds(ahead)), 0)));
        assert_eq!(user.states[0].steps_ahead_of_own_time(step_at(NOW)), ahead / 30);
        let verdict = user.try_pair(0, NOW, -1);
        assert_eq!(is_accept(verdict), lowers, "{ahead} s: {verdict:?}");
        assert_eq!(user.try_shown(0, NOW.after(seconds(ahead)), 0), Verdict::Replay, "{ahead} s");
        if lowers {
            assert_eq!(user.states[0].steps_ahead_of_own_time(step_at(NOW)), 0);
            assert_eq!(user.try_pair(0, NOW, -1), Verdict::Replay);
            assert!(is_accept(user.try_shown(0, NOW, 1)));
        } else {
            assert_eq!(verdict, Verdict::Replay);
        }
    }
}

#[test]
fn a_throttle_written_by_a_clock_a_year_ahead_keeps_nobody_waiting_for_good() {
    for (devices, wait) in [(1, 3 * 8640), (8, 24 * 8640)] {
        let mut user = User::with_devices(&(1..=devices).collect::<Vec<_>>());
        let ahead = NOW.after(seconds(YEAR));
        let wrong = user.wrong_code(ahead);
        for _ in 0..4 {
            assert_eq!(user.try_code(&wrong, ahead), Verdict::Wrong);
        }
        // The longest wait is that for one guess's charges to wear off.
        let Verdict::Throttled { until } = user.try_shown(0, NOW, 0) else { panic!("not throttled") };
        assert_eq!(until.since(NOW).as_secs(), wait);
        let mut other = User { throttle: user.throttle.clone(), ..User::with_devices(&[1]) };
        assert!(is_accept(other.try_pair(0, NOW, -1)));
        assert!(is_accept(user.try_shown(0, until, 0)));
    }
}

/// Attack case 39.
#[test]
fn a_clock_that_is_set_back_again_and_again_gives_no_guess_back() {
    for (devices, most) in [(1, 28), (8, 4)] {
        let mut user = User::with_devices(&(1..=devices).collect::<Vec<_>>());
        let mut now = NOW;
        let mut guesses = 0;
        for _ in 0..20 {
            let wrong = user.wrong_code(now);
            loop {
                user.forget_failures();
                if user.try_code(&wrong, now) != Verdict::Wrong {
                    break;
                }
                guesses += 1;
            }
            now = UnixTime::from_millis(now.as_millis() - 1000);
        }
        assert_eq!(guesses, most, "{devices} devices");
    }
}

/// Attack case 39. As many as are remembered can be accepted while the clock is wrong, and two codes still mend it.
#[test]
fn up_to_eight_steps_accepted_by_a_wrong_clock_stay_spent_and_a_ninth_is_not_mended() {
    for count in 1..=9u64 {
        let mut user = User::with_devices(&[1]);
        let ahead = NOW.after(seconds(YEAR));
        let at = |login: u64| ahead.after(seconds(login * 30));
        for login in 0..count {
            assert!(is_accept(user.try_shown(0, at(login), 0)));
        }
        let device = key(1);
        // The two that enabled the device are remembered too, until later ones take their place.
        let at_login = is_accept(User { ..clone(&user) }.try_codes(&pair(&device, NOW, 0), NOW));
        let resynced = user.resync(0, &pair(&device, NOW, 0), NOW);
        assert_eq!((is_resynced(&resynced), at_login), (count <= 8, count <= 8), "{count}: {resynced:?}");
        let (floor, forgotten, accepted) = user.states[0].spent.to_numbers();
        assert_eq!(SpentSteps::from_numbers(floor, forgotten, &accepted).unwrap(), user.states[0].spent, "{count}");
        for login in 0..count {
            user.throttle = Throttle::default();
            assert!(!is_accept(user.try_shown(0, at(login), 0)), "{count}: {login}");
        }
        user.throttle = Throttle::default();
        assert_eq!(is_accept(user.try_shown(0, NOW.after(seconds(60)), 0)), count <= 8, "{count}");
    }
}

fn clone(user: &User) -> User {
    User { keys: user.keys.clone(), states: user.states.clone(), throttle: user.throttle.clone(), rules: user.rules }
}

/// Found by a property, long ago: a step accepted by a clock far ahead, a pair that lowers the floor, and a pair around the
/// first step.
#[test]
fn a_pair_around_a_step_that_was_accepted_before_the_floor_was_lowered_is_a_replay() {
    let mut user = User::with_devices(&[1]);
    let ahead = NOW.after(seconds(3308 * 1200));
    assert!(is_accept(user.try_shown(0, ahead, 0)));
    assert!(is_resynced(&user.resync(0, &pair(&key(1), NOW, 0), NOW)));
    for first in [-1, 0] {
        assert_eq!(user.resync(0, &pair(&key(1), ahead, first), ahead), PairVerdict::Replay);
        assert_eq!(user.try_pair(0, ahead, first), Verdict::Replay);
    }
}
