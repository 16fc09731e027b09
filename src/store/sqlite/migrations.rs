//! The schema, brought up to date when a database is opened, and compared with the one that this program makes.

use std::collections::BTreeMap;

use rusqlite::{Connection, TransactionBehavior};

use super::{Running, failed, first_form};
use crate::entropy::Entropy;
use crate::seal::KeyRing;
use crate::store::StoreError;

/// The schema of the first form, whose rows were tagged otherwise.
const FIRST: &str = include_str!("0001_users_and_devices.sql");
/// The schema of today.
const SECOND: &str = include_str!("0002_records_and_lanes.sql");
/// The version of the schema of today.
const KNOWN: i64 = 2;

/// Brings the schema up to date; two processes that do it at once do it once. Then refuses a schema that is not, to the
/// letter, the one that this program makes: a trigger, a view or the action of a foreign key that somebody has put in could
/// undo what a login writes.
pub(super) fn run(connection: &mut Connection, keys: &KeyRing, entropy: &dyn Entropy) -> Result<(), StoreError> {
    if version(connection)? != KNOWN {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        match version(&transaction)? {
            0 => {
                expect(&transaction, "")?;
                transaction.execute_batch(SECOND).map_err(failed)?;
            }
            1 => {
                expect(&transaction, FIRST)?;
                first_form::set_aside(&transaction).map_err(failed)?;
                transaction.execute_batch(SECOND).map_err(failed)?;
                first_form::bring_over(&mut Running::on(&transaction), keys, entropy)?;
                first_form::drop_tables(&transaction).map_err(failed)?;
            }
            KNOWN => {}
            found => return Err(StoreError::NewerSchema { found, known: KNOWN }),
        }
        transaction.pragma_update(None, "user_version", KNOWN).map_err(failed)?;
        transaction.commit().map_err(failed)?;
    }
    expect(connection, SECOND)
}

/// Whether anything is kept in a database of any known form.
pub(super) fn is_in_use(connection: &Connection) -> Result<bool, StoreError> {
    let tables: i64 = connection
        .query_row(
            "SELECT count(*) FROM sqlite_schema WHERE name IN ('accounts', 'users', 'devices', 'audit')",
            [],
            |row| row.get(0),
        )
        .map_err(failed)?;
    if tables < 4 {
        return Ok(tables > 0);
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM accounts) OR EXISTS (SELECT 1 FROM users) OR EXISTS (SELECT 1 FROM devices) \
               OR EXISTS (SELECT 1 FROM audit)";
    connection.query_row(sql, [], |row| row.get(0)).map_err(failed)
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)
}

/// Refuses a schema that is not what these statements make.
fn expect(connection: &Connection, statements: &str) -> Result<(), StoreError> {
    let model = Connection::open_in_memory().map_err(failed)?;
    model.execute_batch(statements).map_err(failed)?;
    let (wanted, mut found) = (parts(&model).map_err(failed)?, parts(connection).map_err(failed)?);
    for (name, sql) in wanted {
        match found.remove(&name) {
            Some(other) if other == sql => {}
            Some(_) => return Err(StoreError::Schema { what: format!("{name} is not the one that vmfa makes") }),
            None => return Err(StoreError::Schema { what: format!("{name} is missing") }),
        }
    }
    match found.into_keys().next() {
        None => Ok(()),
        Some(name) => Err(StoreError::Schema { what: format!("{name} is not vmfa's") }),
    }
}

/// The parts of a schema: their kind and name, and the statement that made each.
fn parts(connection: &Connection) -> rusqlite::Result<BTreeMap<String, Option<String>>> {
    let mut statement = connection.prepare("SELECT type, name, sql FROM sqlite_schema")?;
    let rows = statement.query_map([], |row| {
        let (kind, name): (String, String) = (row.get(0)?, row.get(1)?);
        Ok((format!("{kind} `{name}`"), row.get(2)?))
    })?;
    rows.collect()
}
