use std::sync::Arc;

use super::{Row, StoreError, Value};
use crate::seal::KeyRing;

/// The place where everything is kept, and the key ring without which nothing in it is believed.
pub struct Store {
    backend: Box<dyn Backend>,
    keys: Arc<KeyRing>,
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
    fn read(&self, work: &mut dyn FnMut(&mut dyn Query)) -> Result<(), StoreError>;

    /// Runs `work` in a transaction, and returns once its outcome is safe on disk. Each transaction sees all that those
    /// before it have changed, as if they came one after another.
    ///
    /// It may run `work` several times, each time on the state of then; only the last run's changes count. So `work` does
    /// nothing that undoing the transaction does not undo: it draws, looks and writes, and hands nothing out. A panic of
    /// `work` reaches the caller after its changes were undone.
    ///
    /// # Errors
    /// [`StoreError`] if it was not kept, whatever `work` said; [`StoreError::InDoubt`] if that cannot be told.
    fn write(&self, work: &mut dyn FnMut(&mut dyn Execute) -> Keep) -> Result<(), StoreError>;
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

/// A driver's transaction that looks at one state of the database. Placeholders are `$1`, `$2` and so on, in any order.
pub trait Query {
    /// Runs a query and gives its rows.
    ///
    /// # Errors
    /// [`StoreError`] if the database refuses.
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError>;
}

/// A driver's transaction that may change the database.
pub trait Execute: Query {
    /// Runs a statement that changes rows and gives their number.
    ///
    /// # Errors
    /// [`StoreError`] if the database refuses; [`StoreError::Conflict`] if a unique column has the value already.
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<usize, StoreError>;
}

/// A transaction that looks. What is changed in a mere look would be undone in silence, so it cannot change anything.
pub trait Read: Query {
    /// The key ring under which rows are tagged and secrets are sealed.
    fn keys(&self) -> &KeyRing;
}

/// A transaction that may change something, through [`Change`](super::Change).
pub trait Write: Read + Execute {}

impl Store {
    /// A store on this backend, with what was written under `keys`.
    #[must_use]
    pub fn new(backend: impl Backend + 'static, keys: Arc<KeyRing>) -> Self {
        Self { backend: Box::new(backend), keys }
    }

    /// The key ring.
    #[must_use]
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// Runs `work` on one consistent state.
    ///
    /// # Errors
    /// What `work` gives, or [`StoreError`] if the database fails.
    pub fn read<T, E: From<StoreError>>(&self, mut work: impl FnMut(&mut dyn Read) -> Result<T, E>) -> Result<T, E> {
        let mut answer = None;
        self.backend.read(&mut |driver| answer = Some(work(&mut Reading { driver, keys: &self.keys })))?;
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
        self.backend.write(&mut |driver| {
            let result = work(&mut Writing { driver, keys: &self.keys });
            let keep = if result.is_ok() { Keep::All } else { Keep::Nothing };
            answer = Some(result);
            keep
        })?;
        answer.unwrap_or_else(|| Err(StoreError::not_run().into()))
    }
}

struct Reading<'a> {
    driver: &'a mut dyn Query,
    keys: &'a KeyRing,
}

impl Query for Reading<'_> {
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.driver.query(sql, values)
    }
}

impl Read for Reading<'_> {
    fn keys(&self) -> &KeyRing {
        self.keys
    }
}

struct Writing<'a> {
    driver: &'a mut dyn Execute,
    keys: &'a KeyRing,
}

impl Query for Writing<'_> {
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.driver.query(sql, values)
    }
}

impl Execute for Writing<'_> {
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<usize, StoreError> {
        self.driver.execute(sql, values)
    }
}

impl Read for Writing<'_> {
    fn keys(&self) -> &KeyRing {
        self.keys
    }
}

impl Write for Writing<'_> {}
