use std::path::PathBuf;

use clap::Args;

use super::vault::{self, VaultOptions};
use crate::cli::App;
use crate::cli::failure::Failure;
use crate::cli::help::examples;

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa passphrase", "Ask for a new passphrase twice"),
    ("vmfa passphrase --new-passphrase-file new-passphrase", "Take it from a file"),
]))]
pub(in crate::cli) struct Arguments {
    /// Take the new passphrase from this file instead of asking for it twice
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    vault: VaultOptions,
}

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let vault = vault::open_as_owner(app, &arguments.vault)?;
    let new = vault::new_passphrase(app, arguments.new_passphrase_file.as_deref(), "--new-passphrase-file")?;
    vault.change_passphrase(&new)?;
    app.terminal.say("the passphrase was changed");
    Ok(())
}
