//! Duo Mobile's `accounts.json`, as it is on the phone.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::authenticator::import::json::{self, Count, Text};
use crate::authenticator::import::login::without_a_code;
use crate::authenticator::import::record::{Record, RecordKind};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample};

const FORMAT: &str = "Duo JSON";

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    sample.outline().has(&["[].otpGenerator"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let accounts: Vec<&RawValue> = json::parse(FORMAT, bytes)?;
    let found = json::each(&accounts, "account", |account: Account, place| account.read(place));
    let notes = without_a_code(accounts.len() - found.len());
    Ok(Opened::Plain(Import { format: FORMAT, found, notes }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    #[serde(default)]
    name: Text,
    /// Accounts that Duo asks by itself, with a push, have none.
    otp_generator: Option<Generator>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Generator {
    otp_secret: Text,
    /// Whose codes are of the time has none.
    counter: Count,
}

impl Account {
    fn read(&self, place: &str) -> Option<Found> {
        let generator = self.otp_generator.as_ref()?;
        let kind = if generator.counter == Count::Absent { RecordKind::Totp } else { RecordKind::Hotp };
        let (secret, counter) = (&generator.otp_secret, generator.counter);
        Some(Record { account: &self.name, kind, secret, counter, ..Record::default() }.read(place))
    }
}
