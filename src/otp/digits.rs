use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// How many decimal digits a code has: 1 to 10, by default 6.
///
/// RFC 4226 section 5.3 asks for at least 6. Fewer are read, because such entries exist in the wild,
/// but [`OFFERED`](Self::OFFERED) is what may be chosen for a new one. Ten digits hold the
/// whole 31-bit value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digits(u8);

impl Digits {
    /// Six digits.
    pub const SIX: Self = Self(6);
    /// Eight digits.
    pub const EIGHT: Self = Self(8);
    /// The numbers of digits to offer for a new entry.
    pub const OFFERED: std::ops::RangeInclusive<u8> = 5..=10;

    /// `count` digits.
    ///
    /// # Errors
    /// [`DigitsError`] outside 1 to 10.
    pub const fn new(count: u8) -> Result<Self, DigitsError> {
        if count >= 1 && count <= 10 { Ok(Self(count)) } else { Err(DigitsError) }
    }

    /// The number of digits.
    #[must_use]
    pub const fn count(self) -> u8 {
        self.0
    }
}

impl Default for Digits {
    fn default() -> Self {
        Self::SIX
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Digits {
    type Err = DigitsError;

    fn from_str(text: &str) -> Result<Self, DigitsError> {
        // `u8::from_str` would accept a leading `+`.
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(DigitsError);
        }
        Self::new(text.parse().map_err(|_| DigitsError)?)
    }
}

/// The number of digits is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("digits out of range: a code has 1 to 10")]
pub struct DigitsError;
