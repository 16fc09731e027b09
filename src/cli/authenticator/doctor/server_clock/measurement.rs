//! What several answers together say about this machine's clock.

use std::fmt;

use super::answer::Answer;
use crate::time::UnixTime;

/// One answer, and this machine's clock just before it was asked for and just after it came.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Reading {
    pub(super) asked: UnixTime,
    pub(super) answered: UnixTime,
    pub(super) answer: Answer,
}

/// How far the clock is behind the server's, or why that is not certain.
pub(in super::super) type Outcome = Result<i64, Doubt>;

/// Why the answers do not tell how far the clock is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Doubt {
    /// A cache has answered, and this field says so.
    Cached { by: &'static str },
    /// One came so late that it says little.
    Slow,
    /// They contradict each other, or the server's time stands still while this machine's clock goes on.
    Disagreement,
}

impl Reading {
    /// The fewest and the most milliseconds by which the clock can be behind the server's, by this answer: a `Date` was
    /// cut to a whole second at some moment between the asking and the answer.
    pub(in super::super) fn behind_by_millis(&self) -> (i64, i64) {
        let date = self.answer.date.saturating_mul(1000);
        (date.saturating_sub(millis(self.answered)), date.saturating_add(999).saturating_sub(millis(self.asked)))
    }

    /// The seconds in the middle.
    pub(in super::super) fn behind_by(&self) -> i64 {
        let (least, most) = self.behind_by_millis();
        to_seconds(least.midpoint(most))
    }

    pub(in super::super) const fn cached_by(&self) -> Option<&'static str> {
        self.answer.cached_by
    }
}

/// What the readings say together.
///
/// An answer of a cache is not believed at all. Some caches keep the `Date` of the answer that they have stored, so that
/// `Age` had to be added to it (RFC 9111 section 4.2.3); others write their own, to which nothing must be added; and nothing
/// in the answer tells which it is.
pub(in super::super) fn judge(readings: &[Reading]) -> Outcome {
    if let Some(by) = readings.iter().find_map(Reading::cached_by) {
        return Err(Doubt::Cached { by });
    }
    if readings.iter().any(|reading| millis(reading.answered) - millis(reading.asked) > MAX_ROUND_TRIP_MILLIS) {
        return Err(Doubt::Slow);
    }
    let bounds = || readings.iter().map(Reading::behind_by_millis);
    let (Some(least), Some(most)) = (bounds().map(|(least, _)| least).max(), bounds().map(|(_, most)| most).min())
    else {
        return Err(Doubt::Disagreement);
    };
    if least > most.saturating_add(JITTER_MILLIS) || !lasted(readings) {
        return Err(Doubt::Disagreement);
    }
    Ok(to_seconds(least.midpoint(most)))
}

/// Whether enough time went by from the first answer to the last that one `Date` cannot fit both: then a `Date` that
/// stands still, such as that of a cache that does not say so, is a contradiction.
fn lasted(readings: &[Reading]) -> bool {
    let (Some(first), Some(last)) = (readings.first(), readings.last()) else { return false };
    millis(last.asked) - millis(first.answered) > 1000 + JITTER_MILLIS
}

/// How long an answer may take: with it, the clock is known to a second and a half either way.
const MAX_ROUND_TRIP_MILLIS: i64 = 2000;

/// Some servers write their `Date` anew by a timer, which comes a little late now and then.
pub(super) const JITTER_MILLIS: i64 = 200;

fn millis(time: UnixTime) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// Rounded to the nearest second.
const fn to_seconds(millis: i64) -> i64 {
    millis.saturating_add(500).div_euclid(1000)
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cached { by } => write!(f, "a cache has answered (`{by}`), and its time may be an old one"),
            Self::Slow => write!(f, "an answer took more than {} s", MAX_ROUND_TRIP_MILLIS / 1000),
            Self::Disagreement => f.write_str("the answers contradict each other"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reading: the clock before and after, in milliseconds, and the server's date.
    fn reading(asked: u64, answered: u64, date: i64) -> Reading {
        let answer = Answer { date, cached_by: None };
        Reading { asked: UnixTime::from_millis(asked), answered: UnixTime::from_millis(answered), answer }
    }

    /// Three readings 700 ms apart of a server whose clock is `ahead` ms ahead, each `trip` ms long.
    fn three(ahead: i64, trip: u64) -> Vec<Reading> {
        let at = |number: u64| 1_000_000_400 + number * (700 + trip);
        let date = |number: u64| i64::try_from(at(number) + trip / 2).unwrap().saturating_add(ahead).div_euclid(1000);
        (0..3).map(|number| reading(at(number), at(number) + trip, date(number))).collect()
    }

    #[test]
    fn a_reading_bounds_the_difference_by_its_round_trip_and_the_second_of_a_date() {
        assert_eq!(reading(100_000, 100_900, 100).behind_by_millis(), (-900, 999));
        assert_eq!(reading(97_000, 99_000, 100).behind_by_millis(), (1000, 3999));
        assert_eq!(reading(402_200, 402_800, 100).behind_by_millis(), (-302_800, -301_201));
        assert_eq!(reading(402_200, 402_800, 100).behind_by(), -302);
    }

    #[test]
    fn answers_that_agree_give_the_difference() {
        for (ahead, seconds) in
            [(0, 0), (302_000, 302), (-4_000_000, -4000), (-120_400, -120), (40_000_000_000, 40_000_000)]
        {
            for trip in [0, 30, 1900] {
                let told = judge(&three(ahead, trip)).unwrap();
                assert!((told - seconds).abs() <= 1, "{ahead} ms, {trip} ms: {told}");
            }
        }
    }

    #[test]
    fn a_date_that_stands_still_contradicts_itself() {
        let mut readings = three(-120_000, 20);
        let first = readings[0].answer;
        readings.iter_mut().for_each(|reading| reading.answer = first);
        assert_eq!(judge(&readings), Err(Doubt::Disagreement));
    }

    #[test]
    fn one_answer_that_is_off_by_two_seconds_is_a_contradiction() {
        for at in 0..3 {
            for by in [-2, 2, 600] {
                let mut readings = three(0, 20);
                readings[at].answer.date += by;
                assert_eq!(judge(&readings), Err(Doubt::Disagreement), "answer {at}, {by} s");
            }
        }
    }

    #[test]
    fn an_answer_of_a_cache_or_a_late_one_is_not_believed_even_if_it_fits() {
        for at in 0..3 {
            let mut readings = three(0, 20);
            readings[at].answer.cached_by = Some("Age");
            assert_eq!(judge(&readings), Err(Doubt::Cached { by: "Age" }));
        }
        assert_eq!(judge(&three(0, 2001)), Err(Doubt::Slow));
    }

    #[test]
    fn nothing_is_certain_where_the_clock_was_set_meanwhile_or_nothing_was_asked() {
        // Set back by a minute before the last answer was asked for.
        let mut readings = three(0, 20);
        readings[2].asked = UnixTime::from_millis(readings[2].asked.as_millis() - 60_000);
        readings[2].answered = UnixTime::from_millis(readings[2].answered.as_millis() - 60_000);
        assert_eq!(judge(&readings), Err(Doubt::Disagreement));
        assert_eq!(judge(&three(0, 20)[..1]), Err(Doubt::Disagreement));
        assert_eq!(judge(&[]), Err(Doubt::Disagreement));
    }

    #[test]
    fn a_date_at_the_end_of_all_time_does_not_overflow() {
        let readings = [reading(0, 1, i64::MAX), reading(1400, 1401, i64::MIN)];
        assert_eq!(judge(&readings), Err(Doubt::Disagreement));
    }
}
