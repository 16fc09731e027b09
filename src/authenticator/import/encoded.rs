//! Bytes that a file holds as text.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::ImportError;

/// Base64, with its padding or without.
///
/// # Errors
/// [`ImportError::Damaged`], which calls the text `what`.
pub(super) fn base64(format: &'static str, what: &str, text: &str) -> Result<Vec<u8>, ImportError> {
    let bytes = base64_bytes(text).map(|mut bytes| std::mem::take(&mut *bytes));
    bytes.ok_or_else(|| ImportError::Damaged { format, what: format!("`{what}` is not base64") })
}

/// Hexadecimal digits.
///
/// # Errors
/// [`ImportError::Damaged`], which calls the text `what`.
pub(super) fn hex(format: &'static str, what: &str, text: &str) -> Result<Vec<u8>, ImportError> {
    let bytes = hex_bytes(text).map(|mut bytes| std::mem::take(&mut *bytes));
    bytes.ok_or_else(|| ImportError::Damaged { format, what: format!("`{what}` is not hexadecimal") })
}

/// The bytes of base64, which may be a secret. Blanks within it are passed over, as XML is laid out with them.
pub(super) fn base64_bytes(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    const ENGINE: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let mut symbols = Zeroizing::new(Vec::with_capacity(text.len()));
    symbols.extend(text.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    ENGINE.decode(&*symbols).ok().map(Zeroizing::new)
}

/// The bytes of hexadecimal digits, which may be a secret.
pub(super) fn hex_bytes(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let nibble = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(pairs.len()));
    for [high, low] in pairs {
        bytes.push(nibble(high)? << 4 | nibble(low)?);
    }
    Some(bytes)
}
