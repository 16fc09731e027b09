use std::fmt;

use super::name::entity_name;
use super::{AccountId, Path};
use crate::entropy::{self, Entropy, EntropyError};
use crate::time::UnixTime;

entity_name! {
    /// A user's name: 1 to 64 ASCII letters, digits and `_+=,.@-`.
    UserName, 64, "a user name", "it has 1 to 64 letters, digits and _+=,.@- of ASCII"
}

/// A user of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The account.
    pub account: AccountId,
    /// The name, unique in the account.
    pub name: UserName,
    /// Tells this user from a later one of the same name.
    pub id: UserId,
    /// Where the user stands in the account's tree.
    pub path: Path,
    /// When the user was made.
    pub created: UnixTime,
    /// The password's Argon2id hash as a PHC string; without one the user cannot log in.
    pub password_hash: Option<String>,
}

impl User {
    /// How many MFA devices a user may have.
    pub const MAX_MFA_DEVICES: u32 = 8;

    /// The user's Amazon Resource Name.
    #[must_use]
    pub fn arn(&self) -> String {
        Self::arn_of(&self.account, &self.path, &self.name)
    }

    /// The Amazon Resource Name of the user with this path and name.
    #[must_use]
    pub fn arn_of(account: &AccountId, path: &Path, name: &UserName) -> String {
        format!("arn:aws:iam::{account}:user{path}{name}")
    }
}

/// A user's unique id: `AIDA` and 17 letters and digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserId(String);

impl UserId {
    /// A new random id.
    ///
    /// # Errors
    /// [`EntropyError`] if the source fails.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let bytes: [u8; 11] = entropy::draw(entropy)?;
        let mut text = base32::encode(base32::Alphabet::Rfc4648 { padding: false }, &bytes);
        text.truncate(17);
        Ok(Self(format!("AIDA{text}")))
    }

    /// An id as it was kept.
    #[must_use]
    pub const fn from_kept(text: String) -> Self {
        Self(text)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
