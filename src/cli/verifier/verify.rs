use std::convert::identity;
use std::path::Path;

use clap::Args;
use zeroize::Zeroizing;

use super::login;
use super::opened::Verifier;
use crate::actions::authenticate;
use crate::cli::help::examples;
use crate::cli::{App, Failure, unset_clock};

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa verify alice", "Ask for a code and check it"),
    ("vmfa code alice --next | vmfa verify alice --output json", "Check a code from stdin, and answer a program"),
]))]
pub(in crate::cli) struct Arguments {
    /// The user's name
    name: String,
    /// A code of any of the user's devices, or a recovery code; read from stdin if it is not given
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// Accept a code of this device only: its serial number (ARN) or name
    #[arg(long, value_name = "ARN")]
    serial_number: Option<String>,
}

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    unset_clock::warn(app, identity);
    let serial = arguments.serial_number.as_deref().map(|serial| verifier.serial(serial)).transpose()?;
    let code: Zeroizing<String> = match &arguments.code {
        Some(code) => code.clone().into(),
        None if app.terminal.can_prompt() => app.terminal.ask("code: ", "--code")?,
        None => app.terminal.read_text(Path::new("-"))?,
    };
    let Verifier { context, account, origin } = &verifier;
    let sign_in = authenticate::verify_code(context, &account.id, origin, &arguments.name, &code, serial.as_ref())?;
    login::answer(&sign_in, app)
}
