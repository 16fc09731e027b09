//! Google Authenticator's migration batches, to be read in its app at *Transfer codes → Import codes*.

use std::num::NonZeroUsize;

use zeroize::Zeroizing;

use super::ExportError;
use crate::authenticator::Entry;
use crate::entropy::{Entropy, draw};
use crate::otp::KeyUri;
use crate::otp::migration;

/// One export, to be cut into batches as large as there is room for.
#[derive(Debug)]
pub struct Export {
    keys: Vec<KeyUri>,
    id: i32,
}

impl Export {
    /// An export of these entries, under a random id that keeps it apart from others.
    ///
    /// # Errors
    /// [`ExportError::Entropy`] if no id can be drawn.
    pub fn of(entries: &[&Entry], entropy: &dyn Entropy) -> Result<Self, ExportError> {
        let keys = entries.iter().map(|entry| entry.labelled_key().into_owned()).collect();
        Ok(Self { keys, id: i32::from_be_bytes(draw(entropy)?) })
    }

    /// The texts of its QR codes, `per_batch` entries to each.
    ///
    /// # Errors
    /// [`ExportError::Batches`] if the form cannot carry an entry, or if these are too many.
    pub fn batches(&self, per_batch: NonZeroUsize) -> Result<Vec<Zeroizing<String>>, ExportError> {
        Ok(migration::write(&self.keys, self.id, per_batch)?)
    }
}
