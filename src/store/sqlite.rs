//! SQLite, the embedded default: one file, written by one connection that goes from hand to hand.

mod baton;
mod first_form;
mod migrations;
mod readers;

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use self::baton::Baton;
use self::readers::Readers;
use super::{Backend, Execute, Keep, Query, Row, StoreError, Value};
use crate::entropy::Entropy;
use crate::seal::KeyRing;

/// A SQLite database.
///
/// Several processes may have one open: a write transaction waits for the others' to end.
pub struct Sqlite {
    writer: Baton,
    readers: Readers,
}

impl Sqlite {
    /// Opens the database at `path`, makes it if there is none, and brings its schema up to date, with the key ring where
    /// rows of an older form must be tagged anew.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be opened or written, if its schema is newer than this program, or not the one that it
    /// makes, or if rows of an older form cannot be believed.
    pub fn open(path: &Path, keys: &KeyRing, entropy: &dyn Entropy) -> Result<Self, StoreError> {
        own_file(path)?;
        let mut connection = connect(path)?;
        migrations::run(&mut connection, keys, entropy)?;
        keep_more(&connection).map_err(failed)?;
        Ok(Self { writer: Baton::new(connection), readers: Readers::new(path.to_owned()) })
    }

    /// Whether there is a database at `path` in which anything was ever kept. Nothing is made.
    ///
    /// # Errors
    /// [`StoreError`] if there is a file that is no database.
    pub fn is_in_use(path: &Path) -> Result<bool, StoreError> {
        match std::fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(StoreError::Open { path: path.to_owned(), source: Box::new(error) }),
            Ok(metadata) if metadata.len() == 0 => Ok(false),
            Ok(_) => migrations::is_in_use(&connect(path)?),
        }
    }
}

impl Backend for Sqlite {
    fn read(&self, work: &mut dyn FnMut(&mut dyn Query)) -> Result<(), StoreError> {
        self.readers.with(|connection| {
            let transaction = connection.transaction().map_err(failed)?;
            work(&mut Running::on(&transaction));
            Ok(())
        })
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn Execute) -> Keep) -> Result<(), StoreError> {
        self.writer.run(work)
    }
}

/// Lets the connection that writes keep the inner pages of a million users' records, which each login passes, and write the
/// log back less often: among many users each login changes a page of its own.
fn keep_more(connection: &Connection) -> rusqlite::Result<()> {
    const KIB: i64 = 64 * 1024;
    const PAGES: i64 = 4000;
    connection.pragma_update(None, "cache_size", -KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", PAGES)
}

/// How long a writer waits for another process's transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let open = || {
        // No URI file names, so that no character of a path has a second meaning.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        // More than there are statements, so that none is prepared twice.
        connection.set_prepared_statement_cache_capacity(64);
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

/// What the driver's error means.
fn failed(source: rusqlite::Error) -> StoreError {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
    let Some(error) = source.sqlite_error() else { return StoreError::Unavailable { source: Box::new(source) } };
    match error.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::DiskFull => StoreError::Full,
        ErrorCode::ReadOnly => StoreError::ReadOnly,
        ErrorCode::ConstraintViolation
            if [SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE].contains(&error.extended_code) =>
        {
            StoreError::Conflict
        }
        _ => StoreError::Unavailable { source: Box::new(source) },
    }
}

/// A transaction on a connection.
struct Running<'a> {
    connection: &'a Connection,
    /// Why the first statement that failed did.
    failure: Option<StoreError>,
}

impl<'a> Running<'a> {
    const fn on(connection: &'a Connection) -> Self {
        Self { connection, failure: None }
    }

    fn note<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if let (Err(error), None) = (&outcome, &self.failure) {
            self.failure = Some(error.again());
        }
        outcome
    }

    fn rows(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut statement = self.connection.prepare_cached(&positional(sql)).map_err(failed)?;
        let columns = statement.column_count();
        let mut found = statement.query(rusqlite::params_from_iter(values)).map_err(failed)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(failed)? {
            let values: Result<Vec<Value>, StoreError> =
                (0..columns).map(|column| Ok(value(row.get_ref(column).map_err(failed)?))).collect();
            rows.push(Row::new(values?));
        }
        Ok(rows)
    }
}

impl Query for Running<'_> {
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let outcome = self.rows(sql, values);
        self.note(outcome)
    }
}

impl Execute for Running<'_> {
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<usize, StoreError> {
        let outcome = self
            .connection
            .prepare_cached(&positional(sql))
            .map_err(failed)
            .and_then(|mut statement| statement.execute(rusqlite::params_from_iter(values)).map_err(failed));
        self.note(outcome)
    }
}

/// To SQLite `$2` is a name, and the first name that comes is the first value; `?2` is the second value wherever it stands.
fn positional(sql: &str) -> String {
    sql.replace('$', "?")
}

/// What vmfa never writes is given in a form that no tag fits, so that such a row hides no other.
fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Blob(number.to_be_bytes().to_vec()),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Blob(text.to_vec()),
        },
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
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
