use clap::Args;
use serde_json::json;

use crate::actions::recovery_codes::CountRecoveryCodes;
use crate::cli::help::examples;
use crate::cli::options::Output;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure};
use crate::directory::UserName;

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa recovery-codes count alice", "Show how many codes are left"),
    ("vmfa recovery-codes count alice --output json", "Tell a program how many are left"),
]))]
pub(in crate::cli) struct Arguments {
    /// The user's name
    name: UserName,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let left = Verifier::open(app)?.caller().ask(&CountRecoveryCodes { name: &arguments.name })?;
    match app.options.output {
        Output::Text => app.terminal.answer(&left.to_string()),
        Output::Json => {
            app.terminal.answer_json(&json!({ "user_name": arguments.name.as_str(), "recovery_codes_left": left }))
        }
    }
}
