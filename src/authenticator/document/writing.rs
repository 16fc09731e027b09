//! An entry as it is written: flat, and without a copy of its secret.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::authenticator::Entry;
use crate::authenticator::offset::ClockOffset;
use crate::otp::{CodeFormat, Kind, SharedSecret, Totp};

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, json: S) -> Result<S::Ok, S::Error> {
        Fields::of(self).serialize(json)
    }
}

#[derive(Serialize)]
struct Fields<'a> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    issuer: &'a str,
    account: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'static str,
    algorithm: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    digits: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
    #[serde(serialize_with = "write_secret")]
    secret: &'a SharedSecret,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<&'a str>,
    #[serde(skip_serializing_if = "ClockOffset::is_none")]
    offset: ClockOffset,
    created: u64,
    #[serde(flatten)]
    unknown: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    fn of(entry: &'a Entry) -> Self {
        let Entry { id, name, key, tags, note, serial, offset, created, unknown } = entry;
        let (kind, algorithm, digits, period, counter) = match key.kind {
            Kind::Totp(Totp { algorithm, format: CodeFormat::Steam, period }) => {
                ("steam", algorithm, None, Some(period.as_secs()), None)
            }
            Kind::Totp(Totp { algorithm, format: CodeFormat::Decimal(digits), period }) => {
                ("totp", algorithm, Some(digits.count()), Some(period.as_secs()), None)
            }
            Kind::Hotp { algorithm, digits, counter } => ("hotp", algorithm, Some(digits.count()), None, Some(counter)),
        };
        Self {
            id: id.to_string(),
            name: name.as_deref(),
            issuer: &key.issuer,
            account: &key.account,
            alias: key.alias.as_deref(),
            kind,
            algorithm: algorithm.as_str(),
            digits,
            period,
            counter,
            secret: &key.secret,
            tags,
            note: note.as_deref(),
            serial: serial.as_deref(),
            offset: *offset,
            created: created.as_secs(),
            unknown,
        }
    }
}

/// Writes a secret in base32.
pub(in crate::authenticator) fn write_secret<S: Serializer>(secret: &SharedSecret, json: S) -> Result<S::Ok, S::Error> {
    json.serialize_str(&secret.to_base32())
}
