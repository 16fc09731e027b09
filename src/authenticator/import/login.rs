//! An entry as password managers keep it: a URI or a bare secret, in an item that has a title and a user name.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::record::tidy;
use super::{Found, Imported, Skipped};
use crate::authenticator::NewEntry;
use crate::otp::{Certainty, KeyUri, Kind, ParseUriError, Reading, SetupKey, Totp, UriWarning, name};

/// What an item says of its codes.
#[derive(Default)]
pub(super) struct Login<'a> {
    pub title: &'a str,
    pub username: &'a str,
    /// An otpauth URI, Steam's `steam://` with a secret, or a secret in base32.
    pub totp: &'a str,
    pub tags: Vec<String>,
    pub note: &'a str,
}

impl Login<'_> {
    /// The entry, or why it cannot be taken. `place` is what the item is called if it has neither title nor user name.
    pub(super) fn read(self, place: &str) -> Found {
        let (title, username) = (tidy(self.title), tidy(self.username));
        match read(self.totp) {
            Ok(reading) => {
                let mut imported = named(reading, &title, username);
                imported.new.tags = self.tags;
                imported.new.note = Some(self.note.trim()).filter(|note| !note.is_empty()).map(str::to_owned);
                Found::Entry(imported)
            }
            Err(error) => {
                let label = [title, username].into_iter().find(|name| !name.is_empty());
                let label = label.unwrap_or_else(|| place.to_owned());
                Found::Skipped(Skipped { label, reason: error.to_string() })
            }
        }
    }
}

/// Leaves out the names that several entries have: a vault's names are unique, and the accounts tell the entries apart.
pub(super) fn drop_shared_names(found: &mut [Found]) {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for name in names(found) {
        *uses.entry(name::fold(name)).or_default() += 1;
    }
    for one in found {
        if let Found::Entry(imported) = one
            && let Some(name) = imported.new.name.take_if(|name| uses.get(&name::fold(name)).is_some_and(|n| *n > 1))
        {
            imported.warnings.push(format!("several entries are named `{name}`: the name was left out"));
        }
    }
}

/// What is said of a password manager's other items, which are most of them.
pub(super) fn without_a_code(items: usize) -> Vec<String> {
    match items {
        0 => Vec::new(),
        1 => vec!["1 item has no one-time code".to_owned()],
        _ => vec![format!("{items} items have no one-time code")],
    }
}

fn names(found: &[Found]) -> impl Iterator<Item = &str> {
    found.iter().filter_map(|one| match one {
        Found::Entry(imported) => imported.new.name.as_deref(),
        Found::Skipped(_) => None,
    })
}

fn read(totp: &str) -> Result<Reading, ParseUriError> {
    let totp = totp.trim();
    if totp.contains("://") { KeyUri::read(totp) } else { bare(totp) }
}

/// A secret alone. Some were cut out of a URI and have kept its escapes, such as `%3D` for the padding.
fn bare(totp: &str) -> Result<Reading, ParseUriError> {
    let bytes = Zeroizing::new(percent_decode_str(totp).collect::<Vec<u8>>());
    let text = Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned());
    let SetupKey { secret, certainty } = SetupKey::read(&text)?;
    let mut warnings = Vec::new();
    match certainty {
        Certainty::Certain => {}
        Certainty::MixedCase => warnings.push(UriWarning::MixedCase),
        Certainty::Doubtful => return Err(ParseUriError::DoubtfulSecret),
    }
    if !secret.is_strong() {
        warnings.push(UriWarning::ShortSecret);
    }
    let (issuer, account, kind) = (String::new(), String::new(), Kind::Totp(Totp::default()));
    Ok(Reading { uri: KeyUri { issuer, account, alias: None, secret, kind }, warnings })
}

/// Fills in from the item what the URI leaves open. The title is the entry's name where it is none of its other names.
fn named(reading: Reading, title: &str, username: String) -> Imported {
    let Reading { uri: mut key, mut warnings } = reading;
    if key.issuer.is_empty() {
        title.clone_into(&mut key.issuer);
        take_steams_letters(&mut key, &mut warnings);
    }
    if key.account.is_empty() {
        key.account = username;
    }
    if !key.label().is_empty() {
        warnings.retain(|warning| *warning != UriWarning::EmptyLabel);
    }
    let known = [&key.issuer, &key.account, &key.label(), key.alias.as_ref().unwrap_or(&key.issuer)]
        .iter()
        .any(|name| name::same(name, title));
    let name = (!known && !title.is_empty()).then(|| title.to_owned());
    let warnings = warnings.iter().map(ToString::to_string).collect();
    Imported { new: NewEntry { name, ..NewEntry::of(key) }, warnings }
}

/// An item that is titled `Steam` is for Steam, which takes letters only, as far as nothing unusual is said of the code.
fn take_steams_letters(key: &mut KeyUri, warnings: &mut Vec<UriWarning>) {
    if key.issuer.eq_ignore_ascii_case("steam") && key.kind == Kind::Totp(Totp::default()) {
        key.kind = Kind::Totp(Totp::STEAM);
        warnings.push(UriWarning::SteamByIssuer);
    }
}
