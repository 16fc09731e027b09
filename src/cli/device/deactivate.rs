use clap::Args;

use super::super::verifier::Verifier;
use super::super::{App, Failure};
use super::device_of;
use crate::actions::devices;
use crate::directory::UserName;

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The user's name
    name: UserName,
    /// The device's serial number (its ARN), or its name; needed if the user has several
    #[arg(long, value_name = "ARN")]
    serial_number: Option<String>,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    let serial = device_of(&verifier, &arguments.name, arguments.serial_number.as_deref())?;
    devices::deactivate(&verifier.context, &verifier.origin, &serial, &arguments.name)?;
    app.terminal.say(&format!("device `{serial}` is no longer the MFA device of user `{}`", arguments.name));
    Ok(())
}
