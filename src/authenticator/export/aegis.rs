//! Aegis' vault: <https://github.com/beemdevelopment/Aegis/blob/master/docs/vault.md>.
//!
//! The entries are the JSON of version 3, in the plain or encrypted with AES-256-GCM under a random key, which is itself
//! encrypted under a key that scrypt makes of the password.

use std::fmt::Write as _;

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use zeroize::Zeroizing;

use super::text::{json_of, room};
use super::{ExportError, Form, obstacle};
use crate::authenticator::document::write_secret;
use crate::authenticator::{Entry, Passphrase};
use crate::entropy::{Entropy, EntropyError, draw};
use crate::otp::{Algorithm, CodeFormat, Digits, Kind, SharedSecret, Totp};

/// Writes the entries as Aegis' vault, in the plain or under a password as it is composed: Aegis takes it as the phone's
/// keyboard types it, and keyboards compose.
///
/// Tags become groups. Entries, groups and the password's slot get random ids, as Aegis gives them.
///
/// # Errors
/// [`ExportError`] if Aegis cannot carry an entry, or if nothing random can be drawn.
pub fn write(
    entries: &[&Entry],
    password: Option<&Passphrase>,
    entropy: &dyn Entropy,
) -> Result<Zeroizing<Vec<u8>>, ExportError> {
    let database = Database::of(entries, entropy)?;
    let Some(password) = password else {
        let header = Header { slots: None, params: None };
        return json_of(&File { version: FILE_VERSION, header, db: database }, Form::Aegis, room(entries));
    };
    let key = key(entropy)?;
    let json = json_of(&database, Form::Aegis, room(entries))?;
    let (ciphertext, params) = seal(&key, &json, entropy)?;
    let header = Header { slots: Some([Slot::of(&key, password, entropy)?]), params: Some(params) };
    let file = File { version: FILE_VERSION, header, db: STANDARD.encode(ciphertext) };
    json_of(&file, Form::Aegis, 0)
}

const FILE_VERSION: u8 = 1;
const DATABASE_VERSION: u8 = 3;

#[derive(Serialize)]
struct File<D> {
    version: u8,
    header: Header,
    db: D,
}

#[derive(Serialize)]
struct Header {
    slots: Option<[Slot; 1]>,
    params: Option<Params>,
}

/// The key of the entries, encrypted under the password.
#[derive(Serialize)]
struct Slot {
    #[serde(rename = "type")]
    kind: u8,
    uuid: String,
    key: String,
    key_params: Params,
    n: u64,
    r: u32,
    p: u32,
    salt: String,
    /// Older versions of Aegis made slots from a password with further bytes after it; this is none of those.
    repaired: bool,
    is_backup: bool,
}

#[derive(Serialize)]
struct Params {
    nonce: String,
    tag: String,
}

#[derive(Serialize)]
struct Database<'a> {
    version: u8,
    entries: Vec<EntryJson<'a>>,
    groups: Vec<Group<'a>>,
}

#[derive(Serialize)]
struct Group<'a> {
    uuid: String,
    name: &'a str,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    uuid: String,
    name: &'a str,
    issuer: &'a str,
    note: &'a str,
    favorite: bool,
    icon: Option<&'a str>,
    info: Info<'a>,
    groups: Vec<String>,
}

#[derive(Serialize)]
struct Info<'a> {
    #[serde(serialize_with = "write_secret")]
    secret: &'a SharedSecret,
    algo: &'static str,
    digits: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
}

impl<'a> Database<'a> {
    fn of(entries: &[&'a Entry], entropy: &dyn Entropy) -> Result<Self, ExportError> {
        let mut groups: Vec<Group<'a>> = Vec::new();
        for name in entries.iter().flat_map(|entry| &entry.tags) {
            if groups.iter().all(|group| group.name != name) {
                groups.push(Group { uuid: uuid(entropy)?, name });
            }
        }
        let entries = entries.iter().map(|entry| EntryJson::of(entry, &groups, entropy)).collect::<Result<_, _>>()?;
        Ok(Self { version: DATABASE_VERSION, entries, groups })
    }
}

impl<'a> EntryJson<'a> {
    fn of(entry: &'a Entry, groups: &[Group<'_>], entropy: &dyn Entropy) -> Result<Self, ExportError> {
        if let Some(obstacle) = obstacle(entry, Form::Aegis) {
            return Err(ExportError::CannotCarry { form: Form::Aegis, label: entry.label(), obstacle });
        }
        let key = &entry.key;
        let name = entry.name.as_deref().filter(|_| key.label().is_empty()).unwrap_or(&key.account);
        let (kind, info) = info(key.kind, &key.secret);
        Ok(Self {
            kind,
            uuid: uuid(entropy)?,
            name,
            issuer: &key.issuer,
            note: entry.note.as_deref().unwrap_or_default(),
            favorite: false,
            icon: None,
            info,
            groups: groups
                .iter()
                .filter(|group| entry.tags.iter().any(|tag| tag == group.name))
                .map(|group| group.uuid.clone())
                .collect(),
        })
    }
}

fn info(kind: Kind, secret: &SharedSecret) -> (&'static str, Info<'_>) {
    let info = |algorithm: Algorithm, digits: u8| Info {
        secret,
        algo: algorithm.as_str(),
        digits,
        period: None,
        counter: None,
    };
    match kind {
        Kind::Totp(Totp { algorithm, format: CodeFormat::Steam, period }) => {
            ("steam", Info { period: Some(period.as_secs()), ..info(algorithm, STEAM_LETTERS) })
        }
        Kind::Totp(Totp { algorithm, format: CodeFormat::Decimal(digits), period }) => {
            ("totp", Info { period: Some(period.as_secs()), ..info(algorithm, Digits::count(digits)) })
        }
        Kind::Hotp { algorithm, digits, counter } => {
            ("hotp", Info { counter: Some(counter), ..info(algorithm, digits.count()) })
        }
    }
}

const STEAM_LETTERS: u8 = 5;

type Key = Zeroizing<[u8; 32]>;

impl Slot {
    fn of(key: &Key, password: &Passphrase, entropy: &dyn Entropy) -> Result<Self, ExportError> {
        let salt: [u8; 32] = draw(entropy)?;
        let (sealed, key_params) = seal(&derive(&password.composed(), &salt)?, &**key, entropy)?;
        Ok(Self {
            kind: PASSWORD_SLOT,
            uuid: uuid(entropy)?,
            key: hex(&sealed),
            key_params,
            n: 1 << SCRYPT_LOG_N,
            r: SCRYPT_R,
            p: SCRYPT_P,
            salt: hex(&salt),
            repaired: true,
            is_backup: false,
        })
    }
}

const PASSWORD_SLOT: u8 = 1;
// Aegis' own cost, which its app on a phone can pay: 32 MiB.
const SCRYPT_LOG_N: u8 = 15;
const SCRYPT_R: u32 = 8;
const SCRYPT_P: u32 = 1;

fn derive(password: &Passphrase, salt: &[u8]) -> Result<Key, ExportError> {
    let mut key = Key::default();
    let params = scrypt::Params::new(SCRYPT_LOG_N, SCRYPT_R, SCRYPT_P).map_err(|_| FAILED)?;
    scrypt::scrypt(password.as_bytes(), salt, &params, &mut *key).map_err(|_| FAILED)?;
    Ok(key)
}

fn key(entropy: &dyn Entropy) -> Result<Key, EntropyError> {
    let mut key = Key::default();
    entropy.fill(&mut *key)?;
    Ok(key)
}

/// AES-256-GCM under a fresh nonce, with the tag apart.
fn seal(key: &Key, plaintext: &[u8], entropy: &dyn Entropy) -> Result<(Vec<u8>, Params), ExportError> {
    let nonce: [u8; 12] = draw(entropy)?;
    // Encrypted in place: what was plaintext is none afterwards.
    let mut bytes = plaintext.to_vec();
    let cipher = Aes256Gcm::new((&**key).into());
    let tag = cipher.encrypt_inout_detached(&nonce.into(), b"", bytes.as_mut_slice().into()).map_err(|_| FAILED)?;
    Ok((bytes, Params { nonce: hex(&nonce), tag: hex(&tag) }))
}

const FAILED: ExportError = ExportError::Write { form: Form::Aegis };

/// A random UUID (RFC 9562 section 5.4): 122 random bits around its version and variant.
fn uuid(entropy: &dyn Entropy) -> Result<String, EntropyError> {
    let random = u128::from_be_bytes(draw(entropy)?);
    let bits = random & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let digits = format!("{bits:032x}");
    let mut uuid = String::with_capacity(36);
    for (place, digit) in digits.chars().enumerate() {
        if [8, 12, 16, 20].contains(&place) {
            uuid.push('-');
        }
        uuid.push(digit);
    }
    Ok(uuid)
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
