//! andOTP's backups: plain, and in both of its encryptions, which have no mark that tells them.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::value::RawValue;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::authenticator::Passphrase;
use crate::authenticator::import::ciphers::{self, Plaintext};
use crate::authenticator::import::json::{self, Count, Text};
use crate::authenticator::import::keys::{Key, pbkdf2};
use crate::authenticator::import::record::{Record, RecordKind};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample, accounted_for};

const FORMAT: &str = "andOTP";
const ENCRYPTED: &str = "andOTP, encrypted";

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    sample.outline().has(&["[].secret", "[].label", "[].type", "[].algorithm"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    read(FORMAT, bytes).map(Opened::Plain)
}

/// Whether these bytes may be a ciphertext: they are no text, have no other program's mark, and look random.
pub(super) fn recognizes_encrypted(sample: &Sample<'_>) -> bool {
    let bytes = sample.bytes;
    bytes.len() >= NONCE + SHORTEST_JSON + TAG
        && std::str::from_utf8(bytes).is_err()
        && !MARKS.iter().any(|mark| bytes.starts_with(mark))
        && looks_random(bytes)
}

pub(super) fn open_encrypted(bytes: &[u8]) -> Result<Opened, ImportError> {
    let bytes = bytes.to_vec();
    Ok(Opened::locked("encrypted, perhaps by andOTP", move |password| unlock(&bytes, password)))
}

const ITERATIONS: usize = 4;
const SALT: usize = 12;
const NONCE: usize = 12;
const TAG: usize = 16;
const SHORTEST_JSON: usize = b"[]".len();

/// andOTP draws its number of iterations from 140,000 to 160,000. The old encryption has a nonce there, which falls into
/// this range once in a hundred thousand times; then both are tried.
const PLAUSIBLE_ITERATIONS: std::ops::RangeInclusive<u32> = 100_000..=200_000;

/// The first bytes of files that are as random as a ciphertext, or nearly.
const MARKS: [&[u8]; 14] = [
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"7z\xbc\xaf",
    b"%PDF",
    b"\x7fELF",
    b"age-encryption.org/",
];

/// Random bytes are all different at first, and soon all values are there. Half of what is to be expected is asked for.
/// Three in eight of them are printable; a text in an old encoding has little else.
fn looks_random(bytes: &[u8]) -> bool {
    let different = bytes.iter().collect::<HashSet<_>>().len();
    let printable = bytes.iter().filter(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()).count();
    different * 2 >= bytes.len().min(256) && printable * 4 <= bytes.len() * 3
}

/// The encryption of old versions, whose key is no more than the password's hash, cannot be told from the newer one by
/// looking: what opens is the answer.
fn unlock(bytes: &[u8], password: &Passphrase) -> Result<Import, ImportError> {
    let json = match derived(bytes, password)? {
        Some(json) => Some(json),
        None => {
            let mut key = Key::default();
            key.copy_from_slice(&Sha256::digest(password.as_bytes()));
            sealed(&key, bytes)
        }
    };
    let json = json.ok_or(ImportError::NotOpened { format: FORMAT })?;
    accounted_for(&json, read(ENCRYPTED, &json)?)
}

fn derived(bytes: &[u8], password: &Passphrase) -> Result<Option<Plaintext>, ImportError> {
    let Some((iterations, rest)) = bytes.split_first_chunk::<ITERATIONS>() else { return Ok(None) };
    let Some((salt, rest)) = rest.split_first_chunk::<SALT>() else { return Ok(None) };
    let iterations = u32::from_be_bytes(*iterations);
    if !PLAUSIBLE_ITERATIONS.contains(&iterations) {
        return Ok(None);
    }
    let key = pbkdf2::<Sha1>(FORMAT, password, salt, u64::from(iterations))?;
    Ok(sealed(&key, rest))
}

/// A nonce, the ciphertext, its tag.
fn sealed(key: &Key, bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE>()?;
    ciphers::aes_gcm(key, nonce, ciphertext)
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    secret: Text,
    issuer: Option<Text>,
    #[serde(default)]
    label: Text,
    #[serde(default)]
    digits: Count,
    #[serde(rename = "type", default)]
    kind: Text,
    #[serde(default)]
    algorithm: Text,
    #[serde(default)]
    period: Count,
    #[serde(default)]
    counter: Count,
    tags: Option<Vec<String>>,
}

fn read(format: &'static str, json: &[u8]) -> Result<Import, ImportError> {
    let entries: Vec<&RawValue> = json::parse(FORMAT, json)?;
    let found = json::each(&entries, "entry", |entry: Entry, place| entry.read(place));
    Ok(Import { format, found, notes: Vec::new() })
}

impl Entry {
    fn read(&self, place: &str) -> Found {
        let (issuer, account) = match &self.issuer {
            Some(issuer) => (&**issuer, &*self.label),
            // So it was before andOTP had a field for the issuer.
            None => self.label.split_once(" - ").unwrap_or(("", &self.label)),
        };
        let record = Record {
            issuer,
            account,
            kind: RecordKind::named(&self.kind),
            secret: &self.secret,
            algorithm: self.algorithm.given(),
            digits: self.digits,
            period: self.period,
            counter: self.counter,
            tags: self.tags.clone().unwrap_or_default(),
            ..Record::default()
        };
        record.read(place)
    }
}
