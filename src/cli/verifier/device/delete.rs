use clap::Args;
use serde_json::json;

use crate::actions::devices::{DeleteDevice, DeviceReference};
use crate::cli::help::examples;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure};

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa device delete --serial-number phone", "Delete a device"),
    ("vmfa device delete --serial-number phone --output json", "Delete a device, and answer a program"),
]))]
pub(in crate::cli) struct Arguments {
    /// The device's serial number (ARN) or name
    #[arg(long, value_name = "ARN")]
    serial_number: DeviceReference,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    let serial = arguments.serial_number.resolve(&verifier.caller())?;
    verifier.caller().perform(&DeleteDevice { serial: &serial })?;
    let text = format!("device `{serial}` is deleted");
    app.terminal.done(app.options.output, &text, &json!({ "deleted": { "serial_number": serial.to_string() } }))
}
