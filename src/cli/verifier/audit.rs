//! `vmfa audit`: what was done and tried.

mod anchor;
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
    /// Check that no event is missing, altered or out of place, and that each record is of its last event
    Verify(verify::Arguments),
    /// Print where the log ends, signed; keep it elsewhere to find a database that was rolled back
    #[command(after_help = examples([
        ("vmfa audit anchor > anchor", "Write an anchor, and keep it on another machine"),
        ("vmfa audit anchor --output json", "Give it to a program"),
    ]))]
    Anchor,
}

impl Command {
    pub(in crate::cli) fn run(&self, app: &App) -> Result<(), Failure> {
        match self {
            Self::List(arguments) => list::run(arguments, app),
            Self::Verify(arguments) => verify::run(arguments, app),
            Self::Anchor => anchor::run(app),
        }
    }
}
