use clap::Args;
use serde::Serialize;

use super::App;
use super::agent::{self, Ended};
use super::failure::Failure;
use super::help::and_examples;
use super::options::Output;
use super::vault;

#[derive(Args, Debug)]
#[command(after_help = and_examples(
    "With --output json: {\"was_unlocked\"}. Locking a vault that is not unlocked is no error.",
    [
        ("vmfa lock", "Lock the vault now"),
        ("vmfa lock --output json", "Lock it, and tell a program whether it was unlocked"),
    ],
))]
pub(super) struct Arguments {}

#[derive(Serialize)]
struct Locked {
    was_unlocked: bool,
}

pub(super) fn run(_: &Arguments, app: &App) -> Result<(), Failure> {
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
