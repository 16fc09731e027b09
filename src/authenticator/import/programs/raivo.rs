//! Raivo's JSON, a list in which the numbers are texts. The zip archive that it comes in has a password and is unpacked
//! with other programs.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::authenticator::import::json::{self, Count, Text};
use crate::authenticator::import::record::{Record, RecordKind};
use crate::authenticator::import::{Import, ImportError, Opened, Sample};

const FORMAT: &str = "Raivo JSON";

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    sample.outline().has(&["[].kind", "[].timer", "[].secret"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let entries: Vec<&RawValue> = json::parse(FORMAT, bytes)?;
    let found = json::each(&entries, "entry", |entry: Entry, place| entry.record().read(place));
    Ok(Opened::Plain(Import { format: FORMAT, found, notes: Vec::new() }))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    kind: Text,
    issuer: Text,
    account: Text,
    secret: Text,
    algorithm: Text,
    digits: Count,
    timer: Count,
    counter: Count,
}

impl Entry {
    fn record(&self) -> Record<'_> {
        Record {
            issuer: &self.issuer,
            account: &self.account,
            kind: RecordKind::named(&self.kind),
            secret: &self.secret,
            algorithm: self.algorithm.given(),
            digits: self.digits,
            period: self.timer,
            counter: self.counter,
            ..Record::default()
        }
    }
}
