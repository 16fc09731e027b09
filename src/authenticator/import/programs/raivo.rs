//! Raivo's JSON, a list in which the numbers are texts. The zip archive that it comes in has a password and is unpacked
//! with other programs.

use serde::Deserialize;

use crate::authenticator::import::json::{self, Secret, Shape};
use crate::authenticator::import::record::{Record, RecordKind};
use crate::authenticator::import::{Import, ImportError, Opened};

const FORMAT: &str = "Raivo JSON";

pub(super) fn recognizes(bytes: &[u8]) -> bool {
    Shape::of(bytes).is_list_of(&["kind", "timer", "secret"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let entries: Vec<Entry> = json::parse(FORMAT, bytes)?;
    let found = (1..).zip(&entries).map(|(number, entry)| entry.record().read(|| format!("entry {number}"))).collect();
    Ok(Opened::Plain(Import { format: FORMAT, found, notes: Vec::new() }))
}

#[derive(Deserialize)]
struct Entry {
    kind: String,
    issuer: Option<String>,
    account: Option<String>,
    secret: Secret,
    algorithm: Option<String>,
    digits: Option<String>,
    timer: Option<String>,
    counter: Option<String>,
}

impl Entry {
    fn record(&self) -> Record<'_> {
        let kind = RecordKind::named(&self.kind);
        Record {
            issuer: self.issuer.as_deref().unwrap_or_default(),
            account: self.account.as_deref().unwrap_or_default(),
            kind,
            secret: &self.secret,
            algorithm: self.algorithm.as_deref(),
            digits: number(&self.digits),
            period: number(&self.timer),
            counter: self.counter.as_ref().and_then(|text| text.parse().ok()),
            ..Record::default()
        }
    }
}

/// What is no number is out of range, and refused as such.
fn number(text: &Option<String>) -> Option<u64> {
    text.as_ref().filter(|text| !text.is_empty()).map(|text| text.parse().unwrap_or(u64::MAX))
}
