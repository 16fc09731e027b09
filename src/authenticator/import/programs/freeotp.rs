//! FreeOTP+'s JSON, and the preferences of FreeOTP 1, which hold the same objects in XML.

mod preferences;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

pub(super) use preferences::{open as open_preferences, recognizes as recognizes_preferences};

use crate::authenticator::import::json::{self, Shape};
use crate::authenticator::import::login::drop_shared_names;
use crate::authenticator::import::record::{Record, RecordKind, tidy};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Skipped};
use crate::otp::{SharedSecret, name};

const FORMAT: &str = "FreeOTP+ JSON";

pub(super) fn recognizes(bytes: &[u8]) -> bool {
    let shape = Shape::of(bytes);
    // A file that was cut off has only the first of the two.
    shape.is_object_with(&["tokenOrder"]) || shape.is_object_with(&["tokens"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let backup: Backup = json::parse(FORMAT, bytes)?;
    Ok(Opened::Plain(import(FORMAT, backup)))
}

#[derive(Deserialize)]
struct Backup {
    tokens: Vec<Token>,
    #[serde(rename = "tokenOrder", default)]
    order: Vec<String>,
}

/// The tokens in the order in which the app shows them.
fn import(format: &'static str, backup: Backup) -> Import {
    let places: BTreeMap<&str, usize> = backup.order.iter().map(String::as_str).zip(0..).collect();
    let mut tokens = backup.tokens;
    // The sort is stable: those without a place follow as they stand in the file.
    tokens.sort_by_key(|token| places.get(token.id().as_str()).copied().unwrap_or(usize::MAX));
    let mut found: Vec<Found> = (1..).zip(&tokens).map(|(number, token)| token.read(number)).collect();
    drop_shared_names(&mut found);
    Import { format, found, notes: Vec::new() }
}

/// One account, in the app's own names. Absent and `null` are the same.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Token {
    #[serde(rename = "type")]
    kind: Option<String>,
    algo: Option<String>,
    secret: SignedBytes,
    digits: Option<u64>,
    period: Option<u64>,
    /// One less than the counter of the next code.
    counter: Option<i64>,
    /// What stood before the colon of the label.
    issuer_ext: Option<String>,
    /// What the parameter `issuer` said.
    issuer_int: Option<String>,
    label: Option<String>,
    /// What the person has called it.
    alias: Option<String>,
    issuer_alt: Option<String>,
    label_alt: Option<String>,
    category: Option<String>,
}

impl Token {
    /// What `tokenOrder` calls it.
    fn id(&self) -> String {
        let label = text(&self.label);
        match [&self.issuer_int, &self.issuer_ext].into_iter().map(text).find(|issuer| !issuer.is_empty()) {
            Some(issuer) => format!("{issuer}:{label}"),
            None => label.to_owned(),
        }
    }

    fn read(&self, number: usize) -> Found {
        let Some(secret) = SharedSecret::from_bytes(Zeroizing::new(self.secret.0.to_vec())) else {
            let reason = "missing secret".to_owned();
            return Found::Skipped(Skipped { label: self.id(), reason });
        };
        let base32 = secret.to_base32();
        let prefix = text(&self.issuer_ext);
        let issuer = Some(text(&self.issuer_int)).filter(|issuer| !issuer.trim().is_empty()).unwrap_or(prefix);
        let record = Record {
            issuer,
            alias: prefix,
            account: text(&self.label),
            kind: self.kind(),
            secret: &base32,
            algorithm: self.algo.as_deref(),
            digits: self.digits,
            period: self.period,
            counter: self.counter.and_then(|stored| u64::try_from(stored.checked_add(1)?).ok()),
            tags: self.category.iter().cloned().collect(),
            ..Record::default()
        };
        let mut found = record.read(|| format!("token {number}"));
        if let Found::Entry(imported) = &mut found {
            imported.new.name = self.name().filter(|name| !name::same(name, &imported.new.key.label()));
        }
        found
    }

    /// FreeOTP writes Steam's letters for whatever has the prefix `Steam`.
    fn kind(&self) -> RecordKind {
        match RecordKind::named(self.kind.as_deref().unwrap_or("totp")) {
            RecordKind::Totp if text(&self.issuer_ext) == "Steam" => RecordKind::Steam,
            kind => kind,
        }
    }

    /// What the person has called it: in FreeOTP+ an alias, in FreeOTP the two parts of the label.
    fn name(&self) -> Option<String> {
        let alias = tidy(text(&self.alias));
        if !alias.is_empty() {
            return Some(alias);
        }
        if self.issuer_alt.is_none() && self.label_alt.is_none() {
            return None;
        }
        let issuer = tidy(self.issuer_alt.as_deref().unwrap_or_else(|| text(&self.issuer_ext)));
        let label = tidy(self.label_alt.as_deref().unwrap_or_else(|| text(&self.label)));
        match (issuer.as_str(), label.as_str()) {
            ("", "") => None,
            ("", _) => Some(label),
            (_, "") => Some(issuer),
            _ => Some(format!("{issuer}:{label}")),
        }
    }
}

fn text(field: &Option<String>) -> &str {
    field.as_deref().unwrap_or_default()
}

/// Bytes as Java has them, -128 to 127. They are wiped when dropped.
struct SignedBytes(Zeroizing<Vec<u8>>);

impl<'de> Deserialize<'de> for SignedBytes {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_seq(Bytes)
    }
}

struct Bytes;

impl<'de> Visitor<'de> for Bytes {
    type Value = SignedBytes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of bytes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<SignedBytes, A::Error> {
        // As long as any secret that is met, so that growing leaves no copy behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(64));
        while let Some(number) = list.next_element::<i16>()? {
            let [high, low] = number.to_be_bytes();
            // Some tools write the same bytes as 0 to 255, which cannot be mistaken.
            if !(high == 0 || (high == 0xff && low >= 0x80)) {
                return Err(A::Error::custom("not a byte"));
            }
            bytes.push(low);
        }
        Ok(SignedBytes(bytes))
    }
}
