//! Steam's accounts: the `.maFile` of Steam Desktop Authenticator and steamguard-cli, a list of them, and the file of
//! Steam's own app.

use serde::Deserialize;
use serde_json::value::RawValue;
use subtle::ConstantTimeEq;

use crate::authenticator::import::encoded::{base64_bytes, hex_bytes};
use crate::authenticator::import::json::{self, Members, Text};
use crate::authenticator::import::record::{Encoding, Record, RecordKind};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample, Skipped};
use crate::otp::KeyUri;

const FORMAT: &str = "Steam";

/// Where an account stands: alone, in a list, or in the app's file.
const PLACES: [&str; 3] = ["", "[].", "accounts.*."];

/// What stands beside the secret, one of which each program writes at least.
const BESIDE: [&str; 8] = [
    "account_name",
    "identity_secret",
    "revocation_code",
    "serial_number",
    "token_gid",
    "Session",
    "steamid",
    "steam_id",
];

/// The length of Steam's secrets in bytes.
const LENGTH: usize = 20;

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    let has = |place: &str, key: &str| sample.outline().has(&[&format!("{place}{key}")]);
    PLACES.iter().any(|place| has(place, "shared_secret") && BESIDE.iter().any(|key| has(place, key)))
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let accounts = accounts(bytes)?;
    let found = json::each(&accounts, "account", |account: Account, place| account.read(place));
    Ok(Opened::Plain(Import { format: FORMAT, found, notes: Vec::new() }))
}

fn accounts(bytes: &[u8]) -> Result<Vec<&RawValue>, ImportError> {
    if bytes.trim_ascii_start().starts_with(b"[") {
        return json::parse(FORMAT, bytes);
    }
    let file: File<'_> = json::parse(FORMAT, bytes)?;
    match file.accounts {
        Some(Members(accounts)) => Ok(accounts.into_iter().map(|(_, account)| account).collect()),
        None => Ok(vec![json::parse(FORMAT, bytes)?]),
    }
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    accounts: Option<Members<'a>>,
}

/// The other secrets of an account and its session are not read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Account {
    account_name: Text,
    shared_secret: Text,
    /// The same secret in base32, and the name.
    uri: Text,
}

impl Account {
    fn read(&self, place: &str) -> Found {
        let uri = KeyUri::read(&self.uri).ok().map(|reading| reading.uri);
        let named = uri.as_ref().map_or("", |uri| uri.account.as_str());
        let account = self.account_name.given().unwrap_or(named);
        let encoding = encoding(&self.shared_secret);
        let record = Record {
            issuer: "Steam",
            account,
            kind: RecordKind::Steam,
            secret: &self.shared_secret,
            encoding,
            ..Record::default()
        };
        match record.read(if account.is_empty() { place } else { account }) {
            Found::Entry(imported) if imported.new.key.secret.as_bytes().len() != LENGTH => Found::Skipped(Skipped {
                label: imported.new.key.label(),
                reason: format!("`shared_secret` is not {LENGTH} bytes long, as Steam's secrets are"),
            }),
            Found::Entry(mut imported) => {
                if uri.is_some_and(|uri| bool::from(!uri.secret.ct_eq(&imported.new.key.secret))) {
                    let warning = "`uri` holds another secret: `shared_secret` was taken, compare a code";
                    imported.warnings.push(warning.to_owned());
                }
                Found::Entry(imported)
            }
            skipped @ Found::Skipped(_) => skipped,
        }
    }
}

/// Steam writes base64. Some scripts write hexadecimal, which has another length.
fn encoding(secret: &str) -> Encoding {
    let has_the_length = |bytes: Option<zeroize::Zeroizing<Vec<u8>>>| bytes.is_some_and(|bytes| bytes.len() == LENGTH);
    if !has_the_length(base64_bytes(secret)) && has_the_length(hex_bytes(secret.trim())) {
        Encoding::Hexadecimal
    } else {
        Encoding::Base64
    }
}

/// The list of the accounts' files, which Steam Desktop Authenticator and steamguard-cli keep beside them.
pub(super) fn recognizes_manifest(sample: &Sample<'_>) -> bool {
    let has = |key: &str| sample.outline().has(&[key]);
    has("entries[].filename") && (has("entries[].steamid") || has("entries[].steam_id"))
}

pub(super) fn open_manifest(bytes: &[u8]) -> Result<Opened, ImportError> {
    let manifest: Manifest = json::parse("Steam manifest", bytes)?;
    if manifest.encrypted {
        return Err(ImportError::Undecryptable {
            format: "Steam Desktop Authenticator",
            reason: "the secrets are in the `.maFile` files beside it; remove the encryption in \"Manage Encryption\" (an empty \
                     new passkey does so), then import those files",
        });
    }
    if manifest.entries.iter().any(|entry| entry.encryption.is_some()) {
        return Err(ImportError::Undecryptable {
            format: "steamguard-cli",
            reason: "the secrets are in the `.maFile` files beside it; run `steamguard decrypt`, then import those files",
        });
    }
    Err(ImportError::Elsewhere {
        what: "the list of Steam's accounts (manifest.json), in which there is no secret",
        instead: "import the `.maFile` files beside it",
    })
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    encrypted: bool,
    entries: Vec<ManifestEntry>,
}

#[derive(Deserialize)]
struct ManifestEntry {
    encryption: Option<serde::de::IgnoredAny>,
}
