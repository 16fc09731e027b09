use std::error::Error;
use std::fmt::Write as _;

/// Why a command did not do what was asked: the exit code, one sentence, and what can be done about it.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    pub(super) message: String,
    pub(super) hint: Option<String>,
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

impl Failure {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hint: None }
    }

    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// A failure that there is nobody to tell of.
    pub(super) const fn silent() -> Self {
        Self { exit: Exit::Failed, message: String::new(), hint: None }
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
            let exit = match &error {
                ActionError::SignInRefused
                | ActionError::CodeRefused
                | ActionError::CodeRequired
                | ActionError::InvalidAuthenticationCode
                | ActionError::Throttled { .. }
                | ActionError::MalformedCode(_) => Exit::Refused,
                ActionError::NoSuchEntity { .. } => Exit::NotFound,
                _ => Exit::Failed,
            };
            let failure = Self::from_error(exit, &error);
            match &error {
                ActionError::Store(error) => with_hint(failure, error),
                // One hint for every refused code: which rule refused it is for the audit log only.
                ActionError::CodeRefused => failure.hint(
                    "wait for the next code; after 4 refusals in a row the next try must wait too, 30 seconds at first and \
                     up to an hour",
                ),
                ActionError::Throttled { until } => failure.hint(format!(
                    "try again after {}, or reset the failures with `vmfa user unlock NAME`",
                    moment::rfc3339(*until)
                )),
                ActionError::InvalidAuthenticationCode => {
                    failure.hint("wait for a new code, then enter two in a row, the older one first")
                }
                ActionError::Altered { .. } => failure.hint(FROM_A_BACKUP),
                ActionError::DeleteConflict { kind: Entity::User, name, .. } => failure.hint(format!(
                    "`vmfa user show {name}` lists them, and `vmfa device deactivate {name} --serial-number ARN` deactivates one"
                )),
                ActionError::DeleteConflict { kind: Entity::Device, .. } => {
                    failure.hint("`vmfa device list` shows its user, and `vmfa device deactivate USER` deactivates it")
                }
                ActionError::NoMfaDevice { user } => failure.hint(format!("enroll a device first: `vmfa enroll {user}`")),
                _ => failure,
            }
        }
    }

    impl From<StoreError> for Failure {
        fn from(error: StoreError) -> Self {
            with_hint(Self::from_error(Exit::Failed, &error), &error)
        }
    }

    const FROM_A_BACKUP: &str = "restore the data folder from a backup; `vmfa audit verify` checks the log";

    fn with_hint(failure: Failure, error: &StoreError) -> Failure {
        match error {
            StoreError::Damaged { .. } => failure.hint(FROM_A_BACKUP),
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
