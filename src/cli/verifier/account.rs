//! `vmfa account`: the accounts that users belong to.

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::opened::{self, Verifier, operator};
use super::pages;
use crate::actions::Source;
use crate::actions::accounts::{self, SetAlias, SetMfaSettings, ShowAccount};
use crate::cli::help::examples;
use crate::cli::options::Output;
use crate::cli::{App, Failure, moment};
use crate::directory::{Account, AccountAlias, MfaDemand};
use crate::verifier::FailureLimit;

#[derive(Subcommand, Debug)]
#[command(after_help = examples([
    ("vmfa account show", "Show the account"),
    ("vmfa account set-alias example", "Set its alias"),
]))]
pub(in crate::cli) enum Command {
    /// Create another account; the first one is made with the first user
    #[command(after_help = examples([
        ("vmfa account create --alias partner", "Create an account of this alias"),
        ("vmfa account create --output json", "Create an account, and answer a program"),
    ]))]
    Create {
        /// 3 to 63 lower-case letters, digits and single dashes
        #[arg(long)]
        alias: Option<AccountAlias>,
    },
    /// List the accounts
    #[command(after_help = examples([
        ("vmfa account list", "List the accounts"),
        ("vmfa account list --output json", "List them for a program"),
    ]))]
    List,
    /// Show the account's number, alias and settings
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
    /// Set what the account demands of logins
    #[command(after_help = examples([
        ("vmfa account set-mfa --require always", "Let nobody log in without a code"),
        ("vmfa account set-mfa --after-100-failures recovery-code-only", "Hold to the letter of NIST SP 800-63B-4 section 3.2.2"),
    ]))]
    SetMfa {
        /// Whether a user who has no MFA device may log in
        #[arg(long, value_name = "WHEN", value_enum, required_unless_present = "after_100_failures")]
        require: Option<Require>,
        /// What gets in after 100 failures in a row
        #[arg(long = "after-100-failures", value_name = "WHAT", value_enum, id = "after_100_failures")]
        after_100_failures: Option<AfterFailures>,
    },
}

/// Whether a user who has no MFA device may log in.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum Require {
    /// A user without a device may log in with the password alone
    WhereEnabled,
    /// Nobody logs in without a code
    Always,
}

/// What gets in after 100 failures in a row.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum AfterFailures {
    /// Two codes in a row, or a recovery code
    TwoCodes,
    /// A recovery code only, or an administrator
    RecoveryCodeOnly,
}

impl Command {
    pub(in crate::cli) fn run(&self, app: &App) -> Result<(), Failure> {
        match self {
            Self::Create { alias } => create(alias.as_ref(), app),
            Self::List => list(app),
            Self::Show => {
                let account = Verifier::open(app)?.caller().ask(&ShowAccount)?;
                match app.options.output {
                    Output::Text => app.terminal.answer(&row(&account).join("\t")),
                    Output::Json => app.terminal.answer_json(&json(&account)),
                }
            }
            Self::SetAlias { alias } => {
                let verifier = Verifier::open_or_create(app)?;
                verifier.caller().perform(&SetAlias { alias })?;
                let id = &verifier.account.id;
                let answer = json!({ "account_id": id.as_str(), "account_alias": alias.as_str() });
                app.terminal.done(app.options.output, &format!("the alias of account {id} is now `{alias}`"), &answer)
            }
            Self::SetMfa { require, after_100_failures } => {
                let verifier = Verifier::open(app)?;
                let mfa_demand = require.map(|require| match require {
                    Require::WhereEnabled => MfaDemand::WhereEnabled,
                    Require::Always => MfaDemand::Always,
                });
                let failure_limit = after_100_failures.map(|after| match after {
                    AfterFailures::TwoCodes => FailureLimit::PairsGetIn,
                    AfterFailures::RecoveryCodeOnly => FailureLimit::Strict,
                });
                let account = verifier.caller().perform(&SetMfaSettings { mfa_demand, failure_limit })?;
                let text = format!("the MFA settings of account {} are set", account.id);
                app.terminal.done(app.options.output, &text, &json(&account))
            }
        }
    }
}

fn create(alias: Option<&AccountAlias>, app: &App) -> Result<(), Failure> {
    let context = opened::open_or_create(app)?;
    let account = accounts::create(&context, operator(), Source::CommandLine { address: None }, alias)?;
    match app.options.output {
        Output::Text => app.terminal.answer(account.id.as_str()),
        Output::Json => app.terminal.answer_json(&json(&account)),
    }
}

fn list(app: &App) -> Result<(), Failure> {
    let context = opened::open(app)?;
    let (found, damaged) = pages::all(|page| accounts::list(&context, &operator(), &page))?;
    match app.options.output {
        Output::Text => app.terminal.answer_rows(&found.iter().map(row).collect::<Vec<_>>())?,
        Output::Json => {
            app.terminal.answer_json(&json!({ "accounts": found.iter().map(json).collect::<Vec<_>>() }))?;
        }
    }
    pages::left_out(&damaged, app)
}

fn row(account: &Account) -> Vec<String> {
    let alias = account.alias.as_ref().map(AccountAlias::to_string);
    [Some(account.id.to_string()), alias].into_iter().flatten().collect()
}

fn json(account: &Account) -> Value {
    json!({
        "account_id": account.id.as_str(),
        "account_alias": account.alias.as_ref().map(AccountAlias::as_str),
        "create_date": moment::rfc3339(account.created),
        "mfa_required": account.mfa_demand == MfaDemand::Always,
        "after_100_failures": match account.failure_limit {
            FailureLimit::PairsGetIn => "two-codes",
            FailureLimit::Strict => "recovery-code-only",
        },
    })
}
