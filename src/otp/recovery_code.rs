use std::fmt;

use thiserror::Error;
use zeroize::Zeroizing;

use crate::entropy::{self, Entropy, EntropyError};

/// A recovery code: 80 random bits that stand in for an MFA device, once.
///
/// It is wiped when dropped, and `Debug` does not show it. There is no `Display`: what shows one says so with
/// [`to_text`](Self::to_text).
///
/// It stands beside [`Code`](super::Code) and not with the rules that judge it, for it needs random bytes, which the
/// rules never do.
#[derive(Clone)]
pub struct RecoveryCode(Zeroizing<[u8; RecoveryCode::BYTES]>);

impl RecoveryCode {
    /// 80 bits: 1 guess in 10^24 hits, so not even a stolen list of hashes is worth guessing at.
    pub const BYTES: usize = 10;

    const SYMBOLS: usize = 16;
    const GROUP: usize = 4;

    /// A new random code.
    ///
    /// # Errors
    /// [`EntropyError`] if the source fails; never a code that is partly zero.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self(Zeroizing::new(entropy::draw(entropy)?)))
    }

    /// Reads a code as a person types it: 16 letters and digits of base32 (RFC 4648 section 6) in upper or lower case,
    /// with white space of ASCII and dashes wherever they stand.
    ///
    /// # Errors
    /// [`ParseRecoveryCodeError`], which does not repeat the text: it may be a password typed at the wrong prompt.
    pub fn parse(text: &str) -> Result<Self, ParseRecoveryCodeError> {
        let mut symbols = Zeroizing::new(String::with_capacity(Self::SYMBOLS));
        for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'-') {
            // `base32::decode` would take `1` for `I`. Apps disagree, so it is never guessed what was meant.
            if !matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'2'..=b'7') || symbols.len() == Self::SYMBOLS {
                return Err(ParseRecoveryCodeError);
            }
            symbols.push(char::from(byte.to_ascii_uppercase()));
        }
        let bytes = base32::decode(base32::Alphabet::Rfc4648 { padding: false }, &symbols).map(Zeroizing::new);
        let bytes: [u8; Self::BYTES] =
            bytes.and_then(|bytes| bytes.as_slice().try_into().ok()).ok_or(ParseRecoveryCodeError)?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// The code as it is shown: 16 characters of base32 in groups of four, `ABCD-EFGH-IJKL-MNOP`.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let symbols = Zeroizing::new(base32::encode(base32::Alphabet::Rfc4648 { padding: false }, &*self.0));
        let mut text = Zeroizing::new(String::with_capacity(Self::SYMBOLS + Self::SYMBOLS / Self::GROUP));
        for (place, symbol) in symbols.chars().enumerate() {
            if place > 0 && place % Self::GROUP == 0 {
                text.push('-');
            }
            text.push(symbol);
        }
        text
    }

    /// The raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(80 bits)")
    }
}

/// A text is not a recovery code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a recovery code is 16 letters and digits")]
pub struct ParseRecoveryCodeError;
