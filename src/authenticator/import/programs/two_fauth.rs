//! 2FAuth's JSON: its accounts in fields, or as URIs.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::authenticator::import::json::{self, Count, Text};
use crate::authenticator::import::login::Login;
use crate::authenticator::import::record::{Record, RecordKind};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample, Skipped};

const FORMAT: &str = "2FAuth";

const SCHEMA: u64 = 1;

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    let has = |path: &str| sample.outline().has(&[path]);
    sample.outline().has(&["schema", "data"]) && (has("app") || has("data[].otp_type"))
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let file: File<'_> = json::parse(FORMAT, bytes)?;
    if file.schema != Count::Given(SCHEMA) {
        let version = if let Count::Given(schema) = file.schema { schema.to_string() } else { "unknown".to_owned() };
        return Err(ImportError::Unsupported { format: FORMAT, version });
    }
    let found = json::each(&file.data, "account", |account: Account, place| account.read(place));
    Ok(Opened::Plain(Import { format: FORMAT, found, notes: Vec::new() }))
}

#[derive(Deserialize)]
struct File<'a> {
    schema: Count,
    #[serde(borrow)]
    data: Vec<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Account {
    otp_type: Text,
    service: Text,
    account: Text,
    secret: Text,
    algorithm: Text,
    digits: Count,
    period: Count,
    counter: Count,
    /// In place of all others, where the export was asked for as URIs.
    uri: Text,
}

/// What 2FAuth writes in place of a secret that its server cannot decrypt.
const INDECIPHERABLE: &str = "indecipherable";

impl Account {
    fn read(&self, place: &str) -> Found {
        if let Some(uri) = self.uri.given() {
            return read_uri(uri, place);
        }
        if &*self.secret == INDECIPHERABLE {
            let label = Record { issuer: &self.service, account: &self.account, ..Record::default() }.label(place);
            return Found::Skipped(Skipped { label, reason: "2FAuth itself could not decrypt it".to_owned() });
        }
        self.record().read(place)
    }

    fn record(&self) -> Record<'_> {
        let kind = match &*self.otp_type {
            "steamtotp" => RecordKind::Steam,
            word => RecordKind::named(word),
        };
        Record {
            issuer: &self.service,
            account: &self.account,
            kind,
            secret: &self.secret,
            algorithm: self.algorithm.given(),
            digits: self.digits,
            period: self.period,
            counter: self.counter,
            ..Record::default()
        }
    }
}

/// 2FAuth writes its URIs without their escapes, so that a `&` or `?` of a name ends it.
fn read_uri(uri: &str, place: &str) -> Found {
    let mut found = Login { totp: uri, ..Login::default() }.read(place);
    if let (true, Found::Entry(imported)) = (has_pieces_of_a_name(uri), &mut found) {
        let warning = "2FAuth has written its URI without escapes, and its name is cut off: compare the name";
        imported.warnings.push(warning.to_owned());
    }
    found
}

/// Whether something stands in the URI that is no parameter of 2FAuth's.
fn has_pieces_of_a_name(uri: &str) -> bool {
    const KNOWN: [&str; 7] = ["issuer", "secret", "algorithm", "digits", "period", "counter", "image"];
    let query = uri.split_once('?').map_or("", |(_, query)| query);
    query.contains('?')
        || query.split('&').any(|piece| !KNOWN.iter().any(|name| piece.split('=').next() == Some(*name)))
}
