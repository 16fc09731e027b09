use std::sync::{Arc, Mutex, PoisonError};

use super::StoreError;

/// The place where everything is kept.
pub struct Store {
    backend: Box<dyn Backend>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

/// What a database must offer to be a store.
pub trait Backend: Send + Sync {
    /// Runs `work` on one consistent state of the database, without changing it.
    ///
    /// # Errors
    /// [`StoreError`], also whatever `work` gives.
    fn read(&self, work: &mut dyn FnMut(&mut dyn Transaction) -> Result<(), StoreError>) -> Result<(), StoreError>;

    /// Runs `job` in a transaction that no other writer overlaps, and returns once its outcome is safe on disk.
    ///
    /// # Errors
    /// [`StoreError`] if it was not kept, whatever the job said.
    fn write(&self, job: Job) -> Result<(), StoreError>;
}

/// What is to be done in a write transaction.
pub type Job = Box<dyn FnOnce(&mut dyn Transaction) -> Keep + Send>;

/// Whether a job's changes are to stay.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// They are.
    All,
    /// They are to be undone.
    Nothing,
}

/// A running transaction. Placeholders are `$1`, `$2` and so on, each first used in that order.
pub trait Transaction {
    /// Runs a statement that changes rows and gives their number.
    ///
    /// # Errors
    /// [`StoreError`] if the database refuses.
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<usize, StoreError>;

    /// Runs a query and gives its rows.
    ///
    /// # Errors
    /// [`StoreError`] if the database refuses.
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError>;
}

/// A value in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// None.
    Null,
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// A row that a query gave.
#[derive(Clone, Debug)]
pub struct Row {
    values: std::vec::IntoIter<Value>,
    what: String,
}

impl Store {
    /// A store on this backend.
    #[must_use]
    pub fn new(backend: impl Backend + 'static) -> Self {
        Self { backend: Box::new(backend) }
    }

    /// Runs `work` on one consistent state.
    ///
    /// # Errors
    /// What `work` gives, or [`StoreError`] if the database fails.
    pub fn read<T, E: From<StoreError>>(
        &self,
        mut work: impl FnMut(&mut dyn Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut answer = None;
        self.backend.read(&mut |tx| {
            answer = Some(work(tx));
            Ok(())
        })?;
        answer.unwrap_or_else(|| Err(StoreError::BrokenOff.into()))
    }

    /// Runs `work` in a write transaction: kept whole if it gives `Ok`, undone whole if it gives `Err`. When this
    /// returns `Ok`, the changes are safe on disk.
    ///
    /// # Errors
    /// What `work` gives, or [`StoreError`] if the database fails; then nothing was kept, even if `work` had gone well.
    pub fn write<T: Send + 'static, E: From<StoreError> + Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Transaction) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let answer = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&answer);
        self.backend.write(Box::new(move |tx| {
            let result = work(tx);
            let keep = if result.is_ok() { Keep::All } else { Keep::Nothing };
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            keep
        }))?;
        let answer = answer.lock().unwrap_or_else(PoisonError::into_inner).take();
        answer.unwrap_or_else(|| Err(StoreError::BrokenOff.into()))
    }
}

impl Row {
    /// A row of the table that `what` names in errors.
    #[must_use]
    pub fn new(values: Vec<Value>) -> Self {
        Self { values: values.into_iter(), what: "a row".to_owned() }
    }

    pub(super) fn of(mut self, what: impl Into<String>) -> Self {
        self.what = what.into();
        self
    }

    /// The next column, a text.
    pub(super) fn text(&mut self) -> Result<String, StoreError> {
        match self.values.next() {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(self.damaged()),
        }
    }

    /// The next column, a text or nothing.
    pub(super) fn optional_text(&mut self) -> Result<Option<String>, StoreError> {
        match self.values.next() {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.damaged()),
        }
    }

    /// The next column, a number.
    pub(super) fn integer(&mut self) -> Result<i64, StoreError> {
        match self.values.next() {
            Some(Value::Integer(number)) => Ok(number),
            _ => Err(self.damaged()),
        }
    }

    /// The next column, a number that is not negative.
    pub(super) fn unsigned<T: TryFrom<i64>>(&mut self) -> Result<T, StoreError> {
        self.integer()?.try_into().map_err(|_| self.damaged())
    }

    /// The next column, a number that is not negative, or nothing.
    pub(super) fn optional_unsigned(&mut self) -> Result<Option<u64>, StoreError> {
        match self.values.next() {
            Some(Value::Integer(number)) => Ok(Some(number.try_into().map_err(|_| self.damaged())?)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.damaged()),
        }
    }

    /// The next column, bytes.
    pub(super) fn blob(&mut self) -> Result<Vec<u8>, StoreError> {
        match self.values.next() {
            Some(Value::Blob(bytes)) => Ok(bytes),
            _ => Err(self.damaged()),
        }
    }

    /// The next column, read as what it is the text of.
    pub(super) fn parsed<T: std::str::FromStr>(&mut self) -> Result<T, StoreError> {
        self.text()?.parse().map_err(|_| self.damaged())
    }

    pub(super) fn damaged(&self) -> StoreError {
        StoreError::damaged(self.what.as_str())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Blob(bytes.to_vec())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<crate::time::UnixTime> for Value {
    /// Milliseconds, which `UnixTime` keeps within a signed number.
    fn from(time: crate::time::UnixTime) -> Self {
        Self::Integer(i64::try_from(time.as_millis()).unwrap_or(i64::MAX))
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
