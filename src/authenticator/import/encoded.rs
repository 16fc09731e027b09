//! Bytes that a file holds as text.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::ImportError;

/// Base64, with its padding or without.
///
/// # Errors
/// [`ImportError::Damaged`], which calls the text `what`.
pub(super) fn base64(format: &'static str, what: &str, text: &str) -> Result<Vec<u8>, ImportError> {
    const ENGINE: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    ENGINE.decode(text.trim()).map_err(|_| ImportError::Damaged { format, what: format!("`{what}` is not base64") })
}

/// Hexadecimal digits.
///
/// # Errors
/// [`ImportError::Damaged`], which calls the text `what`.
pub(super) fn hex(format: &'static str, what: &str, text: &str) -> Result<Vec<u8>, ImportError> {
    let damaged = || ImportError::Damaged { format, what: format!("`{what}` is not hexadecimal") };
    let nibble = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return Err(damaged());
    }
    pairs.iter().map(|[high, low]| Some(nibble(high)? << 4 | nibble(low)?)).collect::<Option<_>>().ok_or_else(damaged)
}
