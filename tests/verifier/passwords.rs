//! Wrong passwords.

use vmfa::time::UnixTime;
use vmfa::verifier::{PasswordThrottle, Rules, ThrottleStatus};

use crate::user::{NOW, seconds};

fn wait(throttle: PasswordThrottle, now: UnixTime) -> Option<UnixTime> {
    match throttle.status(now, &Rules::default()) {
        ThrottleStatus::Open => Some(now),
        ThrottleStatus::Waiting { until } => Some(until),
        ThrottleStatus::Suspended => None,
    }
}

#[test]
fn each_wrong_password_after_the_tenth_doubles_the_wait_from_a_second_up_to_five_minutes() {
    let mut throttle = PasswordThrottle::default();
    let mut now = NOW;
    let mut waits = Vec::new();
    for _ in 0..21 {
        throttle = throttle.failed(now, &Rules::default());
        let until = wait(throttle, now).unwrap();
        waits.push(until.since(now).as_secs());
        now = until;
    }
    assert_eq!(waits, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
}

/// NIST SP 800-63B-4 section 3.2.2.
#[test]
fn of_a_thousand_wrong_passwords_a_hundred_in_a_row_are_looked_at_until_something_is_accepted() {
    let mut throttle = PasswordThrottle::default();
    let mut now = NOW;
    let mut looked_at = 0;
    for _ in 0..1000 {
        let Some(until) = wait(throttle, now) else { break };
        now = until;
        throttle = throttle.failed(now, &Rules::default());
        looked_at += 1;
    }
    assert_eq!(looked_at, 100);
    assert_eq!(wait(throttle, now.after(seconds(365 * 86_400))), None);
    assert_eq!(throttle.accepted(), PasswordThrottle::default());
    assert_eq!(wait(throttle.accepted(), now), Some(now));
}

#[test]
fn a_wait_written_by_a_clock_a_year_ahead_is_cut_to_five_minutes() {
    let rules = Rules::default();
    let ahead = NOW.after(seconds(365 * 86_400));
    let throttle = PasswordThrottle { failures: 12, not_before: ahead };
    let cut = throttle.sane_at(NOW, &rules);
    assert_eq!(cut, PasswordThrottle { failures: 12, not_before: NOW.after(seconds(300)) });
    assert_eq!(throttle.status(NOW, &rules), ThrottleStatus::Waiting { until: NOW.after(seconds(300)) });
    let early = PasswordThrottle { failures: 3, not_before: ahead };
    assert_eq!(early.failed(NOW, &rules), PasswordThrottle { failures: 4, not_before: NOW.after(seconds(300)) });
    assert_eq!(cut.status(NOW.after(seconds(300)), &rules), ThrottleStatus::Open);
}

/// Two requests read the clock one after the other, and are judged in the other order.
#[test]
fn a_wrong_password_with_an_earlier_time_shortens_no_wait_below_its_own() {
    let rules = Rules::default();
    let mut throttle = PasswordThrottle::default();
    for _ in 0..13 {
        throttle = throttle.failed(NOW, &rules);
    }
    let earlier = UnixTime::from_millis(NOW.as_millis() - 5);
    assert_eq!(throttle.failed(earlier, &rules).not_before, earlier.after(seconds(16)));
}

#[test]
fn the_ends_of_time_and_of_the_count_are_met_without_a_panic() {
    let rules = Rules::default();
    let throttle = PasswordThrottle { failures: u32::MAX, not_before: UnixTime::LAST };
    for now in [UnixTime::from_secs(0), NOW, UnixTime::LAST] {
        assert_eq!(throttle.failed(now, &rules).failures, u32::MAX);
        assert_eq!(throttle.status(now, &rules), ThrottleStatus::Suspended);
    }
}
