//! `~/.google_authenticator`, from which google-authenticator's PAM module checks codes: the secret, options in lines that
//! begin with a quotation mark, and scratch codes.

use crate::authenticator::import::json::Count;
use crate::authenticator::import::lines::text;
use crate::authenticator::import::record::{Record, RecordKind, unnamed};
use crate::authenticator::import::{Import, ImportError, Opened, Sample};

const FORMAT: &str = "google-authenticator (PAM)";

/// By the option that each such file has: how its codes are made.
pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    let text = String::from_utf8_lossy(sample.bytes);
    text.lines().skip(1).filter_map(option).any(|(name, _)| ["TOTP_AUTH", "HOTP_COUNTER"].contains(&name))
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let text = text(FORMAT, bytes)?;
    let mut record = Record { secret: text.lines().next().unwrap_or_default(), ..Record::default() };
    let mut scratch_codes = 0;
    for line in text.lines().skip(1) {
        match option(line) {
            Some(("HOTP_COUNTER", value)) => {
                record.kind = RecordKind::Hotp;
                record.counter = Count::of(value);
            }
            Some(("STEP_SIZE", value)) => record.period = Count::of(value),
            // The rest is about what the module lets pass: windows, rates, its own clock.
            Some(_) => {}
            None if line.trim().is_empty() => {}
            None => scratch_codes += 1,
        }
    }
    let found = unnamed(record.read("line 1"));
    let scratch = (scratch_codes > 0).then(|| {
        format!(
            "scratch codes, which each open the door once and are no one-time codes, were left out: {scratch_codes}"
        )
    });
    Ok(Opened::Plain(Import { format: FORMAT, found: vec![found], notes: scratch.into_iter().collect() }))
}

/// The name of an option and what follows it: `" STEP_SIZE 30`.
fn option(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("\" ")?.trim();
    Some(line.split_once(' ').unwrap_or((line, "")))
}
