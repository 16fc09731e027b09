//! Accounts.

use super::record::{self, EventRef, Record, Shape};
use super::{Change, Page, Paged, Read, Row, StoreError, Value, Write};
use crate::directory::{Account, AccountAlias, AccountId, MfaDemand};
use crate::seal::InstallationId;
use crate::time::UnixTime;
use crate::verifier::FailureLimit;

impl Record for Account {
    const SHAPE: Shape =
        Shape { table: "accounts", key: &["id"], columns: &["alias", "created", "mfa_demand", "failure_limit"] };

    fn key(&self) -> Vec<Value> {
        vec![self.id.as_str().into()]
    }

    fn columns(&self) -> Result<Vec<Value>, StoreError> {
        let limit = match self.failure_limit {
            FailureLimit::PairsGetIn => PAIRS_GET_IN,
            FailureLimit::Strict => STRICT,
        };
        Ok(vec![
            self.alias.as_ref().map(AccountAlias::as_str).into(),
            self.created.into(),
            self.mfa_demand.as_str().into(),
            limit.into(),
        ])
    }

    fn read(row: &mut Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.parsed()?,
            alias: row.optional_text()?.map(|text| text.parse()).transpose().map_err(|_| row.damaged())?,
            created: UnixTime::from_millis(row.unsigned()?),
            mfa_demand: MfaDemand::from_kept(&row.text()?).ok_or_else(|| row.damaged())?,
            failure_limit: match row.text()?.as_str() {
                PAIRS_GET_IN => FailureLimit::PairsGetIn,
                STRICT => FailureLimit::Strict,
                _ => return Err(row.damaged()),
            },
        })
    }
}

const PAIRS_GET_IN: &str = "pairs get in";
const STRICT: &str = "strict";

/// The account with this number.
///
/// # Errors
/// [`StoreError`] if the database fails or the record cannot be believed.
pub fn find(tx: &mut dyn Read, id: &AccountId) -> Result<Option<Account>, StoreError> {
    record::find(tx, &[id.as_str().into()])
}

/// The account with this alias.
///
/// # Errors
/// As for [`find`].
pub fn find_by_alias(tx: &mut dyn Read, alias: &AccountAlias) -> Result<Option<Account>, StoreError> {
    Ok(record::find_by(tx, &["alias"], &[alias.as_str().into()])?.pop())
}

/// The accounts by number.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn page(tx: &mut dyn Read, page: &Page) -> Result<Paged<Account>, StoreError> {
    record::page(tx, &[], page)
}

/// What the store says of itself: to which key ring it belongs, and how many accounts it has, so that one that vanished is
/// missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Installation {
    /// What it is known by.
    pub id: InstallationId,
    /// How many accounts there are.
    pub accounts: u32,
}

impl Record for Installation {
    const SHAPE: Shape = Shape { table: "installation", key: &["number"], columns: &["id", "accounts"] };

    fn key(&self) -> Vec<Value> {
        vec![ONLY.into()]
    }

    fn columns(&self) -> Result<Vec<Value>, StoreError> {
        Ok(vec![self.id.to_string().into(), self.accounts.into()])
    }

    fn read(row: &mut Row) -> Result<Self, StoreError> {
        row.integer()?;
        Ok(Self { id: row.parsed()?, accounts: row.unsigned()? })
    }
}

/// The key of the one row.
const ONLY: i64 = 1;

/// What the store says of itself, if it says anything yet.
///
/// # Errors
/// As for [`find`].
pub fn installation(tx: &mut dyn Read) -> Result<Option<Installation>, StoreError> {
    record::find(tx, &[ONLY.into()])
}

/// Writes what the store says of itself for the first time. Where another key ring has done so and nothing was kept since,
/// that is forgotten: its file was never finished.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn begin_installation(tx: &mut dyn Write, id: InstallationId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM installation", &[])?;
    record::insert(tx, &Installation { id, accounts: 0 }, EventRef::default())
}

/// Adds an account, and counts it.
///
/// # Errors
/// [`StoreError`] if the database fails; [`StoreError::Altered`] if the installation's record is missing.
pub fn insert(change: &mut Change<'_>, account: &Account) -> Result<(), StoreError> {
    change.insert(account)?;
    let tx = change.transaction();
    let installation = installation(tx)?.ok_or_else(|| StoreError::altered("the installation"))?;
    let counted = Installation { accounts: installation.accounts.saturating_add(1), ..installation };
    record::update(tx, &counted, EventRef::default())
}
