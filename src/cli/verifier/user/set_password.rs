use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::actions::users;
use crate::cli::help::examples;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure};
use crate::directory::UserName;

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa user set-password alice", "Ask for the new password twice"),
    ("vmfa user set-password alice --password-file password", "Take the new password from a file"),
]))]
pub(in crate::cli) struct Arguments {
    /// The user's name
    name: UserName,
    /// Read the password from this file, or from stdin for `-`, instead of asking for it
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    // An unknown name is worth saying before somebody types a password twice.
    users::show(&verifier.context, &verifier.account.id, &arguments.name)?;
    let password = super::new_password(arguments.password_file.as_deref(), app)?;
    users::set_password(&verifier.context, &verifier.account.id, &verifier.origin, &arguments.name, &password)?;
    let text = format!("the password of user `{}` is set", arguments.name);
    app.terminal.done(
        app.options.output,
        &text,
        &json!({ "user_name": arguments.name.as_str(), "password_enabled": true }),
    )
}
