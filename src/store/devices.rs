//! Virtual MFA devices. While a device is enabled, its seed and what the verifier remembers of it are part of its user's
//! login state; else they are here.

use super::record::{self, Record, Shape};
use super::{Page, Paged, Read, Row, StoreError, Value};
use crate::directory::{AccountId, Assignment, DeviceName, IdleDevice, KeptDevice, SerialNumber, UserId};
use crate::time::UnixTime;
use crate::verifier::{DeviceState, Drift, SpentSteps};

impl Record for KeptDevice {
    const SHAPE: Shape = Shape {
        table: "devices",
        key: &["account", "folded"],
        columns: &[
            "serial",
            "device_name",
            "created",
            "fingerprint",
            "user_id",
            "user_name",
            "enabled",
            "sealed_seed",
            "spent_floor",
            "spent_forgotten",
            "spent_accepted",
            "drift",
            "anchor",
        ],
    };

    fn key(&self) -> Vec<Value> {
        key(&self.serial).into()
    }

    fn columns(&self) -> Result<Vec<Value>, StoreError> {
        let mut values = vec![
            self.serial.to_string().into(),
            self.serial.name().folded().into(),
            self.created.into(),
            self.fingerprint.as_slice().into(),
        ];
        values.extend(match &self.assignment {
            Assignment::Unassigned => [const { Value::Null }; 3],
            Assignment::Enabled { user_id, user, since } => {
                [user_id.as_str().into(), user.as_str().into(), (*since).into()]
            }
        });
        values.push(self.idle.as_ref().map(|idle| idle.sealed_seed.as_slice()).into());
        values.extend(match self.idle.as_ref().and_then(|idle| idle.state.as_ref()) {
            None => [const { Value::Null }; 5],
            Some(state) => kept_state(state)?,
        });
        Ok(values)
    }

    fn read(row: &mut Row) -> Result<Self, StoreError> {
        let (_account, _folded) = (row.text()?, row.text()?);
        let serial = row.parsed()?;
        row.text()?;
        let created = UnixTime::from_millis(row.unsigned()?);
        let fingerprint = row.blob()?;
        let assignment = match (row.optional_text()?, row.optional_text()?, row.optional_unsigned()?) {
            (None, None, None) => Assignment::Unassigned,
            (Some(id), Some(name), Some(since)) => Assignment::Enabled {
                user: name.parse().map_err(|_| row.damaged())?,
                user_id: UserId::from_kept(id),
                since: UnixTime::from_millis(since),
            },
            _ => return Err(row.damaged()),
        };
        let sealed_seed = row.optional_blob()?;
        let state = state(row)?;
        let idle = match (&assignment, sealed_seed) {
            (Assignment::Unassigned, Some(sealed_seed)) => Some(IdleDevice { sealed_seed, state }),
            (Assignment::Enabled { .. }, None) if state.is_none() => None,
            _ => return Err(row.damaged()),
        };
        Ok(Self { serial, created, fingerprint, assignment, idle })
    }
}

fn kept_state(state: &DeviceState) -> Result<[Value; 5], StoreError> {
    let step = |number: u64| i64::try_from(number).map_err(|_| StoreError::damaged("device"));
    let (floor, forgotten, accepted) = state.spent.to_numbers();
    let accepted: Vec<u8> = accepted.into_iter().flat_map(u64::to_be_bytes).collect();
    Ok([
        step(floor)?.into(),
        forgotten.map(step).transpose()?.into(),
        accepted.as_slice().into(),
        state.drift.steps().into(),
        state.anchor.steps().into(),
    ])
}

pub(super) fn state(row: &mut Row) -> Result<Option<DeviceState>, StoreError> {
    let floor = row.optional_unsigned()?;
    let forgotten = row.optional_unsigned()?;
    let accepted = row.optional_blob()?;
    let (drift, anchor) = (row.optional_integer()?, row.optional_integer()?);
    let (floor, accepted, drift, anchor) = match (floor, accepted, drift, anchor) {
        (None, None, None, None) => return Ok(None),
        (Some(floor), Some(accepted), Some(drift), Some(anchor)) => (floor, accepted, drift, anchor),
        _ => return Err(row.damaged()),
    };
    let (steps, rest) = accepted.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(row.damaged());
    }
    let accepted: Vec<u64> = steps.iter().map(|step| u64::from_be_bytes(*step)).collect();
    Ok(Some(DeviceState {
        spent: SpentSteps::from_numbers(floor, forgotten, &accepted).map_err(|_| row.damaged())?,
        drift: Drift::from_steps(drift),
        anchor: Drift::from_steps(anchor),
    }))
}

/// The device with this serial number.
///
/// # Errors
/// [`StoreError`] if the database fails or the record cannot be believed.
pub fn find(tx: &mut dyn Read, serial: &SerialNumber) -> Result<Option<KeptDevice>, StoreError> {
    record::find(tx, &key(serial))
}

/// The account's devices of this name, under whatever path.
///
/// # Errors
/// [`StoreError`] if the database fails or a record cannot be believed.
pub fn named(tx: &mut dyn Read, account: &AccountId, name: &DeviceName) -> Result<Vec<KeptDevice>, StoreError> {
    record::find_by(tx, &["account", "device_name"], &[account.as_str().into(), name.folded().into()])
}

/// A page of the account's devices, enabled or not, in the order of their serial numbers.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn page(tx: &mut dyn Read, account: &AccountId, page: &Page) -> Result<Paged<KeptDevice>, StoreError> {
    record::page(tx, &[account.as_str().into()], page)
}

pub(super) fn key(serial: &SerialNumber) -> [Value; 2] {
    [serial.account().as_str().into(), serial.folded().into()]
}
