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
    /// What is kept was changed outside vmfa, or is missing. Nothing is accepted on its word.
    #[error("the record of {what} was altered outside vmfa, or the key ring is not the one it was written with")]
    Altered {
        /// Which record.
        what: String,
    },
    /// The schema is not the one that this program makes.
    #[error("the schema of the database was altered outside vmfa: {what}")]
    Schema {
        /// Which part of it.
        what: String,
    },
    /// Something was to be written that no event of the audit log says.
    #[error("a change of {records} was to be kept without a record of it in the audit log")]
    Unrecorded {
        /// What was to be written.
        records: String,
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

impl StoreError {
    pub(super) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }

    pub(super) fn altered(what: impl Into<String>) -> Self {
        Self::Altered { what: what.into() }
    }

    /// A backend that has not run what it was given.
    pub(super) fn not_run() -> Self {
        Self::Unavailable { source: "the work was not run".into() }
    }

    /// The same error once more, for another who waited for the same commit.
    #[must_use]
    pub fn again(&self) -> Self {
        match self {
            Self::Open { path, source } => Self::Open { path: path.clone(), source: source.to_string().into() },
            Self::NewerSchema { found, known } => Self::NewerSchema { found: *found, known: *known },
            Self::Damaged { what } => Self::Damaged { what: what.clone() },
            Self::Altered { what } => Self::Altered { what: what.clone() },
            Self::Schema { what } => Self::Schema { what: what.clone() },
            Self::Unrecorded { records } => Self::Unrecorded { records: records.clone() },
            Self::Conflict => Self::Conflict,
            Self::Busy => Self::Busy,
            Self::Full => Self::Full,
            Self::ReadOnly => Self::ReadOnly,
            Self::InDoubt { source } => Self::InDoubt { source: source.to_string().into() },
            Self::Unavailable { source } => Self::Unavailable { source: source.to_string().into() },
        }
    }
}
