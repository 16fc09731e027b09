//! SQLite, the embedded default: one file, written by one thread that commits for all who wait.

mod migrations;
mod writer;

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use self::writer::Writer;
use super::{Backend, Job, Row, StoreError, Transaction, Value};

/// A SQLite database.
///
/// Several processes may have one open: a write transaction waits for the others' to end.
pub struct Sqlite {
    path: PathBuf,
    writer: Writer,
    /// Connections for reading that nobody uses at the moment.
    readers: Mutex<Vec<Connection>>,
}

impl Sqlite {
    /// Opens the database at `path`, makes it if there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be opened or written, or if its schema is newer than this program.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        own_file(path)?;
        let mut connection = connect(path)?;
        migrations::run(&mut connection)?;
        Ok(Self { path: path.to_owned(), writer: Writer::start(connection)?, readers: Mutex::default() })
    }
}

impl Backend for Sqlite {
    fn read(&self, work: &mut dyn FnMut(&mut dyn Transaction) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = idle.map_or_else(|| connect(&self.path), Ok)?;
        let transaction = connection.transaction().map_err(unavailable)?;
        work(&mut Running(&transaction))?;
        drop(transaction);
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        Ok(())
    }

    fn write(&self, job: Job) -> Result<(), StoreError> {
        self.writer.run(job)
    }
}

/// How long a writer waits for another process's transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let open = || {
        // No URI file names, so that no character of a path has a second meaning.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        // Only where it is not so yet: the switch does not wait for others, and a database stays in this mode.
        if connection.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0))? != "wal" {
            connection.pragma_update(None, "journal_mode", "wal")?;
        }
        // FULL syncs the log at every commit: what was acknowledged survives a loss of power.
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        // The schema has neither. One that somebody else has put into the file could undo what a login writes.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
        Ok(connection)
    };
    open().map_err(|source: rusqlite::Error| StoreError::Open { path: path.to_owned(), source: Box::new(source) })
}

/// Makes the file with mode 0600 before SQLite would make it readable by others. SQLite gives its log the same mode.
fn own_file(path: &Path) -> Result<(), StoreError> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(StoreError::Open { path: path.to_owned(), source: Box::new(error) })
        }
        _ => Ok(()),
    }
}

fn unavailable(source: rusqlite::Error) -> StoreError {
    StoreError::Unavailable { source: Box::new(source) }
}

/// A transaction on a connection.
struct Running<'a>(&'a Connection);

impl Transaction for Running<'_> {
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<usize, StoreError> {
        let mut statement = self.0.prepare_cached(sql).map_err(unavailable)?;
        statement.execute(rusqlite::params_from_iter(values)).map_err(unavailable)
    }

    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut statement = self.0.prepare_cached(sql).map_err(unavailable)?;
        let columns = statement.column_count();
        let mut found = statement.query(rusqlite::params_from_iter(values)).map_err(unavailable)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(unavailable)? {
            let values: Result<Vec<Value>, StoreError> = (0..columns)
                .map(|column| match row.get_ref(column).map_err(unavailable)? {
                    ValueRef::Null => Ok(Value::Null),
                    ValueRef::Integer(number) => Ok(Value::Integer(number)),
                    ValueRef::Real(_) => Err(StoreError::damaged("a row")),
                    ValueRef::Text(text) => match std::str::from_utf8(text) {
                        Ok(text) => Ok(Value::Text(text.to_owned())),
                        Err(_) => Err(StoreError::damaged("a row")),
                    },
                    ValueRef::Blob(bytes) => Ok(Value::Blob(bytes.to_vec())),
                })
                .collect();
            rows.push(Row::new(values?));
        }
        Ok(rows)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(rusqlite::types::ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No test can take the power away. That a commit waits for the disk hangs on this one setting.
    #[test]
    fn every_connection_syncs_the_log_at_each_commit() {
        let dir = tempfile::tempdir().unwrap();
        let connection = connect(&dir.path().join("vmfa.db")).unwrap();
        let setting = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, String>(0));
        let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        assert_eq!(setting("journal_mode").unwrap(), "wal");
        assert_eq!((number("synchronous").unwrap(), number("foreign_keys").unwrap()), (2, 1));
    }
}
