use std::fmt;

use subtle::{Choice, ConstantTimeEq};
use thiserror::Error;
use zeroize::Zeroize;

use super::Digits;

/// A one-time code in its one canonical form: 1 to 10 ASCII digits, or Steam's letters.
///
/// It is wiped when dropped, and `Debug` shows its length only. There is no `Display`: what shows a
/// code says so with [`as_str`](Self::as_str).
#[derive(Clone)]
pub struct Code {
    text: [u8; Code::MAX_LEN],
    len: u8,
}

impl Code {
    const MAX_LEN: usize = 10;

    /// Reads a code of `digits` digits as a person types or pastes it.
    ///
    /// White space of ASCII (space, tab, line ends) is dropped wherever it stands, since apps show `123 456`.
    /// Nothing else is: no sign, no other script's digits, no no-break space, no NUL.
    ///
    /// # Errors
    /// [`ParseCodeError`], which does not repeat the text: it may be a password typed at the wrong prompt.
    pub fn parse(text: &str, digits: Digits) -> Result<Self, ParseCodeError> {
        let error = ParseCodeError { digits };
        let mut code = Self { text: [0; Self::MAX_LEN], len: 0 };
        for byte in text.bytes().filter(|b| !b.is_ascii_whitespace()) {
            // `char::is_numeric` would accept other scripts' digits, `u32::from_str` a leading `+`.
            if !byte.is_ascii_digit() || code.len == digits.count() {
                return Err(error);
            }
            code.push(byte);
        }
        if code.len == digits.count() { Ok(code) } else { Err(error) }
    }

    /// The decimal code for HOTP's 31-bit value: its last `digits` digits, with leading zeros (RFC 4226 section 5.3).
    pub(super) fn decimal(value: u32, digits: Digits) -> Self {
        let mut code = Self { text: [0; Self::MAX_LEN], len: digits.count() };
        let mut rest = value;
        for place in code.text.iter_mut().take(usize::from(digits.count())).rev() {
            *place = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        code
    }

    /// Steam's code for HOTP's 31-bit value: five letters, least significant first.
    pub(super) fn steam(value: u32) -> Self {
        const ALPHABET: [u8; 26] = *b"23456789BCDFGHJKMNPQRTVWXY";
        let mut code = Self { text: [0; Self::MAX_LEN], len: 0 };
        let mut rest = value;
        for _ in 0..5 {
            if let Some(letter) = ALPHABET.get((rest % 26) as usize) {
                code.push(*letter);
            }
            rest /= 26;
        }
        code
    }

    /// The code as it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let text = self.text.get(..usize::from(self.len)).unwrap_or_default();
        std::str::from_utf8(text).unwrap_or_default()
    }

    fn push(&mut self, byte: u8) {
        if let Some(place) = self.text.get_mut(usize::from(self.len)) {
            *place = byte;
            self.len += 1;
        }
    }
}

impl ConstantTimeEq for Code {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.text.ct_eq(&other.text) & self.len.ct_eq(&other.len)
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({} characters)", self.len)
    }
}

/// A text is not a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a code is exactly {digits} digits")]
pub struct ParseCodeError {
    digits: Digits,
}
