use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use serde::Serialize;

use super::entries::EntryJson;
use super::vault::{self, VaultOptions};
use crate::authenticator::{CounterError, Match};
use crate::cli::App;
use crate::cli::failure::{Exit, Failure};
use crate::cli::help::and_examples;
use crate::cli::options::Output;
use crate::cli::table::printable;

#[derive(Args, Debug)]
#[command(after_help = and_examples(
    "With --output json: {\"removed\": {...}}, the entry as `list` shows it.",
    [
        ("vmfa remove github", "Remove the entry, after a question"),
        ("vmfa remove github --yes", "Remove it without a question"),
    ],
))]
pub(in crate::cli) struct Arguments {
    /// The entry: its whole name, issuer, account, `issuer:account`, serial number or id
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    query: String,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    vault: VaultOptions,
}

#[derive(Serialize)]
struct Removed<'a> {
    removed: EntryJson<'a>,
}

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    if !arguments.yes && !app.terminal.can_prompt() {
        return Err(Failure::usage("`--yes` is needed where stdin is not a terminal"));
    }
    let mut vault = vault::open(app, &arguments.vault)?;
    let query = Some(arguments.query.as_str());
    let entry = vault::one(vault.entries().find(&arguments.query, Match::Exact), query)?;
    let (id, label) = (entry.id, printable(&entry.label()));
    if !arguments.yes && !confirmed(app, &label)? {
        return Err(Failure::new(Exit::Failed, format!("`{label}` was not removed")));
    }
    let removed = vault.change(|entries| entries.remove(id).ok_or(CounterError::Gone).map_err(Failure::from))?;
    app.terminal.say(&format!("`{label}` was removed; `vmfa undo` brings it back"));
    match app.options.output {
        Output::Text => Ok(()),
        Output::Json => app.terminal.answer_json(&Removed { removed: EntryJson::from(&removed) }),
    }
}

fn confirmed(app: &App, label: &str) -> Result<bool, Failure> {
    let answer = app.terminal.ask(&format!("remove `{label}` and its secret? [y/N] "), "--yes")?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
