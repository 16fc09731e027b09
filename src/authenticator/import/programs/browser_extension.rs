//! The browser extension "Authenticator" (Authenticator-Extension/Authenticator): its backup, plain or encrypted.
//!
//! A backup is the extension's storage: an object of entries, with keys and settings among them.

mod crypto_js;
mod entry;
mod keys;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use self::entry::Entry;
use self::keys::{Keys, Passphrases};
use crate::authenticator::Passphrase;
use crate::authenticator::import::json::{self, Count, Members, Text};
use crate::authenticator::import::{Import, ImportError, Opened, Sample};

const FORMAT: &str = "Authenticator (browser extension)";
const ENCRYPTED: &str = "Authenticator (browser extension), encrypted";

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    let has = |paths: &[&str]| sample.outline().has(paths);
    let beside = || ["*.hash", "*.index", "*.encrypted", "*.dataType"].iter().any(|key| has(&[key]));
    has(&["*.secret", "*.type"]) && beside()
        || has(&["*.secret", "*.hash", "*.index"])
        || has(&["*.dataType", "*.data", "*.keyId"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let backup = Backup::read(bytes)?;
    if !backup.is_encrypted() {
        return Ok(Opened::Plain(backup.import(FORMAT, None)));
    }
    backup.check()?;
    let bytes = Zeroizing::new(bytes.to_vec());
    Ok(Opened::locked(ENCRYPTED, move |password| Backup::read(&bytes)?.unlock(password)))
}

struct Backup<'a> {
    /// In the order in which the extension shows them.
    entries: Vec<&'a RawValue>,
    keys: Keys,
}

/// What tells the members of a backup apart.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Member {
    data_type: Text,
    #[serde(rename = "type")]
    kind: Option<IgnoredAny>,
    secret: Option<IgnoredAny>,
    data: Option<IgnoredAny>,
    index: Count,
}

impl<'a> Backup<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, ImportError> {
        let Members(members) = json::parse(FORMAT, bytes)?;
        let mut keys = Keys::default();
        let mut placed: Vec<(u64, &RawValue)> = Vec::new();
        // Some of the settings are texts and numbers.
        for (name, raw) in members.into_iter().filter(|(_, raw)| raw.get().starts_with('{')) {
            let member: Option<Member> = serde_json::from_str(raw.get()).ok();
            match member {
                Some(member) if &*member.data_type == "Key" => {
                    keys.by_id.push(json::parse(FORMAT, raw.get().as_bytes())?)
                }
                Some(member) if member.is_entry() => placed.push((member.place(), raw)),
                Some(_) if name == "key" => keys.old = Some(json::parse(FORMAT, raw.get().as_bytes())?),
                Some(_) => {}
                None => placed.push((u64::MAX, raw)),
            }
        }
        // The sort is stable: those without a place follow as they stand in the file.
        placed.sort_by_key(|(place, _)| *place);
        Ok(Self { entries: placed.into_iter().map(|(_, raw)| raw).collect(), keys })
    }

    fn is_encrypted(&self) -> bool {
        self.parsed().any(|entry| entry.is_encrypted())
    }

    fn parsed(&self) -> impl Iterator<Item = Entry> {
        self.entries.iter().filter_map(|raw| serde_json::from_str(raw.get()).ok())
    }

    /// Refuses what no password could open.
    fn check(&self) -> Result<(), ImportError> {
        self.keys.check()?;
        if self.parsed().all(|entry| entry.lacks_its_key(&self.keys)) {
            let reason =
                "the key that its entries name is not in it; export again in the extension, with its password set";
            return Err(ImportError::Undecryptable { format: FORMAT, reason });
        }
        Ok(())
    }

    fn unlock(&self, password: &Passphrase) -> Result<Import, ImportError> {
        let passphrases = self.keys.unlock(password)?;
        // In the oldest backups only what comes out tells whether the password is right.
        let mut encrypted = self.parsed().filter(Entry::is_encrypted).peekable();
        if encrypted.peek().is_some() && !encrypted.any(|entry| entry.decrypts(&passphrases)) {
            return Err(ImportError::WrongPassword { format: FORMAT });
        }
        Ok(self.import(ENCRYPTED, Some(&passphrases)))
    }

    fn import(&self, format: &'static str, passphrases: Option<&Passphrases>) -> Import {
        let found = json::each(&self.entries, "entry", |entry: Entry, place| entry.read(passphrases, place));
        Import { format, found, notes: Vec::new() }
    }
}

impl Member {
    fn is_entry(&self) -> bool {
        self.kind.is_some() || self.secret.is_some() || self.data.is_some()
    }

    fn place(&self) -> u64 {
        if let Count::Given(index) = self.index { index } else { u64::MAX }
    }
}
