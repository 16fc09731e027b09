//! The export under a password of its own, as Bitwarden's clients encrypt it: a key of PBKDF2 or Argon2id, from it one
//! key to encrypt (AES-256-CBC) and one to authenticate (HMAC-SHA-256).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::authenticator::Passphrase;
use crate::authenticator::import::ciphers::{Plaintext, aes_cbc};
use crate::authenticator::import::keys::{Argon2Cost, Key, pbkdf2};
use crate::authenticator::import::{ImportError, json};

pub(super) const FORMAT: &str = "Bitwarden JSON, password protected";

/// The file, read but not opened.
pub(super) struct Sealed {
    /// The text as it stands there is the salt: Bitwarden does not decode its base64.
    salt: String,
    derivation: Derivation,
    /// A random text under the same keys, by which a wrong password is told from damage.
    validation: Ciphertext,
    data: Ciphertext,
}

#[derive(Clone, Copy)]
enum Derivation {
    Pbkdf2 { iterations: u64 },
    Argon2id(Argon2Cost),
}

impl Sealed {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, ImportError> {
        let file: File = json::parse(FORMAT, bytes)?;
        let derivation = file.derivation()?;
        Ok(Self {
            salt: file.salt,
            derivation,
            validation: Ciphertext::read(&file.validation, "encKeyValidation_DO_NOT_EDIT")?,
            data: Ciphertext::read(&file.data, "data")?,
        })
    }

    pub(super) fn open(&self, password: &Passphrase) -> Result<Plaintext, ImportError> {
        let keys = Keys::of(&self.derive(password)?).ok_or_else(|| damaged("its keys cannot be derived"))?;
        if keys.open(&self.validation).is_none() {
            return Err(ImportError::WrongPassword { format: FORMAT });
        }
        keys.open(&self.data).ok_or_else(|| damaged("`data` was changed after it was encrypted"))
    }

    fn derive(&self, password: &Passphrase) -> Result<Key, ImportError> {
        match self.derivation {
            Derivation::Pbkdf2 { iterations } => pbkdf2::<Sha256>(FORMAT, password, self.salt.as_bytes(), iterations),
            // Argon2 wants a salt of some length, which the text need not have.
            Derivation::Argon2id(cost) => cost.key(FORMAT, password, &Sha256::digest(self.salt.as_bytes())),
        }
    }
}

#[derive(Deserialize)]
struct File {
    salt: String,
    #[serde(rename = "kdfType", default)]
    kdf_type: u64,
    #[serde(rename = "kdfIterations")]
    iterations: u64,
    /// In MiB.
    #[serde(rename = "kdfMemory")]
    memory: Option<u64>,
    #[serde(rename = "kdfParallelism")]
    lanes: Option<u32>,
    #[serde(rename = "encKeyValidation_DO_NOT_EDIT")]
    validation: String,
    data: String,
}

impl File {
    fn derivation(&self) -> Result<Derivation, ImportError> {
        match (self.kdf_type, self.memory, self.lanes) {
            (0, ..) => Ok(Derivation::Pbkdf2 { iterations: self.iterations }),
            (1, Some(memory), Some(lanes)) => {
                let memory_kib = memory.saturating_mul(1024);
                Ok(Derivation::Argon2id(Argon2Cost { memory_kib, passes: self.iterations, lanes }))
            }
            (1, ..) => Err(damaged("`kdfMemory` or `kdfParallelism` is missing")),
            _ => Err(damaged("`kdfType` is neither 0 (PBKDF2) nor 1 (Argon2id)")),
        }
    }
}

/// `2.iv|ciphertext|mac`, each in base64.
struct Ciphertext {
    iv: Vec<u8>,
    bytes: Vec<u8>,
    mac: Vec<u8>,
}

impl Ciphertext {
    fn read(text: &str, name: &str) -> Result<Self, ImportError> {
        let parts = || {
            let mut parts = text.strip_prefix("2.")?.split('|').map(|part| STANDARD.decode(part).ok());
            let ciphertext = Self { iv: parts.next()??, bytes: parts.next()??, mac: parts.next()?? };
            parts.next().is_none().then_some(ciphertext)
        };
        parts().ok_or_else(|| damaged(&format!("`{name}` is not of the form `2.…|…|…` in base64")))
    }
}

struct Keys {
    encryption: Key,
    authentication: Key,
}

impl Keys {
    fn of(derived: &Key) -> Option<Self> {
        let expand = |info: &[u8]| {
            let mut key = Key::default();
            Hkdf::<Sha256>::from_prk(derived.as_slice()).ok()?.expand(info, key.as_mut()).ok()?;
            Some(key)
        };
        Some(Self { encryption: expand(b"enc")?, authentication: expand(b"mac")? })
    }

    /// What was encrypted, if nobody has changed it since and the keys are right.
    fn open(&self, ciphertext: &Ciphertext) -> Option<Plaintext> {
        let mac = Hmac::<Sha256>::new_from_slice(self.authentication.as_slice()).ok()?;
        mac.chain_update(&ciphertext.iv).chain_update(&ciphertext.bytes).verify_slice(&ciphertext.mac).ok()?;
        aes_cbc(&self.encryption, &ciphertext.iv, &ciphertext.bytes)
    }
}

fn damaged(what: &str) -> ImportError {
    ImportError::Damaged { format: FORMAT, what: what.to_owned() }
}
