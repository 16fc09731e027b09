use clap::Args;
use serde_json::Value;

use crate::actions::users::ShowUser;
use crate::cli::help::examples;
use crate::cli::options::Output;
use crate::cli::verifier::device;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure, moment};
use crate::directory::UserName;
use crate::verifier::ThrottleStatus;

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa user show alice", "Show a user"),
    ("vmfa user show alice --output json", "Show a user to a program"),
]))]
pub(in crate::cli) struct Arguments {
    /// The user's name
    name: UserName,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    let overview = verifier.caller().ask(&ShowUser { name: &arguments.name })?;
    let (user, rules) = (&overview.user, verifier.context.rules());
    let (status, until) = told(overview.throttle);
    let (passwords, passwords_until) = told(overview.passwords);
    if app.options.output == Output::Json {
        let devices: Vec<Value> =
            overview.devices.iter().map(|found| device::json(found, overview.at, rules)).collect();
        let mut object = super::json(user);
        object.extend([
            ("mfa_devices".to_owned(), devices.into()),
            ("recovery_codes_left".to_owned(), overview.recovery_codes_left.into()),
            ("failed_attempts".to_owned(), overview.failures.into()),
            ("mfa_status".to_owned(), status.into()),
            ("mfa_waits_until".to_owned(), until.into()),
            ("wrong_passwords".to_owned(), overview.wrong_passwords.into()),
            ("password_status".to_owned(), passwords.into()),
            ("password_waits_until".to_owned(), passwords_until.into()),
            ("server_time".to_owned(), moment::rfc3339(overview.at).into()),
        ]);
        return app.terminal.answer_json(&object);
    }
    let lasts = |until: Option<String>| until.map(|until| format!(" until {until}")).unwrap_or_default();
    let way_out = match status {
        "open" => "",
        _ => ": two codes in a row, a recovery code or `vmfa user unlock` get in at once",
    };
    let lines = [
        ("arn", user.arn()),
        ("created", moment::rfc3339(user.created)),
        ("password", if user.password_hash.is_some() { "yes" } else { "no" }.to_owned()),
        ("wrong passwords", format!("{}, {passwords}{}", overview.wrong_passwords, lasts(passwords_until))),
        ("recovery codes", overview.recovery_codes_left.to_string()),
        ("failed attempts", overview.failures.to_string()),
        ("codes", format!("{status}{}{way_out}", lasts(until))),
        ("server time", moment::rfc3339(overview.at)),
    ];
    lines.iter().try_for_each(|(name, value)| app.terminal.answer(&format!("{name:<17}{value}")))?;
    app.terminal
        .answer_rows(&overview.devices.iter().map(|found| device::row(found, overview.at, rules)).collect::<Vec<_>>())
}

/// A word for what a try would meet, and until when.
fn told(status: ThrottleStatus) -> (&'static str, Option<String>) {
    match status {
        ThrottleStatus::Open => ("open", None),
        ThrottleStatus::Waiting { until } => ("waiting", Some(moment::rfc3339(until))),
        ThrottleStatus::Suspended => ("suspended", None),
    }
}
