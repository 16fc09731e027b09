//! What stands in columns and rows, for whichever database.

use super::StoreError;

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

impl Row {
    /// A row of these values, in the order of the columns that were asked for.
    #[must_use]
    pub fn new(values: Vec<Value>) -> Self {
        Self { values: values.into_iter(), what: "a row".to_owned() }
    }

    /// All values that are left.
    pub(super) fn values(&self) -> &[Value] {
        self.values.as_slice()
    }

    /// The text in this place of those that are left.
    pub(super) fn text_at(&self, place: usize) -> Option<String> {
        match self.values().get(place) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        }
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

    /// The next column, bytes or nothing.
    pub(super) fn optional_blob(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        match self.values.next() {
            Some(Value::Blob(bytes)) => Ok(Some(bytes)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.damaged()),
        }
    }

    /// The next column, a number or nothing.
    pub(super) fn optional_integer(&mut self) -> Result<Option<i64>, StoreError> {
        match self.values.next() {
            Some(Value::Integer(number)) => Ok(Some(number)),
            Some(Value::Null) => Ok(None),
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

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::Blob(bytes) => bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
        }
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
