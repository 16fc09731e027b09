use super::{AccountId, Path, RecoverySet, SerialNumber, User, UserId, UserName};
use crate::time::UnixTime;
use crate::verifier::{DeviceState, PasswordThrottle, Throttle};

/// All that a try of a user's code needs, and all that it changes, apart from recovery codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginState {
    /// The account.
    pub account: AccountId,
    /// The user's name.
    pub name: UserName,
    /// The user, beyond doubt.
    pub user_id: UserId,
    /// Where the user stands in the account's tree.
    pub path: Path,
    /// The failed tries of the second factor.
    pub throttle: Throttle,
    /// The wrong passwords.
    pub passwords: PasswordThrottle,
    /// The recovery codes.
    pub recovery: RecoverySet,
    /// The devices enabled for the user, in the order in which they were.
    pub devices: Vec<EnabledDevice>,
}

impl LoginState {
    /// The user's Amazon Resource Name.
    #[must_use]
    pub fn arn(&self) -> String {
        User::arn_of(&self.account, &self.path, &self.name)
    }

    /// How many devices are enabled for the user.
    #[must_use]
    pub fn device_count(&self) -> u32 {
        u32::try_from(self.devices.len()).unwrap_or(u32::MAX)
    }
}

/// A device while it is enabled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnabledDevice {
    /// What it is known by.
    pub serial: SerialNumber,
    /// When it was made.
    pub created: UnixTime,
    /// Since when it is enabled.
    pub since: UnixTime,
    /// Its seed, sealed for this user.
    pub sealed_seed: Vec<u8>,
    /// What the verifier remembers of it.
    pub state: DeviceState,
}
