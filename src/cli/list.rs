use clap::Args;
use serde::Serialize;

use super::App;
use super::entries::{EntryJson, row};
use super::failure::Failure;
use super::options::Output;
use super::table;
use super::vault::{self, VaultOptions};

#[derive(Args, Debug)]
#[command(
    after_help = "With --output json: {\"entries\": [{id, name, issuer, account, alias, type, algorithm, digits, \
                        period, counter, created}]}; name and alias may be null; steam has no digits, hotp no period, totp and steam no \
                        counter; created is in Unix seconds."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    vault: VaultOptions,
}

#[derive(Serialize)]
struct Listing<'a> {
    entries: Vec<EntryJson<'a>>,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let vault = vault::open(app, &arguments.vault)?;
    let entries = vault.entries();
    if app.options.output == Output::Json {
        return app.terminal.answer_json(&Listing { entries: entries.iter().map(EntryJson::from).collect() });
    }
    if entries.iter().next().is_none() {
        app.terminal.say("the vault is empty");
        return Ok(());
    }
    let rows: Vec<Vec<String>> = entries.iter().map(row).collect();
    app.terminal.answer(&table::aligned(&rows))
}
