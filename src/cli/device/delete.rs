use clap::Args;
use serde_json::json;

use super::super::verifier::Verifier;
use super::super::{App, Failure};
use crate::actions::devices;

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The device's serial number (its ARN), or its name
    #[arg(long, value_name = "ARN")]
    serial_number: String,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    let serial = verifier.serial(&arguments.serial_number)?;
    devices::delete(&verifier.context, &verifier.origin, &serial)?;
    let text = format!("device `{serial}` is deleted");
    app.terminal.done(app.options.output, &text, &json!({ "deleted": { "serial_number": serial.to_string() } }))
}
