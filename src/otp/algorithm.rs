use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The hash under the HMAC (RFC 6238 section 1.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// HMAC-SHA-1, the default everywhere and the only one that every authenticator app knows.
    #[default]
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

impl Algorithm {
    /// The name as otpauth URIs write it: `SHA1`, `SHA256` or `SHA512`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Algorithm {
    type Err = ParseAlgorithmError;

    /// Reads the spellings met in the wild: `SHA1`, `sha-1`, `HmacSHA1`, `HMAC-SHA-256`, `Algorithm.sha256`.
    fn from_str(text: &str) -> Result<Self, ParseAlgorithmError> {
        // As this program writes it: a vault of thousands is read for each code.
        if let Some(algorithm) = [Self::Sha1, Self::Sha256, Self::Sha512].into_iter().find(|one| one.as_str() == text) {
            return Ok(algorithm);
        }
        let upper = text.trim().to_ascii_uppercase();
        let bare = upper.strip_prefix("ALGORITHM.").unwrap_or(&upper).replace(['-', '_'], "");
        match bare.strip_prefix("HMAC").unwrap_or(&bare) {
            "SHA1" => Ok(Self::Sha1),
            "SHA256" => Ok(Self::Sha256),
            "SHA512" => Ok(Self::Sha512),
            _ => Err(ParseAlgorithmError { text: text.to_owned() }),
        }
    }
}

/// A hash that one-time passwords are not made with.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown algorithm `{text}`: one of SHA1, SHA256, SHA512 is needed")]
pub struct ParseAlgorithmError {
    text: String,
}
