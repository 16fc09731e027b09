//! Which entries' codes were used last, so that these can be shown first.
//!
//! As with the codes that were handed out, the vault itself is not written for it. No time is kept: the order is all that
//! is asked for, no clock can spoil it, and whoever gets hold of the file does not learn when somebody signed in where.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use super::Vault;
use crate::authenticator::EntryId;
use crate::authenticator::folder::Folder;
use crate::files::{FileError, Others};

/// The entries whose codes were used, and how recently.
#[derive(Clone, Debug, Default)]
pub struct Uses(HashMap<EntryId, usize>);

impl Uses {
    /// How many entries were used since this one was; `None` if it was never used.
    #[must_use]
    pub fn place_of(&self, id: EntryId) -> Option<usize> {
        self.0.get(&id).copied()
    }
}

impl Vault {
    /// Which entries were used, so far as it is known: lines of the file that say nothing are passed over.
    ///
    /// # Errors
    /// [`FileError`] if the file cannot be read or is not the owner's alone.
    pub fn uses(&self) -> Result<Uses, FileError> {
        let mut places = HashMap::new();
        for (place, id) in read(&self.folder)?.into_iter().enumerate() {
            places.entry(id).or_insert(place);
        }
        Ok(Uses(places))
    }

    /// Remembers that a code of this entry is shown or copied. If it is the one that was used last already, nothing is
    /// written.
    ///
    /// # Errors
    /// [`FileError`] if it cannot be written down. The code can be shown all the same.
    pub fn note_use(&self, id: EntryId) -> Result<(), FileError> {
        if read(&self.folder)?.first() == Some(&id) {
            return Ok(());
        }
        let lock = self.folder.lock()?;
        let before = read(&self.folder)?;
        // With what is gone from the vault its place goes too, so that the file does not grow for ever.
        let mut there: HashSet<EntryId> = self.entries().iter().map(|entry| entry.id).collect();
        there.remove(&id);
        let others = before.into_iter().filter(|other| there.remove(other));
        let mut text = String::new();
        for id in std::iter::once(id).chain(others) {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{id}");
        }
        self.folder.jot(FILE, text.as_bytes(), &lock)
    }
}

pub(super) const FILE: &str = "recently-used";

/// Whether a line says which entry was used.
pub(super) fn is_understood(line: &str) -> bool {
    line.parse::<EntryId>().is_ok()
}

/// The entries, the one first that was used last.
fn read(folder: &Folder) -> Result<Vec<EntryId>, FileError> {
    let bytes = folder.read(FILE, Others::MayNotRead)?.unwrap_or_default();
    // A line that a power cut has torn says nothing.
    Ok(String::from_utf8_lossy(&bytes).lines().filter_map(|line| line.parse().ok()).collect())
}
