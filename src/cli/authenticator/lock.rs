use clap::Args;
use serde::Serialize;

use super::agent::{self, Ended};
use super::vault;
use crate::cli::App;
use crate::cli::failure::Failure;
use crate::cli::help::and_examples;
use crate::cli::options::Output;

#[derive(Args, Debug)]
#[command(after_help = and_examples(
    "With --output json: {\"was_unlocked\"}. Locking a vault that is not unlocked is no error.",
    [
        ("vmfa lock", "Lock the vault now"),
        ("vmfa lock --output json", "Lock it, and tell a program whether it was unlocked"),
    ],
))]
pub(in crate::cli) struct Arguments {}

#[derive(Serialize)]
struct Locked {
    was_unlocked: bool,
}

pub(in crate::cli) fn run(_: &Arguments, app: &App) -> Result<(), Failure> {
    let ended = agent::end(app, &vault::path(app)?)?;
    app.terminal.say(match ended {
        Ended::Now => "the vault is locked",
        Ended::Before => "the vault was not unlocked",
    });
    match app.options.output {
        Output::Text => Ok(()),
        Output::Json => app.terminal.answer_json(&Locked { was_unlocked: ended == Ended::Now }),
    }
}
