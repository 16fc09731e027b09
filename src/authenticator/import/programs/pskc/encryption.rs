//! How the values of a file are encrypted (RFC 6030 sections 6.1 and 6.2, RFC 8018): AES-CBC with a MAC, or AES key wrap.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::FORMAT;
use super::tree::Node;
use crate::authenticator::Passphrase;
use crate::authenticator::import::ImportError;
use crate::authenticator::import::ciphers::{Plaintext, aes_cbc_of_any_length, aes_key_wrap};
use crate::authenticator::import::encoded::{base64, base64_bytes, hex_bytes};
use crate::authenticator::import::keys::pbkdf2_fill;

/// Where the key of a file comes from.
pub(super) struct Sealed {
    derivation: Option<Pbkdf2>,
    /// The length of the key in bytes.
    length: usize,
    mac: Option<Hash>,
}

struct Pbkdf2 {
    salt: Vec<u8>,
    iterations: u64,
    hash: Hash,
}

/// What a file's values are decrypted and checked with.
pub(super) struct Keys {
    encryption: Zeroizing<Vec<u8>>,
    mac: Option<(Hash, Zeroizing<Vec<u8>>)>,
}

/// The hash of an HMAC.
#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// How a value is encrypted, and the length of the key in bytes.
#[derive(Clone, Copy)]
enum Cipher {
    Cbc(usize),
    KeyWrap(usize),
}

impl Sealed {
    /// How the file is encrypted, if it is.
    pub(super) fn of(container: &Node) -> Result<Option<Self>, ImportError> {
        let values = encrypted_values(container);
        let Some(cipher) = values.first().map(|value| cipher(value)) else { return Ok(None) };
        let Some(Cipher::Cbc(length) | Cipher::KeyWrap(length)) = cipher else {
            return Err(undecryptable("its cipher is neither AES-CBC nor AES key wrap"));
        };
        let key = container.at(&["EncryptionKey"]);
        if key.is_some_and(|key| key.at(&["X509Data"]).is_some() || key.at(&["KeyValue"]).is_some()) {
            return Err(undecryptable(
                "its key is encrypted to a certificate; ask the vendor for a file with a password",
            ));
        }
        let derivation = key.and_then(|key| key.at(&["DerivedKey", "KeyDerivationMethod"]));
        let derivation = derivation.map(|method| Pbkdf2::of(method, length)).transpose()?;
        Ok(Some(Self { derivation, length, mac: mac_method(container)? }))
    }

    pub(super) const fn is_by_password(&self) -> bool {
        self.derivation.is_some()
    }

    /// The keys that the password leads to.
    ///
    /// # Errors
    /// [`ImportError::WrongPassword`] if nothing can be checked with them that can be checked at all.
    pub(super) fn unlock(&self, container: &Node, password: &Passphrase) -> Result<Keys, ImportError> {
        let wrong = || ImportError::WrongPassword { format: FORMAT };
        let encryption = match &self.derivation {
            Some(pbkdf2) => pbkdf2.key(password, self.length)?,
            None => self.pre_shared(password).ok_or_else(wrong)?,
        };
        let mut keys = Keys { encryption, mac: None };
        if let Some(hash) = self.mac {
            let key = match container.at(&["MACMethod", "MACKey"]) {
                // It has no MAC of its own; what it opens to shows with the values.
                Some(sealed) => keys.decrypt(sealed).ok_or_else(wrong)?,
                None => keys.encryption.clone(),
            };
            keys.mac = Some((hash, key));
        }
        let values = encrypted_values(container);
        let outcomes: Vec<Result<Plaintext, Refusal>> = values.iter().map(|value| keys.open(value)).collect();
        let failed = outcomes.iter().any(|outcome| matches!(outcome, Err(Refusal::Changed)));
        if failed && !outcomes.iter().any(Result::is_ok) { Err(wrong()) } else { Ok(keys) }
    }

    fn pre_shared(&self, password: &Passphrase) -> Option<Zeroizing<Vec<u8>>> {
        let text = std::str::from_utf8(password.as_bytes()).ok()?;
        let digits: Zeroizing<String> = Zeroizing::new(text.split_whitespace().collect());
        hex_bytes(&digits).filter(|key| key.len() == self.length)
    }
}

/// Why a value is not decrypted.
#[derive(Clone, Copy)]
pub(super) enum Refusal {
    /// It was changed, or the key is another one.
    Changed,
    /// Nobody could tell whether it was changed.
    NoMac,
    UnknownCipher,
}

impl Refusal {
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::Changed => "what is encrypted does not fit its MAC: it was changed, or encrypted with another key",
            Self::NoMac => {
                "what is encrypted has no MAC (RFC 6030 section 6.1), so that nobody can tell whether it was changed"
            }
            Self::UnknownCipher => "its cipher is neither AES-CBC nor AES key wrap",
        }
    }
}

impl Keys {
    /// Decrypts a value, such as a `Secret`, which has an `EncryptedValue` and a `ValueMAC`.
    pub(super) fn open(&self, value: &Node) -> Result<Plaintext, Refusal> {
        let sealed = value.at(&["EncryptedValue"]).ok_or(Refusal::UnknownCipher)?;
        match cipher(value) {
            Some(Cipher::KeyWrap(_)) => self.decrypt(sealed).ok_or(Refusal::Changed),
            // The MAC comes before the padding says anything.
            Some(Cipher::Cbc(_)) => {
                let (Some((hash, key)), Some(mac)) = (&self.mac, value.at(&["ValueMAC"])) else {
                    return Err(Refusal::NoMac);
                };
                let ciphertext = ciphertext(sealed).ok_or(Refusal::Changed)?;
                let mac = base64_bytes(mac.text()).ok_or(Refusal::Changed)?;
                hash.verify(key, &ciphertext, &mac).ok_or(Refusal::Changed)?;
                self.decrypt(sealed).ok_or(Refusal::Changed)
            }
            None => Err(Refusal::UnknownCipher),
        }
    }

    fn decrypt(&self, sealed: &Node) -> Option<Plaintext> {
        let ciphertext = ciphertext(sealed)?;
        match Cipher::of(sealed)? {
            Cipher::Cbc(length) if length == self.encryption.len() => {
                let (iv, ciphertext) = ciphertext.split_first_chunk::<16>()?;
                aes_cbc_of_any_length(&self.encryption, iv, ciphertext)
            }
            Cipher::KeyWrap(length) if length == self.encryption.len() => aes_key_wrap(&self.encryption, &ciphertext),
            _ => None,
        }
    }
}

impl Pbkdf2 {
    fn of(method: &Node, length: usize) -> Result<Self, ImportError> {
        if !method.attribute("Algorithm").is_some_and(|algorithm| algorithm.ends_with("pbkdf2")) {
            return Err(undecryptable("its key is derived from the password in another way than by PBKDF2"));
        }
        let damaged = |what: &str| ImportError::Damaged { format: FORMAT, what: what.to_owned() };
        let parameters = method.at(&["PBKDF2-params"]).ok_or_else(|| damaged("`PBKDF2-params` is missing"))?;
        let salt = base64(FORMAT, "Salt", parameters.text_at(&["Salt", "Specified"]))?;
        let iterations = parameters.text_at(&["IterationCount"]);
        let iterations = iterations.parse().map_err(|_| damaged("`IterationCount` is not a whole number"))?;
        let stated = parameters.text_at(&["KeyLength"]);
        if !stated.is_empty() && stated != length.to_string() {
            return Err(damaged("`KeyLength` is not that of the cipher's keys"));
        }
        let hash = match parameters.at(&["PRF"]) {
            // Some programs write the name as the text.
            Some(prf) => Hash::named(prf.attribute("Algorithm").unwrap_or_else(|| prf.text())),
            None => Some(Hash::Sha1),
        };
        let hash = hash.ok_or_else(|| damaged("`PRF` is no HMAC that is known"))?;
        Ok(Self { salt, iterations, hash })
    }

    fn key(&self, password: &Passphrase, length: usize) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let mut key = Zeroizing::new(vec![0; length]);
        match self.hash {
            Hash::Sha1 => pbkdf2_fill::<Sha1>(FORMAT, password, &self.salt, self.iterations, &mut key),
            Hash::Sha256 => pbkdf2_fill::<Sha256>(FORMAT, password, &self.salt, self.iterations, &mut key),
            Hash::Sha384 => pbkdf2_fill::<Sha384>(FORMAT, password, &self.salt, self.iterations, &mut key),
            Hash::Sha512 => pbkdf2_fill::<Sha512>(FORMAT, password, &self.salt, self.iterations, &mut key),
        }?;
        Ok(key)
    }
}

impl Hash {
    /// By the end of its URI. Without a name it is HMAC-SHA-1, the default of PKCS #5.
    fn named(uri: &str) -> Option<Self> {
        let name = uri.rsplit(['#', '/', ':']).next().unwrap_or_default().to_ascii_lowercase();
        match name.strip_prefix("hmac-").unwrap_or(&name) {
            "" | "sha1" => Some(Self::Sha1),
            "sha256" => Some(Self::Sha256),
            "sha384" => Some(Self::Sha384),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }

    fn verify(self, key: &[u8], bytes: &[u8], mac: &[u8]) -> Option<()> {
        match self {
            Self::Sha1 => verify::<Hmac<Sha1>>(key, bytes, mac),
            Self::Sha256 => verify::<Hmac<Sha256>>(key, bytes, mac),
            Self::Sha384 => verify::<Hmac<Sha384>>(key, bytes, mac),
            Self::Sha512 => verify::<Hmac<Sha512>>(key, bytes, mac),
        }
    }
}

fn verify<M: Mac + KeyInit>(key: &[u8], bytes: &[u8], mac: &[u8]) -> Option<()> {
    <M as KeyInit>::new_from_slice(key).ok()?.chain_update(bytes).verify_slice(mac).ok()
}

impl Cipher {
    /// The cipher of what has an `EncryptionMethod`.
    fn of(sealed: &Node) -> Option<Self> {
        let uri = sealed.at(&["EncryptionMethod"])?.attribute("Algorithm")?;
        match uri.rsplit('#').next()? {
            "aes128-cbc" => Some(Self::Cbc(16)),
            "aes192-cbc" => Some(Self::Cbc(24)),
            "aes256-cbc" => Some(Self::Cbc(32)),
            "kw-aes128" => Some(Self::KeyWrap(16)),
            "kw-aes192" => Some(Self::KeyWrap(24)),
            "kw-aes256" => Some(Self::KeyWrap(32)),
            _ => None,
        }
    }
}

fn cipher(value: &Node) -> Option<Cipher> {
    Cipher::of(value.at(&["EncryptedValue"])?)
}

fn ciphertext(sealed: &Node) -> Option<Zeroizing<Vec<u8>>> {
    base64_bytes(sealed.text_at(&["CipherData", "CipherValue"]))
}

fn mac_method(container: &Node) -> Result<Option<Hash>, ImportError> {
    let Some(uri) = container.at(&["MACMethod"]).and_then(|method| method.attribute("Algorithm")) else {
        return Ok(None);
    };
    Hash::named(uri).map(Some).ok_or_else(|| undecryptable("its MAC is no HMAC that is known"))
}

/// All elements of the keys that have an `EncryptedValue`.
fn encrypted_values(container: &Node) -> Vec<&Node> {
    let keys = container.children("KeyPackage").flat_map(|package| package.children("Key"));
    let values = keys.flat_map(|key| key.children("Data")).flat_map(Node::all_children);
    values.filter(|value| value.children("EncryptedValue").next().is_some()).collect()
}

fn undecryptable(reason: &'static str) -> ImportError {
    ImportError::Undecryptable { format: FORMAT, reason }
}
