use thiserror::Error;

use super::PasswordPolicyError;
use crate::directory::{ParseNameError, Refusal, VirtualMfaDevice};
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
    /// A code is demanded, and the user has no device that could show one.
    #[error("a login without a code is not allowed here, and user `{user}` has no MFA device")]
    MfaRequired {
        /// The user.
        user: String,
    },
    /// The code was not accepted: wrong, spent or stale; which one is not told.
    #[error("the code was not accepted")]
    CodeRefused,
    /// The code was not looked at. Whoever has given the right password is told, and a program that asks; it says nothing
    /// about the code.
    #[error("the code was not checked, after too many failures")]
    Throttled {
        /// When a single code will be looked at again; `None` until two codes in a row or a recovery code are accepted.
        until: Option<UnixTime>,
    },
    /// Too many hashes of passwords are under way.
    #[error("too many logins are under way at once")]
    Busy,
    /// What was sealed to complete a login later does not open any more.
    #[error("the login has taken too long, or was not begun here")]
    LoginExpired,
    /// Another device has the same secret.
    #[error("another device has this secret already{}", serial.as_ref().map(|serial| format!(": `{serial}`")).unwrap_or_default())]
    SecretInUse {
        /// That device, if it belongs to the same account.
        serial: Option<String>,
    },
    /// A name fits several devices.
    #[error("the name `{name}` fits several devices")]
    AmbiguousDevice {
        /// The name.
        name: String,
        /// Their serial numbers.
        serials: Vec<String>,
    },
    /// Two codes were not accepted (AWS: `InvalidAuthenticationCode`).
    #[error("the two codes were not accepted")]
    InvalidAuthenticationCode,
    /// The text is no code at all. It was not judged and does not count.
    #[error(transparent)]
    MalformedCode(#[from] MalformedCode),
    /// A name is too long with what it is part of.
    #[error(transparent)]
    Name(#[from] ParseNameError),
    /// No policy allows it.
    #[error("{action} on {target} is not allowed")]
    AccessDenied {
        /// What was asked for.
        action: &'static str,
        /// On what.
        target: String,
    },
    /// There are several accounts, and none was named.
    #[error("there are several accounts, and none was named")]
    SeveralAccounts,
    /// The record can be believed, so it is not removed as a damaged one.
    #[error("the record `{record}` is not damaged")]
    NotDamaged {
        /// The record.
        record: String,
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

impl ActionError {
    /// What the log says of it, if it is a refusal and no failure.
    pub(super) const fn refusal(&self) -> Option<Refusal> {
        Some(match self {
            Self::NoSuchEntity { .. } | Self::NotDamaged { .. } => Refusal::NoSuchEntity,
            Self::EntityAlreadyExists { .. } => Refusal::EntityAlreadyExists,
            Self::DeviceInUse { .. } | Self::SecretInUse { .. } => Refusal::InUse,
            Self::DeleteConflict { .. } => Refusal::DeleteConflict,
            Self::LimitExceeded { .. } => Refusal::LimitExceeded,
            Self::NoMfaDevice { .. } | Self::AmbiguousDevice { .. } => Refusal::NoDevice,
            Self::PasswordPolicyViolation(_) | Self::WeakSecret { .. } => Refusal::Weak,
            Self::MalformedCode(_) => Refusal::MalformedCode,
            Self::AccessDenied { .. } => Refusal::AccessDenied,
            Self::Store(StoreError::Altered { .. } | StoreError::Damaged { .. }) => Refusal::Damaged,
            Self::SignInRefused
            | Self::CodeRequired
            | Self::MfaRequired { .. }
            | Self::CodeRefused
            | Self::Throttled { .. }
            | Self::Busy
            | Self::LoginExpired
            | Self::SeveralAccounts
            | Self::InvalidAuthenticationCode
            | Self::Name(_)
            | Self::Store(_)
            | Self::Clock(_)
            | Self::Entropy(_) => return None,
        })
    }
}

/// A text is no code. What was typed is not repeated: it may be a password at the wrong prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MalformedCode {
    /// It is no code of a device, and nothing else would do.
    #[error(transparent)]
    NotOfDevice(#[from] ParseCodeError),
    /// It is neither a code of a device nor a recovery code.
    #[error("a code is exactly {digits} digits, two codes in a row are twice as many, and a recovery code is 16 letters and digits", digits = VirtualMfaDevice::DIGITS)]
    NotOfAnyForm,
}

/// A kind of thing that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// An account.
    Account,
    /// A record, by its name in the audit log.
    Record,
    /// A user.
    User,
    /// A virtual MFA device.
    Device,
}

impl std::fmt::Display for Entity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Account => "account",
            Self::Record => "record",
            Self::User => "user",
            Self::Device => "device",
        })
    }
}
