//! FreeOTP+'s JSON, the preferences of FreeOTP 1, which hold the same objects in XML, and FreeOTP 2's backup.

mod backup;
mod preferences;
mod serialized;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

pub(super) use backup::{open as open_backup, recognizes as recognizes_backup};
pub(super) use preferences::{open as open_preferences, recognizes as recognizes_preferences};

use crate::authenticator::import::json::{self, Count, Text};
use crate::authenticator::import::login::drop_shared_names;
use crate::authenticator::import::record::{Record, RecordKind, tidy};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample, Skipped};
use crate::otp::{SharedSecret, name};

const FORMAT: &str = "FreeOTP+ JSON";

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    // A file that was cut off has only one of the two.
    sample.outline().has(&["tokenOrder"]) || sample.outline().has(&["tokens[].secret[]"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let backup: Backup<'_> = json::parse(FORMAT, bytes)?;
    let tokens = backup.tokens.iter().map(|raw| serde_json::from_str(raw.get()).ok()).collect();
    Ok(Opened::Plain(import(FORMAT, tokens, &backup.order)))
}

#[derive(Deserialize)]
struct Backup<'a> {
    #[serde(borrow)]
    tokens: Vec<&'a RawValue>,
    #[serde(rename = "tokenOrder", default, deserialize_with = "json::or_default")]
    order: Vec<Text>,
}

/// The tokens in the order in which the app shows them; `None` is one that cannot be read.
fn import(format: &'static str, tokens: Vec<Option<Token>>, order: &[Text]) -> Import {
    let places: BTreeMap<&str, usize> = order.iter().map(|id| &**id).zip(0..).collect();
    let place = |token: &Option<Token>| places.get(token.as_ref()?.id().as_str()).copied();
    let mut numbered: Vec<(usize, Option<Token>)> = (1..).zip(tokens).collect();
    // The sort is stable: those without a place follow as they stand in the file.
    numbered.sort_by_cached_key(|(_, token)| place(token).unwrap_or(usize::MAX));
    let read = |(number, token): &(usize, Option<Token>)| match token {
        Some(token) => token.read(&format!("token {number}")),
        None => Found::Skipped(Skipped::odd(format!("token {number}"))),
    };
    let mut found: Vec<Found> = numbered.iter().map(read).collect();
    drop_shared_names(&mut found);
    Import { format, found, notes: Vec::new() }
}

/// One account, in the app's own names. Absent and `null` are the same, but for what the person has called it.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Token {
    #[serde(rename = "type")]
    kind: Text,
    algo: Text,
    secret: SignedBytes,
    digits: Count,
    period: Count,
    /// One less than the counter of the next code, and so -1 at first.
    counter: Text,
    /// What stood before the colon of the label.
    issuer_ext: Text,
    /// What the parameter `issuer` said.
    issuer_int: Text,
    label: Text,
    /// What the person has called it.
    alias: Text,
    issuer_alt: Option<Text>,
    label_alt: Option<Text>,
    category: Text,
    #[serde(skip)]
    version: Version,
}

/// Whose files these are.
#[derive(Clone, Copy, Default, PartialEq)]
enum Version {
    /// FreeOTP 1's and FreeOTP+'s.
    #[default]
    One,
    /// FreeOTP 2's: the counter is that of the next code, and the names are what the person has made of them.
    Two,
}

impl Token {
    /// What `tokenOrder` calls it.
    fn id(&self) -> String {
        match [&self.issuer_int, &self.issuer_ext].into_iter().find(|issuer| !issuer.is_empty()) {
            Some(issuer) => format!("{}:{}", &**issuer, &*self.label),
            None => self.label.to_string(),
        }
    }

    fn read(&self, place: &str) -> Found {
        let secret = SharedSecret::from_bytes(Zeroizing::new(self.secret.0.to_vec()));
        let base32 = secret.map(|secret| secret.to_base32()).unwrap_or_default();
        let mut found = self.record(&base32).read(place);
        if let Found::Entry(imported) = &mut found {
            imported.new.name = self.name().filter(|name| !name::same(name, &imported.new.key.label()));
        }
        found
    }

    fn record<'a>(&'a self, secret: &'a str) -> Record<'a> {
        Record {
            issuer: self.issuer_int.given().unwrap_or(&self.issuer_ext),
            alias: &self.issuer_ext,
            account: &self.label,
            kind: self.kind(),
            secret,
            algorithm: self.algo.given(),
            digits: self.digits,
            period: self.period,
            counter: self.counter(),
            tags: self.category.given().map(str::to_owned).into_iter().collect(),
            ..Record::default()
        }
    }

    fn counter(&self) -> Count {
        if self.version == Version::Two {
            return Count::of(&self.counter);
        }
        match self.counter.given().map(|stored| stored.trim().parse::<i64>()) {
            None => Count::Absent,
            Some(Ok(stored)) => stored.checked_add(1).map_or(Count::Unreadable, |next| Count::of(&next.to_string())),
            Some(Err(_)) => Count::Unreadable,
        }
    }

    /// FreeOTP writes Steam's letters for whatever has the prefix `Steam`.
    fn kind(&self) -> RecordKind {
        match RecordKind::named(self.kind.given().unwrap_or("totp")) {
            RecordKind::Totp if &*self.issuer_ext == "Steam" => RecordKind::Steam,
            kind => kind,
        }
    }

    /// What the person has called it: in FreeOTP+ an alias, in FreeOTP the two parts of the label.
    fn name(&self) -> Option<String> {
        let alias = tidy(&self.alias);
        if !alias.is_empty() {
            return Some(alias);
        }
        if self.version == Version::Two || (self.issuer_alt.is_none() && self.label_alt.is_none()) {
            return None;
        }
        let issuer = tidy(self.issuer_alt.as_ref().unwrap_or(&self.issuer_ext));
        let label = tidy(self.label_alt.as_ref().unwrap_or(&self.label));
        match (issuer.as_str(), label.as_str()) {
            ("", "") => None,
            ("", _) => Some(label),
            (_, "") => Some(issuer),
            _ => Some(format!("{issuer}:{label}")),
        }
    }
}

/// Bytes as Java has them, -128 to 127. They are wiped when dropped.
#[derive(Default)]
struct SignedBytes(Zeroizing<Vec<u8>>);

impl<'de> Deserialize<'de> for SignedBytes {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(Bytes)
    }
}

struct Bytes;

impl<'de> Visitor<'de> for Bytes {
    type Value = SignedBytes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of bytes")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<SignedBytes, E> {
        Ok(SignedBytes::default())
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
