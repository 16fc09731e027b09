use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::actions::users::{NewPassword, SetPassword, ShowUser};
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
    let (caller, name) = (verifier.caller(), &arguments.name);
    caller.ask(&ShowUser { name })?;
    let typed = super::new_password(arguments.password_file.as_deref(), app)?;
    caller.perform(&SetPassword { name, password: &NewPassword::new(&caller, name, &typed)? })?;
    let text = format!("the password of user `{}` is set", arguments.name);
    app.terminal.done(
        app.options.output,
        &text,
        &json!({ "user_name": arguments.name.as_str(), "password_enabled": true }),
    )
}
