use std::convert::identity;

use clap::Args;

use super::Codes;
use crate::actions::devices::{DeviceReference, EnableDevice};
use crate::cli::help::examples;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure, unset_clock};
use crate::directory::UserName;

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa device enable bob --serial-number phone", "Ask for two codes in a row, and enable the device for bob"),
    ("vmfa device enable bob --serial-number phone --output json", "Do so, and answer a program"),
]))]
pub(in crate::cli) struct Arguments {
    /// The user's name
    name: UserName,
    /// The device's serial number (ARN) or name
    #[arg(long, value_name = "ARN")]
    serial_number: DeviceReference,
    #[command(flatten)]
    codes: Codes,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    unset_clock::warn(app, identity);
    let serial = arguments.serial_number.resolve(&verifier.caller())?;
    let codes = arguments.codes.pair(app)?;
    let drift = verifier.caller().perform(&EnableDevice { serial: &serial, user: &arguments.name, codes: &codes })?;
    let text = format!("device `{serial}` is enabled for user `{}`", arguments.name);
    app.terminal.done(app.options.output, &text, &super::enabled_json(&serial, &arguments.name, drift))
}
