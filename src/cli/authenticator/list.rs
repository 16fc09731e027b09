use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use serde::Serialize;

use super::entries::sorting::Sorting;
use super::entries::{EntryJson, rows};
use super::vault::{self, VaultOptions};
use crate::authenticator::{Entry, Order, Uses, Vault};
use crate::cli::App;
use crate::cli::failure::Failure;
use crate::cli::help::and_examples;
use crate::cli::options::Output;
use crate::cli::table::printable;

#[derive(Args, Debug)]
#[command(after_help = and_examples(
    "With --output json: {\"entries\": [{id, name, issuer, account, alias, type, algorithm, digits, period, counter, \
     tags, serial, offset, created}]}. name and alias may be null. steam has no digits, hotp no period, totp and steam \
     no counter. tags, serial and offset (in seconds) are absent where there are none. created is in Unix seconds. \
     With --notes, note is there where there is one.",
    [
        ("vmfa list", "List all entries"),
        ("vmfa list --tag work", "List the entries with this tag"),
    ],
))]
pub(in crate::cli) struct Arguments {
    /// Only entries that have this, or each of its words, in their name, issuer or account, or that have this serial number or id
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    query: Option<String>,
    /// Only entries that have this tag
    #[arg(long, value_name = "TAG", value_parser = NonEmptyStringValueParser::new())]
    tag: Option<String>,
    /// Show the notes as well
    #[arg(long)]
    notes: bool,
    #[command(flatten)]
    sorting: Sorting,
    #[command(flatten)]
    vault: VaultOptions,
}

#[derive(Serialize)]
struct Listing<'a> {
    entries: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    entry: EntryJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn of(entry: &'a Entry, notes: bool) -> Self {
        Self { entry: EntryJson::from(entry), note: entry.note.as_deref().filter(|_| notes) }
    }
}

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let vault = vault::open(app, &arguments.vault)?;
    let (query, tag) = (arguments.query.as_deref(), arguments.tag.as_deref());
    let mut entries: Vec<&Entry> = vault.entries().filter(query, tag);
    sort(&mut entries, arguments.sorting.order(), &vault, app);
    if app.options.output == Output::Json {
        let line = |entry| Line::of(entry, arguments.notes);
        return app.terminal.answer_json(&Listing { entries: entries.into_iter().map(line).collect() });
    }
    if entries.is_empty() {
        let everything = query.is_none() && tag.is_none();
        app.terminal.say(if everything { "the vault is empty" } else { "no entry fits" });
        return Ok(());
    }
    let table = rows(&entries);
    if !arguments.notes {
        return app.terminal.answer(&table);
    }
    let lines: Vec<String> =
        table.lines().zip(entries).map(|(line, entry)| format!("{line}{}", indented(entry))).collect();
    app.terminal.answer(&lines.join("\n"))
}

fn sort(entries: &mut [&Entry], order: Order, vault: &Vault, app: &App) {
    let uses = if order == Order::Use { vault.uses() } else { Ok(Uses::default()) };
    let uses = uses.unwrap_or_else(|error| {
        app.terminal.say(&format!("note: which entries were used last is not known: {error}"));
        Uses::default()
    });
    order.sort(entries, &uses);
}

/// The lines of an entry's note, below its row.
fn indented(entry: &Entry) -> String {
    let note = entry.note.as_deref().unwrap_or_default();
    note.lines().map(|line| format!("\n    {}", printable(line))).collect()
}
