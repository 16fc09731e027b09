//! The state of each user's logins: one hot record a user, so that a try locks one row, checks one tag and writes one row,
//! whatever the number of devices.

use serde::{Deserialize, Serialize};

use super::record::{self, Record, Shape};
use super::{Page, Paged, Read, Row, StoreError, Value, users};
use crate::directory::{AccountId, EnabledDevice, LoginState, RecoverySet, SerialNumber, UserId, UserName};
use crate::time::UnixTime;
use crate::verifier::{DeviceState, Drift, PasswordThrottle, RecentPairs, SpentSteps, Throttle};

impl Record for LoginState {
    const SHAPE: Shape = Shape {
        table: "login_states",
        key: &["account", "folded"],
        columns: &[
            "name",
            "user_id",
            "path",
            "failures",
            "not_before",
            "budget_whole_at",
            "other_failures",
            "recent_pairs",
            "password_failures",
            "password_not_before",
            "recovery_set",
            "recovery_left",
            "devices",
        ],
    };

    fn key(&self) -> Vec<Value> {
        users::key(&self.account, &self.name).into()
    }

    fn columns(&self) -> Result<Vec<Value>, StoreError> {
        let kept: Vec<KeptDevice> = self.devices.iter().map(KeptDevice::of).collect();
        let devices = serde_json::to_string(&kept).map_err(|_| StoreError::damaged("login state"))?;
        let pairs = serde_json::to_string(&self.throttle.pairs.to_numbers());
        Ok(vec![
            self.name.as_str().into(),
            self.user_id.as_str().into(),
            self.path.as_str().into(),
            self.throttle.failures.into(),
            self.throttle.not_before.into(),
            self.throttle.budget_whole_at.into(),
            self.throttle.other_failures.into(),
            pairs.map_err(|_| StoreError::damaged("login state"))?.into(),
            self.passwords.failures.into(),
            self.passwords.not_before.into(),
            self.recovery.number.into(),
            self.recovery.left.into(),
            devices.into(),
        ])
    }

    fn read(row: &mut Row) -> Result<Self, StoreError> {
        let account = row.parsed()?;
        row.text()?;
        let (name, user_id, path) = (row.parsed()?, UserId::from_kept(row.text()?), row.parsed()?);
        let failures = row.unsigned()?;
        let not_before = UnixTime::from_millis(row.unsigned()?);
        let budget_whole_at = UnixTime::from_millis(row.unsigned()?);
        let other_failures = row.unsigned()?;
        let pairs: (Vec<(u64, u64)>, Vec<u64>) = serde_json::from_str(&row.text()?).map_err(|_| row.damaged())?;
        let pairs = RecentPairs::from_numbers(&pairs.0, &pairs.1);
        let throttle = Throttle { failures, not_before, budget_whole_at, other_failures, pairs };
        let passwords =
            PasswordThrottle { failures: row.unsigned()?, not_before: UnixTime::from_millis(row.unsigned()?) };
        let recovery = RecoverySet { number: row.unsigned()?, left: row.unsigned()? };
        let devices = row.text()?;
        let kept: Vec<KeptDevice> = serde_json::from_str(&devices).map_err(|_| row.damaged())?;
        let devices = kept.into_iter().map(KeptDevice::into_device).collect::<Option<_>>();
        let devices = devices.ok_or_else(|| row.damaged())?;
        Ok(Self { account, name, user_id, path, throttle, passwords, recovery, devices })
    }
}

/// An enabled device as it is kept within its user's state.
#[derive(Serialize, Deserialize)]
struct KeptDevice {
    serial: String,
    created: u64,
    enabled: u64,
    seed: String,
    floor: u64,
    forgotten: Option<u64>,
    accepted: Vec<u64>,
    drift: i64,
    anchor: i64,
}

impl KeptDevice {
    fn of(device: &EnabledDevice) -> Self {
        let (floor, forgotten, accepted) = device.state.spent.to_numbers();
        Self {
            serial: device.serial.to_string(),
            created: device.created.as_millis(),
            enabled: device.since.as_millis(),
            seed: base64_of(&device.sealed_seed),
            floor,
            forgotten,
            accepted,
            drift: device.state.drift.steps(),
            anchor: device.state.anchor.steps(),
        }
    }

    fn into_device(self) -> Option<EnabledDevice> {
        Some(EnabledDevice {
            serial: self.serial.parse().ok()?,
            created: UnixTime::from_millis(self.created),
            since: UnixTime::from_millis(self.enabled),
            sealed_seed: base64_read(&self.seed)?,
            state: DeviceState {
                spent: SpentSteps::from_numbers(self.floor, self.forgotten, &self.accepted).ok()?,
                drift: Drift::from_steps(self.drift),
                anchor: Drift::from_steps(self.anchor),
            },
        })
    }
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn base64_read(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

/// The login state of the user of this name.
///
/// # Errors
/// [`StoreError`] if the database fails or the record cannot be believed.
pub fn find(tx: &mut dyn Read, account: &AccountId, name: &UserName) -> Result<Option<LoginState>, StoreError> {
    record::find(tx, &users::key(account, name))
}

/// A page of the account's login states, by user.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn page(tx: &mut dyn Read, account: &AccountId, page: &Page) -> Result<Paged<LoginState>, StoreError> {
    record::page(tx, &[account.as_str().into()], page)
}

/// The device of this serial number, if it is one of those.
#[must_use]
pub fn device<'a>(state: &'a LoginState, serial: &SerialNumber) -> Option<&'a EnabledDevice> {
    state.devices.iter().find(|device| device.serial == *serial)
}
