//! The line `totp: SECRET` of gopass' and passff's entries.

use crate::authenticator::import::record::{Record, unnamed};
use crate::authenticator::import::{Found, bare};

/// The keys behind which these programs keep a secret. A URI behind them is read as any other.
const KEYS: [&str; 3] = ["totp", "otp", "otpauth"];

/// The keys behind which people keep the name that they log in with.
const NAMES: [&str; 5] = ["login", "user", "username", "user name", "email"];

/// Whether there is a secret in such a line.
pub(super) fn has_secret(text: &str) -> bool {
    lines(text, &KEYS).any(|(_, value)| bare::is_secret(value))
}

/// The accounts of such lines. `totp: yes` is none.
pub(super) fn secrets(text: &str) -> Vec<Found> {
    let account = lines(text, &NAMES).next().map_or("", |(_, value)| value);
    let read = |(number, value): (usize, &str)| {
        let found = Record { account, secret: value, ..Record::default() }.read(&format!("line {number}"));
        if account.is_empty() { unnamed(found) } else { found }
    };
    lines(text, &KEYS).filter(|(_, value)| !value.contains("://") && bare::is_secret(value)).map(read).collect()
}

/// The lines that begin with one of the keys and a colon: their numbers and what follows.
fn lines<'a>(text: &'a str, keys: &'a [&str]) -> impl Iterator<Item = (usize, &'a str)> {
    (1..).zip(text.lines()).filter_map(|(number, line)| {
        let (key, value) = line.split_once(':')?;
        let value = value.trim();
        let is_key = keys.iter().any(|known| key.trim().eq_ignore_ascii_case(known));
        (is_key && !value.is_empty()).then_some((number, value))
    })
}
