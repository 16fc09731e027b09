//! cotp's files: its plain export, its export as URIs, and its database, which is encrypted.

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::authenticator::NewEntry;
use crate::authenticator::import::ciphers;
use crate::authenticator::import::encoded::base64;
use crate::authenticator::import::json::{self, Secret, Shape};
use crate::authenticator::import::keys::Argon2Cost;
use crate::authenticator::import::record::{Record, RecordKind};
use crate::authenticator::import::{Found, Import, ImportError, Imported, Opened, Skipped};
use crate::otp::{CodeFormat, KeyUri, Kind, Period};

const FORMAT: &str = "cotp";
const URIS: &str = "cotp, as URIs";
const ENCRYPTED: &str = "cotp, encrypted";

/// The versions of a database. The first was a bare list at first; cotp exports it with its number all the same.
const VERSIONS: std::ops::RangeInclusive<u64> = 1..=2;

/// The cost does not stand in the file.
const COST: Argon2Cost = Argon2Cost { memory_kib: 32 << 10, passes: 4, lanes: 4 };

pub(super) fn recognizes(bytes: &[u8]) -> bool {
    Shape::of(bytes).is_object_with(&["version", "elements"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    read(FORMAT, bytes).map(Opened::Plain)
}

/// The list has the key of many other files: its first text tells.
pub(super) fn recognizes_uris(bytes: &[u8]) -> bool {
    let first = |uris: Uris<'_>| uris.items.first().is_some_and(|raw| raw.get().starts_with("\"otpauth://"));
    serde_json::from_slice(bytes).is_ok_and(first)
}

pub(super) fn open_uris(bytes: &[u8]) -> Result<Opened, ImportError> {
    let uris: Uris<'_> = json::parse(URIS, bytes)?;
    let found = (1..).zip(uris.items).map(|(number, raw)| found_uri(number, raw)).collect();
    Ok(Opened::Plain(Import { format: URIS, found, notes: Vec::new() }))
}

pub(super) fn recognizes_encrypted(bytes: &[u8]) -> bool {
    Shape::of(bytes).is_object_with(&["version", "nonce", "salt", "cipher"])
}

pub(super) fn open_encrypted(bytes: &[u8]) -> Result<Opened, ImportError> {
    let file: File = json::parse(FORMAT, bytes)?;
    if file.version != 1 {
        return Err(ImportError::Unsupported { format: FORMAT, version: file.version.to_string() });
    }
    let nonce = exactly::<24>("nonce", &file.nonce)?;
    let salt = exactly::<16>("salt", &file.salt)?;
    let ciphertext = base64(FORMAT, "cipher", &file.cipher)?;
    Ok(Opened::locked(ENCRYPTED, move |password| {
        let key = COST.key(FORMAT, password, &salt)?;
        let json = ciphers::xchacha20_poly1305(&key, &nonce, &ciphertext);
        read(ENCRYPTED, &json.ok_or(ImportError::WrongPassword { format: FORMAT })?)
    }))
}

/// A length that is wrong must not be taken for a wrong password.
fn exactly<const LENGTH: usize>(what: &str, text: &str) -> Result<[u8; LENGTH], ImportError> {
    let damaged = |_| ImportError::Damaged { format: FORMAT, what: format!("`{what}` is not {LENGTH} bytes long") };
    base64(FORMAT, what, text)?.try_into().map_err(damaged)
}

#[derive(Deserialize)]
struct File {
    version: u64,
    nonce: String,
    salt: String,
    cipher: String,
}

#[derive(Deserialize)]
struct Uris<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Database<'a> {
    version: u64,
    #[serde(borrow)]
    elements: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Element {
    secret: Secret,
    issuer: Option<String>,
    label: Option<String>,
    digits: Option<u64>,
    #[serde(rename = "type")]
    kind: String,
    algorithm: Option<String>,
    period: Option<u64>,
    counter: Option<u64>,
}

fn read(format: &'static str, json: &[u8]) -> Result<Import, ImportError> {
    let elements = elements(json)?;
    let found = (1..).zip(elements).map(|(number, raw)| found(number, raw)).collect();
    Ok(Import { format, found, notes: Vec::new() })
}

fn elements(json: &[u8]) -> Result<Vec<&RawValue>, ImportError> {
    // So a database was before it had a version.
    if Shape::of(json).is_list_of(&[]) {
        return json::parse(FORMAT, json);
    }
    let database: Database<'_> = json::parse(FORMAT, json)?;
    if !VERSIONS.contains(&database.version) {
        return Err(ImportError::Unsupported { format: FORMAT, version: database.version.to_string() });
    }
    Ok(database.elements)
}

fn found(number: usize, raw: &RawValue) -> Found {
    let place = || format!("element {number}");
    let element: Element = match json::entry(raw) {
        Ok(element) => element,
        Err(error) => return Found::Skipped(Skipped { label: place(), reason: error.to_string() }),
    };
    let mut found = element.record().read(place);
    if let (Some(warning), Found::Entry(imported)) = (element.more_letters(), &mut found) {
        imported.warnings.push(warning);
    }
    found
}

impl Element {
    fn record(&self) -> Record<'_> {
        let kind = RecordKind::named(&self.kind);
        Record {
            issuer: self.issuer.as_deref().unwrap_or_default(),
            account: self.label.as_deref().unwrap_or_default(),
            kind,
            secret: &self.secret,
            algorithm: self.algorithm.as_deref(),
            digits: self.digits,
            // cotp has none but 30 s for Steam, whatever it keeps.
            period: self.period.filter(|_| !matches!(kind, RecordKind::Steam)),
            counter: self.counter,
            ..Record::default()
        }
    }

    /// cotp shows as many of Steam's letters as there are digits, and gives an entry 6 unless told otherwise. Steam asks for
    /// the first 5.
    fn more_letters(&self) -> Option<String> {
        let letters = self.digits.filter(|digits| *digits != 5)?;
        matches!(RecordKind::named(&self.kind), RecordKind::Steam)
            .then(|| format!("cotp shows {letters} characters of Steam's code, which has 5: 5 are shown here"))
    }
}

fn found_uri(number: usize, raw: &RawValue) -> Found {
    let place = || format!("item {number}");
    let uri: Secret = match json::entry(raw) {
        Ok(uri) => uri,
        Err(error) => return Found::Skipped(Skipped { label: place(), reason: error.to_string() }),
    };
    let (kind, label) = kind_and_label(&uri);
    if matches!(kind, RecordKind::Motp | RecordKind::Yandex) {
        return Record { account: &label, kind, ..Record::default() }.read(place);
    }
    match KeyUri::read(&uri) {
        Ok(reading) => {
            let warnings = reading.warnings.iter().map(ToString::to_string).collect();
            Found::Entry(Imported { new: NewEntry::of(of_cotps_period(reading.uri)), warnings })
        }
        Err(error) => {
            let label = if label.is_empty() { place() } else { label };
            Found::Skipped(Skipped { label, reason: error.to_string() })
        }
    }
}

/// What stands before the parameters, with which the secret begins. Without parameters nobody knows what it is.
fn kind_and_label(uri: &str) -> (RecordKind, String) {
    let path = uri.strip_prefix("otpauth://").and_then(|rest| rest.split_once('?'));
    let (kind, label) = path.and_then(|(path, _)| path.split_once('/')).unwrap_or_default();
    let label = percent_decode_str(label).decode_utf8_lossy();
    (RecordKind::named(kind), label.trim_matches([':', ' ']).to_owned())
}

/// As in [`Element::record`].
fn of_cotps_period(mut key: KeyUri) -> KeyUri {
    if let Kind::Totp(totp) = &mut key.kind
        && totp.format == CodeFormat::Steam
    {
        totp.period = Period::default();
    }
    key
}
