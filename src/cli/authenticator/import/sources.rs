//! The files, read and opened.

use std::path::Path;

use super::{Arguments, Candidate, MAX_ENTRIES};
use crate::authenticator::import::{self, Found, Import, ImportError, Imported, Locked, Opened, Skipped};
use crate::authenticator::{Passphrase, Vault};
use crate::cli::App;
use crate::cli::authenticator::intake::Origin;
use crate::cli::authenticator::vault;
use crate::cli::failure::{Exit, Failure};
use crate::cli::table::printable;
use crate::cli::terminal::name_of;

/// A file that was read.
pub(super) struct Source {
    /// What it is called in messages.
    pub(super) name: String,
    pub(super) format: &'static str,
    /// Its entries in their order.
    pub(super) items: Vec<Item>,
    pub(super) notes: Vec<String>,
}

/// An entry of a file.
pub(super) enum Item {
    /// The candidate with this index.
    Candidate(usize),
    Skipped(Skipped),
}

/// An export is some kilobytes; with pictures in it, some megabytes.
const MAX_MIB: u64 = 64;

/// How often a password may be mistyped.
const TRIES: usize = 3;

/// What the files hold.
pub(super) struct Gathered {
    pub(super) sources: Vec<Source>,
    pub(super) candidates: Vec<Candidate>,
    /// The vault, if it had to be opened to read one of them.
    pub(super) vault: Option<Vault>,
}

/// Reads all the files. One that cannot be read refuses all.
pub(super) fn read(arguments: &Arguments, app: &App) -> Result<Gathered, Failure> {
    let (mut sources, mut candidates, mut vault) = (Vec::new(), Vec::new(), None);
    let mut passwords = Passwords { arguments, app, given: None };
    let mut entries = 0;
    for path in &arguments.files {
        let bytes = app.terminal.read_bytes(path, MAX_MIB)?;
        let name = name_of(path);
        let import = match import::open(&bytes).map_err(|error| failure(&name, &error))? {
            Opened::Plain(import) => import,
            Opened::Locked(locked) => passwords.unlock(&name, &locked)?,
            Opened::Addressed(file) => {
                if vault.is_none() {
                    vault = vault::open_if_any(app, &arguments.vault)?;
                }
                let vault = vault.as_ref().ok_or_else(|| without_a_vault(&name))?;
                vault.open_addressed(&file).map_err(|error| failure(&name, &error))?
            }
        };
        entries += import.found.len();
        if entries > MAX_ENTRIES {
            let message = format!("cannot import {name}: an import takes no more than {MAX_ENTRIES} entries");
            return Err(Failure::new(Exit::Failed, message));
        }
        sources.push(source(path, import, &mut candidates));
    }
    Ok(Gathered { sources, candidates, vault })
}

fn without_a_vault(name: &str) -> Failure {
    let message =
        format!("cannot import {name}: it is encrypted to recipients, and there is no vault that could be one of them");
    Failure::new(Exit::Failed, message).hint(
        "if it is a copy of a vault, put it back as `vault.age` beside its `identity.age`; if you have the identity, \
         `age -d -i KEYS FILE | vmfa import --yes -`",
    )
}

fn source(path: &Path, import: Import, candidates: &mut Vec<Candidate>) -> Source {
    let Import { format, found, notes } = import;
    let items = found.into_iter().map(|found| match found {
        Found::Entry(Imported { new, warnings }) => {
            candidates.push(Candidate { origin: Origin::File, new, warnings });
            Item::Candidate(candidates.len() - 1)
        }
        Found::Skipped(skipped) => Item::Skipped(skipped),
    });
    Source { name: path.display().to_string(), format, items: items.collect(), notes }
}

/// The passwords of encrypted files: one from a file, for all of them, or one asked for each.
struct Passwords<'a> {
    arguments: &'a Arguments,
    app: &'a App,
    given: Option<Passphrase>,
}

impl Passwords<'_> {
    fn unlock(&mut self, name: &str, locked: &Locked) -> Result<Import, Failure> {
        if let Some(file) = &self.arguments.import_password_file {
            let password = self.take_from(file)?;
            return locked.unlock(&password).map_err(|error| failure(name, &error));
        }
        for _ in 1..TRIES {
            match locked.unlock(&self.ask(name, locked)?) {
                Err(error @ (ImportError::WrongPassword { .. } | ImportError::NotOpened { .. })) => {
                    self.app.terminal.say(&format!("{error}; try again"));
                }
                outcome => return outcome.map_err(|error| failure(name, &error)),
            }
        }
        locked.unlock(&self.ask(name, locked)?).map_err(|error| failure(name, &error))
    }

    /// stdin can be read once only, and the password may be for several files.
    fn take_from(&mut self, file: &Path) -> Result<Passphrase, Failure> {
        if let Some(password) = &self.given {
            return Ok(password.clone());
        }
        let text = self.app.terminal.read_secret(file)?;
        let empty = || Failure::usage(format!("the password in {} is empty", name_of(file)));
        let password = Passphrase::new(&text).ok_or_else(empty)?;
        self.given = Some(password.clone());
        Ok(password)
    }

    fn ask(&self, name: &str, locked: &Locked) -> Result<Passphrase, Failure> {
        let prompt = format!("password of {} ({}): ", printable(name), locked.format());
        let text = self.app.terminal.ask_hidden_on_tty(&prompt, "--import-password-file")?;
        Passphrase::new(&text).ok_or_else(|| Failure::usage("an encrypted file needs a password that is not empty"))
    }
}

fn failure(name: &str, error: &ImportError) -> Failure {
    let exit = match error {
        ImportError::WrongPassword { .. } | ImportError::NotOpened { .. } => Exit::Refused,
        _ => Exit::Failed,
    };
    let failure = Failure::new(exit, format!("cannot import {name}: {}", printable(&error.to_string())));
    match error {
        ImportError::Unknown => failure.hint("docs/importing.md lists the forms that are read"),
        ImportError::Damaged { .. } => failure.hint("export it anew from the program that wrote it"),
        ImportError::Unsupported { .. } => failure.hint("docs/importing.md lists the versions that are read"),
        ImportError::WrongPassword { .. } => {
            failure.hint("a file that is damaged where it is encrypted looks the same")
        }
        ImportError::NotOpened { .. } => failure.hint("docs/importing.md lists the forms that are read"),
        ImportError::ForOthers { .. } => {
            failure.hint("pipe it in decrypted, as in `age -d -i KEYS FILE | vmfa import --yes -`")
        }
        ImportError::TooCostly { .. } => {
            failure.hint("no such program writes this by itself; the file may be an attack")
        }
        ImportError::NoCodes { .. } => failure.hint("export it anew with its one-time codes"),
        // The reason says what to do.
        ImportError::Undecryptable { .. } | ImportError::Elsewhere { .. } | ImportError::TooLarge { .. } => failure,
    }
}
