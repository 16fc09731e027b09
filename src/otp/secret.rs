use std::fmt;

#[cfg(feature = "authenticator")]
use data_encoding::BASE32_NOPAD;
use subtle::{Choice, ConstantTimeEq};
use thiserror::Error;
use zeroize::Zeroizing;

use super::separator::is_separator;
use crate::entropy::{Entropy, EntropyError};

/// The key K that a prover and its verifier share.
///
/// It is wiped when dropped and never printed: `Debug` shows its length only. Any length but none is
/// held, since a person's existing entries must be readable; whoever makes or takes a seed for a
/// verifier asks [`is_strong`](Self::is_strong).
#[derive(Clone)]
pub struct SharedSecret(Zeroizing<Vec<u8>>);

impl SharedSecret {
    /// The length that AWS gives a virtual MFA device's seed: 320 bits, 64 base32 characters.
    pub const AWS_BYTES: usize = 40;

    /// The secret with these raw bytes, or `None` if there are none: every key derived from an empty secret is public.
    #[must_use]
    pub fn from_bytes(bytes: Zeroizing<Vec<u8>>) -> Option<Self> {
        if bytes.is_empty() { None } else { Some(Self(bytes)) }
    }

    /// A new random secret of AWS's length.
    ///
    /// # Errors
    /// [`EntropyError`] if the source fails; never a secret that is short or partly zero.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = Zeroizing::new(vec![0; Self::AWS_BYTES]);
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads base32 (RFC 4648 section 6) as people type it and as web pages show it: upper or lower case, with blanks and
    /// dashes of any kind and with padding, of any length. Bits left over after the last whole byte are dropped, as
    /// authenticator apps do.
    ///
    /// # Errors
    /// [`DecodeBase32Error`] names an illegal character and its position. It is never guessed what was meant: apps
    /// disagree on whether `1` stands for `I` or `L`.
    pub fn from_base32(text: &str) -> Result<Self, DecodeBase32Error> {
        let mut symbols = Zeroizing::new(String::with_capacity(text.len()));
        for (index, character) in text.chars().enumerate() {
            match character {
                'A'..='Z' | 'a'..='z' | '2'..='7' => symbols.push(character.to_ascii_uppercase()),
                '=' => {}
                _ if is_separator(character) => {}
                _ => return Err(DecodeBase32Error::IllegalCharacter { character, position: index + 1 }),
            }
        }
        // `base32::decode` takes any length and drops the leftover bits. One symbol after whole groups of eight carries no byte,
        // but would make it move the bytes to a larger allocation and leave a copy in the old one.
        if symbols.len() % 8 == 1 {
            symbols.pop();
        }
        let bytes = base32::decode(base32::Alphabet::Rfc4648 { padding: false }, &symbols)
            .map(Zeroizing::new)
            .ok_or(DecodeBase32Error::TooShort)?;
        Self::from_bytes(bytes).ok_or(DecodeBase32Error::TooShort)
    }

    /// Reads base32 in the one form that [`to_base32`](Self::to_base32) writes, sooner than
    /// [`from_base32`](Self::from_base32); `None` for any other.
    #[cfg(feature = "authenticator")]
    pub(crate) fn from_kept_base32(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new(vec![0; BASE32_NOPAD.decode_len(text.len()).ok()?]);
        BASE32_NOPAD.decode_mut(text.as_bytes(), &mut bytes).ok()?;
        Self::from_bytes(bytes)
    }

    /// The secret in base32, upper case, without padding.
    #[must_use]
    pub fn to_base32(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(self.0.len().div_ceil(5) * 8));
        // Group by group: `base32::encode` reserves too little for a whole secret and leaves a copy behind as it grows.
        for bytes in self.0.chunks(5) {
            let mut group = Zeroizing::new([0; 5]);
            group.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
            let symbols = Zeroizing::new(base32::encode(base32::Alphabet::Rfc4648 { padding: false }, &*group));
            text.push_str(&symbols);
        }
        text.truncate((self.0.len() * 8).div_ceil(5));
        text
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether it has the 128 bits that RFC 4226 section 4 (R6) demands at least.
    #[must_use]
    pub fn is_strong(&self) -> bool {
        self.0.len() >= 16
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SharedSecret({} bits)", self.0.len() * 8)
    }
}

impl ConstantTimeEq for SharedSecret {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.as_slice().ct_eq(other.0.as_slice())
    }
}

/// A text is not a base32 secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeBase32Error {
    /// A character that base32 does not have.
    #[error("illegal base32 character {} at position {position}{}", shown(*character), look_alike(*character))]
    IllegalCharacter {
        /// The character.
        character: char,
        /// Its place in the text as typed, counted in characters from 1.
        position: usize,
    },
    /// Not even one byte.
    #[error("the secret is empty")]
    TooShort,
}

/// The character as it looks, and its code point where it is not one of ASCII: letters of two scripts look the same.
fn shown(character: char) -> String {
    if character.is_ascii_graphic() {
        return format!("`{character}`");
    }
    // What has no look of its own is escaped.
    format!("`{}` (U+{:04X})", character.escape_debug(), u32::from(character))
}

const fn look_alike(character: char) -> &'static str {
    match character {
        '0' => ": is it the letter O?",
        '1' => ": is it the letter I or L?",
        '8' => ": is it the letter B?",
        '9' => ": base32 has the digits 2 to 7 only",
        _ => "",
    }
}
