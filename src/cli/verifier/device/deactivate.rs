use clap::Args;
use serde_json::json;

use super::device_of;
use crate::actions::devices::{DeactivateDevice, DeviceReference};
use crate::cli::help::examples;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure};
use crate::directory::UserName;

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa device deactivate alice", "Deactivate the user's only device"),
    ("vmfa device deactivate alice --serial-number alice", "Deactivate this one of several devices"),
]))]
pub(in crate::cli) struct Arguments {
    /// The user's name
    name: UserName,
    /// The device's serial number (ARN) or name; needed if the user has several
    #[arg(long, value_name = "ARN")]
    serial_number: Option<DeviceReference>,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    let serial = device_of(&verifier, &arguments.name, arguments.serial_number.as_ref())?;
    let name = &arguments.name;
    let left = verifier.caller().perform(&DeactivateDevice { serial: &serial, user: name })?;
    let warning = if left == 0 { ", who now logs in with the password alone" } else { "" };
    let text = format!("device `{serial}` is no longer the MFA device of user `{name}`{warning}");
    let answer = json!({ "serial_number": serial.to_string(), "user_name": name.as_str(), "mfa_devices_left": left });
    app.terminal.done(app.options.output, &text, &answer)
}
