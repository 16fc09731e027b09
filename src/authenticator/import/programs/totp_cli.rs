//! totp-cli (yitsushi/totp-cli): what `totp-cli dump` writes, in YAML, and what is in its credentials, in JSON.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::authenticator::import::json::{self, Count, Text};
use crate::authenticator::import::record::Record;
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample, Skipped, yaml};

const FORMAT: &str = "totp-cli";

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    let has = |paths| sample.outline().has(paths);
    has(&["[].accounts[].token"]) || has(&["[].Accounts[].Token"]) || looks_like_yaml(sample.bytes)
}

/// Whether it begins with the name of a namespace, and its accounts have tokens.
fn looks_like_yaml(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let mut lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with(['#', '%']));
    let begins = lines.clone().find(|line| *line != "---").is_some_and(|line| line.starts_with("- "));
    let is = |line: &str, key: &str| line.trim_start_matches(['-', ' ']).starts_with(key);
    begins && lines.any(|line| is(line, "accounts:")) && lines.any(|line| is(line, "token:"))
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Ok(Opened::Plain(read(bytes)?));
    }
    let not_text = |_| ImportError::Damaged { format: FORMAT, what: "it is not UTF-8".to_owned() };
    let text = std::str::from_utf8(bytes).map_err(not_text)?;
    let mut import = read(yaml::to_json(FORMAT, text)?.as_bytes())?;
    // YAML that was cut off is YAML, and a secret that was cut off gives codes.
    if let (false, Some(Found::Entry(last))) = (text.ends_with('\n'), import.found.last_mut()) {
        last.warnings.push("the file ends within a line: if it was cut off, this is another secret".to_owned());
    }
    Ok(Opened::Plain(import))
}

#[derive(Deserialize)]
struct Namespace<'a> {
    #[serde(default, alias = "Name")]
    name: Text,
    #[serde(borrow, alias = "Accounts")]
    accounts: Option<Vec<&'a RawValue>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Account {
    #[serde(alias = "Name")]
    name: Text,
    #[serde(alias = "Token")]
    token: Text,
    /// Text that totp-cli shows before the code, such as a PIN.
    #[serde(alias = "Prefix")]
    prefix: Text,
    #[serde(alias = "Length")]
    length: Count,
    #[serde(alias = "Algorithm")]
    algorithm: Text,
    #[serde(alias = "TimePeriod", alias = "timeperiod", alias = "time-period", alias = "time_period")]
    period: Count,
    #[serde(flatten)]
    unknown: BTreeMap<String, IgnoredAny>,
}

fn read(json: &[u8]) -> Result<Import, ImportError> {
    let namespaces: Vec<&RawValue> = json::parse(FORMAT, json)?;
    let mut found = Vec::new();
    for (number, raw) in (1..).zip(namespaces) {
        let place = format!("namespace {number}");
        match serde_json::from_str::<Namespace<'_>>(raw.get()) {
            Ok(namespace) => found.extend(namespace.read()),
            Err(_) => found.push(Found::Skipped(Skipped::odd(place))),
        }
    }
    Ok(Import { format: FORMAT, found, notes: Vec::new() })
}

impl Namespace<'_> {
    fn read(&self) -> Vec<Found> {
        let accounts = self.accounts.as_deref().unwrap_or_default();
        json::each(accounts, &format!("{}, account", &*self.name), |account: Account, place| {
            account.read(&self.name, place)
        })
    }
}

impl Account {
    /// Two accounts of different namespaces may have one name.
    fn read(&self, namespace: &str, place: &str) -> Found {
        let record = Record {
            issuer: namespace,
            account: &self.name,
            secret: &self.token,
            algorithm: self.algorithm.given(),
            // totp-cli takes 0 for an absent number.
            digits: self.length.filter(|digits| digits != 0),
            period: self.period.filter(|seconds| seconds != 0),
            ..Record::default()
        };
        let mut found = record.read(place);
        if let Found::Entry(imported) = &mut found {
            if !self.prefix.is_empty() {
                imported.warnings.push("totp-cli shows a prefix before the code, which is left out here".to_owned());
            }
            if !self.unknown.is_empty() {
                imported.warnings.push("it has a setting that is not known: compare a code".to_owned());
            }
        }
        found
    }
}
