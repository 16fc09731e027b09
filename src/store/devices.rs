//! Virtual MFA devices, each with its sealed seed and the tag over its row.

use super::error::changed_one;
use super::{Read, Row, StoreError, Value, Write};
use crate::directory::{AccountId, Assignment, SerialNumber, UserId, VirtualMfaDevice};
use crate::time::UnixTime;
use crate::verifier::{DeviceState, Drift, SpentSteps};

/// A device as it is kept.
#[derive(Clone, Debug)]
pub struct KeptDevice {
    /// The device.
    pub device: VirtualMfaDevice,
    /// Its sealed seed.
    pub sealed_seed: Vec<u8>,
    /// The tag over the row.
    pub tag: Vec<u8>,
}

const SELECT: &str = "SELECT d.serial, d.created, d.sealed_seed, d.tag, d.user_id, u.name, d.enabled, d.spent_floor, \
     d.spent_forgotten, d.spent_accepted, d.drift, d.anchor \
     FROM devices d LEFT JOIN users u ON u.account = d.account AND u.id = d.user_id";
const DEVICE: &str = "a virtual MFA device";

/// The device with this serial number.
///
/// # Errors
/// [`StoreError`] if the database fails or the row is damaged.
pub fn find(tx: &mut dyn Read, serial: &SerialNumber) -> Result<Option<KeptDevice>, StoreError> {
    let sql = format!("{SELECT} WHERE d.account = $1 AND d.folded = $2");
    tx.query(&sql, &[serial.account().as_str().into(), serial.folded().into()])?.pop().map(device).transpose()
}

/// The devices enabled for a user, in the order of their serial numbers.
///
/// # Errors
/// [`StoreError`] if the database fails or a row is damaged.
pub fn of_user(tx: &mut dyn Read, account: &AccountId, user: &UserId) -> Result<Vec<KeptDevice>, StoreError> {
    // Without the account in the condition: with it, SQLite prefers the primary key and reads the whole account.
    let sql = format!("{SELECT} WHERE d.user_id = $1 ORDER BY d.folded");
    let found = tx.query(&sql, &[user.as_str().into()])?.into_iter().map(device);
    found.filter(|kept| kept.as_ref().map_or(true, |kept| kept.device.serial.account() == account)).collect()
}

/// The account's devices, enabled or not, in the order of their serial numbers.
///
/// # Errors
/// [`StoreError`] if the database fails or a row is damaged.
pub fn list(tx: &mut dyn Read, account: &AccountId) -> Result<Vec<KeptDevice>, StoreError> {
    let sql = format!("{SELECT} WHERE d.account = $1 ORDER BY d.folded");
    tx.query(&sql, &[account.as_str().into()])?.into_iter().map(device).collect()
}

/// Adds a device.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn insert(tx: &mut dyn Write, kept: &KeptDevice) -> Result<(), StoreError> {
    let mut values = vec![kept.device.serial.to_string().into(), kept.device.created.into()];
    values.extend(changing(kept)?);
    values.extend(key(&kept.device.serial));
    tx.execute(
        "INSERT INTO devices (serial, created, sealed_seed, tag, user_id, enabled, spent_floor, spent_forgotten, \
         spent_accepted, drift, anchor, account, folded) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        &values,
    )?;
    Ok(())
}

/// Writes what may change of a device: its seed's seal, its assignment, what the verifier remembers.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn update(tx: &mut dyn Write, kept: &KeptDevice) -> Result<(), StoreError> {
    let mut values: Vec<Value> = changing(kept)?.into();
    values.extend(key(&kept.device.serial));
    let changed = tx.execute(
        "UPDATE devices SET sealed_seed = $1, tag = $2, user_id = $3, enabled = $4, spent_floor = $5, \
         spent_forgotten = $6, spent_accepted = $7, drift = $8, anchor = $9 WHERE account = $10 AND folded = $11",
        &values,
    )?;
    changed_one(changed, &named(&kept.device.serial))
}

/// Removes a device.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn delete(tx: &mut dyn Write, serial: &SerialNumber) -> Result<(), StoreError> {
    let changed = tx.execute("DELETE FROM devices WHERE account = $1 AND folded = $2", &key(serial))?;
    changed_one(changed, &named(serial))
}

fn named(serial: &SerialNumber) -> String {
    format!("device `{serial}`")
}

fn key(serial: &SerialNumber) -> [Value; 2] {
    [serial.account().as_str().into(), serial.folded().into()]
}

fn changing(kept: &KeptDevice) -> Result<[Value; 9], StoreError> {
    let seed = Value::from(kept.sealed_seed.as_slice());
    let tag = Value::from(kept.tag.as_slice());
    let (user, since) = match &kept.device.assignment {
        Assignment::Unassigned => (Value::Null, Value::Null),
        Assignment::Enabled { user_id, since, .. } => (user_id.as_str().into(), (*since).into()),
    };
    let [floor, forgotten, accepted, drift, anchor] = match &kept.device.state {
        None => [const { Value::Null }; 5],
        Some(state) => {
            let (floor, forgotten, accepted) = state.spent.to_numbers();
            let accepted: Vec<u8> = accepted.into_iter().flat_map(u64::to_be_bytes).collect();
            [
                step(floor)?.into(),
                forgotten.map(step).transpose()?.into(),
                accepted.as_slice().into(),
                state.drift.steps().into(),
                state.anchor.steps().into(),
            ]
        }
    };
    Ok([seed, tag, user, since, floor, forgotten, accepted, drift, anchor])
}

fn step(number: u64) -> Result<i64, StoreError> {
    number.try_into().map_err(|_| StoreError::damaged(DEVICE))
}

fn device(row: Row) -> Result<KeptDevice, StoreError> {
    let mut row = row.of(DEVICE);
    let serial: SerialNumber = row.parsed()?;
    row = row.of(named(&serial));
    let created = UnixTime::from_millis(row.unsigned()?);
    let sealed_seed = row.blob()?;
    let tag = row.blob()?;
    let user_id = row.optional_text()?;
    let user = row.optional_text()?;
    let since = row.optional_unsigned()?;
    let state = state(&mut row)?;
    let assignment = match (user_id, user, since) {
        (None, None, None) => Assignment::Unassigned,
        (Some(id), Some(user), Some(since)) if state.is_some() => Assignment::Enabled {
            user_id: UserId::from_kept(id),
            user: user.parse().map_err(|_| row.damaged())?,
            since: UnixTime::from_millis(since),
        },
        _ => return Err(row.damaged()),
    };
    Ok(KeptDevice { device: VirtualMfaDevice { serial, created, assignment, state }, sealed_seed, tag })
}

fn state(row: &mut Row) -> Result<Option<DeviceState>, StoreError> {
    let Some(floor) = row.optional_unsigned()? else { return Ok(None) };
    let forgotten = row.optional_unsigned()?;
    let accepted = row.blob()?;
    let (steps, rest) = accepted.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(row.damaged());
    }
    let accepted: Vec<u64> = steps.iter().map(|step| u64::from_be_bytes(*step)).collect();
    Ok(Some(DeviceState {
        spent: SpentSteps::from_numbers(floor, forgotten, &accepted).map_err(|_| row.damaged())?,
        drift: Drift::from_steps(row.integer()?),
        anchor: Drift::from_steps(row.integer()?),
    }))
}
