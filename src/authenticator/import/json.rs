//! JSON, in which most programs write: told apart by its keys, read without repeating what stands there in an error.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{Deserialize, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;
use thiserror::Error;
use zeroize::Zeroizing;

use super::ImportError;

/// A text that may be a secret: wiped when dropped.
pub(super) type Secret = Zeroizing<String>;

/// What tells JSON files apart.
#[derive(Default)]
pub(super) struct Shape {
    keys: BTreeSet<String>,
    is_list: bool,
}

impl Shape {
    /// The keys of the outermost object, or of the first object of the outermost list. Of a damaged text, those before the
    /// damage: it is for the form to say what is wrong.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut shape = Self::default();
        if begins_as_json(bytes) {
            let mut json = serde_json::Deserializer::from_slice(bytes);
            // What was found before an error stands.
            let _ = Outermost(&mut shape).deserialize(&mut json);
        }
        shape
    }

    /// Whether it is an object with all these keys.
    pub(super) fn is_object_with(&self, keys: &[&str]) -> bool {
        !self.is_list && self.has(keys)
    }

    /// Whether it is a list whose first object has all these keys.
    pub(super) fn is_list_of(&self, keys: &[&str]) -> bool {
        self.is_list && self.has(keys)
    }

    fn has(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.keys.contains(*key))
    }
}

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

/// Reads one of a file's entries, so that one that is odd does not cost the others.
pub(super) fn entry<'de, T: Deserialize<'de>>(raw: &'de RawValue) -> Result<T, NotAnEntry> {
    serde_json::from_str(raw.get()).map_err(|_| NotAnEntry)
}

/// One of a file's entries is not as its program writes them.
#[derive(Debug, Error)]
#[error("it is not as this program writes its entries")]
pub(super) struct NotAnEntry;

fn begins_as_json(bytes: &[u8]) -> bool {
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| [b'{', b'['].contains(byte))
}

struct Outermost<'a>(&'a mut Shape);

impl<'de> DeserializeSeed<'de> for Outermost<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Outermost<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key()? {
            self.0.keys.insert(key);
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.0.is_list = true;
        if let Some(first) = list.next_element::<&RawValue>()? {
            let mut json = serde_json::Deserializer::from_str(first.get());
            // Anything but an object has no keys.
            let _ = json.deserialize_map(Outermost(self.0));
        }
        Ok(())
    }
}
