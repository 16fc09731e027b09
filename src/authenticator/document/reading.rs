//! An entry as it is read.
//!
//! By hand and not by derive, because a vault of thousands is read for each code: texts are borrowed from the JSON until
//! it is known what they are for, and what this version does not know is put aside by its key.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::authenticator::offset::ClockOffset;
use crate::authenticator::{Entry, EntryId};
use crate::otp::{Algorithm, CodeFormat, Digits, KeyUri, Kind, Period, SharedSecret, Totp};
use crate::time::UnixTime;

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Entry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an entry")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry, A::Error> {
        let mut draft = Draft::default();
        while let Some(Text(key)) = map.next_key()? {
            draft.take(key, &mut map)?;
        }
        draft.finish()
    }
}

/// What was read of an entry so far.
#[derive(Default)]
struct Draft {
    id: Option<EntryId>,
    name: Option<Option<String>>,
    issuer: Option<String>,
    account: Option<String>,
    alias: Option<Option<String>>,
    kind: Option<KindWord>,
    algorithm: Option<Algorithm>,
    digits: Option<Option<u8>>,
    period: Option<Option<u32>>,
    counter: Option<Option<u64>>,
    secret: Option<SharedSecret>,
    tags: Option<Vec<String>>,
    note: Option<Option<String>>,
    serial: Option<Option<String>>,
    offset: Option<ClockOffset>,
    created: Option<u64>,
    unknown: Map<String, Value>,
}

impl Draft {
    fn take<'de, A: MapAccess<'de>>(&mut self, key: Cow<'de, str>, map: &mut A) -> Result<(), A::Error> {
        match &*key {
            "id" => set(&mut self.id, "id", parsed(map, "id")?),
            "name" => set(&mut self.name, "name", map.next_value()?),
            "issuer" => set(&mut self.issuer, "issuer", map.next_value()?),
            "account" => set(&mut self.account, "account", map.next_value()?),
            "alias" => set(&mut self.alias, "alias", map.next_value()?),
            "type" => set(&mut self.kind, "type", parsed(map, "type")?),
            "algorithm" => set(&mut self.algorithm, "algorithm", parsed(map, "algorithm")?),
            "digits" => set(&mut self.digits, "digits", map.next_value()?),
            "period" => set(&mut self.period, "period", map.next_value()?),
            "counter" => set(&mut self.counter, "counter", map.next_value()?),
            "secret" => set(&mut self.secret, "secret", map.next_value::<Secret>()?.0),
            "tags" => set(&mut self.tags, "tags", map.next_value()?),
            "note" => set(&mut self.note, "note", map.next_value()?),
            "serial" => set(&mut self.serial, "serial", map.next_value()?),
            "offset" => set(&mut self.offset, "offset", map.next_value()?),
            "created" => set(&mut self.created, "created", map.next_value()?),
            _ => {
                self.unknown.insert(key.into_owned(), map.next_value()?);
                Ok(())
            }
        }
    }

    fn finish<E: Error>(self) -> Result<Entry, E> {
        let kind = self.kind()?;
        let key = KeyUri {
            issuer: self.issuer.unwrap_or_default(),
            account: self.account.unwrap_or_default(),
            alias: self.alias.flatten(),
            secret: needed(self.secret, "secret")?,
            kind,
        };
        let mut entry = Entry {
            id: needed(self.id, "id")?,
            name: self.name.flatten(),
            key,
            tags: self.tags.unwrap_or_default(),
            note: self.note.flatten(),
            serial: self.serial.flatten(),
            offset: self.offset.unwrap_or_default(),
            created: UnixTime::from_secs(needed(self.created, "created")?),
            unknown: self.unknown,
        };
        // Earlier versions have kept what was typed, and `age` lets anybody write a vault.
        entry.tidy();
        Ok(entry)
    }

    fn kind<E: Error>(&self) -> Result<Kind, E> {
        let algorithm = needed(self.algorithm, "algorithm")?;
        let digits = || Digits::new(needed(self.digits.flatten(), "digits")?).map_err(|_| bad("digits"));
        let period = || Period::from_secs(needed(self.period.flatten(), "period")?).map_err(|_| bad("period"));
        Ok(match needed(self.kind, "type")? {
            KindWord::Totp => Kind::Totp(Totp { algorithm, format: CodeFormat::Decimal(digits()?), period: period()? }),
            KindWord::Steam => Kind::Totp(Totp { algorithm, format: CodeFormat::Steam, period: period()? }),
            KindWord::Hotp => {
                Kind::Hotp { algorithm, digits: digits()?, counter: needed(self.counter.flatten(), "counter")? }
            }
        })
    }
}

#[derive(Clone, Copy)]
enum KindWord {
    Totp,
    Steam,
    Hotp,
}

impl FromStr for KindWord {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "totp" => Ok(Self::Totp),
            "steam" => Ok(Self::Steam),
            "hotp" => Ok(Self::Hotp),
            _ => Err(()),
        }
    }
}

/// A key that comes twice could be meant in two ways.
fn set<T, E: Error>(place: &mut Option<T>, key: &'static str, value: T) -> Result<(), E> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::duplicate_field(key)),
    }
}

fn needed<T, E: Error>(value: Option<T>, key: &'static str) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(key))
}

/// The key's value that is missing or out of range. What it is stays unsaid: keys may have come into each other's places.
fn bad<E: Error>(key: &'static str) -> E {
    E::custom(format_args!("bad `{key}`"))
}

fn parsed<'de, T: FromStr, A: MapAccess<'de>>(map: &mut A, key: &'static str) -> Result<T, A::Error> {
    let Text(text) = map.next_value()?;
    text.parse().map_err(|_| bad(key))
}

/// A text, borrowed from the JSON unless it has escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Borrowed;
        impl<'de> Visitor<'de> for Borrowed {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        json.deserialize_str(Borrowed)
    }
}

struct Secret(SharedSecret);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Base32;
        impl Visitor<'_> for Base32 {
            type Value = Secret;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a base32 secret")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
                let kept = SharedSecret::from_kept_base32(text);
                kept.map_or_else(|| SharedSecret::from_base32(text), Ok).map(Secret).map_err(|_| bad("secret"))
            }
        }
        // A borrowed visit: no copy of the text is made on the way. An error of serde would repeat a value of another type.
        json.deserialize_str(Base32).map_err(|_| bad("secret"))
    }
}
