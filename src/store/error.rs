use std::path::PathBuf;

use thiserror::Error;

/// The store could not do what was asked. Nothing of the transaction was kept, unless it is [`InDoubt`](Self::InDoubt).
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
    /// A row with this unique value is there already.
    #[error("what was to be written is there already")]
    Conflict,
    /// Another process has kept the database locked for too long.
    #[error("the database is in use by another process, which has not let go of it")]
    Busy,
    /// There is no space left.
    #[error("the database cannot grow: the disk is full")]
    Full,
    /// It may not be written: the file, its folder or the whole disk.
    #[error("the database cannot be written: it is read-only")]
    ReadOnly,
    /// The commit has failed in such a way that it may have taken place all the same.
    #[error("it is not known whether the database has kept the change: the commit failed")]
    InDoubt {
        /// The driver's answer.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database failed in another way, such as a fault of the disk.
    #[error("the database cannot be used")]
    Unavailable {
        /// The driver's answer.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
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

    /// A backend that has not run what it was given.
    pub(super) fn not_run() -> Self {
        Self::Unavailable { source: "the work was not run".into() }
    }

    /// The same error once more, for another who waited for the same commit.
    pub(super) fn again(&self) -> Self {
        match self {
            Self::Open { path, source } => Self::Open { path: path.clone(), source: source.to_string().into() },
            Self::NewerSchema { found, known } => Self::NewerSchema { found: *found, known: *known },
            Self::Damaged { what } => Self::Damaged { what: what.clone() },
            Self::Conflict => Self::Conflict,
            Self::Busy => Self::Busy,
            Self::Full => Self::Full,
            Self::ReadOnly => Self::ReadOnly,
            Self::InDoubt { source } => Self::InDoubt { source: source.to_string().into() },
            Self::Unavailable { source } => Self::Unavailable { source: source.to_string().into() },
        }
    }
}
