//! `vmfa offset`: by how much this machine's clock is off. One entry's own is `vmfa edit --offset`.

use clap::Subcommand;
use serde_json::json;

use super::vault::{self, VaultOptions};
use crate::authenticator::ClockOffset;
use crate::cli::App;
use crate::cli::failure::Failure;
use crate::cli::help::examples;
use crate::cli::options::Output;

#[derive(Subcommand, Debug)]
#[command(after_help = examples([
    ("vmfa offset show", "Show what is added to the clock"),
    ("vmfa offset set +40", "Add 40 seconds, for a clock that is 40 seconds slow"),
]))]
pub(in crate::cli) enum Command {
    /// Show the seconds that are added to this machine's clock
    ///
    /// With --output json: {"offset": SECONDS}.
    #[command(after_help = examples([
        ("vmfa offset show", "Show what is added to the clock"),
        ("vmfa offset show --output json", "Tell a program"),
    ]))]
    Show {
        #[command(flatten)]
        vault: VaultOptions,
    },
    /// Set the seconds that are added to this machine's clock, for every entry
    ///
    /// The clock itself does not change. It is better to set the clock right, if you may; `vmfa doctor --server URL`
    /// measures how far it is off. With --output json: {"offset": SECONDS}.
    #[command(after_help = examples([
        ("vmfa offset set +40", "Add 40 seconds, for a clock that is 40 seconds slow"),
        ("vmfa offset set -302", "Take 302 seconds off, for a clock that is fast"),
    ]))]
    Set {
        /// As in +40 for a clock that is 40 s slow, or -302 for one that is fast
        #[arg(value_name = "SECONDS", allow_hyphen_values = true)]
        offset: ClockOffset,
        #[command(flatten)]
        vault: VaultOptions,
    },
    /// Use this machine's clock as it is
    #[command(after_help = examples([
        ("vmfa offset clear", "Add nothing to the clock"),
        ("vmfa offset clear --output json", "Do so, and answer a program"),
    ]))]
    Clear {
        #[command(flatten)]
        vault: VaultOptions,
    },
}

impl Command {
    pub(in crate::cli) fn run(&self, app: &App) -> Result<(), Failure> {
        match self {
            Self::Show { vault } => show(app, vault::open(app, vault)?.offset()),
            Self::Set { offset, vault } => set(app, vault, *offset),
            Self::Clear { vault } => set(app, vault, ClockOffset::NONE),
        }
    }
}

fn show(app: &App, offset: ClockOffset) -> Result<(), Failure> {
    match app.options.output {
        Output::Text => app.terminal.answer(&offset.to_string()),
        Output::Json => app.terminal.answer_json(&json!({ "offset": offset.as_secs() })),
    }
}

fn set(app: &App, options: &VaultOptions, offset: ClockOffset) -> Result<(), Failure> {
    let before = vault::open(app, options)?.set_offset(offset)?;
    let added = if offset.is_none() {
        "the clock is used as it is".to_owned()
    } else {
        format!("{offset} s are added to the clock")
    };
    let earlier = if before == offset { "unchanged".to_owned() } else { format!("before: {before}") };
    app.terminal.say(&format!("{added} ({earlier})"));
    match app.options.output {
        Output::Text => Ok(()),
        Output::Json => show(app, offset),
    }
}
