//! Stratum's backups (Authenticator Pro, as it was called): plain, encrypted, and in the encryption of old versions.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use sha1::Sha1;
use zeroize::Zeroizing;

use crate::authenticator::Passphrase;
use crate::authenticator::import::ciphers;
use crate::authenticator::import::json::{self, Secret, Shape};
use crate::authenticator::import::keys::{Argon2Cost, pbkdf2};
use crate::authenticator::import::record::{Record, RecordKind};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Skipped};

const FORMAT: &str = "Stratum";
const STRONG: &str = "Stratum, encrypted";
const LEGACY: &str = "Stratum, encrypted by an old version";

const STRONG_MARK: &[u8] = b"AUTHENTICATORPRO";
const LEGACY_MARK: &[u8] = b"AuthenticatorPro";

/// Neither cost stands in the file.
const STRONG_COST: Argon2Cost = Argon2Cost { memory_kib: 64 << 10, passes: 3, lanes: 4 };
const LEGACY_ITERATIONS: u64 = 64_000;

pub(super) fn recognizes(bytes: &[u8]) -> bool {
    bytes.starts_with(STRONG_MARK)
        || bytes.starts_with(LEGACY_MARK)
        || Shape::of(bytes).is_object_with(&["Authenticators"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    if let Some(rest) = bytes.strip_prefix(STRONG_MARK) {
        let sealed = Sealed::of::<16, 12>(rest)?;
        return Ok(Opened::locked(STRONG, move |password| read(STRONG, &sealed.open_strong(password)?)));
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
            .and_then(|json| read(LEGACY, &json).ok())
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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Category {
    id: String,
    name: String,
}

/// Which entry is in which category. Entries have no ids in Stratum: their secrets stand for them.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Membership {
    category_id: String,
    authenticator_secret: Secret,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Authenticator {
    #[serde(rename = "Type")]
    kind: u64,
    issuer: Option<String>,
    username: Option<String>,
    secret: Secret,
    algorithm: Option<u64>,
    digits: Option<u64>,
    period: Option<u64>,
    counter: Option<u64>,
}

fn read(format: &'static str, json: &[u8]) -> Result<Import, ImportError> {
    let backup: Backup<'_> = json::parse(FORMAT, json)?;
    let names: HashMap<&str, &str> =
        backup.categories.iter().flatten().map(|category| (&*category.id, &*category.name)).collect();
    let mut tags: HashMap<&str, Vec<String>> = HashMap::new();
    for membership in backup.authenticator_categories.iter().flatten() {
        if let Some(name) = names.get(membership.category_id.as_str()) {
            tags.entry(&membership.authenticator_secret).or_default().push((*name).to_owned());
        }
    }
    let found = backup.authenticators.iter().enumerate().map(|(index, raw)| found(index + 1, raw, &tags)).collect();
    Ok(Import { format, found, notes: Vec::new() })
}

fn found(number: usize, raw: &RawValue, tags: &HashMap<&str, Vec<String>>) -> Found {
    let place = || format!("entry {number}");
    let entry: Authenticator = match json::entry(raw) {
        Ok(entry) => entry,
        Err(error) => return Found::Skipped(Skipped { label: place(), reason: error.to_string() }),
    };
    let algorithm = match entry.algorithm.unwrap_or_default() {
        0 => "SHA1",
        1 => "SHA256",
        2 => "SHA512",
        _ => "of a number that is not known",
    };
    let record = Record {
        issuer: entry.issuer.as_deref().unwrap_or_default(),
        account: entry.username.as_deref().unwrap_or_default(),
        kind: kind(entry.kind),
        secret: &entry.secret,
        algorithm: Some(algorithm),
        digits: entry.digits,
        period: entry.period,
        counter: entry.counter,
        tags: tags.get(entry.secret.as_str()).cloned().unwrap_or_default(),
        ..Record::default()
    };
    record.read(place)
}

const fn kind(number: u64) -> RecordKind {
    match number {
        1 => RecordKind::Hotp,
        2 => RecordKind::Totp,
        3 => RecordKind::Motp,
        4 => RecordKind::Steam,
        5 => RecordKind::Yandex,
        _ => RecordKind::Unknown,
    }
}
