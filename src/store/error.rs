use std::path::PathBuf;

use thiserror::Error;

/// The store could not do what was asked. Nothing of the transaction was kept.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database cannot be opened.
    #[error("cannot open the database `{}`", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The driver's answer.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database was written by a newer program.
    #[error("the database has schema version {found}, and this program knows versions up to {known}: use a newer vmfa")]
    NewerSchema {
        /// The version in the database.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// What is kept cannot be what was written.
    #[error("the record of {what} is damaged")]
    Damaged {
        /// Which record.
        what: String,
    },
    /// The database failed: no space, no permission, a fault of the disk, or too long locked by another process.
    #[error("the database cannot be used")]
    Unavailable {
        /// The driver's answer.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The work inside the transaction ended without an outcome: it panicked.
    #[error("the work on the database broke off, and nothing of it was kept")]
    BrokenOff,
    /// The writer has ended.
    #[error("the database is closed")]
    Closed,
}

/// Checks that a statement changed the one row that it was for. A row that is found under one key and written under
/// another would be read again as it was: a spent code unspent.
pub(super) fn changed_one(changed: usize, what: &str) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::damaged(what)) }
}

impl StoreError {
    pub(super) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }
}
