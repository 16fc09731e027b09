//! Which device has which seed, by keyed fingerprints: one secret is one device's, and for a day after the device is deleted
//! the secret takes its spent codes along.

use super::record::{self, Record, Shape};
use super::{Read, Row, StoreError, Value};
use crate::directory::SeedClaim;
use crate::time::UnixTime;

impl Record for SeedClaim {
    const SHAPE: Shape =
        Shape { table: "seeds", key: &["fingerprint"], columns: &["account", "serial", "released", "last_step"] };

    fn key(&self) -> Vec<Value> {
        vec![self.fingerprint.as_slice().into()]
    }

    fn columns(&self) -> Result<Vec<Value>, StoreError> {
        let last_step = self.last_step.map(i64::try_from).transpose().map_err(|_| StoreError::damaged("seed"))?;
        Ok(vec![
            self.serial.account().as_str().into(),
            self.serial.to_string().into(),
            self.released.into(),
            last_step.into(),
        ])
    }

    fn read(row: &mut Row) -> Result<Self, StoreError> {
        let fingerprint = row.blob()?;
        row.text()?;
        Ok(Self {
            fingerprint,
            serial: row.parsed()?,
            released: row.optional_unsigned()?.map(UnixTime::from_millis),
            last_step: row.optional_unsigned()?,
        })
    }
}

/// Who has the seed with this fingerprint, or had it.
///
/// # Errors
/// [`StoreError`] if the database fails or the record cannot be believed.
pub fn find(tx: &mut dyn Read, fingerprint: &[u8]) -> Result<Option<SeedClaim>, StoreError> {
    record::find(tx, &[fingerprint.into()])
}

/// The account's seeds that were released before `time`.
///
/// # Errors
/// [`StoreError`] if the database fails or a record cannot be believed.
pub fn released_before(
    tx: &mut dyn Read,
    account: &crate::directory::AccountId,
    time: UnixTime,
) -> Result<Vec<SeedClaim>, StoreError> {
    let sql = "SELECT fingerprint FROM seeds WHERE account = $1 AND released < $2 ORDER BY released LIMIT 100";
    let keys = tx.query(sql, &[account.as_str().into(), time.into()])?;
    let claims = keys.into_iter().map(|mut row| {
        let fingerprint = row.blob()?;
        find(tx, &fingerprint)
    });
    claims.filter_map(Result::transpose).collect()
}
