//! 2FAS' backups, plain or encrypted, of schemas 1 to 4.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::authenticator::Passphrase;
use crate::authenticator::import::ciphers;
use crate::authenticator::import::encoded::base64;
use crate::authenticator::import::json::{self, Secret, Shape};
use crate::authenticator::import::keys::pbkdf2;
use crate::authenticator::import::record::{Record, RecordKind};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Skipped};

const FORMAT: &str = "2FAS";
const ENCRYPTED: &str = "2FAS, encrypted";

/// 2FAS names no number of iterations in its files; it has always been this one.
const ITERATIONS: u64 = 10_000;

pub(super) fn recognizes(bytes: &[u8]) -> bool {
    let shape = Shape::of(bytes);
    shape.is_object_with(&["schemaVersion", "services"])
        || shape.is_object_with(&["schemaVersion", "servicesEncrypted"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let file: File<'_> = json::parse(FORMAT, bytes)?;
    if !(1..=4).contains(&file.schema) {
        return Err(ImportError::Unsupported { format: FORMAT, version: file.schema.to_string() });
    }
    let groups = Groups::of(file.groups.unwrap_or_default());
    let Some(encrypted) = file.encrypted.as_deref().filter(|text| !text.is_empty()) else {
        return Ok(Opened::Plain(read(FORMAT, &file.services.unwrap_or_default(), &groups)));
    };
    let sealed = Sealed::of("servicesEncrypted", encrypted)?;
    let reference = file.reference.as_deref().map(|text| Sealed::of("reference", text)).transpose()?;
    Ok(Opened::locked(ENCRYPTED, move |password| {
        let json = unlock(&sealed, reference.as_ref(), password)?;
        Ok(read(ENCRYPTED, &json::parse::<Vec<&RawValue>>(FORMAT, &json)?, &groups))
    }))
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(rename = "schemaVersion")]
    schema: u64,
    #[serde(borrow)]
    services: Option<Vec<&'a RawValue>>,
    #[serde(rename = "servicesEncrypted")]
    encrypted: Option<String>,
    reference: Option<String>,
    groups: Option<Vec<Group>>,
}

#[derive(Deserialize)]
struct Group {
    id: String,
    name: String,
}

/// The names of the groups, by their ids.
struct Groups(HashMap<String, String>);

impl Groups {
    fn of(groups: Vec<Group>) -> Self {
        Self(groups.into_iter().map(|group| (group.id, group.name)).collect())
    }
}

/// A text that 2FAS has encrypted: `ciphertext:salt:nonce`, the tag at the ciphertext's end.
struct Sealed {
    ciphertext: Vec<u8>,
    salt: Vec<u8>,
    nonce: Vec<u8>,
}

impl Sealed {
    fn of(name: &str, text: &str) -> Result<Self, ImportError> {
        let mut parts = text.split(':').map(|part| base64(FORMAT, name, part));
        let (Some(ciphertext), Some(salt), Some(nonce), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            let what = format!("`{name}` does not have three parts");
            return Err(ImportError::Damaged { format: FORMAT, what });
        };
        Ok(Self { ciphertext: ciphertext?, salt: salt?, nonce: nonce? })
    }

    fn open(&self, password: &Passphrase) -> Result<Option<Zeroizing<Vec<u8>>>, ImportError> {
        let key = pbkdf2::<Sha256>(FORMAT, password, &self.salt, ITERATIONS)?;
        Ok(ciphers::aes_gcm(&key, &self.nonce, &self.ciphertext))
    }
}

/// The reference is a constant under the same password, and so tells a wrong password from a damaged file.
fn unlock(
    services: &Sealed,
    reference: Option<&Sealed>,
    password: &Passphrase,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    if let Some(json) = services.open(password)? {
        return Ok(json);
    }
    match reference.map(|reference| reference.open(password)).transpose()?.flatten() {
        Some(_) => {
            let what = "its entries are not what was encrypted".to_owned();
            Err(ImportError::Damaged { format: FORMAT, what })
        }
        None => Err(ImportError::WrongPassword { format: FORMAT }),
    }
}

#[derive(Deserialize)]
struct Service {
    name: Option<String>,
    secret: Secret,
    otp: Option<Otp>,
    #[serde(rename = "groupId")]
    group: Option<String>,
}

#[derive(Default, Deserialize)]
struct Otp {
    label: Option<String>,
    account: Option<String>,
    issuer: Option<String>,
    digits: Option<u64>,
    period: Option<u64>,
    algorithm: Option<String>,
    counter: Option<u64>,
    #[serde(rename = "tokenType")]
    kind: Option<String>,
}

fn read(format: &'static str, services: &[&RawValue], groups: &Groups) -> Import {
    let found = services.iter().enumerate().map(|(index, raw)| found(index + 1, raw, groups)).collect();
    Import { format, found, notes: Vec::new() }
}

fn found(number: usize, raw: &RawValue, groups: &Groups) -> Found {
    let place = || format!("entry {number}");
    let service: Service = match json::entry(raw) {
        Ok(service) => service,
        Err(error) => return Found::Skipped(Skipped { label: place(), reason: error.to_string() }),
    };
    let otp = service.otp.unwrap_or_default();
    let name = service.name.as_deref().unwrap_or_default();
    let issuer = some(otp.issuer.as_deref()).unwrap_or(name);
    let account =
        some(otp.account.as_deref()).or_else(|| some(otp.label.as_deref()).map(|label| account(label, issuer)));
    let record = Record {
        issuer,
        // What the person has changed the name to is what shows in 2FAS.
        alias: name,
        account: account.unwrap_or_default(),
        kind: otp.kind.as_deref().map_or(RecordKind::Totp, RecordKind::named),
        secret: &service.secret,
        algorithm: some(otp.algorithm.as_deref()),
        digits: otp.digits,
        period: otp.period,
        counter: otp.counter,
        tags: service.group.and_then(|id| groups.0.get(&id)).cloned().into_iter().collect(),
        ..Record::default()
    };
    record.read(place)
}

/// The account in a label, which may have the issuer before it.
fn account<'a>(label: &'a str, issuer: &str) -> &'a str {
    label.strip_prefix(issuer).and_then(|rest| rest.strip_prefix(':')).unwrap_or(label)
}

fn some(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}
