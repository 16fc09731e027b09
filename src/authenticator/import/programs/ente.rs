//! Ente Auth's exports: URIs with what Ente keeps beside them in a parameter of their own, plain or encrypted.

use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::authenticator::import::ciphers;
use crate::authenticator::import::encoded::base64;
use crate::authenticator::import::json::{self, Secret};
use crate::authenticator::import::keys::Argon2Cost;
use crate::authenticator::import::lines::{has_any, text};
use crate::authenticator::import::{Found, Import, ImportError, Imported, Opened, Sample, Skipped, read_uris};

const FORMAT: &str = "Ente";
const ENCRYPTED: &str = "Ente, encrypted";

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    sample.outline().has(&["kdfParams", "encryptedData"]) || is_plain(sample.bytes)
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    if is_plain(bytes) {
        return read(FORMAT, bytes).map(Opened::Plain);
    }
    let file: File = json::parse(FORMAT, bytes)?;
    if file.version != 1 {
        return Err(ImportError::Unsupported { format: FORMAT, version: file.version.to_string() });
    }
    let sealed = Sealed::of(&file)?;
    Ok(Opened::locked(ENCRYPTED, move |password| {
        let key = sealed.cost.key(FORMAT, password, &sealed.salt)?;
        let text = ciphers::secretstream(&key, &sealed.header, &sealed.ciphertext);
        read(ENCRYPTED, &text.ok_or(ImportError::WrongPassword { format: FORMAT })?)
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    version: u64,
    kdf_params: KdfParams,
    encrypted_data: String,
    encryption_nonce: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KdfParams {
    /// In bytes.
    mem_limit: u64,
    ops_limit: u64,
    salt: String,
}

struct Sealed {
    cost: Argon2Cost,
    salt: Vec<u8>,
    header: Vec<u8>,
    ciphertext: Vec<u8>,
}

impl Sealed {
    fn of(file: &File) -> Result<Self, ImportError> {
        let KdfParams { mem_limit, ops_limit, salt } = &file.kdf_params;
        // libsodium's names for Argon2's parameters; it has no lanes but one.
        let cost = Argon2Cost { memory_kib: mem_limit / 1024, passes: *ops_limit, lanes: 1 };
        Argon2Cost::check(FORMAT, &[cost])?;
        Ok(Self {
            cost,
            salt: base64(FORMAT, "salt", salt)?,
            header: base64(FORMAT, "encryptionNonce", &file.encryption_nonce)?,
            ciphertext: base64(FORMAT, "encryptedData", &file.encrypted_data)?,
        })
    }
}

/// What Ente keeps beside an account.
#[derive(Deserialize)]
struct Display {
    trashed: Option<bool>,
    tags: Option<Vec<String>>,
    note: Option<Secret>,
}

fn is_plain(bytes: &[u8]) -> bool {
    String::from_utf8_lossy(bytes).lines().any(|line| has_any(line) && line.contains(PARAMETER))
}

fn read(format: &'static str, bytes: &[u8]) -> Result<Import, ImportError> {
    let text = text(FORMAT, bytes)?;
    let (lines, notes) = read_uris([text]);
    let uris: Vec<&str> = text.lines().collect();
    let found = lines.into_iter().map(|line| {
        let uri = uris.get(line.line - 1).copied().unwrap_or_default();
        with_display(line.found, uri)
    });
    Ok(Import { format, found: found.collect(), notes })
}

fn with_display(found: Found, uri: &str) -> Found {
    let Found::Entry(Imported { mut new, mut warnings }) = found else { return found };
    match display(uri) {
        Some(Ok(Display { trashed: Some(true), .. })) => {
            let reason = "it is in Ente's trash".to_owned();
            return Found::Skipped(Skipped { label: new.label(), reason });
        }
        Some(Ok(Display { tags, note, .. })) => {
            new.tags = tags.unwrap_or_default();
            new.note = note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty());
        }
        Some(Err(_)) => warnings.push("its tags and its note cannot be read and were left out".to_owned()),
        None => {}
    }
    Found::Entry(Imported { new, warnings })
}

/// What the parameter holds, if there is one. Old versions did not escape it, so it is read to the end of its JSON.
fn display(uri: &str) -> Option<serde_json::Result<Display>> {
    let (_, raw) = uri.split_once(PARAMETER)?;
    if raw.starts_with('{') {
        return serde_json::Deserializer::from_str(raw).into_iter().next();
    }
    let escaped = raw.split(['&', '#']).next().unwrap_or_default();
    let json = zeroize::Zeroizing::new(percent_decode_str(escaped).collect::<Vec<u8>>());
    (!json.is_empty()).then(|| serde_json::from_slice(&json))
}

const PARAMETER: &str = "codeDisplay=";
