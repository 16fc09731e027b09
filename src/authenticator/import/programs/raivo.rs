//! Raivo's JSON, a list in which the numbers are texts, alone or in the zip archive that the app writes, which has a password.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::authenticator::import::archive::Archive;
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

/// The file in the archive; beside it are the same accounts as a page with QR codes.
const MEMBER: &str = "raivo-otp-export.json";

pub(super) const ARCHIVE: &str = "Raivo archive";

pub(super) fn recognizes_archive(archive: &Archive<'_>) -> bool {
    archive.has(MEMBER)
}

pub(super) fn open_archive(archive: &mut Archive<'_>) -> Result<Opened, ImportError> {
    open(&archive.read(ARCHIVE, MEMBER)?)
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
