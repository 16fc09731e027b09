//! 2FAS' backups, plain or encrypted, of schemas 1 to 4.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::authenticator::Passphrase;
use crate::authenticator::import::ciphers;
use crate::authenticator::import::encoded::base64;
use crate::authenticator::import::json::{self, Count, Text};
use crate::authenticator::import::keys::pbkdf2;
use crate::authenticator::import::record::{Record, RecordKind};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample, accounted_for};

const FORMAT: &str = "2FAS";
const ENCRYPTED: &str = "2FAS, encrypted";

/// 2FAS names no number of iterations in its files; it has always been this one.
const ITERATIONS: u64 = 10_000;

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    let outline = sample.outline();
    outline.has(&["schemaVersion", "services"]) || outline.has(&["schemaVersion", "servicesEncrypted"])
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
        let services: Vec<&RawValue> = json::parse(FORMAT, &json)?;
        accounted_for(&json, read(ENCRYPTED, &services, &groups))
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

#[derive(Default, Deserialize)]
#[serde(default)]
struct Group {
    id: Text,
    name: Text,
}

/// The names of the groups, by their ids.
struct Groups(HashMap<String, String>);

impl Groups {
    fn of(groups: Vec<Group>) -> Self {
        Self(groups.into_iter().map(|group| (group.id.to_string(), group.name.to_string())).collect())
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

#[derive(Default, Deserialize)]
#[serde(default)]
struct Service {
    name: Text,
    secret: Text,
    otp: Option<Otp>,
    #[serde(rename = "groupId")]
    group: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Otp {
    label: Text,
    account: Text,
    issuer: Text,
    digits: Count,
    period: Count,
    algorithm: Text,
    counter: Count,
    #[serde(rename = "tokenType")]
    kind: Text,
}

fn read(format: &'static str, services: &[&RawValue], groups: &Groups) -> Import {
    let found = json::each(services, "entry", |service: Service, place| service.read(groups, place));
    Import { format, found, notes: Vec::new() }
}

impl Service {
    fn read(&self, groups: &Groups, place: &str) -> Found {
        let absent = Otp::default();
        let otp = self.otp.as_ref().unwrap_or(&absent);
        let issuer = otp.issuer.given().unwrap_or(&self.name);
        let account = otp.account.given().or_else(|| otp.label.given().map(|label| account(label, issuer)));
        let record = Record {
            issuer,
            // What the person has changed the name to is what shows in 2FAS.
            alias: &self.name,
            account: account.unwrap_or_default(),
            kind: otp.kind.given().map_or(RecordKind::Totp, RecordKind::named),
            secret: &self.secret,
            algorithm: otp.algorithm.given(),
            digits: otp.digits,
            period: otp.period,
            counter: otp.counter,
            tags: groups.0.get(&*self.group).cloned().into_iter().collect(),
            ..Record::default()
        };
        record.read(place)
    }
}

/// The account in a label, which may have the issuer before it.
fn account<'a>(label: &'a str, issuer: &str) -> &'a str {
    label.strip_prefix(issuer).and_then(|rest| rest.strip_prefix(':')).unwrap_or(label)
}
