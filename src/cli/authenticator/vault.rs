//! Opening the vault, for every command that needs it, and saying why it does not open.

use std::path::{Path, PathBuf};

use clap::Args;

use super::agent;
use super::entries::candidates;
use crate::authenticator::{
    CreateError, Entry, Found, IdentityFile, IdentityFileError, LockedVault, Passphrase, SaveError, UnlockError, Vault,
};
use crate::cli::App;
use crate::cli::failure::{Exit, Failure};

/// The options of the commands that open the vault.
#[derive(Args, Debug)]
pub(in crate::cli) struct VaultOptions {
    /// Open the vault with this age identity file (mode 0600) instead of the passphrase
    #[arg(long, value_name = "FILE", env = "VMFA_IDENTITY_FILE")]
    identity_file: Option<PathBuf>,
}

/// Opens the vault, which must exist.
pub(super) fn open(app: &App, options: &VaultOptions) -> Result<Vault, Failure> {
    unlock(app, options, find(app)?)
}

/// Opens the vault if there is one. An identity file belongs to one that exists.
pub(super) fn open_if_any(app: &App, options: &VaultOptions) -> Result<Option<Vault>, Failure> {
    match LockedVault::find(&path(app)?)? {
        Some(locked) => unlock(app, options, locked).map(Some),
        None if options.identity_file.is_some() => Err(no_vault_to_open(&path(app)?)),
        None => Ok(None),
    }
}

/// Opens the vault with its passphrase, whatever else could open it.
pub(super) fn open_by_passphrase(app: &App) -> Result<Vault, Failure> {
    Ok(find(app)?.unlock(&passphrase(app)?)?)
}

/// Opens the vault with an identity file or its passphrase. An agent does not count: whoever finds a vault unlocked is
/// not taken for its owner.
pub(super) fn open_as_owner(app: &App, options: &VaultOptions) -> Result<Vault, Failure> {
    match &options.identity_file {
        Some(file) => Ok(find(app)?.unlock_with(IdentityFile::read(file)?)?),
        None => open_by_passphrase(app),
    }
}

/// Where nobody can be asked, an agent is one more way for all that do not ask for the owner.
fn name_the_agent(app: &App, failure: Failure) -> Failure {
    if failure.exit == Exit::Usage && app.options.passphrase_file.is_none() && !app.terminal.has_tty() {
        return failure.hint("or unlock the vault first, in a terminal, with `vmfa unlock`");
    }
    failure
}

/// Opens the vault, or makes it under a new passphrase where there is none yet.
pub(in crate::cli) fn open_or_create(app: &App, options: &VaultOptions) -> Result<Vault, Failure> {
    let path = path(app)?;
    if let Some(locked) = LockedVault::find(&path)? {
        return unlock(app, options, locked);
    }
    if options.identity_file.is_some() {
        return Err(no_vault_to_open(&path));
    }
    let passphrase = new_passphrase(app, app.options.passphrase_file.as_deref(), "--passphrase-file")?;
    let vault = match Vault::create(&path, &passphrase) {
        // Another process was first. If it was with this passphrase, they share the vault.
        Err(CreateError::Exists) => return Ok(find(app)?.unlock(&passphrase)?),
        made => made?,
    };
    app.terminal.say(&format!("a new vault was made in {}", path.display()));
    Ok(vault)
}

fn no_vault_to_open(path: &Path) -> Failure {
    Failure::new(Exit::NotFound, format!("there is no vault in `{}`", path.display()))
        .hint("make one first: `vmfa add` without --identity-file asks for a new passphrase")
}

fn find(app: &App) -> Result<LockedVault, Failure> {
    let path = path(app)?;
    LockedVault::find(&path)?.ok_or_else(|| {
        Failure::new(Exit::NotFound, format!("there is no vault in `{}`", path.display()))
            .hint("`vmfa add` makes one with its first entry")
    })
}

/// The vault's passphrase, from its file or from the person.
fn passphrase(app: &App) -> Result<Passphrase, Failure> {
    match &app.options.passphrase_file {
        Some(file) => from_file(app, file),
        None => {
            let text = app.terminal.ask_hidden_on_tty("passphrase of the vault: ", "--passphrase-file")?;
            Passphrase::new(&text).ok_or_else(|| Failure::from(UnlockError::WrongPassphrase))
        }
    }
}

/// A new passphrase, from `file` or asked for twice. `option` is what names the file.
pub(super) fn new_passphrase(app: &App, file: Option<&Path>, option: &str) -> Result<Passphrase, Failure> {
    if let Some(file) = file {
        return from_file(app, file);
    }
    let text = app.terminal.ask_new_on_tty("new passphrase for the vault", option)?;
    Passphrase::new(&text).ok_or_else(|| Failure::usage("a vault needs a passphrase that is not empty"))
}

/// The one entry that was found; otherwise a failure that says what there is instead.
pub(super) fn one<'a>(found: Found<'a>, query: Option<&str>) -> Result<&'a Entry, Failure> {
    match (found, query) {
        (Found::One(entry), _) => Ok(entry),
        (Found::Nothing, Some(query)) => {
            Err(Failure::new(Exit::NotFound, format!("no entry fits `{}`", query.escape_debug()))
                .hint("`vmfa list` shows what there is"))
        }
        (Found::Nothing, None) => {
            Err(Failure::new(Exit::NotFound, "the vault is empty").hint("`vmfa add` takes an entry in"))
        }
        (Found::Several(entries), Some(query)) => {
            let message = format!("`{}` fits several entries:\n{}", query.escape_debug(), candidates(&entries));
            Err(Failure::new(Exit::Ambiguous, message).hint("name one of them whole, by its name or its id"))
        }
        (Found::Several(entries), None) => {
            let message = format!("the vault has several entries:\n{}", candidates(&entries));
            Err(Failure::new(Exit::Ambiguous, message).hint("say which one"))
        }
    }
}

/// The folder of the vault, which need not exist.
pub(super) fn path(app: &App) -> Result<PathBuf, Failure> {
    Ok(app.options.data_dir()?.join("vault"))
}

fn unlock(app: &App, options: &VaultOptions, locked: LockedVault) -> Result<Vault, Failure> {
    // Whoever names a file means it.
    if options.identity_file.is_none()
        && app.options.passphrase_file.is_none()
        && let Some(vault) = unlock_by_agent(app, locked)?
    {
        return Ok(vault);
    }
    open_as_owner(app, options).map_err(|failure| name_the_agent(app, failure))
}

/// Opens the vault with what its agent holds, if there is one. An agent that cannot be used is no reason to fail where
/// the passphrase is one more way.
fn unlock_by_agent(app: &App, locked: LockedVault) -> Result<Option<Vault>, Failure> {
    let identity = match agent::identity(app, &path(app)?) {
        Ok(Some(identity)) => identity,
        Ok(None) => return Ok(None),
        Err(error) => {
            app.terminal.say(&format!("note: {error}; the passphrase is needed"));
            return Ok(None);
        }
    };
    match locked.unlock_again(identity) {
        Ok(vault) => Ok(Some(vault)),
        Err(UnlockError::NotForThisIdentity | UnlockError::NoVault) => {
            app.terminal.say("note: the vault is not the one that was unlocked; the passphrase is needed");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

fn from_file(app: &App, file: &Path) -> Result<Passphrase, Failure> {
    let text = app.terminal.read_secret(file)?;
    Passphrase::new(&text).ok_or_else(|| Failure::usage(format!("the passphrase in `{}` is empty", file.display())))
}

impl From<IdentityFileError> for Failure {
    fn from(error: IdentityFileError) -> Self {
        match error {
            IdentityFileError::File(error) => error.into(),
            error @ IdentityFileError::Missing { .. } => Self::from_error(Exit::NotFound, &error),
            error => Self::from_error(Exit::Failed, &error).hint("`age-keygen` writes such files"),
        }
    }
}

impl From<UnlockError> for Failure {
    fn from(error: UnlockError) -> Self {
        if let UnlockError::File(error) = error {
            return error.into();
        }
        let exit = if matches!(error, UnlockError::WrongPassphrase) { Exit::Refused } else { Exit::Failed };
        let failure = Self::new(exit, format!("cannot open the vault: {error}"));
        match error {
            UnlockError::Damaged { file: "vault.age" } | UnlockError::NoVault | UnlockError::NotAVault { .. } => {
                failure.hint("the content before the last change is in `vault.age.bak`, beside it")
            }
            UnlockError::Damaged { .. } | UnlockError::NoIdentity => {
                failure.hint("put it back from a copy, or open the vault with --identity-file")
            }
            UnlockError::Unsupported { .. } => failure.hint("a newer vmfa wrote it; use that one"),
            UnlockError::NotForThisIdentity => {
                failure.hint("`recipients.txt` says to whom it is encrypted; `vault.age.bak` has the content before")
            }
            UnlockError::TooCostly { .. } => failure.hint("vmfa writes 2^17; something else wrote this file"),
            UnlockError::WrongPassphrase | UnlockError::File(_) => failure,
        }
    }
}

impl From<SaveError> for Failure {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Reread(error) => error.into(),
            SaveError::File(error) => error.into(),
            error => Self::from_error(Exit::Failed, &error).hint("nothing was changed"),
        }
    }
}

impl From<CreateError> for Failure {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Save(error) => error.into(),
            CreateError::Exists => Self::from_error(Exit::Failed, &error).hint("another process has just made it"),
        }
    }
}
