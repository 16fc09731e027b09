//! Users, each with the tag over its row.

use super::error::changed_one;
use super::{Read, Row, StoreError, Value, Write};
use crate::directory::{AccountId, RecoverySet, User, UserId, UserName};
use crate::time::UnixTime;
use crate::verifier::Throttle;

const COLUMNS: &str = "account, name, id, path, created, password_hash, mfa_devices, recovery_set, recovery_left, failures, not_before, \
     budget_whole_at, tag";
const USER: &str = "a user";

/// The user of this name.
///
/// # Errors
/// [`StoreError`] if the database fails or the row is damaged.
pub fn find(tx: &mut dyn Read, account: &AccountId, name: &UserName) -> Result<Option<(User, Vec<u8>)>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE account = $1 AND folded = $2");
    tx.query(&sql, &[account.as_str().into(), name.folded().into()])?.pop().map(user).transpose()
}

/// The user with this id.
///
/// # Errors
/// [`StoreError`] if the database fails or the row is damaged.
pub fn find_by_id(tx: &mut dyn Read, account: &AccountId, id: &UserId) -> Result<Option<(User, Vec<u8>)>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE account = $1 AND id = $2");
    tx.query(&sql, &[account.as_str().into(), id.as_str().into()])?.pop().map(user).transpose()
}

/// The account's users by name.
///
/// # Errors
/// [`StoreError`] if the database fails or a row is damaged.
pub fn list(tx: &mut dyn Read, account: &AccountId) -> Result<Vec<(User, Vec<u8>)>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE account = $1 ORDER BY folded");
    tx.query(&sql, &[account.as_str().into()])?.into_iter().map(user).collect()
}

/// Adds a user.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn insert(tx: &mut dyn Write, user: &User, tag: &[u8]) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO users ({COLUMNS}, folded) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    );
    let mut values = vec![
        user.account.as_str().into(),
        user.name.as_str().into(),
        user.id.as_str().into(),
        user.path.as_str().into(),
        user.created.into(),
    ];
    values.extend(changing(user, tag));
    values.push(user.name.folded().into());
    tx.execute(&sql, &values)?;
    Ok(())
}

/// Writes what may change of a user: the password, the number of devices and recovery codes, the throttle.
///
/// # Errors
/// [`StoreError`] if the database fails, or has not exactly one row for the user.
pub fn update(tx: &mut dyn Write, user: &User, tag: &[u8]) -> Result<(), StoreError> {
    let mut values: Vec<Value> = changing(user, tag).into();
    values.extend([user.account.as_str().into(), user.name.folded().into()]);
    let changed = tx.execute(
        "UPDATE users SET password_hash = $1, mfa_devices = $2, recovery_set = $3, recovery_left = $4, failures = $5, \
         not_before = $6, budget_whole_at = $7, tag = $8 WHERE account = $9 AND folded = $10",
        &values,
    )?;
    changed_one(changed, &named(user.name.as_str()))
}

/// Removes a user.
///
/// # Errors
/// [`StoreError`] if the database fails, or a device or a recovery code still refers to the user.
pub fn delete(tx: &mut dyn Write, user: &User) -> Result<(), StoreError> {
    let sql = "DELETE FROM users WHERE account = $1 AND folded = $2";
    let changed = tx.execute(sql, &[user.account.as_str().into(), user.name.folded().into()])?;
    changed_one(changed, &named(user.name.as_str()))
}

fn named(name: &str) -> String {
    format!("user `{name}`")
}

fn changing(user: &User, tag: &[u8]) -> [Value; 8] {
    [
        user.password_hash.as_deref().into(),
        user.mfa_devices.into(),
        user.recovery.number.into(),
        user.recovery.left.into(),
        user.throttle.failures.into(),
        user.throttle.not_before.into(),
        user.throttle.budget_whole_at.into(),
        tag.into(),
    ]
}

fn user(row: Row) -> Result<(User, Vec<u8>), StoreError> {
    let mut row = row.of(USER);
    let account = row.parsed()?;
    let name: UserName = row.parsed()?;
    row = row.of(named(name.as_str()));
    let user = User {
        account,
        name,
        id: UserId::from_kept(row.text()?),
        path: row.parsed()?,
        created: UnixTime::from_millis(row.unsigned()?),
        password_hash: row.optional_text()?,
        mfa_devices: row.unsigned()?,
        recovery: RecoverySet { number: row.unsigned()?, left: row.unsigned()? },
        throttle: Throttle {
            failures: row.unsigned()?,
            not_before: UnixTime::from_millis(row.unsigned()?),
            budget_whole_at: UnixTime::from_millis(row.unsigned()?),
        },
    };
    Ok((user, row.blob()?))
}
