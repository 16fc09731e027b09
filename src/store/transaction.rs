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
    /// Runs `work` on one consistent state of the database.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails before `work` has run.
    fn read(&self, work: &mut dyn FnMut(&mut dyn Read)) -> Result<(), StoreError>;

    /// Runs `work` in a transaction, and returns once its outcome is safe on disk. Each transaction sees all that those
    /// before it have changed, as if they came one after another.
    ///
    /// It may run `work` several times, each time on the state of then; only the last run's changes count. So `work` does
    /// nothing that undoing the transaction does not undo: it draws, looks and writes, and hands nothing out. A panic of
    /// `work` reaches the caller after its changes were undone.
    ///
    /// # Errors
    /// [`StoreError`] if it was not kept, whatever `work` said; [`StoreError::InDoubt`] if that cannot be told.
    fn write(&self, work: &mut dyn FnMut(&mut dyn Write) -> Keep) -> Result<(), StoreError>;
}

/// Whether the changes of a transaction are to stay.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// They are.
    All,
    /// They are to be undone.
    Nothing,
}

/// A transaction that looks at one state of the database. Placeholders are `$1`, `$2` and so on, in any order.
pub trait Read {
    /// Runs a query and gives its rows.
    ///
    /// # Errors
    /// [`StoreError`] if the database refuses.
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError>;
}

/// A transaction that may change the database. What is changed in a mere [`Read`] would be undone in silence, so that one
/// cannot change anything.
pub trait Write: Read {
    /// Runs a statement that changes rows and gives their number.
    ///
    /// # Errors
    /// [`StoreError`] if the database refuses; [`StoreError::Conflict`] if a unique column has the value already.
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<usize, StoreError>;
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
    pub fn read<T, E: From<StoreError>>(&self, mut work: impl FnMut(&mut dyn Read) -> Result<T, E>) -> Result<T, E> {
        let mut answer = None;
        self.backend.read(&mut |tx| answer = Some(work(tx)))?;
        answer.unwrap_or_else(|| Err(StoreError::not_run().into()))
    }

    /// Runs `work` in a write transaction: kept whole if it gives `Ok`, undone whole if it gives `Err`. When this
    /// returns `Ok`, the changes are safe on disk.
    ///
    /// `work` may run several times, as [`Backend::write`] says; the answer is that of the last run.
    ///
    /// # Errors
    /// What `work` gives, or [`StoreError`] if the database fails; then nothing was kept, even if `work` had gone well,
    /// unless it is [`StoreError::InDoubt`].
    pub fn write<T, E: From<StoreError>>(&self, mut work: impl FnMut(&mut dyn Write) -> Result<T, E>) -> Result<T, E> {
        let mut answer = None;
        self.backend.write(&mut |tx| {
            let result = work(tx);
            let keep = if result.is_ok() { Keep::All } else { Keep::Nothing };
            answer = Some(result);
            keep
        })?;
        answer.unwrap_or_else(|| Err(StoreError::not_run().into()))
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
