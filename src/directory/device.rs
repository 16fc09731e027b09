use std::fmt;
use std::str::FromStr;

use super::name::{entity_name, is_entity_name};
use super::{AccountId, ParseNameError, Path, UserId, UserName};
use crate::otp::{Algorithm, CodeFormat, Digits, Period, Totp};
use crate::time::UnixTime;
use crate::verifier::{DeviceState, Rules};

entity_name! {
    /// A virtual MFA device's name: 1 to 226 ASCII letters, digits and `_+=,.@-`.
    DeviceName, 226, "a device name", "it has 1 to 226 letters, digits and _+=,.@- of ASCII"
}

/// A virtual MFA device: an authenticator app's entry, as the verifier sees it.
#[derive(Clone, Debug)]
pub struct VirtualMfaDevice {
    /// What it is known by.
    pub serial: SerialNumber,
    /// When it was made.
    pub created: UnixTime,
    /// Where it is in its life.
    pub assignment: Assignment,
    /// What the verifier remembers of it, from the first time it was enabled on. It outlives a deactivation: a code
    /// that was spent before must not enable the device again.
    pub state: Option<DeviceState>,
}

/// A device as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptDevice {
    /// What it is known by.
    pub serial: SerialNumber,
    /// When it was made.
    pub created: UnixTime,
    /// The keyed fingerprint of its seed.
    pub fingerprint: Vec<u8>,
    /// Where it is in its life.
    pub assignment: Assignment,
    /// What its user's login state holds while it is enabled.
    pub idle: Option<IdleDevice>,
}

/// What is kept of a device with the device itself, while it is nobody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdleDevice {
    /// Its seed, sealed for nobody.
    pub sealed_seed: Vec<u8>,
    /// What the verifier remembers of it, if it was ever enabled.
    pub state: Option<DeviceState>,
}

/// Which device has a seed, or had it until it was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedClaim {
    /// The keyed fingerprint of the seed.
    pub fingerprint: Vec<u8>,
    /// The device.
    pub serial: SerialNumber,
    /// When the device was deleted.
    pub released: Option<UnixTime>,
    /// The last step that was spent on it then.
    pub last_step: Option<u64>,
}

impl VirtualMfaDevice {
    /// How many digits a code has.
    pub const DIGITS: Digits = Digits::SIX;
    /// How long a code lasts.
    pub const PERIOD: Period = Period::THIRTY_SECONDS;
    /// How codes are made. AWS has one kind of virtual MFA device, and it is the one that every app knows.
    pub const TOTP: Totp =
        Totp { algorithm: Algorithm::Sha1, format: CodeFormat::Decimal(Self::DIGITS), period: Self::PERIOD };

    /// When its last spent code was shown, by its own clock.
    #[must_use]
    pub fn last_code_at(&self) -> Option<UnixTime> {
        self.state.as_ref().map(|state| Self::PERIOD.start_of(state.spent.floor()))
    }

    /// Whether its last code lies so far ahead that the verifier's clock must have been wrong then, or is now.
    #[must_use]
    pub fn is_ahead_of_clock(&self, now: UnixTime, rules: &Rules) -> bool {
        self.state.as_ref().is_some_and(|state| state.spent.is_ahead_of_clock(Self::PERIOD.step_at(now), rules))
    }
}

/// Where a device is in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assignment {
    /// Nobody's: its codes log nobody in.
    Unassigned,
    /// Two consecutive codes have shown that the user holds the secret.
    Enabled {
        /// Whose it is.
        user: UserName,
        /// Whose it is, beyond doubt.
        user_id: UserId,
        /// Since when.
        since: UnixTime,
    },
}

/// A device's serial number: its ARN, `arn:aws:iam::ACCOUNT:mfa/PATH/NAME`. Compared without case.
#[derive(Clone, Debug)]
pub struct SerialNumber {
    account: AccountId,
    path: Path,
    name: DeviceName,
}

impl SerialNumber {
    /// The serial number of the device with this path and name.
    ///
    /// # Errors
    /// [`ParseNameError`] if it is longer than a serial number may be.
    pub fn new(account: AccountId, path: Path, name: DeviceName) -> Result<Self, ParseNameError> {
        let serial = Self { account, path, name };
        let text = serial.to_string();
        if text.len() <= Self::LONGEST {
            return Ok(serial);
        }
        let rule = "with its path and its account it has at most 256 characters";
        Err(ParseNameError { text, kind: "a serial number", rule })
    }

    /// IAM's `serialNumberType`: at most 256 characters.
    const LONGEST: usize = 256;

    /// The account that the device belongs to.
    #[must_use]
    pub const fn account(&self) -> &AccountId {
        &self.account
    }

    /// The device's name.
    #[must_use]
    pub const fn name(&self) -> &DeviceName {
        &self.name
    }

    /// The form in which two equal serial numbers are the same.
    #[must_use]
    pub fn folded(&self) -> String {
        self.to_string().to_ascii_lowercase()
    }
}

impl PartialEq for SerialNumber {
    fn eq(&self, other: &Self) -> bool {
        self.folded() == other.folded()
    }
}

impl Eq for SerialNumber {}

impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "arn:aws:iam::{}:mfa{}{}", self.account, self.path, self.name)
    }
}

impl FromStr for SerialNumber {
    type Err = ParseNameError;

    fn from_str(text: &str) -> Result<Self, ParseNameError> {
        let error = || ParseNameError {
            text: text.to_owned(),
            kind: "a serial number",
            rule: "it is written arn:aws:iam::ACCOUNT:mfa/NAME",
        };
        let rest = strip_prefix_of_any_case(text, "arn:aws:iam::").ok_or_else(error)?;
        let (account, rest) = rest.split_once(':').ok_or_else(error)?;
        let resource = strip_prefix_of_any_case(rest, "mfa/").ok_or_else(error)?;
        let (path, name) = match resource.rsplit_once('/') {
            Some((path, name)) => (format!("/{path}/"), name),
            None => ("/".to_owned(), resource),
        };
        if !is_entity_name(name, 226) {
            return Err(error());
        }
        Self::new(account.parse()?, path.parse()?, name.parse()?)
    }
}

fn strip_prefix_of_any_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (first, rest) = text.split_at_checked(prefix.len())?;
    first.eq_ignore_ascii_case(prefix).then_some(rest)
}
