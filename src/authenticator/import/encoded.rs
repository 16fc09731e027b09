//! Bytes that a file holds as text.

use std::ops::Deref;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::ImportError;

/// A text without its byte order mark, and in UTF-8 where the mark says that it is UTF-16: so Windows writes what its shells
/// are told to put into a file. Anything else is given as it is.
pub(super) fn as_utf8(bytes: &[u8]) -> Utf8<'_> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => Utf8::AsItIs(rest),
        [0xff, 0xfe, rest @ ..] => utf16(bytes, rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(bytes, rest, u16::from_be_bytes),
        _ => Utf8::AsItIs(bytes),
    }
}

/// Bytes as they were, or those of a text that was decoded: it holds secrets, and is wiped.
pub(super) enum Utf8<'a> {
    AsItIs(&'a [u8]),
    Decoded(Zeroizing<String>),
}

impl Deref for Utf8<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::AsItIs(bytes) => bytes,
            Self::Decoded(text) => text.as_bytes(),
        }
    }
}

fn utf16<'a>(all: &'a [u8], units: &'a [u8], unit: fn([u8; 2]) -> u16) -> Utf8<'a> {
    let (pairs, rest) = units.as_chunks::<2>();
    // Three bytes a unit at most, so that growing leaves no copy of a secret behind.
    let mut text = Zeroizing::new(String::with_capacity(pairs.len() * 3));
    for character in char::decode_utf16(pairs.iter().copied().map(unit)) {
        let Ok(character) = character else { return Utf8::AsItIs(all) };
        text.push(character);
    }
    if rest.is_empty() { Utf8::Decoded(text) } else { Utf8::AsItIs(all) }
}

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

/// The bytes of hexadecimal digits, which may be a secret. Blanks within it are passed over.
pub(super) fn hex_bytes(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let nibble = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    digits.extend(text.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(pairs.len()));
    for [high, low] in pairs {
        bytes.push(nibble(high)? << 4 | nibble(low)?);
    }
    Some(bytes)
}
