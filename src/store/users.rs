//! Users, and what is hot of them: the state of their logins.

use super::record::{self, Record, Shape};
use super::{Page, Paged, Read, Row, StoreError, Value};
use crate::directory::{AccountId, User, UserId, UserName};
use crate::time::UnixTime;

impl Record for User {
    const SHAPE: Shape = Shape {
        table: "users",
        key: &["account", "folded"],
        columns: &["name", "id", "path", "created", "password_hash"],
    };

    fn key(&self) -> Vec<Value> {
        key(&self.account, &self.name).into()
    }

    fn columns(&self) -> Result<Vec<Value>, StoreError> {
        Ok(vec![
            self.name.as_str().into(),
            self.id.as_str().into(),
            self.path.as_str().into(),
            self.created.into(),
            self.password_hash.as_deref().into(),
        ])
    }

    fn read(row: &mut Row) -> Result<Self, StoreError> {
        let account = row.parsed()?;
        row.text()?;
        Ok(Self {
            account,
            name: row.parsed()?,
            id: UserId::from_kept(row.text()?),
            path: row.parsed()?,
            created: UnixTime::from_millis(row.unsigned()?),
            password_hash: row.optional_text()?,
        })
    }
}

/// The user of this name.
///
/// # Errors
/// [`StoreError`] if the database fails or the record cannot be believed.
pub fn find(tx: &mut dyn Read, account: &AccountId, name: &UserName) -> Result<Option<User>, StoreError> {
    record::find(tx, &key(account, name))
}

/// A page of the account's users by name.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn page(tx: &mut dyn Read, account: &AccountId, page: &Page) -> Result<Paged<User>, StoreError> {
    record::page(tx, &[account.as_str().into()], page)
}

pub(super) fn key(account: &AccountId, name: &UserName) -> [Value; 2] {
    [account.as_str().into(), name.folded().into()]
}
