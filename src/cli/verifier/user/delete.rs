use clap::Args;
use serde_json::json;

use crate::actions::users::DeleteUser;
use crate::cli::help::examples;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure};
use crate::directory::UserName;

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa user delete bob", "Delete a user"),
    ("vmfa user delete bob --output json", "Delete a user, and answer a program"),
]))]
pub(in crate::cli) struct Arguments {
    /// The user's name
    name: UserName,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    verifier.caller().perform(&DeleteUser { name: &arguments.name })?;
    let text = format!("user `{}` is deleted", arguments.name);
    app.terminal.done(app.options.output, &text, &json!({ "deleted": { "user_name": arguments.name.as_str() } }))
}
