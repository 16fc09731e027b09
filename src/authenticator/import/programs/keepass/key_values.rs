//! What KeePass's plugins put into one field: `key=…&step=…&size=…` (KeeOtp, KeeOtp2), or settings without a secret
//! (KeeTrayTOTP).

use std::ops::RangeInclusive;

use crate::authenticator::import::item::Content;
use crate::authenticator::import::json::Count;
use crate::authenticator::import::record::{Encoding, Record, RecordKind};

/// What a field or a cell for a code holds.
pub(in crate::authenticator::import::programs) fn content(text: &str) -> Content<'_> {
    let text = text.trim();
    if text.contains("://") {
        Content::Text(text)
    } else if let Some(content) = key_values(text) {
        content
    } else if is_settings_alone(text) {
        Content::Unreadable(SETTINGS_ALONE)
    } else if CODE_LENGTHS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Content::Unreadable("it holds digits alone, as a code does that was shown once, and no secret")
    } else {
        Content::Text(text)
    }
}

const SETTINGS_ALONE: &str = "it holds the settings of the code and not its secret; export with KeePassXC 2.7 or later";
const CODE_LENGTHS: RangeInclusive<usize> = 6..=8;

/// `30;6`, a period and the digits, or `30;S` for Steam: they belong to a secret in another field.
fn is_settings_alone(text: &str) -> bool {
    text.split_once(';').is_some_and(|(period, _)| !period.is_empty() && period.bytes().all(|b| b.is_ascii_digit()))
}

fn key_values(text: &str) -> Option<Content<'_>> {
    if !text.split('&').any(|piece| piece.starts_with("key=")) {
        return None;
    }
    let mut encoding = Some(Encoding::Base32);
    let mut record = Record { kind: RecordKind::Totp, ..Record::default() };
    for (name, value) in text.split('&').filter_map(|piece| piece.split_once('=')) {
        match name {
            // The padding may be there with its escapes.
            "key" => record.secret = value.trim_end_matches("%3D").trim_end_matches("%3d"),
            "step" => record.period = Count::of(value),
            "size" => record.digits = Count::of(value),
            "type" | "encoder" => record.kind = RecordKind::named(value),
            "encoding" => encoding = encoding_named(value),
            "otpHashMode" => record.algorithm = Some(value),
            "counter" => record.counter = Count::of(value),
            _ => {}
        }
    }
    encoding.map(|encoding| Content::Record(Record { encoding, ..record })).or(Some(Content::Unreadable(ENCODING)))
}

const ENCODING: &str = "its secret is in an encoding that is not known";

/// The encodings of KeeOtp2.
fn encoding_named(name: &str) -> Option<Encoding> {
    match name.to_ascii_lowercase().as_str() {
        "base32" => Some(Encoding::Base32),
        "base64" => Some(Encoding::Base64),
        "hex" => Some(Encoding::Hexadecimal),
        "utf8" => Some(Encoding::Utf8),
        _ => None,
    }
}
