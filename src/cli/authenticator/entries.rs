//! Entries as they are shown: to people in rows, to programs as JSON. Never with their secrets.

pub(super) mod changes;
pub(super) mod parameters;
pub(super) mod sorting;

use std::borrow::Cow;

use serde::Serialize;

use crate::authenticator::Entry;
use crate::cli::table;
use crate::otp::{Algorithm, CodeFormat, Digits, Kind, Period, Totp};

/// An entry for programs.
#[derive(Serialize)]
pub(super) struct EntryJson<'a> {
    id: String,
    name: Option<&'a str>,
    issuer: &'a str,
    account: &'a str,
    alias: Option<&'a str>,
    #[serde(flatten)]
    kind: KindJson,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<i64>,
    created: u64,
}

/// How an entry's codes are made, for programs.
#[derive(Serialize)]
pub(super) struct KindJson {
    #[serde(rename = "type")]
    kind: &'static str,
    algorithm: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    digits: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
}

impl<'a> From<&'a Entry> for EntryJson<'a> {
    fn from(entry: &'a Entry) -> Self {
        Self {
            id: entry.id.to_string(),
            name: entry.name.as_deref(),
            issuer: &entry.key.issuer,
            account: &entry.key.account,
            alias: entry.key.alias.as_deref(),
            kind: entry.key.kind.into(),
            tags: &entry.tags,
            serial: entry.serial.as_deref(),
            offset: (!entry.offset.is_none()).then(|| entry.offset.as_secs()),
            created: entry.created.as_secs(),
        }
    }
}

impl From<Kind> for KindJson {
    fn from(kind: Kind) -> Self {
        let (algorithm, format, period, counter) = match kind {
            Kind::Totp(totp) => (totp.algorithm, totp.format, Some(totp.period.as_secs()), None),
            Kind::Hotp { algorithm, digits, counter } => (algorithm, CodeFormat::Decimal(digits), None, Some(counter)),
        };
        let digits = match format {
            CodeFormat::Decimal(digits) => Some(digits.count()),
            CodeFormat::Steam => None,
        };
        Self { kind: kind_name(kind), algorithm: algorithm.as_str(), digits, period, counter }
    }
}

/// The entries in rows: label, issuer, account, type with what is unusual about it, tags.
pub(super) fn rows(entries: &[&Entry]) -> String {
    table::laid_out(entries, |columns, entry| {
        columns.push(entry.label_pieces());
        columns.push([entry.key.issuer.as_str()]);
        columns.push([entry.key.account.as_str()]);
        columns.push([&*kind(entry)]);
        let spaces = std::iter::once("#").chain(std::iter::repeat(" #"));
        columns.push(spaces.zip(&entry.tags).flat_map(|(space, tag)| [space, tag.as_str()]));
    })
}

/// The entries among which a query does not decide, a line each.
pub(super) fn candidates(entries: &[&Entry]) -> String {
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            let label = table::printable(&entry.label());
            vec![
                "".to_owned(),
                label,
                table::printable(&entry.key.issuer),
                table::printable(&entry.key.account),
                entry.id.to_string(),
            ]
        })
        .collect();
    table::aligned(&rows)
}

/// `totp`, `steam` or `hotp`.
pub(super) const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Totp(Totp { format: CodeFormat::Steam, .. }) => "steam",
        Kind::Totp(_) => "totp",
        Kind::Hotp { .. } => "hotp",
    }
}

/// How codes are made, as a person is told.
fn kind(entry: &Entry) -> Cow<'static, str> {
    let kind = entry.key.kind;
    let (algorithm, format, period) = match kind {
        Kind::Totp(Totp { algorithm, format, period }) => (algorithm, format, period),
        Kind::Hotp { algorithm, digits, .. } => (algorithm, CodeFormat::Decimal(digits), Period::default()),
    };
    let mut words = Cow::Borrowed(kind_name(kind));
    if algorithm != Algorithm::default() {
        words.to_mut().push_str(&format!(", {algorithm}"));
    }
    if let CodeFormat::Decimal(digits) = format
        && digits != Digits::default()
    {
        words.to_mut().push_str(&format!(", {}", table::counted(digits.count(), "digit")));
    }
    if period != Period::default() {
        words.to_mut().push_str(&format!(", {period} s"));
    }
    if !entry.offset.is_none() {
        words.to_mut().push_str(&format!(", clock {} s", entry.offset));
    }
    words
}
