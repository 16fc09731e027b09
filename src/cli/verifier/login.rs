use std::convert::identity;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use zeroize::Zeroizing;

use super::opened::Verifier;
use super::recovery_codes;
use crate::actions::Password;
use crate::actions::authenticate::{self, MfaMethod, SignIn};
use crate::cli::help::examples;
use crate::cli::options::Output;
use crate::cli::table::counted;
use crate::cli::{App, Failure, moment, unset_clock};

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa login alice", "Ask for the password and the code"),
    ("vmfa code alice --next | vmfa login alice --password-file password --code-file -", "Log in without a question, with a code of this machine's vault"),
]))]
pub(in crate::cli) struct Arguments {
    /// The user's name
    name: String,
    /// Read the password from this file, or from stdin for `-`, instead of asking for it
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// A code of any of the user's devices, or a recovery code
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// Read the code from this file, or from stdin for `-`, so that the list of processes does not show it
    #[arg(long, value_name = "FILE", conflicts_with = "code")]
    code_file: Option<PathBuf>,
    /// Accept a code of this device only: its serial number (ARN) or name
    #[arg(long, value_name = "ARN")]
    serial_number: Option<String>,
}

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    unset_clock::warn(app, identity);
    let Verifier { context, account, origin } = &verifier;
    let serial = arguments.serial_number.as_deref().map(|serial| verifier.serial(serial)).transpose()?;
    let password = match &arguments.password_file {
        Some(file) => app.terminal.read_secret(file)?,
        None => app.terminal.ask_hidden("password: ", "--password-file")?,
    };
    let password = Password::new(password);
    let proof = authenticate::check_password(context, &account.id, origin, &arguments.name, &password)?;
    let code = match (&arguments.code, &arguments.code_file) {
        (Some(code), _) => Some(code.clone().into()),
        (None, Some(file)) => Some(app.terminal.read_secret(file)?),
        (None, None) if proof.needs_code() => Some(ask_for_code(app)?),
        (None, None) => None,
    };
    let code = code.as_ref().map(|code: &Zeroizing<String>| code.as_str());
    let sign_in = authenticate::sign_in(context, origin, proof, code, serial.as_ref())?;
    answer(&sign_in, app)
}

/// Asks until it is a code by its form: a slip of the finger need not cost the password.
fn ask_for_code(app: &App) -> Result<Zeroizing<String>, Failure> {
    loop {
        let code = app.terminal.ask("code: ", "--code")?;
        match authenticate::check_form(&code) {
            Ok(()) => return Ok(code),
            Err(malformed) => app.terminal.say(&format!("{malformed}; try again")),
        }
    }
}

/// Says that the login or the verification succeeded, and what the user should know of earlier attempts.
pub(super) fn answer(sign_in: &SignIn, app: &App) -> Result<(), Failure> {
    let user = &sign_in.user;
    let method = sign_in.mfa.as_ref().map(|proof| proof.method());
    if method == Some(&MfaMethod::RecoveryCode) {
        app.terminal.say(&recovery_codes::left(user));
    }
    match app.options.output {
        Output::Text => {
            if sign_in.failures_before > 0 {
                let failures = counted(sign_in.failures_before, "attempt");
                app.terminal.say(&format!("{failures} with codes failed since the last one that was accepted"));
            }
            let mfa = match method {
                Some(MfaMethod::Device(_)) => "with MFA",
                Some(MfaMethod::RecoveryCode) => "with MFA, by a recovery code",
                None => "without MFA: no device is enabled",
            };
            app.terminal.answer(&format!("{} ({mfa})", user.arn()))
        }
        Output::Json => app.terminal.answer_json(&json!({
            "account_id": user.account.as_str(),
            "user_name": user.name.as_str(),
            "user_id": user.id.as_str(),
            "arn": user.arn(),
            "authenticated_at": moment::rfc3339(sign_in.at),
            "mfa_authenticated": sign_in.mfa.is_some(),
            "mfa_method": method.map(|method| match method {
                MfaMethod::Device(_) => "device",
                MfaMethod::RecoveryCode => "recovery_code",
            }),
            "mfa_serial_number": sign_in.mfa.as_ref().and_then(|proof| proof.serial()).map(ToString::to_string),
            "mfa_authenticated_at": sign_in.mfa.as_ref().map(|proof| moment::rfc3339(proof.at())),
            "failed_attempts_before": sign_in.failures_before,
            "recovery_codes_left": user.recovery.left,
        })),
    }
}
