use std::borrow::Cow;
use std::fmt;

use crate::time::UnixTime;

/// Something that happened: who did what to what, from where, and what came of it. It holds no secret and no code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// The lane of the account's log that it is in.
    pub lane: u32,
    /// Its place in the lane, from 1, without gaps.
    pub number: u64,
    /// When it happened.
    pub at: UnixTime,
    /// Who did it, and from where.
    pub origin: Origin,
    /// What was done: the name of an [`Action`], perhaps one of a newer program.
    pub action: String,
    /// To what: an ARN, or empty where the name that was given is nobody's (it may be a password).
    pub target: String,
    /// What came of it.
    pub outcome: Outcome,
    /// More that an administrator wants to know, such as the device whose code it was.
    pub detail: String,
    /// The names of the records that were written with it, a blank between them; those that were removed begin with `-`.
    pub records: String,
}

/// Who asked, and by which way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Who: a user of this system, or of the machine.
    pub actor: String,
    /// The way in, and the address if there is one.
    pub source: String,
}

/// What came of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was refused, and why: the name of a [`Refusal`], perhaps one of a newer program.
    Refused(Cow<'static, str>),
}

impl Outcome {
    /// It was refused.
    #[must_use]
    pub const fn refused(refusal: Refusal) -> Self {
        Self::Refused(Cow::Borrowed(refusal.as_str()))
    }

    /// The name under which it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Success => SUCCESS,
            Self::Refused(reason) => reason,
        }
    }

    /// What is kept under this name.
    #[must_use]
    pub fn from_kept(text: String) -> Self {
        if text == SUCCESS { Self::Success } else { Self::Refused(Cow::Owned(text)) }
    }

    /// Why it was refused, if it was, and for a reason that this program knows.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Success => None,
            Self::Refused(reason) => Refusal::from_kept(reason),
        }
    }
}

const SUCCESS: &str = "success";

macro_rules! named {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $type {
            /// The name under which it is kept.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// What is kept under this name.
            #[must_use]
            pub fn from_kept(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

named! {
    /// What was done, by AWS's names where AWS has the action.
    Action {
        /// The account was made.
        CreateAccount = "CreateAccount",
        /// Accounts were listed.
        ListAccounts = "ListAccounts",
        /// What the account demands of logins was changed.
        UpdateAccountMfaSettings = "UpdateAccountMFASettings",
        /// The account got an alias.
        CreateAccountAlias = "CreateAccountAlias",
        /// A user was made.
        CreateUser = "CreateUser",
        /// A user was looked at.
        GetUser = "GetUser",
        /// Users were listed.
        ListUsers = "ListUsers",
        /// A user was deleted.
        DeleteUser = "DeleteUser",
        /// A user's failed tries were forgiven.
        UnlockUser = "UnlockUser",
        /// A user's password was set.
        UpdateLoginProfile = "UpdateLoginProfile",
        /// A device was made.
        CreateVirtualMfaDevice = "CreateVirtualMFADevice",
        /// Devices were listed.
        ListVirtualMfaDevices = "ListVirtualMFADevices",
        /// A device was enabled for a user.
        EnableMfaDevice = "EnableMFADevice",
        /// A device's clock difference was measured anew.
        ResyncMfaDevice = "ResyncMFADevice",
        /// A device was taken from its user.
        DeactivateMfaDevice = "DeactivateMFADevice",
        /// A device was deleted.
        DeleteVirtualMfaDevice = "DeleteVirtualMFADevice",
        /// A user got new recovery codes.
        CreateRecoveryCodes = "CreateRecoveryCodes",
        /// The user's recovery codes were counted.
        ListRecoveryCodes = "ListRecoveryCodes",
        /// Somebody gave the right password of a user who has a device, and owes a code.
        CheckPassword = "CheckPassword",
        /// Somebody tried to log in with a password, and a code if the user has a device.
        Login = "Login",
        /// Another program had a code checked.
        VerifyCode = "VerifyCode",
        /// The audit log was read or verified.
        ReadAuditLog = "ReadAuditLog",
        /// The ends of all lanes of the audit log were written down.
        Checkpoint = "Checkpoint",
        /// All records were checked.
        CheckRecords = "CheckRecords",
        /// A record that cannot be believed was removed.
        RemoveDamagedRecord = "RemoveDamagedRecord",
    }
}

named! {
    /// Why something was refused. Only the audit log tells: from outside these look the same.
    Refusal {
        /// There is no such user.
        UnknownUser = "unknown user",
        /// The password is not the user's, or the user has none.
        WrongPassword = "wrong password",
        /// A device is enabled and no code was given.
        NoCode = "no code",
        /// No device is enabled whose code it could be.
        NoDevice = "no device",
        /// It is not a code of the user's devices now.
        WrongCode = "wrong code",
        /// It was such a code, and it is spent.
        Replay = "replay",
        /// Too many failures: not looked at yet.
        Throttled = "throttled",
        /// Too many failures: not looked at any more.
        Suspended = "suspended",
        /// Too many wrong passwords: not looked at yet.
        PasswordThrottled = "password throttled",
        /// The account or the caller demands a code, and the user has no device.
        MfaDemanded = "mfa demanded",
        /// The text is no code at all. It was not judged.
        MalformedCode = "malformed code",
        /// No policy allows it.
        AccessDenied = "access denied",
        /// There is no such thing.
        NoSuchEntity = "no such entity",
        /// There is one already.
        EntityAlreadyExists = "entity already exists",
        /// The device is in use, or another device has its secret.
        InUse = "in use",
        /// It is still in use.
        DeleteConflict = "delete conflict",
        /// There are as many as there may be.
        LimitExceeded = "limit exceeded",
        /// The password or the secret is too weak.
        Weak = "too weak",
        /// What is kept of the user or a device was altered.
        Damaged = "damaged record",
    }
}
