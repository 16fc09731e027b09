//! The entries in forms that other programs read.
//!
//! Most forms carry less than the vault holds. [`lost`] says what one leaves out of an entry, so that nothing is left
//! out in silence, and [`obstacle`] why one cannot carry an entry at all: what came out at the other end would make other codes.

pub mod aegis;
pub mod google;
pub mod sealed;
pub mod text;

use std::fmt;
use std::num::NonZeroUsize;

use serde::Serialize;
use thiserror::Error;

use super::entry::Entry;
use crate::entropy::EntropyError;
use crate::otp::migration::{self, Batch, Obstacle, WriteError};
use crate::otp::{KeyUri, Kind};

/// A form that entries can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// otpauth URIs.
    Uri,
    /// Google Authenticator's migration batches.
    Google,
    /// Aegis' vault.
    Aegis,
    /// The vault's own JSON.
    Own,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Uri => "a URI",
            Self::Google => "Google Authenticator's form",
            Self::Aegis => "Aegis",
            Self::Own => "vmfa's own form",
        })
    }
}

/// A part of an entry that a form may have no place for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// What the person calls it.
    Name,
    /// The issuer and the account, letter by letter: they come back, but spelled in another way.
    Label,
    /// The issuer's other name.
    Alias,
    /// What it is grouped under.
    Tags,
    /// What is noted about it.
    Note,
    /// What the service calls the device.
    Serial,
    /// How far the service's clock is off.
    Offset,
    /// What a newer program wrote beside these.
    Unknown,
}

/// What a form leaves out of an entry. When an entry came into the vault is no part of it.
#[must_use]
pub fn lost(entry: &Entry, form: Form) -> Vec<Part> {
    if form == Form::Own {
        return Vec::new();
    }
    // Every field is named here, so that one that is added later cannot be forgotten.
    let Entry { id: _, name: _, key: _, tags, note, serial, offset, created: _, unknown } = entry;
    let key = entry.labelled_key();
    let (label, alias) = respelled(&key, form);
    let has_tags_and_notes = form == Form::Aegis;
    [
        (Part::Name, entry.name_is_lost_in_a_uri()),
        (Part::Label, label),
        (Part::Alias, alias),
        (Part::Tags, !has_tags_and_notes && !tags.is_empty()),
        (Part::Note, !has_tags_and_notes && note.is_some()),
        (Part::Serial, serial.is_some()),
        (Part::Offset, !offset.is_none()),
        (Part::Unknown, !unknown.is_empty()),
    ]
    .into_iter()
    .filter_map(|(part, is_lost)| is_lost.then_some(part))
    .collect()
}

/// Why a form cannot carry an entry, if it cannot.
#[must_use]
pub fn obstacle(entry: &Entry, form: Form) -> Option<Obstacle> {
    match form {
        Form::Uri | Form::Own => None,
        Form::Aegis => match entry.key.kind {
            // A Java `long`, and Aegis refuses a negative one.
            Kind::Hotp { counter, .. } if i64::try_from(counter).is_err() => Some(Obstacle::Counter),
            _ => None,
        },
        Form::Google => match migration::write(std::slice::from_ref(&entry.key), 0, NonZeroUsize::MIN) {
            Err(WriteError::CannotCarry(error)) => error.entries.first().map(|entry| entry.obstacle),
            Err(WriteError::TooManyBatches) | Ok(_) => None,
        },
    }
}

/// Whether the names come back as others: the issuer or the account, and the alias.
///
/// They are written and read, rather than searched for what readers are known to change: a white space at an end, letters in
/// pieces, an alias with a colon in it.
fn respelled(key: &KeyUri, form: Form) -> (bool, bool) {
    let read = match form {
        Form::Uri => KeyUri::read(&key.write()).ok().map(|reading| reading.uri),
        Form::Google => {
            let texts = migration::write(std::slice::from_ref(key), 0, NonZeroUsize::MIN);
            let batch = texts.ok().and_then(|texts| Batch::read(texts.first()?).ok());
            batch.and_then(|batch| batch.entries.into_iter().next()?.ok())
        }
        Form::Aegis => return (false, key.alias.is_some()),
        Form::Own => return (false, false),
    };
    read.map_or((false, false), |read| {
        ((&read.issuer, &read.account) != (&key.issuer, &key.account), read.alias != key.alias)
    })
}

/// Entries cannot be written in a form. No variant holds a secret.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The form cannot carry an entry.
    #[error("{form} cannot carry `{label}`: {obstacle}")]
    CannotCarry {
        /// The form.
        form: Form,
        /// The entry's label.
        label: String,
        /// Why.
        obstacle: Obstacle,
    },
    /// Google's batches.
    #[error(transparent)]
    Batches(#[from] WriteError),
    /// No nonce, salt or key could be drawn.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The JSON or the cipher failed, which only a want of memory can bring about.
    #[error("the entries cannot be written as {form}")]
    Write {
        /// The form.
        form: Form,
    },
}
