use prost::Message;
use thiserror::Error;
use zeroize::Zeroizing;

use super::wire::{self, Entry, algorithm, digits, kind};
use super::{Batch, MAX_BATCHES};
use crate::otp::uri::{Names, tidy};
use crate::otp::{Algorithm, CodeFormat, Digits, KeyUri, Kind, Period, SharedSecret, Totp};

pub(super) fn read(text: &str) -> Result<Batch, ParseBatchError> {
    if wire::data(text).is_none() {
        return Err(ParseBatchError::NotABatch);
    }
    let payload = wire::decode(text).ok_or(ParseBatchError::Payload)?;
    if payload.entries.is_empty() {
        return Err(ParseBatchError::Empty);
    }
    // Writers of a single code leave out both numbers.
    let number = |given: Option<i32>| u32::try_from(given.unwrap_or_default());
    let index = number(payload.batch_index).map_err(|_| ParseBatchError::Place)?;
    let size = number(payload.batch_size).map_err(|_| ParseBatchError::Place)?.max(1);
    if index >= size || size > MAX_BATCHES {
        return Err(ParseBatchError::Place);
    }
    let entries = payload.entries.iter().enumerate().map(|(at, bytes)| read_entry(at + 1, bytes)).collect();
    Ok(Batch { id: payload.batch_id.unwrap_or_default(), index, size, entries })
}

/// A text is not a batch. No variant holds any of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ParseBatchError {
    /// Another scheme, or none.
    #[error("this is not an `otpauth-migration://` URI")]
    NotABatch,
    /// The data is not base64 of a payload.
    #[error("not a migration payload: the data is damaged or cut off")]
    Payload,
    /// There are no entries.
    #[error("the migration payload holds no accounts")]
    Empty,
    /// The batch's index does not lie below the number of batches, or that number is beyond reason.
    #[error("the migration payload is numbered wrongly: it says neither which batch it is nor of how many")]
    Place,
}

/// An entry of a batch that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("entry {position} `{name}` cannot be read: {problem}")]
pub struct UnreadableEntry {
    /// Its place in the batch, from 1.
    pub position: usize,
    /// Its name as far as it is known.
    pub name: String,
    /// Why.
    pub problem: EntryProblem,
}

/// Why an entry of a batch cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EntryProblem {
    /// It is not a protocol buffer.
    #[error("it is damaged")]
    Damaged,
    /// It has no secret.
    #[error("it has no secret")]
    NoSecret,
    /// MD5, which no other app knows.
    #[error("its algorithm is MD5")]
    Md5,
    /// A hash that Google has added since.
    #[error("its algorithm has the unknown number {0}")]
    Algorithm(i32),
    /// A number of digits that Google has added since.
    #[error("its number of digits has the unknown code {0}")]
    Digits(i32),
    /// A type that Google has added since.
    #[error("its type has the unknown number {0}")]
    Type(i32),
    /// HOTP's counter has no sign.
    #[error("its counter is negative")]
    Counter,
}

fn read_entry(position: usize, bytes: &[u8]) -> Result<KeyUri, UnreadableEntry> {
    let unreadable = |name: &str, problem| UnreadableEntry { position, name: name.to_owned(), problem };
    let mut entry = Entry::decode(bytes).map_err(|_| unreadable("", EntryProblem::Damaged))?;
    // The name is a label that was decoded: it repeats the issuer, or not.
    let Names { issuer, account, alias } = Names::of_text(&tidy(&entry.name), tidy(&entry.issuer));
    let kind = read_kind(&entry).map_err(|problem| unreadable(&tidy(&entry.name), problem))?;
    let secret = SharedSecret::from_bytes(Zeroizing::new(std::mem::take(&mut entry.secret)))
        .ok_or_else(|| unreadable(&tidy(&entry.name), EntryProblem::NoSecret))?;
    Ok(KeyUri { issuer, account, alias, secret, kind })
}

fn read_kind(entry: &Entry) -> Result<Kind, EntryProblem> {
    let algorithm = match entry.algorithm {
        0 | algorithm::SHA1 => Algorithm::Sha1,
        algorithm::SHA256 => Algorithm::Sha256,
        algorithm::SHA512 => Algorithm::Sha512,
        algorithm::MD5 => return Err(EntryProblem::Md5),
        other => return Err(EntryProblem::Algorithm(other)),
    };
    let digits = match entry.digits {
        0 | digits::SIX => Digits::SIX,
        digits::EIGHT => Digits::EIGHT,
        other => return Err(EntryProblem::Digits(other)),
    };
    match entry.kind {
        0 | kind::TOTP => {
            let format = CodeFormat::Decimal(digits);
            Ok(Kind::Totp(Totp { algorithm, format, period: Period::THIRTY_SECONDS }))
        }
        kind::HOTP => {
            let counter = u64::try_from(entry.counter).map_err(|_| EntryProblem::Counter)?;
            Ok(Kind::Hotp { algorithm, digits, counter })
        }
        other => Err(EntryProblem::Type(other)),
    }
}
