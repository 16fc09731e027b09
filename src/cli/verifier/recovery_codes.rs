//! `vmfa recovery-codes`: what lets a user in whose device is lost.

mod count;
mod create;

use clap::Subcommand;

use crate::actions::authenticate::SignIn;
use crate::cli::help::examples;
use crate::cli::table::counted;
use crate::cli::{App, Failure};

#[derive(Subcommand, Debug)]
#[command(after_help = examples([
    ("vmfa recovery-codes create alice", "Show ten new recovery codes"),
    ("vmfa recovery-codes count alice", "Show how many are left"),
]))]
pub(in crate::cli) enum Command {
    /// Create ten recovery codes for a user and show them once; earlier codes no longer work
    Create(create::Arguments),
    /// Show how many recovery codes a user has left
    Count(count::Arguments),
}

impl Command {
    pub(in crate::cli) fn run(&self, app: &App) -> Result<(), Failure> {
        match self {
            Self::Create(arguments) => create::run(arguments, app),
            Self::Count(arguments) => count::run(arguments, app),
        }
    }
}

/// What a user should know who has just used one.
pub(super) fn left(sign_in: &SignIn) -> String {
    let name = sign_in.user_name();
    match sign_in.recovery_codes_left() {
        0 => format!("no recovery code is left; `vmfa recovery-codes create {name}` makes new ones"),
        1 => format!("1 recovery code is left; `vmfa recovery-codes create {name}` makes new ones"),
        left => format!("{} are left", counted(left, "recovery code")),
    }
}
