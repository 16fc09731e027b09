use thiserror::Error;

use super::PasswordPolicyError;
use crate::directory::VirtualMfaDevice;
use crate::entropy::EntropyError;
use crate::otp::ParseCodeError;
use crate::store::StoreError;
use crate::time::{ClockError, UnixTime};

/// Why an operation was not carried out. The names are those of the AWS IAM API where it has the error.
#[derive(Debug, Error)]
pub enum ActionError {
    /// There is no such thing.
    #[error("there is no {kind} `{name}`")]
    NoSuchEntity {
        /// What was looked for.
        kind: Entity,
        /// Under which name.
        name: String,
    },
    /// There is one already. Names that differ in case only are the same.
    #[error("there is a {kind} `{name}` already")]
    EntityAlreadyExists {
        /// What was to be made.
        kind: Entity,
        /// Under which name.
        name: String,
    },
    /// The device is enabled for a user already.
    #[error("device `{serial}` is already in use")]
    DeviceInUse {
        /// Its serial number.
        serial: String,
    },
    /// It is still in use.
    #[error("cannot delete {kind} `{name}`: {reason}")]
    DeleteConflict {
        /// What was to be deleted.
        kind: Entity,
        /// Its name.
        name: String,
        /// What must go first.
        reason: &'static str,
    },
    /// There are as many as there may be.
    #[error("user `{user}` has {limit} MFA devices, the most a user may have")]
    LimitExceeded {
        /// The user.
        user: String,
        /// How many there may be.
        limit: u32,
    },
    /// No MFA device is enabled for the user, so there is nothing that recovery codes could stand in for.
    #[error("user `{user}` has no MFA device, and a recovery code stands in for one")]
    NoMfaDevice {
        /// The user.
        user: String,
    },
    /// The password is too weak.
    #[error(transparent)]
    PasswordPolicyViolation(#[from] PasswordPolicyError),
    /// A seed is too short to be a secret.
    #[error("the secret has {bits} bits; RFC 4226 section 4 (R6) demands 128 at least")]
    WeakSecret {
        /// How many it has.
        bits: usize,
    },
    /// The user name or the password is wrong; which one is not told.
    #[error("wrong user name or password")]
    SignInRefused,
    /// The user has an MFA device, and no code was given.
    #[error("a code of the user's MFA device is needed, or a recovery code")]
    CodeRequired,
    /// The code was not accepted: wrong, spent, stale or throttled; which one is not told.
    #[error("the code was not accepted")]
    CodeRefused,
    /// Another device of the user has the same secret.
    #[error("device `{serial}` of the same user has this secret already")]
    SecretInUse {
        /// That device.
        serial: String,
    },
    /// After too many failures no codes of the user are judged for a while. Only whoever administers devices is told.
    #[error("this user's codes are not checked for now, after too many failures")]
    Throttled {
        /// When they will be judged again.
        until: UnixTime,
    },
    /// Two codes were not accepted (AWS: `InvalidAuthenticationCode`).
    #[error("the two codes were not accepted")]
    InvalidAuthenticationCode,
    /// The text is no code at all. It was not judged and does not count.
    #[error(transparent)]
    MalformedCode(#[from] MalformedCode),
    /// What is kept was altered. Nothing is accepted on its word.
    #[error("the record of {what} was altered outside vmfa, or the key ring is not the one it was written with")]
    Altered {
        /// Which record.
        what: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no usable time.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// There are no random bytes.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// A text is no code. What was typed is not repeated: it may be a password at the wrong prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MalformedCode {
    /// It is no code of a device, and nothing else would do.
    #[error(transparent)]
    NotOfDevice(#[from] ParseCodeError),
    /// It is neither a code of a device nor a recovery code.
    #[error("a code is exactly {digits} digits, and a recovery code 16 letters and digits", digits = VirtualMfaDevice::DIGITS)]
    NotOfAnyForm,
}

/// A kind of thing that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// A user.
    User,
    /// A virtual MFA device.
    Device,
}

impl std::fmt::Display for Entity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::User => "user",
            Self::Device => "device",
        })
    }
}
