use std::path::PathBuf;

use clap::Args;

use crate::actions::users::{CreateUser, NewPassword};
use crate::cli::help::examples;
use crate::cli::options::Output;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure};
use crate::directory::{Path, UserName};

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa user create dave", "Create a user and ask for the password twice"),
    ("vmfa user create dave --password-file password", "Take the password from a file"),
]))]
pub(in crate::cli) struct Arguments {
    /// The user's name
    name: UserName,
    /// Read the password from this file, or from stdin for `-`, instead of asking for it
    #[arg(long, value_name = "FILE", conflicts_with = "no_password")]
    password_file: Option<PathBuf>,
    /// Create a user without a password, who cannot log in; codes can still be verified
    #[arg(long)]
    no_password: bool,
    /// The user's path in the account
    #[arg(long, value_name = "PATH", default_value = "/")]
    path: Path,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open_or_create(app)?;
    let caller = verifier.caller();
    let password = match arguments.no_password {
        true => None,
        false => {
            let typed = super::new_password(arguments.password_file.as_deref(), app)?;
            Some(NewPassword::new(&caller, &arguments.name, &typed)?)
        }
    };
    let (name, path) = (arguments.name.clone(), arguments.path.clone());
    let user = caller.perform(&CreateUser { name, path, password })?;
    match app.options.output {
        Output::Text => app.terminal.answer(&user.arn()),
        Output::Json => app.terminal.answer_json(&super::json(&user)),
    }
}
