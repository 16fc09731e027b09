mod reading;
mod writing;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

pub(super) use self::writing::write_secret;
use super::entries::Entries;
use super::offset::ClockOffset;

/// What `vault.age` holds, as JSON. `docs/vault-format.md` describes each key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Document {
    version: u64,
    /// The vault's own recipient. It stands here because an identity file may belong to a further recipient, who must
    /// write for the passphrase's owner too, and because nobody outside can forge a vault without knowing it.
    pub(super) recipient: String,
    /// By how much the clock of the person's machine is off.
    #[serde(default, skip_serializing_if = "ClockOffset::is_none")]
    pub(super) offset: ClockOffset,
    pub(super) entries: Entries,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

impl Document {
    /// A vault without entries.
    pub(super) fn empty(recipient: String) -> Self {
        Self {
            version: VERSION,
            recipient,
            offset: ClockOffset::NONE,
            entries: Entries::default(),
            unknown: Map::new(),
        }
    }

    /// Reads the JSON.
    pub(super) fn parse(json: &[u8]) -> Result<Self, ReadDocumentError> {
        match read(json) {
            Ok(document) if document.version == VERSION => Ok(document),
            Ok(document) => Err(ReadDocumentError::Unsupported { version: document.version }),
            // A newer version may have changed everything but this one key.
            Err(error) => match serde_json::from_slice(json) {
                Ok(Versioned { version }) if version != VERSION => Err(ReadDocumentError::Unsupported { version }),
                _ => Err(error),
            },
        }
    }
}

/// The document, of whatever version. Its text is looked at as a whole first, so that no string in it has to be.
fn read(json: &[u8]) -> Result<Document, ReadDocumentError> {
    let text = std::str::from_utf8(json).map_err(|error| {
        let (before, _) = json.split_at(error.valid_up_to());
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        ReadDocumentError::NotADocument { line, column }
    })?;
    serde_json::from_str(text)
        .map_err(|error| ReadDocumentError::NotADocument { line: error.line(), column: error.column() })
}

/// The text within `vault.age` is not what was expected. Where, but never what: it may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum ReadDocumentError {
    #[error("version {version}")]
    Unsupported { version: u64 },
    #[error("line {line}, column {column}")]
    NotADocument { line: usize, column: usize },
}

pub(super) const VERSION: u64 = 1;

#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

#[cfg(test)]
mod tests;
