use std::str::FromStr;

use super::no_device;
use crate::actions::{ActionError, Caller, Entity};
use crate::directory::{AccountId, DeviceName, EnabledDevice, ParseNameError, Path, SerialNumber};
use crate::store::{Read, devices};

/// How a person names a device: by its serial number, or by its name alone while that fits one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceReference {
    /// The serial number, an ARN.
    Serial(SerialNumber),
    /// The name, under whatever path.
    Name(DeviceName),
}

impl FromStr for DeviceReference {
    type Err = ParseNameError;

    fn from_str(text: &str) -> Result<Self, ParseNameError> {
        let is_arn = text.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("arn:"));
        if is_arn { text.parse().map(Self::Serial) } else { text.parse().map(Self::Name) }
    }
}

impl DeviceReference {
    /// The serial number of the account's device that is meant.
    ///
    /// # Errors
    /// [`ActionError::NoSuchEntity`], [`ActionError::AmbiguousDevice`], or a failure of the store.
    pub fn resolve(&self, caller: &Caller<'_>) -> Result<SerialNumber, ActionError> {
        caller.cx.store().read(|tx| self.resolve_in(tx, caller.account()))
    }

    fn resolve_in(&self, tx: &mut dyn Read, account: &AccountId) -> Result<SerialNumber, ActionError> {
        let name = match self {
            Self::Serial(serial) if serial.account() != account => return Err(no_device(serial)),
            Self::Serial(serial) => return Ok(serial.clone()),
            Self::Name(name) => name,
        };
        let found = devices::named(tx, account, name)?;
        match found.as_slice() {
            [only] => Ok(only.serial.clone()),
            [] => match SerialNumber::new(account.clone(), Path::default(), name.clone()) {
                Ok(serial) => Err(no_device(&serial)),
                Err(_) => Err(ActionError::NoSuchEntity { kind: Entity::Device, name: name.to_string() }),
            },
            several => Err(ambiguous(name, several.iter().map(|kept| &kept.serial))),
        }
    }

    /// Whether this device is meant.
    pub(in crate::actions) fn means(&self, device: &EnabledDevice) -> bool {
        match self {
            Self::Serial(serial) => device.serial == *serial,
            Self::Name(name) => device.serial.name() == name,
        }
    }

    /// That it fits several devices of a user.
    pub(in crate::actions) fn ambiguous<'a>(&self, fitting: impl Iterator<Item = &'a EnabledDevice>) -> ActionError {
        let name = match self {
            Self::Serial(serial) => serial.name(),
            Self::Name(name) => name,
        };
        ambiguous(name, fitting.map(|device| &device.serial))
    }
}

fn ambiguous<'a>(name: &DeviceName, serials: impl Iterator<Item = &'a SerialNumber>) -> ActionError {
    let serials = serials.map(ToString::to_string).collect();
    ActionError::AmbiguousDevice { name: name.to_string(), serials }
}
