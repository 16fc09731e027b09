//! `vmfa user`: the users of the account.

mod create;
mod delete;
mod list;
mod set_password;
mod show;
mod unlock;

use std::path::Path;

use clap::Subcommand;
use serde_json::{Map, Value};

use crate::actions::Password;
use crate::cli::failure::Failure;
use crate::cli::help::examples;
use crate::cli::{App, moment};
use crate::directory::User;

#[derive(Subcommand, Debug)]
#[command(after_help = examples([
    ("vmfa user create dave", "Create a user"),
    ("vmfa user show alice", "Show a user"),
]))]
pub(in crate::cli) enum Command {
    /// Create a user
    Create(create::Arguments),
    /// List the users
    #[command(after_help = examples([
        ("vmfa user list", "List the users"),
        ("vmfa user list --output json", "List them for a program"),
    ]))]
    List,
    /// Show a user: devices, failed attempts, whether codes must wait
    Show(show::Arguments),
    /// Delete a user who has no MFA device
    Delete(delete::Arguments),
    /// Reset a user's failed attempts, so that codes are checked again at once
    Unlock(unlock::Arguments),
    /// Set a user's password
    SetPassword(set_password::Arguments),
}

impl Command {
    pub(in crate::cli) fn run(&self, app: &App) -> Result<(), Failure> {
        match self {
            Self::Create(arguments) => create::run(arguments, app),
            Self::List => list::run(app),
            Self::Show(arguments) => show::run(arguments, app),
            Self::Delete(arguments) => delete::run(arguments, app),
            Self::Unlock(arguments) => unlock::run(arguments, app),
            Self::SetPassword(arguments) => set_password::run(arguments, app),
        }
    }
}

/// A user as a JSON object. Its keys stay.
fn json(user: &User) -> Map<String, Value> {
    let fields = [
        ("user_name", user.name.as_str().into()),
        ("user_id", user.id.as_str().into()),
        ("arn", user.arn().into()),
        ("path", user.path.as_str().into()),
        ("create_date", moment::rfc3339(user.created).into()),
        ("password_enabled", user.password_hash.is_some().into()),
    ];
    fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// A new password, from the file or typed twice.
fn new_password(file: Option<&Path>, app: &App) -> Result<Password, Failure> {
    let text = match file {
        Some(file) => app.terminal.read_secret(file)?,
        None => {
            if app.terminal.can_prompt() {
                app.terminal
                    .say("a password has 8 to 128 characters, of three kinds: upper case, lower case, digits, others");
            }
            app.terminal.ask_new("new password", "--password-file")?
        }
    };
    Ok(Password::new(text))
}
