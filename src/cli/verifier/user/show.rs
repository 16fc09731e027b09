use clap::Args;
use serde_json::Value;

use crate::actions::users;
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
    let overview = users::show(&verifier.context, &verifier.account.id, &arguments.name)?;
    let (user, rules) = (&overview.user, verifier.context.rules());
    let (status, until) = match overview.throttle {
        ThrottleStatus::Open => ("open", None),
        ThrottleStatus::Waiting { until } => ("waiting", Some(moment::rfc3339(until))),
        ThrottleStatus::Suspended => ("suspended", None),
    };
    if app.options.output == Output::Json {
        let devices: Vec<Value> =
            overview.devices.iter().map(|found| device::json(found, overview.at, rules)).collect();
        let mut object = super::json(user);
        object.extend([
            ("mfa_devices".to_owned(), devices.into()),
            ("recovery_codes_left".to_owned(), user.recovery.left.into()),
            ("failed_attempts".to_owned(), user.throttle.failures.into()),
            ("mfa_status".to_owned(), status.into()),
            ("mfa_waits_until".to_owned(), until.into()),
        ]);
        return app.terminal.answer_json(&object);
    }
    app.terminal.answer(&format!("arn              {}", user.arn()))?;
    app.terminal.answer(&format!("created          {}", moment::rfc3339(user.created)))?;
    app.terminal.answer(&format!("password         {}", if user.password_hash.is_some() { "yes" } else { "no" }))?;
    app.terminal.answer(&format!("recovery codes   {}", user.recovery.left))?;
    app.terminal.answer(&format!("failed attempts  {}", user.throttle.failures))?;
    let until = match overview.throttle {
        ThrottleStatus::Open => String::new(),
        ThrottleStatus::Waiting { .. } => until.map(|until| format!(" until {until}")).unwrap_or_default(),
        ThrottleStatus::Suspended => {
            ": `vmfa device resync`, `vmfa user unlock` or a recovery code lifts it".to_owned()
        }
    };
    app.terminal.answer(&format!("codes            {status}{until}"))?;
    app.terminal
        .answer_rows(&overview.devices.iter().map(|found| device::row(found, overview.at, rules)).collect::<Vec<_>>())
}
