use clap::Args;
use serde_json::json;

use crate::actions::users::UnlockUser;
use crate::cli::help::examples;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure};
use crate::directory::UserName;

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa user unlock alice", "Let a user's codes be checked again at once"),
    ("vmfa user unlock alice --output json", "Do so, and answer a program"),
]))]
pub(in crate::cli) struct Arguments {
    /// The user's name
    name: UserName,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    verifier.caller().perform(&UnlockUser { name: &arguments.name })?;
    let text = format!("the failed attempts of user `{}` are reset", arguments.name);
    app.terminal.done(app.options.output, &text, &json!({ "user_name": arguments.name.as_str(), "failed_attempts": 0 }))
}
