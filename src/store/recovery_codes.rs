//! Users' recovery codes: keyed hashes only, each with the tag over its row.

use super::error::changed_one;
use super::{Read, Row, StoreError, Value, Write};
use crate::directory::{AccountId, UserId};
use crate::time::UnixTime;

/// A recovery code as it is kept.
#[derive(Clone, Debug)]
pub struct KeptRecoveryCode {
    /// Which of the user's sets it belongs to.
    pub set: u32,
    /// Its place in the set, from 0.
    pub number: u32,
    /// Its keyed hash.
    pub hash: Vec<u8>,
    /// When it was spent.
    pub used: Option<UnixTime>,
    /// The tag over the row.
    pub tag: Vec<u8>,
}

/// The user's recovery codes, spent or not, by number.
///
/// # Errors
/// [`StoreError`] if the database fails or a row is damaged.
pub fn of_user(tx: &mut dyn Read, account: &AccountId, user: &UserId) -> Result<Vec<KeptRecoveryCode>, StoreError> {
    let sql = "SELECT recovery_set, number, hash, used_at, tag FROM recovery_codes \
         WHERE account = $1 AND user_id = $2 ORDER BY number";
    tx.query(sql, &[account.as_str().into(), user.as_str().into()])?.into_iter().map(recovery_code).collect()
}

/// Adds a recovery code.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn insert(
    tx: &mut dyn Write,
    account: &AccountId,
    user: &UserId,
    kept: &KeptRecoveryCode,
) -> Result<(), StoreError> {
    let values = [
        account.as_str().into(),
        user.as_str().into(),
        kept.set.into(),
        kept.number.into(),
        Value::from(kept.hash.as_slice()),
        kept.used.into(),
        Value::from(kept.tag.as_slice()),
    ];
    tx.execute(
        "INSERT INTO recovery_codes (account, user_id, recovery_set, number, hash, used_at, tag) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &values,
    )?;
    Ok(())
}

/// Writes what may change of a recovery code: whether it is spent.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn update(
    tx: &mut dyn Write,
    account: &AccountId,
    user: &UserId,
    kept: &KeptRecoveryCode,
) -> Result<(), StoreError> {
    let values = [
        kept.used.into(),
        Value::from(kept.tag.as_slice()),
        account.as_str().into(),
        user.as_str().into(),
        kept.number.into(),
    ];
    let sql = "UPDATE recovery_codes SET used_at = $1, tag = $2 WHERE account = $3 AND user_id = $4 AND number = $5";
    let changed = tx.execute(sql, &values)?;
    changed_one(changed, "a recovery code")
}

/// Removes all recovery codes of the user.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn delete_all(tx: &mut dyn Write, account: &AccountId, user: &UserId) -> Result<(), StoreError> {
    let sql = "DELETE FROM recovery_codes WHERE account = $1 AND user_id = $2";
    tx.execute(sql, &[account.as_str().into(), user.as_str().into()])?;
    Ok(())
}

fn recovery_code(row: Row) -> Result<KeptRecoveryCode, StoreError> {
    let mut row = row.of("a recovery code");
    Ok(KeptRecoveryCode {
        set: row.unsigned()?,
        number: row.unsigned()?,
        hash: row.blob()?,
        used: row.optional_unsigned()?.map(UnixTime::from_millis),
        tag: row.blob()?,
    })
}
