//! Accounts, each with the end of its audit log.

use super::error::changed_one;
use super::{Read, Row, StoreError, Write};
use crate::directory::{Account, AccountAlias, AccountId};
use crate::time::UnixTime;

/// Where an account's audit log ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// How many events it has.
    pub length: u64,
    /// The tag of the last one; empty if there is none.
    pub last: Vec<u8>,
    /// The tag over both.
    pub tag: Vec<u8>,
}

const ACCOUNT: &str = "an account";

/// The accounts with the tags over them, oldest first.
///
/// # Errors
/// [`StoreError`] if the database fails or a row is damaged.
pub fn list(tx: &mut dyn Read) -> Result<Vec<(Account, Vec<u8>)>, StoreError> {
    let rows = tx.query("SELECT id, alias, created, tag FROM accounts ORDER BY created, id", &[])?;
    rows.into_iter().map(account).collect()
}

/// Adds an account.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn insert(tx: &mut dyn Write, account: &Account, tag: &[u8], head: &AuditHead) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO accounts (id, alias, created, tag, audit_length, audit_head, audit_head_tag) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            account.id.as_str().into(),
            account.alias.as_ref().map(AccountAlias::as_str).into(),
            account.created.into(),
            tag.into(),
            length(head)?.into(),
            head.last.as_slice().into(),
            head.tag.as_slice().into(),
        ],
    )?;
    Ok(())
}

/// Writes what may change of an account: its alias.
///
/// # Errors
/// [`StoreError`] if the database fails, or has not exactly one row for the account.
pub fn update(tx: &mut dyn Write, account: &Account, tag: &[u8]) -> Result<(), StoreError> {
    let alias = account.alias.as_ref().map(AccountAlias::as_str);
    let changed = tx.execute(
        "UPDATE accounts SET alias = $1, tag = $2 WHERE id = $3",
        &[alias.into(), tag.into(), account.id.as_str().into()],
    )?;
    changed_one(changed, ACCOUNT)
}

/// Whether anything is kept that belongs to an account.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn have_contents(tx: &mut dyn Read) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM users UNION ALL SELECT 1 FROM devices UNION ALL SELECT 1 FROM audit LIMIT 1";
    Ok(!tx.query(sql, &[])?.is_empty())
}

/// The end of the account's audit log.
///
/// # Errors
/// [`StoreError`] if the database fails, or the account is missing or damaged.
pub fn audit_head(tx: &mut dyn Read, id: &AccountId) -> Result<AuditHead, StoreError> {
    let sql = "SELECT audit_length, audit_head, audit_head_tag FROM accounts WHERE id = $1";
    let row = tx.query(sql, &[id.as_str().into()])?.pop();
    let mut row = row.ok_or_else(|| StoreError::damaged("the account"))?.of(ACCOUNT);
    Ok(AuditHead { length: row.unsigned()?, last: row.blob()?, tag: row.blob()? })
}

/// Moves the end of the account's audit log.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn set_audit_head(tx: &mut dyn Write, id: &AccountId, head: &AuditHead) -> Result<(), StoreError> {
    let changed = tx.execute(
        "UPDATE accounts SET audit_length = $1, audit_head = $2, audit_head_tag = $3 WHERE id = $4",
        &[length(head)?.into(), head.last.as_slice().into(), head.tag.as_slice().into(), id.as_str().into()],
    )?;
    changed_one(changed, ACCOUNT)
}

fn length(head: &AuditHead) -> Result<i64, StoreError> {
    head.length.try_into().map_err(|_| StoreError::damaged(ACCOUNT))
}

fn account(row: Row) -> Result<(Account, Vec<u8>), StoreError> {
    let mut row = row.of(ACCOUNT);
    let id = row.parsed()?;
    let alias = row.optional_text()?.map(|text| text.parse()).transpose().map_err(|_| row.damaged())?;
    Ok((Account { id, alias, created: UnixTime::from_millis(row.unsigned()?) }, row.blob()?))
}
