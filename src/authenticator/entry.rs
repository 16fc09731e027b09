use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};
use thiserror::Error;
use zeroize::Zeroizing;

use super::offset::ClockOffset;
use crate::entropy::{Entropy, EntropyError, draw};
use crate::otp::{KeyUri, name};
use crate::time::UnixTime;

/// One account that the vault holds the secret of.
///
/// In a vault its names, tags and serial number have the form of [`name::tidy`], whoever wrote them.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What the entry is called inside the vault, for good.
    pub id: EntryId,
    /// What the person calls it.
    pub name: Option<String>,
    /// The account: issuer, account name, parameters and the secret shared with the verifier.
    pub key: KeyUri,
    /// What the person has grouped it under, in their order; no two are the [same](name::same).
    pub tags: Vec<String>,
    /// What the person has noted about it. It is as secret as the rest of the vault, and is not shown in lists.
    pub note: Option<String>,
    /// What the service calls the device, such as the ARN of an MFA device of AWS. It finds the entry only as a whole.
    pub serial: Option<String>,
    /// By how much the service's own clock is off.
    pub offset: ClockOffset,
    /// When it came into the vault, to the second.
    pub created: UnixTime,
    /// What a newer program wrote beside these and this one does not know.
    pub(super) unknown: Map<String, Value>,
}

impl Entry {
    /// What a person would call it: its name, or else `issuer:account`, or the one of the two there is.
    #[must_use]
    pub fn label(&self) -> String {
        self.label_pieces().concat()
    }

    /// The [`label`](Self::label) in its pieces.
    #[must_use]
    pub fn label_pieces(&self) -> [&str; 3] {
        match &self.name {
            Some(name) => [name, "", ""],
            None => self.key.label_pieces(),
        }
    }

    /// The entry as an otpauth URI, its secret included. A URI has no place for a name; where it is the only label there
    /// is, it becomes the account.
    #[must_use]
    pub fn to_uri(&self) -> Zeroizing<String> {
        self.labelled_key().write()
    }

    /// The account, with the name for its label where it has no other.
    pub(super) fn labelled_key(&self) -> Cow<'_, KeyUri> {
        match &self.name {
            Some(name) if self.key.label().is_empty() => {
                Cow::Owned(KeyUri { account: name.clone(), ..self.key.clone() })
            }
            _ => Cow::Borrowed(&self.key),
        }
    }

    /// Whether the person has grouped it under `tag`.
    #[must_use]
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|other| name::same(other, tag))
    }

    /// Gives names, tags and serial number the form in which they are kept.
    pub(super) fn tidy(&mut self) {
        tidy(&mut self.name, &mut self.key, &mut self.tags, &mut self.serial);
    }

    /// Whether [`to_uri`](Self::to_uri) leaves the name out.
    #[must_use]
    pub fn name_is_lost_in_a_uri(&self) -> bool {
        self.name.is_some() && !self.key.label().is_empty()
    }
}

/// An entry that is not in a vault yet.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// What the person calls it.
    pub name: Option<String>,
    /// The account: issuer, account name, parameters and secret.
    pub key: KeyUri,
    /// What the person has grouped it under.
    pub tags: Vec<String>,
    /// What the person has noted about it.
    pub note: Option<String>,
    /// What the service calls the device.
    pub serial: Option<String>,
    /// By how much the service's clock is off.
    pub offset: ClockOffset,
}

impl NewEntry {
    /// An account with nothing said about it.
    #[must_use]
    pub const fn of(key: KeyUri) -> Self {
        Self { name: None, key, tags: Vec::new(), note: None, serial: None, offset: ClockOffset::NONE }
    }

    /// What a person would call it, as [`Entry::label`].
    #[must_use]
    pub fn label(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.key.label())
    }

    /// Gives names, tags and serial number the form in which they are kept. [`Entries::add`](super::Entries::add) does so
    /// by itself; before that it is for whoever shows an entry as it will be.
    pub fn tidy(&mut self) {
        tidy(&mut self.name, &mut self.key, &mut self.tags, &mut self.serial);
    }
}

/// A text of which nothing is left is none, and of tags that are the same the first stays.
fn tidy(name: &mut Option<String>, key: &mut KeyUri, tags: &mut Vec<String>, serial: &mut Option<String>) {
    [&mut key.issuer, &mut key.account].into_iter().for_each(name::tidy_in_place);
    for optional in [name, &mut key.alias, serial] {
        if let Some(text) = optional {
            name::tidy_in_place(text);
        }
        optional.take_if(|text| text.is_empty());
    }
    if tags.is_empty() {
        return;
    }
    tags.iter_mut().for_each(name::tidy_in_place);
    let mut folded = HashSet::new();
    tags.retain(|tag| !tag.is_empty() && folded.insert(name::fold(tag)));
}

/// The identity of an entry: 64 random bits, written as 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(u64);

impl EntryId {
    pub(super) fn draw(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        draw(entropy).map(|bytes| Self(u64::from_be_bytes(bytes)))
    }
}

impl From<EntryId> for u64 {
    fn from(id: EntryId) -> Self {
        id.0
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for EntryId {
    type Err = ParseEntryIdError;

    fn from_str(text: &str) -> Result<Self, ParseEntryIdError> {
        // `u64::from_str_radix` would accept a leading `+`.
        let mut digits = text.bytes().map(|byte| char::from(byte).to_digit(16));
        let id = digits.try_fold(0, |id: u64, digit| digit.map(|digit| id << 4 | u64::from(digit)));
        id.filter(|_| text.len() == 16).map(Self).ok_or(ParseEntryIdError)
    }
}

/// A text is not an entry's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an entry's id is 16 hexadecimal digits")]
pub struct ParseEntryIdError;
