//! Lists have an end: a page of rows, and where the next one begins.

use super::record::RecordName;

/// Which part of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The mark of the page before; without one it is the first.
    pub after: Option<String>,
    /// How many items there may be at most.
    pub limit: u32,
}

impl Page {
    /// IAM's largest page.
    pub const LARGEST: u32 = 1000;

    /// The first page, as large as IAM allows.
    #[must_use]
    pub const fn first() -> Self {
        Self { after: None, limit: Self::LARGEST }
    }

    /// The page after the one that ended at `mark`.
    #[must_use]
    pub fn after(mark: impl Into<String>) -> Self {
        Self { after: Some(mark.into()), limit: Self::LARGEST }
    }
}

/// A page of a list. A damaged row hides no other: it is named beside those that are whole.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<T> {
    /// What is on the page.
    pub items: Vec<T>,
    /// The records that belong on it and cannot be believed, by name.
    pub damaged: Vec<RecordName>,
    /// The mark of the next page, if there is one.
    pub next: Option<String>,
}
