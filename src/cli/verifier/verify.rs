use std::convert::identity;
use std::path::{Path, PathBuf};

use clap::Args;
use zeroize::Zeroizing;

use super::login;
use super::opened::Verifier;
use crate::actions::authenticate::{self, TypedCode};
use crate::actions::devices::DeviceReference;
use crate::cli::help::examples;
use crate::cli::{App, Failure, unset_clock};
use crate::directory::Action;

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
    /// Read the code from this file, or from stdin for `-`, so that the list of processes does not show it
    #[arg(long, value_name = "FILE", conflicts_with = "code")]
    code_file: Option<PathBuf>,
    /// Accept a code of this device only: its serial number (ARN) or name
    #[arg(long, value_name = "ARN")]
    serial_number: Option<DeviceReference>,
    /// Where the login comes from, such as an IP address: for the audit log, and so that one source cannot use up the tries
    /// of another
    #[arg(long, value_name = "ADDRESS", value_parser = source)]
    source: Option<String>,
}

/// A code is always demanded here: a user without a device is refused as a wrong code is.
pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    unset_clock::warn(app, identity);
    let code: Zeroizing<String> = match (&arguments.code, &arguments.code_file) {
        (Some(code), _) => code.clone().into(),
        (None, Some(file)) => app.terminal.read_text(file)?,
        (None, None) if app.terminal.can_prompt() => app.terminal.ask("code: ", "--code")?,
        (None, None) => app.terminal.read_text(Path::new("-"))?,
    };
    let caller = verifier.caller_for(arguments.source.as_deref());
    let code = TypedCode::read(&caller, Action::VerifyCode, &code)?;
    let device = arguments.serial_number.as_ref();
    let sign_in = authenticate::verify_code(&caller, &arguments.name, &code, device)?;
    login::answer(&sign_in, app)
}

fn source(text: &str) -> Result<String, String> {
    let plain = text.chars().all(|character| !character.is_control());
    if plain && (1..=256).contains(&text.len()) {
        Ok(text.to_owned())
    } else {
        Err("it has 1 to 256 characters".to_owned())
    }
}
