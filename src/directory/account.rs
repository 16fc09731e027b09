use std::fmt;
use std::str::FromStr;

use super::ParseNameError;
use crate::entropy::{self, Entropy, EntropyError};
use crate::time::UnixTime;
use crate::verifier::FailureLimit;

/// An account: the space in which names are unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// A name for people, which stands in QR codes instead of the number.
    pub alias: Option<AccountAlias>,
    /// When it was made.
    pub created: UnixTime,
    /// Whether its users may log in without a code.
    pub mfa_demand: MfaDemand,
    /// What is left after too many failures in a row.
    pub failure_limit: FailureLimit,
}

/// Whether a user who has no device may log in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MfaDemand {
    /// With the password alone.
    #[default]
    WhereEnabled,
    /// Not before a device is enabled.
    Always,
}

impl MfaDemand {
    /// The name under which it is kept.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WhereEnabled => "where enabled",
            Self::Always => "always",
        }
    }

    /// What is kept under this name.
    #[must_use]
    pub fn from_kept(text: &str) -> Option<Self> {
        [Self::WhereEnabled, Self::Always].into_iter().find(|demand| demand.as_str() == text)
    }
}

impl Account {
    /// What people know the account by: the alias if there is one, else the number.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.alias.as_ref().map_or(self.id.as_str(), AccountAlias::as_str)
    }
}

/// An account's number: twelve digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccountId(String);

impl AccountId {
    /// A new random number. Like AWS's it does not begin with a zero, which programs that read it as a number would lose.
    ///
    /// # Errors
    /// [`EntropyError`] if the source fails.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        const FIRST: u64 = 100_000_000_000;
        // The remainder's bias is below 1 in 10,000,000, and the number is no secret.
        let number = FIRST + u64::from_be_bytes(entropy::draw(entropy)?) % (9 * FIRST);
        Ok(Self(number.to_string()))
    }

    /// The twelve digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AccountId {
    type Err = ParseNameError;

    fn from_str(text: &str) -> Result<Self, ParseNameError> {
        if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self(text.to_owned()));
        }
        Err(ParseNameError { text: text.to_owned(), kind: "an account id", rule: "it has exactly 12 digits" })
    }
}

/// An account's alias: 3 to 63 lower-case letters, digits and single dashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountAlias(String);

impl AccountAlias {
    /// The alias as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountAlias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AccountAlias {
    type Err = ParseNameError;

    fn from_str(text: &str) -> Result<Self, ParseNameError> {
        let letters = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        let dashes = !text.starts_with('-') && !text.ends_with('-') && !text.contains("--");
        if letters && dashes && (3..=63).contains(&text.len()) {
            return Ok(Self(text.to_owned()));
        }
        let rule = "it has 3 to 63 lower-case letters, digits and single dashes between them";
        Err(ParseNameError { text: text.to_owned(), kind: "an account alias", rule })
    }
}
