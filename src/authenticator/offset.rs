use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::time::UnixTime;

/// By how much a clock is off, in whole seconds: what is added to the time that it shows. A hundred years at most, either
/// way, which is further than a machine without a battery is off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct ClockOffset(i64);

impl ClockOffset {
    /// The clock is right.
    pub const NONE: Self = Self(0);

    /// An offset of `seconds`: positive for a clock that is slow.
    ///
    /// # Errors
    /// [`ClockOffsetError`] beyond a hundred years.
    pub const fn from_secs(seconds: i64) -> Result<Self, ClockOffsetError> {
        if seconds.unsigned_abs() <= MAX_SECS { Ok(Self(seconds)) } else { Err(ClockOffsetError) }
    }

    /// The seconds that are added.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0
    }

    /// Whether nothing is added.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.0 == 0
    }

    /// Both together, when a clock is off and so is that of the other side.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What a clock should show that shows `time`. Before 1970 there is nothing, so it stops there.
    #[must_use]
    pub const fn correct(self, time: UnixTime) -> UnixTime {
        UnixTime::from_millis(time.as_millis().saturating_add_signed(self.0.saturating_mul(1000)))
    }

    /// What the clock shows when it should show `time`.
    #[must_use]
    pub const fn shown_at(self, time: UnixTime) -> UnixTime {
        Self(self.0.saturating_neg()).correct(time)
    }
}

const MAX_SECS: u64 = 100 * 31_557_600;

impl TryFrom<i64> for ClockOffset {
    type Error = ClockOffsetError;

    fn try_from(seconds: i64) -> Result<Self, ClockOffsetError> {
        Self::from_secs(seconds)
    }
}

impl From<ClockOffset> for i64 {
    fn from(offset: ClockOffset) -> Self {
        offset.0
    }
}

impl fmt::Display for ClockOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { f.write_str("0") } else { write!(f, "{:+}", self.0) }
    }
}

impl FromStr for ClockOffset {
    type Err = ClockOffsetError;

    fn from_str(text: &str) -> Result<Self, ClockOffsetError> {
        Self::from_secs(text.parse().map_err(|_| ClockOffsetError)?)
    }
}

/// A text or a number is no offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an offset is a number of seconds, such as +40 or -302, and at most a hundred years")]
pub struct ClockOffsetError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_added_to_what_the_clock_shows_and_time_has_two_ends() {
        let at = |seconds: i64, shown: u64| ClockOffset(seconds).correct(UnixTime::from_millis(shown)).as_millis();
        assert_eq!(at(40, 19_500), 59_500);
        assert_eq!(at(-40, 59_500), 19_500);
        assert_eq!(at(-302, 60_000), 0);
        assert_eq!(at(1, UnixTime::LAST.as_millis()), UnixTime::LAST.as_millis());
        assert_eq!(ClockOffset(40).shown_at(UnixTime::from_secs(59)), UnixTime::from_secs(19));
    }

    #[test]
    fn an_offset_is_read_with_and_without_a_sign_and_written_with_it() {
        for (text, seconds, written) in
            [("+40", 40, "+40"), ("40", 40, "+40"), ("-302", -302, "-302"), ("0", 0, "0"), ("-0", 0, "0")]
        {
            let offset: ClockOffset = text.parse().unwrap();
            assert_eq!((offset.as_secs(), offset.to_string().as_str()), (seconds, written), "{text}");
        }
        for text in ["", "+", "1.5", "5s", "3155760001", "-3155760001", "99999999999999999999"] {
            assert_eq!(text.parse::<ClockOffset>(), Err(ClockOffsetError), "{text}");
        }
    }
}
