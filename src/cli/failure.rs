use std::error::Error;
use std::fmt::Write as _;

use super::moment;
use crate::time::UnixTime;

/// Why a command did not do what was asked: the exit code, one sentence, and what can be done about it.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    pub(super) message: String,
    pub(super) hint: Option<String>,
    /// What a program is told beside the message: a code that stays, and when to come back.
    pub(super) program: ForPrograms,
}

/// What a program is told of a failure, with `--output json`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ForPrograms {
    code: Option<&'static str>,
    retry_after: Option<UnixTime>,
}

/// The exit codes, which scripts may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Something failed: a file, the store, a damaged entry.
    Failed = 1,
    /// The command was not understood, or a value is missing or malformed.
    Usage = 2,
    /// A code or a password was not accepted, or a policy denies.
    Refused = 3,
    /// There is no such thing.
    NotFound = 4,
    /// A name fits several things.
    Ambiguous = 5,
    /// What could be done was done, and something was left out that was not asked to be.
    Partly = 6,
}

impl Exit {
    const fn code(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::Refused => "refused",
            Self::NotFound => "not_found",
            Self::Ambiguous => "ambiguous",
            Self::Partly => "partly",
        }
    }
}

impl Failure {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hint: None, program: ForPrograms::default() }
    }

    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// A failure that there is nobody to tell of.
    pub(super) const fn silent() -> Self {
        Self {
            exit: Exit::Failed,
            message: String::new(),
            hint: None,
            program: ForPrograms { code: None, retry_after: None },
        }
    }

    /// A failure with `error` and all its sources as the message.
    pub(super) fn from_error(exit: Exit, error: &dyn Error) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            // Writing to a string cannot fail.
            let _ = write!(message, ": {cause}");
            source = cause.source();
        }
        Self::new(exit, message)
    }

    /// The code by which programs know it.
    pub(super) const fn code(mut self, code: &'static str) -> Self {
        self.program.code = Some(code);
        self
    }

    /// The failure as `--output json` gives it on stderr. Its keys and codes stay.
    pub(super) fn json(&self) -> serde_json::Value {
        let mut error = serde_json::json!({
            "code": self.program.code.unwrap_or_else(|| self.exit.code()),
            "message": self.message,
            "hint": self.hint,
        });
        if let (Some(until), Some(error)) = (self.program.retry_after, error.as_object_mut()) {
            error.insert("retry_after".to_owned(), moment::rfc3339(until).into());
        }
        serde_json::json!({ "error": error })
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// `Result::map_err` arguments for the common case: exit code 1, with what was being done in front.
pub(super) fn failed<E: Error>(doing: impl Into<String>) -> impl FnOnce(E) -> Failure {
    let doing = doing.into();
    move |error| {
        let failure = Failure::from_error(Exit::Failed, &error);
        Failure { message: format!("{doing}: {}", failure.message), ..failure }
    }
}

/// What each error of the layers below means for whoever typed the command.
mod conversions {
    use super::super::moment;
    use super::{Exit, Failure};
    use crate::actions::{ActionError, Entity};
    use crate::directory::ParseNameError;
    use crate::files::FileError;
    use crate::seal::KeyRingError;
    use crate::store::StoreError;

    impl From<ActionError> for Failure {
        fn from(error: ActionError) -> Self {
            let (exit, code) = kind(&error);
            let mut failure = Self::from_error(exit, &error).code(code);
            match &error {
                ActionError::Store(error) => with_hint(failure, error).code(code),
                // One hint for every refused code: which rule refused it is for the audit log only.
                ActionError::CodeRefused => {
                    failure.hint("wait for the next code, or give two codes in a row in one line, such as `123456 654321`")
                }
                ActionError::SignInRefused => failure.hint(
                    "after several wrong passwords none is looked at for a while, unless two codes in a row or a recovery \
                     code are given with it (--code-file)",
                ),
                ActionError::Throttled { until } => {
                    failure.program.retry_after = *until;
                    let when = until.map(|until| format!("; a single code is checked again after {}", moment::rfc3339(until)));
                    failure.message.push_str(&when.unwrap_or_default());
                    failure.hint(
                        "two codes in a row in one line, such as `123456 654321`, or a recovery code are checked at once; \
                         `vmfa user unlock NAME` resets the failures",
                    )
                }
                ActionError::InvalidAuthenticationCode => {
                    failure.hint("wait for a new code, then enter two in a row, the older one first")
                }
                ActionError::MfaRequired { user } => failure.hint(format!("enroll a device: `vmfa enroll {user}`")),
                ActionError::AmbiguousDevice { serials, .. } => {
                    failure.hint(format!("give the serial number of one: {}", serials.join(", ")))
                }
                ActionError::SeveralAccounts => failure.hint("name one with --account or VMFA_ACCOUNT; `vmfa account list`"),
                ActionError::Busy => failure.hint("try again in a moment"),
                ActionError::SecretInUse { .. } => failure.hint("every device needs a secret of its own"),
                ActionError::NotDamaged { .. } => failure.hint("`vmfa check` names those that are"),
                ActionError::NoSuchEntity { kind: Entity::Record, .. } => {
                    failure.hint("`vmfa check` names those that can be removed")
                }
                ActionError::DeleteConflict { kind: Entity::User, name, .. } => failure.hint(format!(
                    "`vmfa user show {name}` lists them, and `vmfa device deactivate {name} --serial-number ARN` deactivates one"
                )),
                ActionError::DeleteConflict { .. } => {
                    failure.hint("`vmfa device list` shows its user, and `vmfa device deactivate USER` deactivates it")
                }
                ActionError::NoMfaDevice { user } => failure.hint(format!("enroll a device first: `vmfa enroll {user}`")),
                _ => failure,
            }
        }
    }

    /// The exit code, and the code by which programs know it. Each error is named, so that no new one gets a wrong code in
    /// silence.
    const fn kind(error: &ActionError) -> (Exit, &'static str) {
        match error {
            ActionError::SignInRefused => (Exit::Refused, "sign_in_refused"),
            ActionError::CodeRefused => (Exit::Refused, "code_refused"),
            ActionError::CodeRequired => (Exit::Refused, "code_required"),
            ActionError::MfaRequired { .. } => (Exit::Refused, "mfa_required"),
            ActionError::InvalidAuthenticationCode => (Exit::Refused, "invalid_authentication_code"),
            ActionError::Throttled { until: Some(_) } => (Exit::Refused, "throttled"),
            ActionError::Throttled { until: None } => (Exit::Refused, "suspended"),
            ActionError::MalformedCode(_) => (Exit::Refused, "malformed_code"),
            ActionError::AccessDenied { .. } => (Exit::Refused, "access_denied"),
            ActionError::LoginExpired => (Exit::Refused, "login_expired"),
            ActionError::NoSuchEntity { .. } => (Exit::NotFound, "no_such_entity"),
            ActionError::AmbiguousDevice { .. } => (Exit::Ambiguous, "ambiguous"),
            ActionError::SeveralAccounts => (Exit::Usage, "several_accounts"),
            ActionError::Name(_) => (Exit::Usage, "invalid_name"),
            ActionError::EntityAlreadyExists { .. } => (Exit::Failed, "entity_already_exists"),
            ActionError::DeviceInUse { .. } => (Exit::Failed, "device_in_use"),
            ActionError::DeleteConflict { .. } => (Exit::Failed, "delete_conflict"),
            ActionError::LimitExceeded { .. } => (Exit::Failed, "limit_exceeded"),
            ActionError::NoMfaDevice { .. } => (Exit::Failed, "no_mfa_device"),
            ActionError::PasswordPolicyViolation(_) => (Exit::Failed, "password_policy_violation"),
            ActionError::WeakSecret { .. } => (Exit::Failed, "weak_secret"),
            ActionError::SecretInUse { .. } => (Exit::Failed, "secret_in_use"),
            ActionError::NotDamaged { .. } => (Exit::Failed, "not_damaged"),
            ActionError::Busy => (Exit::Failed, "busy"),
            ActionError::Store(error) => (Exit::Failed, store_code(error)),
            ActionError::Clock(_) => (Exit::Failed, "no_time"),
            ActionError::Entropy(_) => (Exit::Failed, "no_entropy"),
        }
    }

    const fn store_code(error: &StoreError) -> &'static str {
        match error {
            StoreError::Altered { .. } | StoreError::Damaged { .. } => "altered_record",
            StoreError::Schema { .. } => "altered_schema",
            StoreError::NewerSchema { .. } => "newer_schema",
            StoreError::Busy => "busy",
            StoreError::Full => "disk_full",
            StoreError::ReadOnly => "read_only",
            StoreError::InDoubt { .. } => "in_doubt",
            StoreError::Open { .. }
            | StoreError::Unrecorded { .. }
            | StoreError::Conflict
            | StoreError::Unavailable { .. } => "store_failed",
        }
    }

    impl From<StoreError> for Failure {
        fn from(error: StoreError) -> Self {
            with_hint(Self::from_error(Exit::Failed, &error).code(store_code(&error)), &error)
        }
    }

    const FROM_A_BACKUP: &str = "`vmfa check` names all records that are not as they were written, and `vmfa check --remove \
                                 RECORD` removes one; or restore the data folder from a backup";

    fn with_hint(failure: Failure, error: &StoreError) -> Failure {
        match error {
            StoreError::Damaged { .. } | StoreError::Altered { .. } => failure.hint(FROM_A_BACKUP),
            StoreError::Schema { .. } => failure.hint("restore the data folder from a backup"),
            StoreError::Busy => failure.hint("try again once the other process has ended"),
            StoreError::Full => failure.hint("make room on the disk, then try again; nothing was changed"),
            StoreError::ReadOnly => {
                failure.hint("make the file and its folder writable for this user; nothing was changed")
            }
            StoreError::InDoubt { .. } => failure.hint("look whether the change is there before you try again"),
            _ => failure,
        }
    }

    impl From<KeyRingError> for Failure {
        fn from(error: KeyRingError) -> Self {
            match error {
                KeyRingError::File(error) => error.into(),
                other => Self::from_error(Exit::Failed, &other).hint("restore it from a backup"),
            }
        }
    }

    impl From<FileError> for Failure {
        fn from(error: FileError) -> Self {
            Self::from(&error)
        }
    }

    impl From<&FileError> for Failure {
        fn from(error: &FileError) -> Self {
            let failure = Self::from_error(Exit::Failed, error);
            match error {
                FileError::OpenToOthers { path, .. } if path.is_dir() => {
                    failure.hint(format!("`chmod 700 '{}'` closes it", path.display()))
                }
                FileError::OpenToOthers { path, .. } => {
                    failure.hint(format!("`chmod 600 '{}'` closes it", path.display()))
                }
                FileError::Io { source, .. } if source.kind() == std::io::ErrorKind::AlreadyExists => {
                    failure.hint("vmfa never overwrites a file; remove it or choose another name")
                }
                FileError::InUse { .. } => failure.hint("wait until it is done"),
                FileError::InTheWay { .. } => failure.hint(
                    "an interrupted export leaves secrets under such a name; look what it is, and remove it if no export is running",
                ),
                FileError::Symlink { .. } => {
                    failure.hint("put the file itself there, or name its folder with --data-dir")
                }
                _ => failure,
            }
        }
    }

    impl From<ParseNameError> for Failure {
        fn from(error: ParseNameError) -> Self {
            Self::from_error(Exit::Usage, &error)
        }
    }
}
