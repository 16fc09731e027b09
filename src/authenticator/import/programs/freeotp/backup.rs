//! FreeOTP 2's backup, `externalBackup.xml`, which is no XML: its preferences as Java serializes them, each secret encrypted
//! under a master key, which is encrypted under the password.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use super::serialized::{self, BEGINNING};
use super::{SignedBytes, Token, Version};
use crate::authenticator::Passphrase;
use crate::authenticator::import::ciphers::{self, Plaintext};
use crate::authenticator::import::json::{self, Secret};
use crate::authenticator::import::keys::{Key, pbkdf2};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample, Skipped};

const FORMAT: &str = "FreeOTP 2 backup";

const MASTER_KEY: &str = "masterKey";

pub(in crate::authenticator::import::programs) fn recognizes(sample: &Sample<'_>) -> bool {
    sample.bytes.starts_with(BEGINNING)
}

pub(in crate::authenticator::import::programs) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let members = serialized::read_map(bytes).ok_or_else(|| damaged("it breaks off, or holds more than texts"))?;
    let backup = Backup::of(members)?;
    Ok(Opened::locked(FORMAT, move |password| backup.unlock(password)))
}

struct Backup {
    master_key: MasterKey,
    /// The secrets by their ids.
    secrets: HashMap<String, Secret>,
    /// What is not secret, by the same ids.
    tokens: Vec<(String, Secret)>,
}

#[derive(Deserialize)]
struct MasterKey {
    #[serde(rename = "mAlgorithm")]
    algorithm: String,
    #[serde(rename = "mIterations")]
    iterations: u64,
    #[serde(rename = "mSalt")]
    salt: SignedBytes,
    #[serde(rename = "mEncryptedKey")]
    key: EncryptedKey,
}

/// A key under AES-GCM, with what it is for as the associated data.
#[derive(Deserialize)]
struct EncryptedKey {
    #[serde(rename = "mCipher")]
    cipher: String,
    #[serde(rename = "mCipherText")]
    ciphertext: SignedBytes,
    #[serde(rename = "mParameters")]
    parameters: SignedBytes,
    #[serde(rename = "mToken")]
    purpose: String,
}

/// What stands under a secret's id: an encrypted key, as a text.
#[derive(Deserialize)]
struct SecretJson {
    key: Secret,
}

impl Backup {
    fn of(members: Vec<(Secret, Secret)>) -> Result<Self, ImportError> {
        let (mut master_key, mut secrets, mut tokens) = (None, HashMap::new(), Vec::new());
        for (id, value) in members {
            if *id == MASTER_KEY {
                master_key = Some(json::parse(FORMAT, value.as_bytes())?);
            } else if let Some(id) = id.strip_suffix("-token") {
                tokens.push((id.to_owned(), value));
            } else if value.trim_start().starts_with('{') {
                secrets.insert(id.to_string(), value);
            }
        }
        let master_key = master_key.ok_or_else(|| damaged("it has no master key"))?;
        Ok(Self { master_key, secrets, tokens })
    }

    fn unlock(&self, password: &Passphrase) -> Result<Import, ImportError> {
        let key = self.master_key.open(password)?;
        let tokens = (1..).zip(&self.tokens);
        let mut found: Vec<Found> =
            tokens.map(|(number, (id, json))| self.read(id, json, &key, &format!("token {number}"))).collect();
        let named: HashSet<&str> = self.tokens.iter().map(|(id, _)| id.as_str()).collect();
        let alone = self.secrets.keys().filter(|id| !named.contains(id.as_str())).count();
        let skipped = |number| skipped(format!("secret {number}"), "whose it is does not stand in the file");
        found.extend((1..=alone).map(skipped));
        Ok(Import { format: FORMAT, found, notes: vec![MIXED_UP.to_owned()] })
    }

    fn read(&self, id: &str, json: &str, key: &Key, place: &str) -> Found {
        let Ok(mut token) = serde_json::from_str::<Token>(json) else {
            return Found::Skipped(Skipped::odd(place.to_owned()));
        };
        token.version = Version::Two;
        let label = |token: &Token| token.record("").label(place);
        let Some(secret) = self.secrets.get(id) else {
            return skipped(label(&token), "its secret is not in the file");
        };
        let sealed = serde_json::from_str::<SecretJson>(secret).ok();
        let sealed = sealed.and_then(|secret| serde_json::from_str::<EncryptedKey>(&secret.key).ok());
        let Some(secret) = sealed.and_then(|sealed| sealed.open(key)) else {
            return skipped(label(&token), "its secret was changed after it was encrypted");
        };
        token.secret = SignedBytes(secret);
        token.read(place)
    }
}

/// Aegis found this out.
const MIXED_UP: &str =
    "some versions of FreeOTP 2 have mixed up the secrets in their backups: compare a code of each entry with the app";

fn skipped(label: String, reason: &str) -> Found {
    Found::Skipped(Skipped { label, reason: reason.to_owned() })
}

impl MasterKey {
    fn open(&self, password: &Passphrase) -> Result<Key, ImportError> {
        // The key of the password is as long as the salt.
        if self.salt.0.len() != 32 {
            return Err(damaged("`mSalt` is not 32 bytes long"));
        }
        let key = match self.algorithm.to_ascii_lowercase().as_str() {
            "pbkdf2withhmacsha1" => pbkdf2::<Sha1>(FORMAT, password, &self.salt.0, self.iterations),
            "pbkdf2withhmacsha256" => pbkdf2::<Sha256>(FORMAT, password, &self.salt.0, self.iterations),
            "pbkdf2withhmacsha512" => pbkdf2::<Sha512>(FORMAT, password, &self.salt.0, self.iterations),
            _ => Err(damaged("`mAlgorithm` is no PBKDF2 that is known")),
        }?;
        let sealed = self.key.checked().ok_or_else(|| damaged("the master key is not encrypted with AES-GCM"))?;
        let opened = sealed.open(&key).ok_or(ImportError::WrongPassword { format: FORMAT })?;
        let opened = opened.as_slice().try_into().map_err(|_| damaged("the master key is not 32 bytes long"))?;
        Ok(Zeroizing::new(opened))
    }
}

impl EncryptedKey {
    fn open(&self, key: &Key) -> Option<Plaintext> {
        self.checked()?;
        ciphers::aes_gcm_with(key, self.nonce()?, self.purpose.as_bytes(), &self.ciphertext.0)
    }

    fn checked(&self) -> Option<&Self> {
        (self.cipher == "AES/GCM/NoPadding" && self.nonce().is_some()).then_some(self)
    }

    /// It stands in `GCMParameters` (RFC 5084), a nonce of 12 bytes and the length of the tag, or alone.
    fn nonce(&self) -> Option<&[u8]> {
        match self.parameters.0.as_slice() {
            [0x30, 17, 4, 12, nonce @ .., 2, 1, 16] | [4, 12, nonce @ ..] if nonce.len() == 12 => Some(nonce),
            _ => None,
        }
    }
}

fn damaged(what: &str) -> ImportError {
    ImportError::Damaged { format: FORMAT, what: what.to_owned() }
}
