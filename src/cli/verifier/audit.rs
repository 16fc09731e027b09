//! `vmfa audit`: what was done and tried.

mod list;
mod verify;

use clap::Subcommand;

use crate::cli::help::examples;
use crate::cli::{App, Failure};

#[derive(Subcommand, Debug)]
#[command(after_help = examples([
    ("vmfa audit list", "List the events"),
    ("vmfa audit verify", "Check that none is missing or altered"),
]))]
pub(in crate::cli) enum Command {
    /// List the events, oldest first
    List(list::Arguments),
    /// Check that no event is missing, altered or out of place
    #[command(after_help = examples([
        ("vmfa audit verify", "Check the log"),
        ("vmfa audit verify --output json", "Check it for a program"),
    ]))]
    Verify,
}

impl Command {
    pub(in crate::cli) fn run(&self, app: &App) -> Result<(), Failure> {
        match self {
            Self::List(arguments) => list::run(arguments, app),
            Self::Verify => verify::run(app),
        }
    }
}
