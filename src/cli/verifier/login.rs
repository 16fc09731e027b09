use std::convert::identity;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use zeroize::Zeroizing;

use super::opened::Verifier;
use super::recovery_codes;
use crate::actions::authenticate::{self, Demand, MfaMethod, PasswordProof, SignIn, TypedCode};
use crate::actions::devices::DeviceReference;
use crate::actions::{ActionError, Caller, Password};
use crate::cli::help::examples;
use crate::cli::options::Output;
use crate::cli::table::counted;
use crate::cli::{App, Failure, moment, unset_clock};
use crate::directory::Action;
use crate::verifier::ThrottleStatus;

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
    /// A code of any of the user's devices, two codes in a row, or a recovery code
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// Read the code from this file, or from stdin for `-`, so that the list of processes does not show it
    #[arg(long, value_name = "FILE", conflicts_with = "code")]
    code_file: Option<PathBuf>,
    /// Accept a code of this device only: its serial number (ARN) or name
    #[arg(long, value_name = "ARN")]
    serial_number: Option<DeviceReference>,
    /// Refuse a user who has no MFA device, instead of accepting the password alone
    #[arg(long)]
    require_mfa: bool,
}

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    unset_clock::warn(app, identity);
    let (caller, name, device) = (verifier.caller(), &arguments.name, arguments.serial_number.as_ref());
    let demand = if arguments.require_mfa { Demand::Mfa } else { Demand::AsAccount };
    let (password, code) = given(arguments, app)?;
    let password = Password::new(password);
    let sign_in = match code {
        Some(code) => {
            let code = TypedCode::read(&caller, Action::Login, &code)?;
            authenticate::login(&caller, name, &password, Some(&code), device, demand)?
        }
        None => {
            let proof = authenticate::check_password(&caller, name, &password)?;
            let code = if proof.needs_code() { Some(ask_for_code(&proof, &caller, app)?) } else { None };
            authenticate::complete(&caller, proof, code.as_ref(), device, demand)?
        }
    };
    answer(&sign_in, app)
}

/// The password, and the code if one was given beforehand. Both may come on stdin, a line each.
fn given(arguments: &Arguments, app: &App) -> Result<(Zeroizing<String>, Option<Zeroizing<String>>), Failure> {
    let stdin = Some(Path::new("-"));
    if arguments.password_file.as_deref() == stdin && arguments.code_file.as_deref() == stdin {
        let [password, code] = app.terminal.read_two_secrets()?;
        return Ok((password, Some(code)));
    }
    let password = match &arguments.password_file {
        Some(file) => app.terminal.read_secret(file)?,
        None => app.terminal.ask_hidden("password: ", "--password-file")?,
    };
    let code = match (&arguments.code, &arguments.code_file) {
        (Some(code), _) => Some(code.clone().into()),
        (None, Some(file)) => Some(app.terminal.read_secret(file)?),
        (None, None) => None,
    };
    Ok((password, code))
}

/// Asks until it is a code by its form: a slip of the finger need not cost the password. Whoever must wait is told until
/// when, and what need not wait.
fn ask_for_code(proof: &PasswordProof, caller: &Caller<'_>, app: &App) -> Result<TypedCode, Failure> {
    let ways = "two codes in a row in one line, such as `123456 654321`, or a recovery code get in at once";
    match proof.single_codes() {
        ThrottleStatus::Open => {}
        ThrottleStatus::Waiting { until } => app.terminal.say(&format!(
            "after too many failures a single code is not checked until {}; {ways}",
            moment::rfc3339(until)
        )),
        ThrottleStatus::Suspended => {
            app.terminal.say(&format!("after too many failures single codes are not checked; {ways}"));
        }
    }
    loop {
        let code = app.terminal.ask("code: ", "--code")?;
        match TypedCode::read(caller, Action::Login, &code) {
            Ok(code) => return Ok(code),
            Err(ActionError::MalformedCode(malformed)) => app.terminal.say(&format!("{malformed}; try again")),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Says that the login or the verification succeeded, and what the user should know of earlier attempts.
pub(super) fn answer(sign_in: &SignIn, app: &App) -> Result<(), Failure> {
    let method = sign_in.mfa().map(|proof| proof.method());
    if method == Some(&MfaMethod::RecoveryCode) {
        app.terminal.say(&recovery_codes::left(sign_in));
    }
    match app.options.output {
        Output::Text => {
            if sign_in.failures_before() > 0 {
                let failures = counted(sign_in.failures_before(), "attempt");
                app.terminal.say(&format!("{failures} with codes failed since the last one that was accepted"));
            }
            if sign_in.wrong_passwords_before() > 0 {
                let wrong = counted(sign_in.wrong_passwords_before(), "wrong password");
                app.terminal.say(&format!("{wrong} since the last login"));
            }
            let mfa = match method {
                Some(MfaMethod::Device(_)) => "with MFA",
                Some(MfaMethod::RecoveryCode) => "with MFA, by a recovery code",
                None => "without MFA: no device is enabled",
            };
            app.terminal.answer(&format!("{} ({mfa})", sign_in.arn()))
        }
        Output::Json => app.terminal.answer_json(&json!({
            "account_id": sign_in.account().as_str(),
            "user_name": sign_in.user_name().as_str(),
            "user_id": sign_in.user_id().as_str(),
            "arn": sign_in.arn(),
            "authenticated_at": moment::rfc3339(sign_in.at()),
            "mfa_authenticated": sign_in.mfa().is_some(),
            "mfa_method": method.map(|method| match method {
                MfaMethod::Device(_) => "device",
                MfaMethod::RecoveryCode => "recovery_code",
            }),
            "mfa_serial_number": sign_in.mfa().and_then(|proof| proof.serial()).map(ToString::to_string),
            "mfa_authenticated_at": sign_in.mfa().map(|proof| moment::rfc3339(proof.at())),
            "failed_attempts_before": sign_in.failures_before(),
            "wrong_passwords_before": sign_in.wrong_passwords_before(),
            "recovery_codes_left": sign_in.recovery_codes_left(),
        })),
    }
}
