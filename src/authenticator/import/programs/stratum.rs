//! Stratum's backups (Authenticator Pro, as it was called): plain, encrypted, and in the encryption of old versions.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use sha1::Sha1;
use zeroize::Zeroizing;

use crate::authenticator::Passphrase;
use crate::authenticator::import::ciphers;
use crate::authenticator::import::json::{self, Count, Text};
use crate::authenticator::import::keys::{Argon2Cost, pbkdf2};
use crate::authenticator::import::record::{Record, RecordKind};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample, accounted_for};

const FORMAT: &str = "Stratum";
const STRONG: &str = "Stratum, encrypted";
const LEGACY: &str = "Stratum, encrypted by an old version";

const STRONG_MARK: &[u8] = b"AUTHENTICATORPRO";
const LEGACY_MARK: &[u8] = b"AuthenticatorPro";

/// Neither cost stands in the file.
const STRONG_COST: Argon2Cost = Argon2Cost { memory_kib: 64 << 10, passes: 3, lanes: 4 };
const LEGACY_ITERATIONS: u64 = 64_000;

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    sample.bytes.starts_with(STRONG_MARK)
        || sample.bytes.starts_with(LEGACY_MARK)
        || sample.outline().has(&["Authenticators"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    if let Some(rest) = bytes.strip_prefix(STRONG_MARK) {
        let sealed = Sealed::of::<16, 12>(rest)?;
        return Ok(Opened::locked(STRONG, move |password| {
            let json = sealed.open_strong(password)?;
            accounted_for(&json, read(STRONG, &json)?)
        }));
    }
    if let Some(rest) = bytes.strip_prefix(LEGACY_MARK) {
        let sealed = Sealed::of::<20, 16>(rest)?;
        return Ok(Opened::locked(LEGACY, move |password| sealed.open_legacy(password)));
    }
    read(FORMAT, bytes).map(Opened::Plain)
}

struct Sealed {
    salt: Vec<u8>,
    nonce: Vec<u8>,
    ciphertext: Vec<u8>,
}

impl Sealed {
    fn of<const SALT: usize, const NONCE: usize>(bytes: &[u8]) -> Result<Self, ImportError> {
        let damaged = || ImportError::Damaged { format: FORMAT, what: "it breaks off in its header".to_owned() };
        let (salt, rest) = bytes.split_first_chunk::<SALT>().ok_or_else(damaged)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or_else(damaged)?;
        Ok(Self { salt: salt.to_vec(), nonce: nonce.to_vec(), ciphertext: ciphertext.to_vec() })
    }

    fn open_strong(&self, password: &Passphrase) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let key = STRONG_COST.key(FORMAT, password, &self.salt)?;
        ciphers::aes_gcm(&key, &self.nonce, &self.ciphertext).ok_or(ImportError::WrongPassword { format: FORMAT })
    }

    /// The old encryption is not authenticated. A wrong key shows in the padding, and where it does not, in what is no JSON.
    fn open_legacy(&self, password: &Passphrase) -> Result<Import, ImportError> {
        let key = pbkdf2::<Sha1>(FORMAT, password, &self.salt, LEGACY_ITERATIONS)?;
        ciphers::aes_cbc(&key, &self.nonce, &self.ciphertext)
            .and_then(|json| accounted_for(&json, read(LEGACY, &json).ok()?).ok())
            .ok_or(ImportError::WrongPassword { format: FORMAT })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Backup<'a> {
    #[serde(borrow)]
    authenticators: Vec<&'a RawValue>,
    categories: Option<Vec<Category>>,
    authenticator_categories: Option<Vec<Membership>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Category {
    id: Text,
    name: Text,
}

/// Which entry is in which category. Entries have no ids in Stratum: their secrets stand for them.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Membership {
    category_id: Text,
    authenticator_secret: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Authenticator {
    #[serde(rename = "Type")]
    kind: Count,
    issuer: Text,
    username: Text,
    secret: Text,
    algorithm: Count,
    digits: Count,
    period: Count,
    counter: Count,
}

fn read(format: &'static str, json: &[u8]) -> Result<Import, ImportError> {
    let backup: Backup<'_> = json::parse(FORMAT, json)?;
    let names: HashMap<&str, &str> =
        backup.categories.iter().flatten().map(|category| (&*category.id, &*category.name)).collect();
    let mut tags: HashMap<&str, Vec<String>> = HashMap::new();
    for membership in backup.authenticator_categories.iter().flatten() {
        if let Some(name) = names.get(&*membership.category_id) {
            tags.entry(&membership.authenticator_secret).or_default().push((*name).to_owned());
        }
    }
    let found = json::each(&backup.authenticators, "entry", |entry: Authenticator, place| entry.read(&tags, place));
    Ok(Import { format, found, notes: Vec::new() })
}

impl Authenticator {
    fn read(&self, tags: &HashMap<&str, Vec<String>>, place: &str) -> Found {
        let algorithm = match self.algorithm {
            Count::Absent | Count::Given(0) => "SHA1",
            Count::Given(1) => "SHA256",
            Count::Given(2) => "SHA512",
            _ => "of a number that is not known",
        };
        let record = Record {
            issuer: &self.issuer,
            account: &self.username,
            kind: kind(self.kind),
            secret: &self.secret,
            algorithm: Some(algorithm),
            digits: self.digits,
            period: self.period,
            counter: self.counter,
            tags: tags.get(&*self.secret).cloned().unwrap_or_default(),
            ..Record::default()
        };
        record.read(place)
    }
}

const fn kind(number: Count) -> RecordKind {
    match number {
        Count::Given(1) => RecordKind::Hotp,
        Count::Given(2) => RecordKind::Totp,
        Count::Given(3) => RecordKind::Motp,
        Count::Given(4) => RecordKind::Steam,
        Count::Given(5) => RecordKind::Yandex,
        _ => RecordKind::Unknown,
    }
}
