//! How the password of a backup leads to the passphrases of its entries.

use std::collections::HashMap;

use argon2::password_hash::phc::PasswordHash;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::Deserialize;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{FORMAT, crypto_js};
use crate::authenticator::Passphrase;
use crate::authenticator::import::ImportError;
use crate::authenticator::import::json::{Count, Secret, Text};
use crate::authenticator::import::keys::Argon2Cost;

/// The keys that stand among the entries.
#[derive(Default)]
pub(super) struct Keys {
    pub by_id: Vec<Key>,
    /// Version 2 has one for all of them.
    pub old: Option<OldKey>,
}

/// From version 3 on, the passphrase is Argon2's hash of the password, and `hash` is the hash of that.
#[derive(Deserialize)]
pub(super) struct Key {
    id: Text,
    salt: Text,
    hash: Text,
    #[serde(default)]
    version: Count,
}

/// The passphrase is what is encrypted in `enc` under the password, in hexadecimal, and `hash` is the hash of that.
#[derive(Deserialize)]
pub(super) struct OldKey {
    enc: Text,
    hash: Text,
}

/// What the entries are encrypted under.
pub(super) struct Passphrases {
    by_key: HashMap<String, Secret>,
    /// That of entries that name no key.
    pub common: Secret,
}

/// The newest version that is known.
const VERSION: u64 = 4;

/// More than a person leaves behind by changing the password.
const MAX_KEYS: usize = 64;

impl Keys {
    /// Refuses what is unknown or too much work, before the password is asked for.
    pub(super) fn check(&self) -> Result<(), ImportError> {
        let newer = |key: &&Key| matches!(key.version, Count::Given(version) if version > VERSION);
        if let Some(Key { version: Count::Given(version), .. }) = self.by_id.iter().find(newer) {
            return Err(ImportError::Unsupported { format: FORMAT, version: format!("{version} of its encryption") });
        }
        if self.by_id.len() > MAX_KEYS {
            return Err(ImportError::Damaged { format: FORMAT, what: format!("it has more than {MAX_KEYS} keys") });
        }
        let mut costs = Vec::new();
        for key in &self.by_id {
            let cost = Argon2Hash::read(&key.hash)?.cost;
            costs.extend([cost, cost]);
        }
        if let Some(key) = &self.old {
            costs.push(Argon2Hash::read(&key.hash)?.cost);
        }
        Argon2Cost::check(FORMAT, &costs)
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.by_id.iter().any(|key| &*key.id == id)
    }

    /// The passphrases that the password leads to. It need not be the password of all keys: they are left from others.
    ///
    /// # Errors
    /// [`ImportError::WrongPassword`] if there are keys and it is the password of none.
    pub(super) fn unlock(&self, password: &Passphrase) -> Result<Passphrases, ImportError> {
        self.check()?;
        let wrong = || ImportError::WrongPassword { format: FORMAT };
        let password = std::str::from_utf8(password.as_bytes()).map_err(|_| wrong())?;
        let mut by_key = HashMap::new();
        for key in &self.by_id {
            if let Some(passphrase) = key.passphrase(password)? {
                by_key.insert(key.id.to_string(), passphrase);
            }
        }
        let common = match &self.old {
            Some(key) => key.passphrase(password)?.ok_or_else(wrong)?,
            None => Secret::new(password.to_owned()),
        };
        if by_key.is_empty() && !self.by_id.is_empty() {
            return Err(wrong());
        }
        Ok(Passphrases { by_key, common })
    }
}

impl Passphrases {
    pub(super) fn of_key(&self, id: &str) -> Option<&Secret> {
        self.by_key.get(id)
    }
}

impl Key {
    /// The passphrase, if this is the password. The extension makes both hashes with the same parameters.
    fn passphrase(&self, password: &str) -> Result<Option<Secret>, ImportError> {
        let hash = Argon2Hash::read(&self.hash)?;
        let passphrase = hash.cost.fill_new(password.as_bytes(), self.salt.as_bytes(), hash.output.len())?;
        let passphrase = Secret::new(STANDARD_NO_PAD.encode(&*passphrase));
        Ok(hash.is_of(&passphrase)?.then_some(passphrase))
    }
}

impl OldKey {
    fn passphrase(&self, password: &str) -> Result<Option<Secret>, ImportError> {
        use std::fmt::Write;

        let Some(key) = crypto_js::decrypt(&self.enc, password) else { return Ok(None) };
        let mut passphrase = Secret::new(String::with_capacity(key.len() * 2));
        for byte in key.iter() {
            // Writing to a string cannot fail.
            let _ = write!(passphrase, "{byte:02x}");
        }
        Ok(Argon2Hash::read(&self.hash)?.is_of(&passphrase)?.then_some(passphrase))
    }
}

/// `$argon2id$v=19$m=16384,t=1,p=1$salt$hash`.
struct Argon2Hash {
    cost: Argon2Cost,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Argon2Hash {
    fn read(text: &str) -> Result<Self, ImportError> {
        let damaged = || ImportError::Damaged { format: FORMAT, what: "`hash` of a key cannot be read".to_owned() };
        let hash =
            PasswordHash::new(text).ok().filter(|hash| hash.algorithm.as_str() == "argon2id").ok_or_else(damaged)?;
        let params = argon2::Params::try_from(&hash).map_err(|_| damaged())?;
        let (salt, output) = (hash.salt.ok_or_else(damaged)?, hash.hash.ok_or_else(damaged)?);
        let (memory_kib, passes, lanes) = (params.m_cost().into(), params.t_cost().into(), params.p_cost());
        Ok(Self {
            cost: Argon2Cost { memory_kib, passes, lanes },
            salt: salt.to_vec(),
            output: output.as_bytes().to_vec(),
        })
    }

    fn is_of(&self, text: &str) -> Result<bool, ImportError> {
        let output = self.cost.fill_new(text.as_bytes(), &self.salt, self.output.len())?;
        Ok(output.ct_eq(&self.output).into())
    }
}

impl Argon2Cost {
    fn fill_new(self, password: &[u8], salt: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let what = || "the parameters of a key are none that Argon2 has".to_owned();
        let mut bytes = Zeroizing::new(vec![0; length]);
        self.fill(password, salt, &mut bytes).ok_or_else(|| ImportError::Damaged { format: FORMAT, what: what() })?;
        Ok(bytes)
    }
}
