//! Wrong passwords, which have a counter of their own.

use vmfa::verifier::{PasswordThrottle, Rules, ThrottleStatus};

use super::*;

fn failed_times(count: u32, mut now: UnixTime) -> (PasswordThrottle, UnixTime, Vec<u64>) {
    let rules = Rules::default();
    let mut throttle = PasswordThrottle::default();
    let mut waits = Vec::new();
    for _ in 0..count {
        throttle = throttle.failed(now, &rules);
        if let ThrottleStatus::Waiting { until } = throttle.status(now, &rules) {
            waits.push(until.since(now).as_secs());
            now = until;
        } else {
            waits.push(0);
        }
    }
    (throttle, now, waits)
}

#[test]
fn after_the_tenth_wrong_password_the_wait_doubles_from_a_second_up_to_five_minutes() {
    let (_, _, waits) = failed_times(21, NOW);
    assert_eq!(waits, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
}

#[test]
fn after_a_hundred_wrong_passwords_none_is_judged_until_somebody_has_logged_in() {
    let (throttle, now, _) = failed_times(99, NOW);
    let rules = Rules::default();
    assert_eq!(throttle.status(now, &rules), ThrottleStatus::Open);
    let throttle = throttle.failed(now, &rules);
    assert_eq!(throttle.status(now.after(secs(YEAR)), &rules), ThrottleStatus::Suspended);
    assert_eq!(throttle.accepted(), PasswordThrottle::default());
}

#[test]
fn a_wait_for_passwords_that_a_clock_a_year_ahead_wrote_is_cut_to_five_minutes() {
    let (throttle, _, _) = failed_times(15, in_secs(YEAR));
    let until = in_secs(300);
    assert_eq!(throttle.status(NOW, &Rules::default()), ThrottleStatus::Waiting { until });
}

#[test]
fn a_try_that_reads_an_earlier_time_meets_no_free_wrong_password_of_before() {
    let rules = Rules::default();
    let throttle = PasswordThrottle::default().failed(NOW, &rules);
    let earlier = UnixTime::from_millis(NOW.as_millis() - 5);
    assert_eq!(throttle.status(earlier, &rules), ThrottleStatus::Open);
}
