use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::time::UnixTime;

/// How long a code lasts, RFC 6238's X: 1 to 86,400 seconds, by default 30.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period(u32);

impl Period {
    /// Thirty seconds, as RFC 6238 section 5.2 recommends.
    pub const THIRTY_SECONDS: Self = Self(30);

    /// A period of `seconds`.
    ///
    /// # Errors
    /// [`PeriodError`] outside 1 to 86,400.
    pub const fn from_secs(seconds: u32) -> Result<Self, PeriodError> {
        if seconds >= 1 && seconds <= 86_400 { Ok(Self(seconds)) } else { Err(PeriodError) }
    }

    /// The length in seconds.
    #[must_use]
    pub const fn as_secs(self) -> u32 {
        self.0
    }

    /// The step in which `now` lies.
    #[must_use]
    pub const fn step_at(self, now: UnixTime) -> Step {
        Step(now.as_secs() / self.0 as u64)
    }

    /// When `step` begins; the last representable time if that lies beyond it.
    #[must_use]
    pub const fn start_of(self, step: Step) -> UnixTime {
        UnixTime::from_secs(step.0.saturating_mul(self.0 as u64))
    }
}

impl Default for Period {
    fn default() -> Self {
        Self::THIRTY_SECONDS
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        // `u32::from_str` would accept a leading `+`.
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PeriodError);
        }
        Self::from_secs(text.parse().map_err(|_| PeriodError)?)
    }
}

/// The period is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("period out of range: a code lasts 1 to 86400 seconds")]
pub struct PeriodError;

/// A time step, RFC 6238's T: the number of whole periods since the epoch. It is the moving factor of TOTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step(u64);

impl Step {
    /// The step with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The step's number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The step `by` steps away, or `None` where the count ends.
    #[must_use]
    pub const fn offset(self, by: i64) -> Option<Self> {
        match self.0.checked_add_signed(by) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The next step, or `None` at the last.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        self.offset(1)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
