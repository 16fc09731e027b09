//! Proton Authenticator's export, in the plain or under a password. The encrypted form is read as its published source
//! describes it.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::authenticator::Passphrase;
use crate::authenticator::import::json::{self, Text};
use crate::authenticator::import::keys::Argon2Cost;
use crate::authenticator::import::login::{Login, drop_shared_names};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample, accounted_for};

const PLAIN: &str = "Proton Authenticator";
const ENCRYPTED: &str = "Proton Authenticator, encrypted";
const VERSION: u64 = 1;

/// The cost is not in the file: there is one.
const COST: Argon2Cost = Argon2Cost { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
const NONCE_BYTES: usize = 12;
const SALT_BYTES: usize = 16;
const CONTEXT: &[u8] = b"proton.authenticator.export.v1";

/// By what an entry holds: others have a version and entries too.
pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    sample.outline().has(&["version", "entries[].content"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    read(PLAIN, bytes).map(Opened::Plain)
}

pub(super) fn recognizes_encrypted(sample: &Sample<'_>) -> bool {
    sample.outline().has_only(&["version", "salt", "content"])
}

pub(super) fn open_encrypted(bytes: &[u8]) -> Result<Opened, ImportError> {
    let sealed: Sealed = json::parse(ENCRYPTED, bytes)?;
    check_version(ENCRYPTED, sealed.version)?;
    let salt = decode("salt", &sealed.salt)?;
    let content = decode("content", &sealed.content)?;
    if salt.len() != SALT_BYTES {
        return Err(damaged(ENCRYPTED, "`salt` is not 16 bytes long"));
    }
    Ok(Opened::locked(ENCRYPTED, move |password| {
        let json = decrypt(password, &salt, &content)?;
        accounted_for(&json, read(ENCRYPTED, &json)?)
    }))
}

#[derive(Deserialize)]
struct Sealed {
    version: u64,
    salt: String,
    content: String,
}

fn decode(name: &str, text: &str) -> Result<Vec<u8>, ImportError> {
    STANDARD.decode(text).map_err(|_| damaged(ENCRYPTED, &format!("`{name}` is not base64")))
}

fn decrypt(password: &Passphrase, salt: &[u8], content: &[u8]) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let (nonce, ciphertext) = content
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or_else(|| damaged(ENCRYPTED, "`content` is shorter than its nonce"))?;
    let key = COST.key(ENCRYPTED, password, salt)?;
    let payload = Payload { msg: ciphertext, aad: CONTEXT };
    let plaintext = Aes256Gcm::new((&*key).into()).decrypt(nonce.into(), payload);
    plaintext.map(Zeroizing::new).map_err(|_| ImportError::WrongPassword { format: ENCRYPTED })
}

#[derive(Deserialize)]
struct Export<'a> {
    version: u64,
    #[serde(borrow)]
    entries: Vec<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    content: Content,
    note: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Content {
    /// An otpauth URI, or for Steam `steam://` and the secret.
    uri: Text,
    name: Text,
}

fn read(format: &'static str, bytes: &[u8]) -> Result<Import, ImportError> {
    let export: Export<'_> = json::parse(format, bytes)?;
    check_version(format, export.version)?;
    let mut found = json::each(&export.entries, "entry", |entry: Entry, place| entry.read(place));
    drop_shared_names(&mut found);
    Ok(Import { format, found, notes: Vec::new() })
}

impl Entry {
    fn read(&self, place: &str) -> Found {
        let Content { uri, name } = &self.content;
        Login { title: name, totp: uri, note: &self.note, ..Login::default() }.read(place)
    }
}

fn check_version(format: &'static str, version: u64) -> Result<(), ImportError> {
    if version == VERSION { Ok(()) } else { Err(ImportError::Unsupported { format, version: version.to_string() }) }
}

fn damaged(format: &'static str, what: &str) -> ImportError {
    ImportError::Damaged { format, what: what.to_owned() }
}
