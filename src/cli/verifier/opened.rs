use clap::{Args, Subcommand};

use crate::actions::accounts::{self, AccountReference};
use crate::actions::installation::{InstallationError, Place};
use crate::actions::{ActionError, Caller, Context, Principal, Source};
use crate::cli::App;
use crate::cli::failure::{Exit, Failure};
use crate::directory::Account;
use crate::entropy::SystemEntropy;
use crate::time::SystemClock;

/// The verifier's half, opened: the installation in `DATA_DIR/verifier`, and the account that is meant.
pub(in crate::cli) struct Verifier {
    pub(super) context: Context,
    pub(super) account: Account,
}

/// The arguments of a command, and the account that it is for.
#[derive(Args, Debug)]
pub(in crate::cli) struct WithAccount<T: Args> {
    #[command(flatten)]
    arguments: T,
    #[command(flatten)]
    account: AccountOption,
}

/// The subcommands of a command, and the account that they are for.
#[derive(Args, Debug)]
pub(in crate::cli) struct OfAccount<T: Subcommand> {
    #[command(subcommand)]
    command: T,
    #[command(flatten)]
    account: AccountOption,
}

#[derive(Args, Debug)]
struct AccountOption {
    /// The account's number or alias; needed where there are several
    #[arg(long = "account", global = true, value_name = "ACCOUNT", env = "VMFA_ACCOUNT")]
    chosen: Option<AccountReference>,
}

impl<T: Args> WithAccount<T> {
    /// The arguments, for a command on the account that is named.
    pub(in crate::cli) fn of(&self, app: &App) -> &T {
        self.account.choose(app);
        &self.arguments
    }
}

impl<T: Subcommand> OfAccount<T> {
    /// The subcommand, on the account that is named.
    pub(in crate::cli) fn of(&self, app: &App) -> &T {
        self.account.choose(app);
        &self.command
    }
}

impl AccountOption {
    fn choose(&self, app: &App) {
        if let Some(chosen) = &self.chosen {
            // A process runs one command.
            let _ = app.account.set(chosen.clone());
        }
    }
}

impl Verifier {
    /// Opens the one that is there. A mistyped folder is not to be taken for a verifier without users.
    pub(super) fn open(app: &App) -> Result<Self, Failure> {
        let context = open(app)?;
        Self::of(context, app)
    }

    /// Opens the one that is there, or makes it.
    pub(super) fn open_or_create(app: &App) -> Result<Self, Failure> {
        let context = place(app)?.open_or_create(SystemClock, SystemEntropy)?;
        Self::of(context, app)
    }

    fn of(context: Context, app: &App) -> Result<Self, Failure> {
        let account = match app.account.get() {
            Some(reference) => accounts::find(&context, reference)?,
            None => accounts::only(&context, &operator(), &Source::CommandLine { address: None })?,
        };
        Ok(Self { context, account })
    }

    /// Who types, asking something of the account.
    pub(super) fn caller(&self) -> Caller<'_> {
        self.caller_for(None)
    }

    /// Who types, on behalf of somebody at this address.
    pub(super) fn caller_for(&self, address: Option<&str>) -> Caller<'_> {
        let source = Source::CommandLine { address: address.map(str::to_owned) };
        Caller::new(&self.context, self.account.id.clone(), operator(), source)
    }
}

/// Opens the installation that is there, without choosing an account.
pub(super) fn open(app: &App) -> Result<Context, Failure> {
    place(app)?.open(SystemClock, SystemEntropy).map_err(|error| match error {
        InstallationError::None { .. } => {
            let data = app.options.data_dir().map(|dir| dir.display().to_string()).unwrap_or_default();
            Failure::new(Exit::NotFound, format!("there are no users in `{data}`"))
                .hint("`vmfa user create` makes the first one; --data-dir or VMFA_DATA_DIR names another folder")
        }
        other => other.into(),
    })
}

/// Opens the installation that is there, or makes it, without choosing an account.
pub(super) fn open_or_create(app: &App) -> Result<Context, Failure> {
    Ok(place(app)?.open_or_create(SystemClock, SystemEntropy)?)
}

fn place(app: &App) -> Result<Place, Failure> {
    Ok(Place::in_folder(&app.options.data_dir()?.join("verifier")))
}

/// Who types: the person at this machine, who may do everything with the files that they own.
pub(super) fn operator() -> Principal {
    Principal::Operator { uid: rustix::process::getuid().as_raw() }
}

/// What each way in which an installation does not open means for whoever typed the command.
impl From<InstallationError> for Failure {
    fn from(error: InstallationError) -> Self {
        match error {
            InstallationError::File(error) => error.into(),
            InstallationError::KeyRing(error) => error.into(),
            InstallationError::Store(error) => error.into(),
            InstallationError::Entropy(error) => ActionError::from(error).into(),
            other => Self::from_error(Exit::Failed, &other).hint("restore it from a backup"),
        }
    }
}
