use std::convert::identity;

use clap::Args;

use super::{Codes, device_of, seconds};
use crate::actions::devices::{DeviceReference, ResyncDevice};
use crate::cli::help::examples;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure, unset_clock};
use crate::directory::UserName;

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa device resync alice", "Ask for two codes in a row, and resynchronize the user's only device"),
    ("vmfa device resync alice --serial-number alice", "Resynchronize this one of several devices"),
]))]
pub(in crate::cli) struct Arguments {
    /// The user's name
    name: UserName,
    /// The device's serial number (ARN) or name; needed if the user has several
    #[arg(long, value_name = "ARN")]
    serial_number: Option<DeviceReference>,
    #[command(flatten)]
    codes: Codes,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    unset_clock::warn(app, identity);
    let serial = device_of(&verifier, &arguments.name, arguments.serial_number.as_ref())?;
    let codes = arguments.codes.pair(app)?;
    let drift = verifier.caller().perform(&ResyncDevice { serial: &serial, user: &arguments.name, codes: &codes })?;
    let text = format!("device `{serial}` is in step again; its clock is {:+} s off", seconds(drift));
    app.terminal.done(app.options.output, &text, &super::enabled_json(&serial, &arguments.name, drift))
}
