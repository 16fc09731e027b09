//! How many wrong pairs are judged in a second, and that floods move nothing else.

use vmfa::verifier::{PairVerdict, RecentPairs, SourceKey, Throttle, ThrottleStatus, Verdict};

use super::*;

fn at(millis: u64) -> UnixTime {
    UnixTime::from_millis(NOW.as_millis() + millis)
}

#[test]
fn from_one_source_one_wrong_pair_is_judged_in_a_second() {
    let mut user = User::with_devices(&[1]);
    let wrong = user.wrong_pair(NOW);
    assert_eq!(user.try_pair_from(STRANGER, &wrong, NOW), Verdict::Wrong);
    for millis in [0, 1, 999] {
        let verdict = user.try_pair_from(STRANGER, &wrong, at(millis));
        assert_eq!(verdict, Verdict::Throttled { until: at(1000) }, "{millis}");
    }
    assert_eq!(user.throttle.other_failures, 1);
    assert_eq!(user.try_pair_from(STRANGER, &wrong, at(1000)), Verdict::Wrong);
    assert_eq!(user.throttle.other_failures, 2);
}

/// Attack case 35.
#[test]
fn the_wrong_pairs_of_one_source_keep_no_other_source_waiting() {
    let mut user = User::with_devices(&[1]);
    let wrong = user.wrong_pair(NOW);
    for stranger in 2..=10 {
        assert_eq!(user.try_pair_from(SourceKey(stranger), &wrong, NOW), Verdict::Wrong);
    }
    let codes = pair(&key(1), NOW, 0);
    assert!(matches!(user.try_pair_from(STRANGER, &codes, NOW), Verdict::Throttled { .. }));
    assert!(is_accept(user.try_pair_from(OWN, &codes, NOW)));
}

#[test]
fn ten_wrong_pairs_of_a_user_are_judged_in_a_second_wherever_they_come_from() {
    let mut user = User::with_devices(&[1]);
    let wrong = user.wrong_pair(NOW);
    for source in 0..10 {
        assert_eq!(user.try_pair_from(SourceKey(source), &wrong, at(source * 50)), Verdict::Wrong);
    }
    let eleventh = |user: &mut User, millis| user.try_pair_from(SourceKey(10), &wrong, at(millis));
    assert_eq!(eleventh(&mut user, 500), Verdict::Throttled { until: at(1000) });
    assert_eq!(eleventh(&mut user, 999), Verdict::Throttled { until: at(1000) });
    assert_eq!(eleventh(&mut user, 1000), Verdict::Wrong);
    let twelfth = user.try_pair_from(SourceKey(11), &wrong, at(1000));
    assert_eq!(twelfth, Verdict::Throttled { until: at(1050) });
}

#[test]
fn in_no_second_of_a_flood_from_a_thousand_sources_are_more_than_ten_wrong_pairs_judged() {
    let mut user = User::with_devices(&[1]);
    let wrong = user.wrong_pair(NOW);
    let judged: Vec<u64> = (0..20_000)
        .filter(|millis| user.try_pair_from(SourceKey(millis % 1000), &wrong, at(*millis)) == Verdict::Wrong)
        .collect();
    assert_eq!(judged.len(), 200);
    let busiest = judged.iter().map(|first| judged.iter().filter(|at| (*first..first + 1000).contains(at)).count());
    assert_eq!(busiest.max(), Some(10));
    assert_eq!(user.throttle.pairs.to_numbers().len(), 10);
}

#[test]
fn right_pairs_and_replays_are_not_counted_among_the_wrong_ones() {
    let mut user = User::with_devices(&[1, 2, 3]);
    for device in [0, 1, 2, 0, 1, 2] {
        let _ = user.try_shown_pair(device, NOW, 0);
    }
    assert_eq!(user.throttle, Throttle::default());
}

#[test]
fn the_pairs_of_a_resync_and_of_a_login_share_one_rate() {
    let mut user = User::with_devices(&[1, 2]);
    let wrong = user.wrong_pair(NOW);
    assert_eq!(user.resync_from(STRANGER, 0, &wrong, NOW), PairVerdict::Wrong);
    assert_eq!(user.try_pair_from(STRANGER, &wrong, NOW), Verdict::Throttled { until: at(1000) });
    assert_eq!(user.resync_from(STRANGER, 1, &wrong, NOW), PairVerdict::Throttled { until: at(1000) });
}

/// Attack case 39.
#[test]
fn a_clock_that_jumps_keeps_no_pair_waiting_for_two_seconds_and_lets_no_second_wrong_one_in_at_once() {
    let right = pair(&key(1), NOW, 0);
    for (ahead, waits_until) in [(0, 1000), (1, 1001), (500, 1500), (999, 1999)] {
        let mut user = User::with_devices(&[1]);
        let wrong = user.wrong_pair(NOW);
        assert_eq!(user.try_pair(&wrong, at(ahead)), Verdict::Wrong);
        assert_eq!(user.try_pair(&right, NOW), Verdict::Throttled { until: at(waits_until) }, "{ahead} ms ahead");
        assert!(is_accept(user.try_pair(&right, at(waits_until))), "{ahead} ms ahead");
    }
    // A clock that was a second ahead or more, or goes forward by so much, keeps nobody waiting.
    for (then, now) in [(1000, 0), (3_600_000, 0), (YEAR * 1000, 0), (0, 1000), (0, 60_000)] {
        let mut user = User::with_devices(&[1]);
        user.throttle.pairs = RecentPairs::from_numbers(&[(OWN.0, at(then).as_millis()); 10]);
        assert!(is_accept(user.try_pair(&right, at(now))), "{then} then {now}");
    }
}

#[test]
fn what_is_kept_of_recent_pairs_is_what_was_remembered() {
    let mut user = User::with_devices(&[1]);
    let wrong = user.wrong_pair(NOW);
    for source in [u64::MAX, 0, 7] {
        let _ = user.try_pair_from(SourceKey(source), &wrong, NOW);
    }
    let numbers = user.throttle.pairs.to_numbers();
    assert_eq!(numbers, [u64::MAX, 0, 7].map(|source| (source, NOW.as_millis())));
    assert_eq!(RecentPairs::from_numbers(&numbers), user.throttle.pairs);
}

/// Attack cases 34 and 35: what needs no password, or costs nothing, shuts no single code out.
#[test]
fn floods_of_wrong_pairs_wrong_recovery_codes_and_replays_move_no_single_codes_delay_or_budget() {
    let mut user = User::with_devices(&[1, 2]);
    let wrong = user.wrong_pair(NOW);
    let slip = user.wrong_code(NOW);
    assert!(is_accept(user.try_shown(0, NOW, 0)));
    assert_eq!(user.try_code(&slip, NOW), Verdict::Wrong);
    let single = |throttle: &Throttle| (throttle.failures, throttle.not_before, throttle.budget_whole_at);
    let before = single(&user.throttle);
    let mut spent = [false; 10];
    for second in 0..3000 {
        let now = at(second * 10);
        let _ = user.try_pair_from(SourceKey(second), &wrong, now);
        let _ = user.resync_from(SourceKey(second + 5000), 0, &wrong, now);
        let _ = user.try_recovery_code(&mut spent, None, now);
        assert_eq!(user.try_code(&shown(&key(1), NOW, 0), now), Verdict::Replay);
    }
    assert!(user.throttle.other_failures > 3000);
    assert_eq!(single(&user.throttle), before);
    assert_eq!(user.status(at(30_000)), ThrottleStatus::Open);
    assert!(is_accept(user.try_shown(1, at(30_000), 0)));
}

/// Attack case 35, the other way round.
#[test]
fn wrong_single_codes_keep_no_pair_waiting() {
    let mut user = User::with_devices(&[1]);
    let wrong = user.wrong_code(NOW);
    for _ in 0..100 {
        user.throttle = Throttle { not_before: UnixTime::default(), ..user.throttle.clone() };
        let _ = user.try_code(&wrong, NOW);
    }
    assert_eq!(user.throttle.pairs, RecentPairs::default());
    assert!(is_accept(user.try_shown_pair(0, NOW, 0)));
}
