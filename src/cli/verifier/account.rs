//! `vmfa account`: the account that the users belong to.

use clap::Subcommand;
use serde_json::json;

use super::opened::Verifier;
use crate::actions::accounts;
use crate::cli::help::examples;
use crate::cli::options::Output;
use crate::cli::{App, Failure, moment};
use crate::directory::AccountAlias;

#[derive(Subcommand, Debug)]
#[command(after_help = examples([
    ("vmfa account show", "Show the account"),
    ("vmfa account set-alias example", "Set its alias"),
]))]
pub(in crate::cli) enum Command {
    /// Show the account's number and alias
    #[command(after_help = examples([
        ("vmfa account show", "Show the account"),
        ("vmfa account show --output json", "Show it to a program"),
    ]))]
    Show,
    /// Set the account's alias, which QR codes show instead of its number
    #[command(after_help = examples([
        ("vmfa account set-alias example", "Set the alias"),
        ("vmfa account set-alias example --output json", "Set it, and answer a program"),
    ]))]
    SetAlias {
        /// 3 to 63 lower-case letters, digits and single dashes
        alias: AccountAlias,
    },
}

impl Command {
    pub(in crate::cli) fn run(&self, app: &App) -> Result<(), Failure> {
        match self {
            Self::Show => show(&Verifier::open(app)?, app),
            Self::SetAlias { alias } => {
                let verifier = Verifier::open_or_create(app)?;
                accounts::set_alias(&verifier.context, &verifier.account, &verifier.origin, alias.clone())?;
                let id = &verifier.account.id;
                let answer = json!({ "account_id": id.as_str(), "account_alias": alias.as_str() });
                app.terminal.done(app.options.output, &format!("the alias of account {id} is now `{alias}`"), &answer)
            }
        }
    }
}

fn show(verifier: &Verifier, app: &App) -> Result<(), Failure> {
    let account = &verifier.account;
    match app.options.output {
        Output::Text => {
            let alias = account.alias.as_ref().map(|alias| format!("\t{alias}")).unwrap_or_default();
            app.terminal.answer(&format!("{}{alias}", account.id))
        }
        Output::Json => app.terminal.answer_json(&json!({
            "account_id": account.id.as_str(),
            "account_alias": account.alias.as_ref().map(AccountAlias::as_str),
            "create_date": moment::rfc3339(account.created),
        })),
    }
}
