use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::fmt;
use thiserror::Error;

use super::entries::Entries;
use super::entry::Entry;
use super::offset::ClockOffset;
use crate::otp::{CodeFormat, Digits, KeyUri, Kind, Period, SharedSecret, Totp};
use crate::time::UnixTime;

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
        match serde_json::from_slice::<Self>(json) {
            Ok(document) if document.version == VERSION => Ok(document),
            Ok(document) => Err(ReadDocumentError::Unsupported { version: document.version }),
            // A newer version may have changed everything but this one key.
            Err(error) => match serde_json::from_slice(json) {
                Ok(Versioned { version }) if version != VERSION => Err(ReadDocumentError::Unsupported { version }),
                _ => Err(ReadDocumentError::NotADocument { line: error.line(), column: error.column() }),
            },
        }
    }
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

/// An entry, flat.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default)]
    issuer: String,
    #[serde(default)]
    account: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alias: Option<String>,
    #[serde(rename = "type")]
    kind: RecordKind,
    algorithm: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    digits: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    period: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
    #[serde(serialize_with = "write_secret", deserialize_with = "read_secret")]
    secret: SharedSecret,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    serial: Option<String>,
    #[serde(default, skip_serializing_if = "ClockOffset::is_none")]
    offset: ClockOffset,
    created: u64,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RecordKind {
    Totp,
    Steam,
    Hotp,
}

impl From<Entry> for Record {
    fn from(entry: Entry) -> Self {
        let (kind, algorithm, digits, period, counter) = match entry.key.kind {
            Kind::Totp(Totp { algorithm, format: CodeFormat::Steam, period }) => {
                (RecordKind::Steam, algorithm, None, Some(period.as_secs()), None)
            }
            Kind::Totp(Totp { algorithm, format: CodeFormat::Decimal(digits), period }) => {
                (RecordKind::Totp, algorithm, Some(digits.count()), Some(period.as_secs()), None)
            }
            Kind::Hotp { algorithm, digits, counter } => {
                (RecordKind::Hotp, algorithm, Some(digits.count()), None, Some(counter))
            }
        };
        Self {
            id: entry.id.to_string(),
            name: entry.name,
            issuer: entry.key.issuer,
            account: entry.key.account,
            alias: entry.key.alias,
            kind,
            algorithm: algorithm.as_str().to_owned(),
            digits,
            period,
            counter,
            secret: entry.key.secret,
            tags: entry.tags,
            note: entry.note,
            serial: entry.serial,
            offset: entry.offset,
            created: entry.created.as_secs(),
            unknown: entry.unknown,
        }
    }
}

impl TryFrom<Record> for Entry {
    type Error = RecordError;

    fn try_from(record: Record) -> Result<Self, RecordError> {
        let algorithm = record.algorithm.parse().map_err(|_| RecordError("algorithm"))?;
        let digits = || Digits::new(record.digits.ok_or(RecordError("digits"))?).map_err(|_| RecordError("digits"));
        let period =
            || Period::from_secs(record.period.ok_or(RecordError("period"))?).map_err(|_| RecordError("period"));
        let kind = match record.kind {
            RecordKind::Totp => {
                Kind::Totp(Totp { algorithm, format: CodeFormat::Decimal(digits()?), period: period()? })
            }
            RecordKind::Steam => Kind::Totp(Totp { algorithm, format: CodeFormat::Steam, period: period()? }),
            RecordKind::Hotp => {
                Kind::Hotp { algorithm, digits: digits()?, counter: record.counter.ok_or(RecordError("counter"))? }
            }
        };
        let mut entry = Self {
            id: record.id.parse().map_err(|_| RecordError("id"))?,
            name: record.name,
            key: KeyUri {
                issuer: record.issuer,
                account: record.account,
                alias: record.alias,
                secret: record.secret,
                kind,
            },
            tags: record.tags,
            note: record.note,
            serial: record.serial,
            offset: record.offset,
            created: UnixTime::from_secs(record.created),
            unknown: record.unknown,
        };
        // Earlier versions have kept what was typed, and `age` lets anybody write a vault.
        entry.tidy();
        Ok(entry)
    }
}

/// The key of an entry that is missing or out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("bad `{0}`")]
pub(super) struct RecordError(&'static str);

pub(super) fn write_secret<S: Serializer>(secret: &SharedSecret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&secret.to_base32())
}

fn read_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SharedSecret, D::Error> {
    struct Base32;
    impl Visitor<'_> for Base32 {
        type Value = SharedSecret;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a base32 secret")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<SharedSecret, E> {
            SharedSecret::from_base32(text).map_err(|_| E::custom("bad secret"))
        }
    }
    // A borrowed visit: no copy of the text is made on the way.
    deserializer.deserialize_str(Base32).map_err(|_| D::Error::custom("bad secret"))
}
