//! Google Authenticator's export: `otpauth-migration://offline?data=…`, several accounts in one QR code.
//!
//! An export is one or more *batches*, each its own QR code, with one batch id. The format carries less than
//! a [`KeyUri`]: no period, 6 or 8 digits only, no Steam. Nothing is written that would come
//! out as another account at the other end, and nothing that was read is left out in silence.
//!
//! On the phone such codes are read at *Transfer codes → Import codes*, not at the plus sign.

mod collect;
mod read;
mod wire;
mod write;

use std::num::NonZeroUsize;

use thiserror::Error;
use zeroize::Zeroizing;

pub use collect::Export;
pub use read::{EntryProblem, ParseBatchError, UnreadableEntry};
pub use write::{CannotCarryError, NotCarried, Obstacle};

use super::KeyUri;

/// How many entries Google Authenticator puts into one QR code.
pub const ENTRIES_PER_BATCH: NonZeroUsize = NonZeroUsize::MIN.saturating_add(9);

/// One QR code of an export.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The export that it belongs to; a random number, often negative.
    pub id: i32,
    /// Its place among the export's batches, from 0.
    pub index: u32,
    /// The number of batches, at least 1.
    pub size: u32,
    /// The accounts in their order. One that cannot be read does not cost the others.
    pub entries: Vec<Result<KeyUri, UnreadableEntry>>,
}

impl Batch {
    /// Whether `text` has the scheme of a batch, so that an error of [`read`](Self::read) is the one to show.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        wire::data(text).is_some()
    }

    /// Reads the text of one QR code. Escapes that were left out, and the URL-safe alphabet, do no harm.
    ///
    /// # Errors
    /// [`ParseBatchError`] if there is no batch; what is wrong with a single entry is in its place in `entries`.
    pub fn read(text: &str) -> Result<Self, ParseBatchError> {
        read::read(text)
    }
}

/// Writes an export: the texts of its QR codes, `per_batch` entries to each.
///
/// `batch_id` is to be random; it is all that keeps two exports apart. The batch's index is written out also where it is
/// 0, without which Google Authenticator on iOS takes none of the codes. An alias goes where the reader finds it again.
///
/// # Errors
/// [`CannotCarryError`] with every entry that the format cannot carry. Nothing is written then.
pub fn write(entries: &[KeyUri], batch_id: i32, per_batch: NonZeroUsize) -> Result<Vec<Zeroizing<String>>, WriteError> {
    write::write(entries, batch_id, per_batch)
}

/// An export cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WriteError {
    /// The format cannot carry some entries.
    #[error(transparent)]
    CannotCarry(#[from] CannotCarryError),
    /// More batches than a reader takes.
    #[error("the export is too large: it has at most {} batches", MAX_BATCHES)]
    TooManyBatches,
}

/// The batches of one export that are read or written at most: ten thousand accounts at Google's size.
const MAX_BATCHES: u32 = 1000;
