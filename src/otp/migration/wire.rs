//! The protocol buffers, and the text around them.

use std::fmt::Write;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;
use prost::Message;
use zeroize::{Zeroize, Zeroizing};

/// `MigrationPayload`. Entries stay bytes at first, so that a broken one does not break the whole.
#[derive(Clone, PartialEq, Message)]
#[prost(skip_debug)]
pub(super) struct Payload {
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub entries: Vec<Vec<u8>>,
    // Fields without `optional` are left out where they are 0.
    #[prost(int32, optional, tag = "2")]
    pub version: Option<i32>,
    #[prost(int32, optional, tag = "3")]
    pub batch_size: Option<i32>,
    #[prost(int32, optional, tag = "4")]
    pub batch_index: Option<i32>,
    #[prost(int32, optional, tag = "5")]
    pub batch_id: Option<i32>,
}

/// `OtpParameters`. Names stay bytes, so that one in another encoding does not cost the entry.
#[derive(Clone, PartialEq, Message)]
#[prost(skip_debug)]
pub(super) struct Entry {
    #[prost(bytes = "vec", tag = "1")]
    pub secret: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub name: Vec<u8>,
    #[prost(bytes = "vec", tag = "3")]
    pub issuer: Vec<u8>,
    #[prost(int32, tag = "4")]
    pub algorithm: i32,
    #[prost(int32, tag = "5")]
    pub digits: i32,
    #[prost(int32, tag = "6")]
    pub kind: i32,
    #[prost(int64, tag = "7")]
    pub counter: i64,
}

/// `Algorithm`, with 0 for unspecified.
pub(super) mod algorithm {
    pub const SHA1: i32 = 1;
    pub const SHA256: i32 = 2;
    pub const SHA512: i32 = 3;
    pub const MD5: i32 = 4;
}

/// `DigitCount`, with 0 for unspecified.
pub(super) mod digits {
    pub const SIX: i32 = 1;
    pub const EIGHT: i32 = 2;
}

/// `OtpType`, with 0 for unspecified.
pub(super) mod kind {
    pub const HOTP: i32 = 1;
    pub const TOTP: i32 = 2;
}

impl Drop for Payload {
    fn drop(&mut self) {
        self.entries.zeroize();
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

/// What follows the scheme and the host, if they are those of a batch.
pub(super) fn data(text: &str) -> Option<&str> {
    let (start, rest) = text.trim().split_at_checked(SCHEME.len())?;
    start.eq_ignore_ascii_case(SCHEME).then_some(rest)
}

/// The payload in a batch's text, or `None` if there is none.
pub(super) fn decode(text: &str) -> Option<Payload> {
    let (_, query) = data(text)?.split_once('?')?;
    // The first `=` ends the name; those after it are padding that was not escaped.
    let (_, raw) = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| is_data(name))?;
    let mut symbols = Zeroizing::new(Vec::with_capacity(raw.len()));
    symbols.extend(percent_decode_str(raw.trim()).filter_map(|byte| match byte {
        // A form's decoder made a space of `+`.
        b' ' | b'-' => Some(b'+'),
        b'_' => Some(b'/'),
        b'=' | b'\r' | b'\n' | b'\t' => None,
        other => Some(other),
    }));
    let bytes = Zeroizing::new(BASE64.decode(symbols.as_slice()).ok()?);
    Payload::decode(bytes.as_slice()).ok()
}

/// The text of a batch.
pub(super) fn encode(payload: &Payload) -> Zeroizing<String> {
    let bytes = Zeroizing::new(payload.encode_to_vec());
    let symbols = Zeroizing::new(BASE64.encode(&*bytes));
    let mut text = Zeroizing::new(String::with_capacity(SCHEME.len() + "offline?data=".len() + 3 * symbols.len()));
    text.push_str(SCHEME);
    text.push_str("offline?data=");
    for symbol in symbols.chars() {
        // Writing to a `String` does not fail.
        let _ = if symbol.is_ascii_alphanumeric() {
            text.write_char(symbol)
        } else {
            write!(text, "%{:02X}", u32::from(symbol))
        };
    }
    text
}

fn is_data(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case("data")
}

const SCHEME: &str = "otpauth-migration://";

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);
