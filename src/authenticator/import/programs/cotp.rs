//! cotp's files: its plain export, its export as URIs, and its database, which is encrypted.

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::authenticator::NewEntry;
use crate::authenticator::import::ciphers;
use crate::authenticator::import::encoded::base64;
use crate::authenticator::import::json::{self, Count, Text};
use crate::authenticator::import::keys::Argon2Cost;
use crate::authenticator::import::record::{Record, RecordKind};
use crate::authenticator::import::{Found, Import, ImportError, Imported, Opened, Sample, Skipped, accounted_for};
use crate::otp::{CodeFormat, KeyUri, Kind, Period};

const FORMAT: &str = "cotp";
const URIS: &str = "cotp, as URIs";
const ENCRYPTED: &str = "cotp, encrypted";

/// The versions of a database. The first was a bare list at first; cotp exports it with its number all the same.
const VERSIONS: std::ops::RangeInclusive<u64> = 1..=2;

/// The cost does not stand in the file.
const COST: Argon2Cost = Argon2Cost { memory_kib: 32 << 10, passes: 4, lanes: 4 };

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    sample.outline().has(&["version", "elements"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    read(FORMAT, bytes).map(Opened::Plain)
}

/// The list has the key of many other files, in which its items are objects.
pub(super) fn recognizes_uris(sample: &Sample<'_>) -> bool {
    sample.outline().has_only(&["items"]) && sample.outline().has_uri("items[]")
}

pub(super) fn open_uris(bytes: &[u8]) -> Result<Opened, ImportError> {
    let uris: Uris<'_> = json::parse(URIS, bytes)?;
    let found = json::each(&uris.items, "item", |uri: Text, place| found_uri(&uri, place));
    Ok(Opened::Plain(Import { format: URIS, found, notes: Vec::new() }))
}

pub(super) fn recognizes_encrypted(sample: &Sample<'_>) -> bool {
    sample.outline().has(&["version", "nonce", "salt", "cipher"])
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
        let json = json.ok_or(ImportError::WrongPassword { format: FORMAT })?;
        accounted_for(&json, read(ENCRYPTED, &json)?)
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

#[derive(Default, Deserialize)]
#[serde(default)]
struct Element {
    secret: Text,
    issuer: Text,
    label: Text,
    digits: Count,
    #[serde(rename = "type")]
    kind: Text,
    algorithm: Text,
    period: Count,
    counter: Count,
}

fn read(format: &'static str, json: &[u8]) -> Result<Import, ImportError> {
    let elements = elements(json)?;
    let found = json::each(&elements, "element", |element: Element, place| element.read(place));
    Ok(Import { format, found, notes: Vec::new() })
}

fn elements(json: &[u8]) -> Result<Vec<&RawValue>, ImportError> {
    // So a database was before it had a version.
    if json.trim_ascii_start().starts_with(b"[") {
        return json::parse(FORMAT, json);
    }
    let database: Database<'_> = json::parse(FORMAT, json)?;
    if !VERSIONS.contains(&database.version) {
        return Err(ImportError::Unsupported { format: FORMAT, version: database.version.to_string() });
    }
    Ok(database.elements)
}

impl Element {
    fn read(&self, place: &str) -> Found {
        let mut found = self.record().read(place);
        if let (Some(warning), Found::Entry(imported)) = (self.more_letters(), &mut found) {
            imported.warnings.push(warning);
        }
        found
    }

    fn record(&self) -> Record<'_> {
        let kind = RecordKind::named(&self.kind);
        Record {
            issuer: &self.issuer,
            account: &self.label,
            kind,
            secret: &self.secret,
            algorithm: self.algorithm.given(),
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
        let Count::Given(letters) = self.digits.filter(|digits| digits != 5) else { return None };
        matches!(RecordKind::named(&self.kind), RecordKind::Steam)
            .then(|| format!("cotp shows {letters} characters of Steam's code, which has 5: 5 are shown here"))
    }
}

fn found_uri(uri: &str, place: &str) -> Found {
    let (kind, label) = kind_and_label(uri);
    if matches!(kind, RecordKind::Motp | RecordKind::Yandex) {
        return Record { account: &label, kind, ..Record::default() }.read(place);
    }
    match KeyUri::read(uri) {
        Ok(reading) => {
            let warnings = reading.warnings.iter().map(ToString::to_string).collect();
            Found::Entry(Imported { new: NewEntry::of(of_cotps_period(reading.uri)), warnings })
        }
        Err(error) => {
            let label = if label.is_empty() { place.to_owned() } else { label };
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
