use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::actions::devices::{self, CreateDevice};
use crate::actions::users::ShowUser;
use crate::cli::failure::Exit;
use crate::cli::help::examples;
use crate::cli::options::Output;
use crate::cli::verifier::opened::Verifier;
use crate::cli::verifier::setup::{Setup, SetupOptions};
use crate::cli::{App, Failure};
use crate::directory::{DeviceName, Path, SerialNumber, UserName};
use crate::otp::SharedSecret;

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa device create bob --output json", "Create a device for bob, and give a program its secret"),
    ("vmfa device create --device-name tablet --qr-png tablet.png", "Create a device of this name, and write its QR code"),
]))]
pub(in crate::cli) struct Arguments {
    /// The user that the device is for, who is not bound to it yet; also its name, without --device-name
    #[arg(required_unless_present = "device_name")]
    name: Option<UserName>,
    /// The device's name
    #[arg(long, value_name = "NAME")]
    device_name: Option<DeviceName>,
    /// The device's path in the account
    #[arg(long, value_name = "PATH", default_value = "/")]
    path: Path,
    /// Read the secret, in base32, from this file, or from stdin for `-`, instead of making a random one
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    #[command(flatten)]
    setup: SetupOptions,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    // A device for a user needs the user: there a folder that holds nothing is a mistyped one.
    let verifier = if arguments.name.is_some() { Verifier::open(app)? } else { Verifier::open_or_create(app)? };
    let caller = verifier.caller();
    if let Some(user) = &arguments.name {
        caller.ask(&ShowUser { name: user })?;
    }
    let name = match (&arguments.device_name, &arguments.name) {
        (Some(name), _) => name.clone(),
        (None, Some(user)) => user.as_str().parse()?,
        (None, None) => return Err(Failure::usage("`--device-name` is needed")),
    };
    let seed = arguments.secret_file.as_ref().map(|file| read_seed(file, app)).transpose()?;
    let serial = SerialNumber::new(verifier.account.id.clone(), arguments.path.clone(), name)?;
    let new = devices::draw_up(&caller, serial, seed, None)?;
    let setup = Setup::new(&verifier, &new, &arguments.setup)?;
    setup.write_files(&arguments.setup, app)?;
    let secret = new.secret.to_base32();
    match app.options.output {
        Output::Text => {
            app.terminal.say("serial number, secret (shown only now), and URI for a QR code:");
            app.terminal.answer(&new.serial.to_string())?;
            app.terminal.answer(&secret)?;
            app.terminal.answer(&setup.text)?;
        }
        Output::Json => app.terminal.answer_json(&json!({
            "serial_number": new.serial.to_string(),
            "secret": secret.as_str(),
            "otpauth_uri": setup.text.as_str(),
        }))?,
    }
    // Kept once it was shown: a device whose secret nobody has would only take its name.
    caller.perform(&CreateDevice { new: &new })?;
    Ok(())
}

fn read_seed(file: &std::path::Path, app: &App) -> Result<SharedSecret, Failure> {
    let text = app.terminal.read_secret(file)?;
    SharedSecret::from_base32(&text).map_err(|error| Failure::from_error(Exit::Usage, &error))
}
