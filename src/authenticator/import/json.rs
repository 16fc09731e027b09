//! JSON, in which most programs write: read entry by entry, and without an error that repeats what stands there.

mod fields;
mod members;
mod outline;
mod texts;

use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny};
use serde_json::error::Category;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

pub(super) use fields::{Count, Text, or_default};
pub(super) use members::Members;
pub(super) use outline::Outline;

use self::texts::Texts;
use super::{Found, ImportError, MAX_FOUND, Skipped};

/// A text that may be a secret: wiped when dropped.
pub(super) type Secret = Zeroizing<String>;

/// Whether a text is JSON, if it begins as such; any other text is left to others.
///
/// # Errors
/// [`ImportError::Damaged`] with the place.
pub(super) fn well_formed(bytes: &[u8]) -> Result<(), ImportError> {
    if begins_as_json(bytes) { parse::<IgnoredAny>("JSON", bytes).map(|_| ()) } else { Ok(()) }
}

/// Reads a whole file.
///
/// # Errors
/// [`ImportError::Damaged`] with the place and not with what stands there.
pub(super) fn parse<'de, T: Deserialize<'de>>(format: &'static str, bytes: &'de [u8]) -> Result<T, ImportError> {
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let what = match error.classify() {
            Category::Eof => format!("it breaks off in line {line}, column {column}"),
            Category::Data => format!("something else than expected stands in line {line}, column {column}"),
            Category::Syntax | Category::Io => format!("it is not JSON from line {line}, column {column} on"),
        };
        ImportError::Damaged { format, what }
    })
}

/// Reads the entries of a list, each by itself: one that is odd is skipped by name and does not cost the others.
///
/// `what` is the program's word for an entry. `read` is given the entry, and what it is called if it has no name; it gives
/// nothing for an entry without a code, as a password manager has many.
pub(super) fn each<'de, T: Deserialize<'de>, F: Into<Option<Found>>>(
    list: &[&'de RawValue],
    what: &str,
    mut read: impl FnMut(T, &str) -> F,
) -> Vec<Found> {
    let mut read_one = |(number, raw): (usize, &&'de RawValue)| {
        let place = format!("{what} {number}");
        match one(raw) {
            Some(entry) => read(entry, &place).into(),
            None => Some(Found::Skipped(Skipped::odd(place))),
        }
    };
    // One too many is enough for the file to be refused.
    (1..).zip(list).filter_map(&mut read_one).take(MAX_FOUND + 1).collect()
}

/// Reads one entry of a list, or nothing if it is odd.
pub(super) fn one<'de, T: Deserialize<'de>>(raw: &'de RawValue) -> Option<T> {
    // Of a list serde would take the items for the fields of an object, in their order.
    serde_json::from_str(raw.get()).ok().filter(|_| !raw.get().starts_with('['))
}

/// The texts that a JSON text holds and in which `otpauth` or `steam` stands, as they are meant and not as they are
/// escaped; none for what is no JSON at all.
///
/// `None` is JSON that is damaged.
pub(super) fn texts(bytes: &[u8]) -> Option<Vec<Secret>> {
    texts_where(bytes, None)
}

/// [`texts`], but for those below this key.
pub(super) fn texts_but(bytes: &[u8], key: &str) -> Option<Vec<Secret>> {
    texts_where(bytes, Some(key))
}

fn texts_where(bytes: &[u8], but: Option<&str>) -> Option<Vec<Secret>> {
    let mut found = Vec::new();
    if begins_as_json(bytes) {
        let mut json = serde_json::Deserializer::from_slice(bytes);
        Texts { found: &mut found, but }.deserialize(&mut json).and_then(|()| json.end()).ok()?;
    }
    Some(found)
}

/// Whether a text begins as JSON does. `[Shop]` and `{name}` are how people write headings.
pub(super) fn begins_as_json(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    let Some((first, rest)) = text.split_first() else { return false };
    let rest = rest.trim_ascii_start();
    match first {
        b'{' => rest.is_empty() || rest.starts_with(b"\"") || rest.starts_with(b"}"),
        b'[' => {
            let is_number = rest.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
            let starts: [&[u8]; 7] = [b"{", b"[", b"\"", b"]", b"true", b"false", b"null"];
            rest.is_empty() || is_number || starts.iter().any(|start| rest.starts_with(start))
        }
        _ => false,
    }
}
