//! Users' recovery codes: keyed hashes only.

use super::record::{self, Record, Shape};
use super::{Read, Row, StoreError, Value};
use crate::directory::{AccountId, KeptRecoveryCode, UserId};
use crate::time::UnixTime;

impl Record for KeptRecoveryCode {
    const SHAPE: Shape = Shape {
        table: "recovery_codes",
        key: &["account", "user_id", "number"],
        columns: &["recovery_set", "hash", "used_at"],
    };

    fn key(&self) -> Vec<Value> {
        vec![self.account.as_str().into(), self.user_id.as_str().into(), self.number.into()]
    }

    fn columns(&self) -> Result<Vec<Value>, StoreError> {
        Ok(vec![self.set.into(), self.hash.as_slice().into(), self.used.into()])
    }

    fn read(row: &mut Row) -> Result<Self, StoreError> {
        Ok(Self {
            account: row.parsed()?,
            user_id: UserId::from_kept(row.text()?),
            number: row.unsigned()?,
            set: row.unsigned()?,
            hash: row.blob()?,
            used: row.optional_unsigned()?.map(UnixTime::from_millis),
        })
    }
}

/// The user's recovery codes, spent or not, by number.
///
/// # Errors
/// [`StoreError`] if the database fails or a record cannot be believed.
pub fn of_user(tx: &mut dyn Read, account: &AccountId, user: &UserId) -> Result<Vec<KeptRecoveryCode>, StoreError> {
    record::find_by(tx, &["account", "user_id"], &[account.as_str().into(), user.as_str().into()])
}
