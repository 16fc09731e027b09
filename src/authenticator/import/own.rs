//! vmfa's own JSON, as `vmfa export --format age` and `age -d vault.age` give it, and age files, whatever is in them.

use std::io::Read;
use std::{fmt, iter};

use age::armor::ArmoredReader;
use age::{DecryptError, Decryptor, scrypt, x25519};
use serde::Deserialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{Found, Import, ImportError, Imported, Opened, Sample, copy};
use crate::authenticator::document::VERSION;
use crate::authenticator::identity::{MAX_WORK_FACTOR, Passphrase};
use crate::authenticator::{ClockOffset, Entries, Entry, NewEntry};

pub(super) const JSON: &str = "vmfa";
const AGE: &str = "age";

/// Other programs have a version and entries too, but not with a secret and a time of its own in each.
pub(super) fn recognizes_json(sample: &Sample<'_>) -> bool {
    is_ours(sample.bytes)
}

/// As a vault's, it may also be empty.
fn is_ours(json: &[u8]) -> bool {
    serde_json::from_slice::<Outline>(json)
        .is_ok_and(|outline| !outline.entries.is_empty() || outline.recipient.is_some())
}

#[derive(Deserialize)]
struct Outline {
    #[serde(rename = "version")]
    _version: u64,
    recipient: Option<serde::de::IgnoredAny>,
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
    let document = Document::read(bytes)?;
    let notes = document.notes();
    let found = document.entries.into_iter().map(|entry| Found::Entry(imported(entry))).collect();
    Ok(Opened::Plain(Import { format: JSON, found, notes }))
}

#[derive(Deserialize)]
struct Document {
    version: u64,
    /// That of the vault it came from, which need not be the one it goes to.
    #[serde(default)]
    recipient: String,
    #[serde(default)]
    offset: ClockOffset,
    entries: Vec<Entry>,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

impl Document {
    fn read(json: &[u8]) -> Result<Self, ImportError> {
        let document: Self = serde_json::from_slice(json).map_err(|error| match version(json) {
            Some(version) if version != VERSION => unsupported(version),
            _ => {
                let what = format!("line {}, column {}", error.line(), error.column());
                ImportError::Damaged { format: JSON, what }
            }
        })?;
        if document.version == VERSION { Ok(document) } else { Err(unsupported(document.version)) }
    }

    /// What of it does not come along.
    fn notes(&self) -> Vec<String> {
        let mut keys: Vec<&String> = self.unknown.keys().collect();
        keys.extend(self.entries.iter().flat_map(|entry| entry.unknown.keys()));
        keys.sort();
        keys.dedup();
        let mut notes: Vec<String> =
            keys.into_iter().map(|key| format!("a newer vmfa wrote `{key}`, which is left out")).collect();
        if !self.offset.is_none() {
            notes.push(format!("the offset of its machine's clock, {} s, is left out", self.offset));
        }
        notes
    }
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

pub(super) fn imported(entry: Entry) -> Imported {
    let Entry { id: _, name, key, tags, note, serial, offset, created: _, unknown: _ } = entry;
    Imported { new: NewEntry { name, key, tags, note, serial, offset }, warnings: Vec::new() }
}

pub(super) fn recognizes_age(sample: &Sample<'_>) -> bool {
    let text = sample.bytes.trim_ascii_start();
    text.starts_with(b"age-encryption.org/") || text.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----")
}

pub(super) fn open_age(bytes: &[u8]) -> Result<Opened, ImportError> {
    let decryptor = Decryptor::new_buffered(ArmoredReader::new(bytes)).map_err(|_| damaged("the header"))?;
    let ciphertext = bytes.to_vec();
    if decryptor.is_scrypt() {
        Ok(Opened::locked(AGE, move |passphrase| unlock(&ciphertext, passphrase)))
    } else {
        Ok(Opened::Addressed(Addressed { ciphertext }))
    }
}

fn unlock(ciphertext: &[u8], passphrase: &Passphrase) -> Result<Import, ImportError> {
    let mut identity = scrypt::Identity::new(passphrase.secret());
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    inner(&decrypt(ciphertext, iter::once(&identity as &dyn age::Identity))?)
}

/// An age file that is encrypted to recipients: [`Vault::open_addressed`](crate::authenticator::Vault::open_addressed) opens
/// it if the vault has an identity of one of them.
pub struct Addressed {
    ciphertext: Vec<u8>,
}

impl Addressed {
    /// The form.
    #[must_use]
    pub const fn format(&self) -> &'static str {
        AGE
    }

    /// Opens it for a vault with this recipient and these entries.
    pub(in crate::authenticator) fn open(
        &self,
        identities: &[x25519::Identity],
        recipient: &str,
        entries: &Entries,
    ) -> Result<Import, ImportError> {
        let plaintext = decrypt(&self.ciphertext, identities.iter().map(|identity| identity as &dyn age::Identity))?;
        if !is_ours(&plaintext) {
            return inner(&plaintext);
        }
        let document = Document::read(&plaintext)?;
        let mut notes = document.notes();
        if document.recipient == recipient {
            notes.extend(copy::missing(&document.entries, entries));
        }
        let found = document.entries.into_iter().map(|entry| Found::Entry(copy::imported(entry, entries))).collect();
        Ok(Import { format: JSON, found, notes })
    }
}

impl fmt::Debug for Addressed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Addressed")
    }
}

fn decrypt<'a>(
    ciphertext: &[u8],
    identities: impl Iterator<Item = &'a dyn age::Identity>,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let decryptor = Decryptor::new_buffered(ArmoredReader::new(ciphertext)).map_err(|_| damaged("the header"))?;
    let mut reader = decryptor.decrypt(identities).map_err(|error| match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            ImportError::WrongPassword { format: AGE }
        }
        DecryptError::NoMatchingKeys => ImportError::ForOthers { format: AGE },
        DecryptError::ExcessiveWork { required, .. } => {
            let asked = format!("scrypt with 2^{required} rounds");
            ImportError::TooCostly { format: AGE, asked, allowed: "2^20, which take 1 GiB," }
        }
        _ => damaged("the header"),
    })?;
    // Room for all of it at once, so that growing leaves no copy of a secret behind.
    let mut plaintext = Zeroizing::new(Vec::with_capacity(ciphertext.len()));
    reader.read_to_end(&mut plaintext).map_err(|_| damaged("what is encrypted"))?;
    Ok(plaintext)
}

/// Any known form, but none that is encrypted again.
fn inner(plaintext: &[u8]) -> Result<Import, ImportError> {
    match super::open(plaintext)? {
        Opened::Plain(import) => Ok(import),
        Opened::Locked(_) | Opened::Addressed(_) => Err(ImportError::Undecryptable {
            format: AGE,
            reason: "what is in it is encrypted once more; decrypt it with `age -d` first",
        }),
    }
}

fn damaged(what: &str) -> ImportError {
    ImportError::Damaged { format: AGE, what: what.to_owned() }
}
