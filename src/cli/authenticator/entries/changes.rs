//! What differs between two states of an entry, for `edit` and `undo`. Neither a note nor a secret is repeated.

use serde::Serialize;
use subtle::ConstantTimeEq;

use super::kind_name;
use crate::authenticator::Entry;
use crate::cli::table::printable;
use crate::otp::{CodeFormat, Kind};

/// One thing about an entry that differs.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(in crate::cli) struct Change {
    pub(in crate::cli) field: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

impl Change {
    pub(in crate::cli) fn is_of_secret(&self) -> bool {
        self.field == SECRET
    }

    /// The change as a person reads it once it was made.
    pub(in crate::cli) fn made(&self) -> String {
        self.line("set", "removed", "changed")
    }

    /// The change as a person reads it before it is made.
    pub(in crate::cli) fn planned(&self) -> String {
        self.line("is set", "is removed", "changes")
    }

    fn line(&self, set: &str, removed: &str, changed: &str) -> String {
        let what = match self.field {
            "serial" => "serial number",
            "offset" => "clock offset",
            field => field,
        };
        printable(&match (&self.before, &self.after) {
            (Some(before), Some(after)) => format!("{what} {changed} from `{before}` to `{after}`"),
            (None, Some(after)) => format!("{what} {set} to `{after}`"),
            (Some(_), None) => format!("{what} {removed}"),
            (None, None) => format!("{what} {changed}"),
        })
    }
}

/// What makes `after` another entry than `before`. The id cannot differ.
pub(in crate::cli) fn between(before: &Entry, after: &Entry) -> Vec<Change> {
    let mut changes: Vec<Change> = fields(before)
        .into_iter()
        .zip(fields(after))
        .filter(|(before, after)| before != after)
        .map(|((field, before), (_, after))| Change { field, before, after })
        .collect();
    if !bool::from(before.key.secret.ct_eq(&after.key.secret)) {
        changes.push(Change { field: SECRET, before: None, after: None });
    }
    if before.note != after.note {
        changes.push(Change { field: NOTE, before: None, after: None });
    }
    changes
}

const NOTE: &str = "note";
const SECRET: &str = "secret";

fn fields(entry: &Entry) -> [(&'static str, Option<String>); 12] {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let (algorithm, format, period, counter) = match entry.key.kind {
        Kind::Totp(totp) => (totp.algorithm, totp.format, Some(totp.period.to_string()), None),
        Kind::Hotp { algorithm, digits, counter } => {
            (algorithm, CodeFormat::Decimal(digits), None, Some(counter.to_string()))
        }
    };
    let digits = match format {
        CodeFormat::Decimal(digits) => Some(digits.to_string()),
        CodeFormat::Steam => None,
    };
    [
        ("name", entry.name.clone()),
        ("issuer", text(&entry.key.issuer)),
        ("account", text(&entry.key.account)),
        ("alias", entry.key.alias.clone()),
        ("type", text(kind_name(entry.key.kind))),
        ("algorithm", Some(algorithm.to_string())),
        ("digits", digits),
        ("period", period),
        ("counter", counter),
        ("tags", text(&entry.tags.join(", "))),
        ("serial", entry.serial.clone()),
        ("offset", (!entry.offset.is_none()).then(|| entry.offset.to_string())),
    ]
}
