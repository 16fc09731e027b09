//! vmfa's own JSON, as `vmfa export --format age` and `age -d vault.age` give it, and age files that a passphrase opens,
//! whatever is in them.

use std::io::Read;
use std::iter;

use age::{DecryptError, Decryptor, scrypt};
use serde::Deserialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{Found, Import, ImportError, Imported, Locked, Opened, Sample};
use crate::authenticator::document::VERSION;
use crate::authenticator::identity::{MAX_WORK_FACTOR, Passphrase};
use crate::authenticator::{Entry, NewEntry};

const JSON: &str = "vmfa";
const AGE: &str = "age";

/// Other programs have a version and entries too, but not with a secret and a time of its own in each.
pub(super) fn recognizes_json(sample: &Sample<'_>) -> bool {
    serde_json::from_slice::<Outline>(sample.bytes).is_ok_and(|outline| !outline.entries.is_empty())
}

#[derive(Deserialize)]
struct Outline {
    #[serde(rename = "version")]
    _version: u64,
    entries: Vec<EntryOutline>,
}

#[derive(Deserialize)]
struct EntryOutline {
    #[serde(rename = "secret")]
    _secret: serde::de::IgnoredAny,
    #[serde(rename = "created")]
    _created: serde::de::IgnoredAny,
}

pub(super) fn open_json(bytes: &[u8]) -> Result<Opened, ImportError> {
    let document: Document = serde_json::from_slice(bytes).map_err(|error| match version(bytes) {
        Some(version) if version != VERSION => unsupported(version),
        _ => {
            let what = format!("line {}, column {}", error.line(), error.column());
            ImportError::Damaged { format: JSON, what }
        }
    })?;
    if document.version != VERSION {
        return Err(unsupported(document.version));
    }
    let notes = unknown_keys(&document);
    let found = document.entries.into_iter().map(|entry| Found::Entry(imported(entry))).collect();
    Ok(Opened::Plain(Import { format: JSON, found, notes }))
}

#[derive(Deserialize)]
struct Document {
    version: u64,
    /// That of the vault it came from, which is another than the one it goes to.
    #[serde(default, rename = "recipient")]
    _recipient: String,
    entries: Vec<Entry>,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

fn version(bytes: &[u8]) -> Option<u64> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u64,
    }
    serde_json::from_slice(bytes).ok().map(|Versioned { version }| version)
}

fn unsupported(version: u64) -> ImportError {
    ImportError::Unsupported { format: JSON, version: version.to_string() }
}

fn imported(entry: Entry) -> Imported {
    let Entry { id: _, name, key, tags, note, serial, offset, created: _, unknown: _ } = entry;
    Imported { new: NewEntry { name, key, tags, note, serial, offset }, warnings: Vec::new() }
}

/// What a newer vmfa wrote and this one has no place for.
fn unknown_keys(document: &Document) -> Vec<String> {
    let mut keys: Vec<&String> = document.unknown.keys().collect();
    keys.extend(document.entries.iter().flat_map(|entry| entry.unknown.keys()));
    keys.sort();
    keys.dedup();
    keys.into_iter().map(|key| format!("a newer vmfa wrote `{key}`, which is left out")).collect()
}

pub(super) fn recognizes_age(sample: &Sample<'_>) -> bool {
    sample.bytes.starts_with(b"age-encryption.org/")
}

pub(super) fn open_age(bytes: &[u8]) -> Result<Opened, ImportError> {
    let decryptor = Decryptor::new_buffered(bytes).map_err(|_| damaged("the header"))?;
    if !decryptor.is_scrypt() {
        let reason = "pipe it in decrypted, as in `age -d -i KEYS FILE | vmfa import --yes -`";
        return Err(ImportError::Undecryptable { format: AGE, reason });
    }
    let ciphertext = bytes.to_vec();
    Ok(Opened::Locked(Locked { format: AGE, unlock: Box::new(move |passphrase| decrypt(&ciphertext, passphrase)) }))
}

fn decrypt(ciphertext: &[u8], passphrase: &Passphrase) -> Result<Import, ImportError> {
    let decryptor = Decryptor::new_buffered(ciphertext).map_err(|_| damaged("the header"))?;
    let mut identity = scrypt::Identity::new(passphrase.secret());
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    let mut reader = decryptor.decrypt(iter::once(&identity as &dyn age::Identity)).map_err(|error| match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            ImportError::WrongPassword { format: AGE }
        }
        DecryptError::ExcessiveWork { required, .. } => {
            let asked = format!("scrypt with 2^{required} rounds");
            ImportError::TooCostly { format: AGE, asked, allowed: "2^20, which take 1 GiB," }
        }
        _ => damaged("the header"),
    })?;
    // Room for all of it at once, so that growing leaves no copy of a secret behind.
    let mut plaintext = Zeroizing::new(Vec::with_capacity(ciphertext.len()));
    reader.read_to_end(&mut plaintext).map_err(|_| damaged("what is encrypted"))?;
    match super::open(&plaintext)? {
        Opened::Plain(import) => Ok(import),
        Opened::Locked(_) => Err(ImportError::Undecryptable {
            format: AGE,
            reason: "what is in it is encrypted once more; decrypt it with `age -d` first",
        }),
    }
}

fn damaged(what: &str) -> ImportError {
    ImportError::Damaged { format: AGE, what: what.to_owned() }
}
