//! `vmfa audit`: what was done and tried.

mod list;
mod verify;

use clap::Subcommand;

use super::{App, Failure};

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// List the events, oldest first
    List(list::Arguments),
    /// Check that no event is missing, altered or out of place
    Verify,
}

impl Command {
    pub(super) fn run(&self, app: &App) -> Result<(), Failure> {
        match self {
            Self::List(arguments) => list::run(arguments, app),
            Self::Verify => verify::run(app),
        }
    }
}
