//! `vmfa device`: virtual MFA devices, without questions where none are needed.

mod create;
mod deactivate;
mod delete;
mod enable;
mod list;
mod resync;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::opened::Verifier;
use crate::actions::devices::{DeviceReference, parse_pair};
use crate::actions::users::ShowUser;
use crate::cli::failure::Exit;
use crate::cli::help::examples;
use crate::cli::table::counted;
use crate::cli::{App, Failure, moment};
use crate::directory::{Assignment, SerialNumber, UserName, VirtualMfaDevice};
use crate::time::UnixTime;
use crate::verifier::{CodePair, Drift, Rules};

#[derive(Subcommand, Debug)]
#[command(after_help = examples([
    ("vmfa device list", "List the devices"),
    ("vmfa device deactivate alice", "Deactivate the device of a user who has lost it"),
]))]
pub(in crate::cli) enum Command {
    /// Create a device that has no user yet, and show its secret once
    Create(create::Arguments),
    /// Enable a device for a user with two consecutive codes
    Enable(enable::Arguments),
    /// List the devices
    List(list::Arguments),
    /// Resynchronize a device's clock with two consecutive codes; this also lifts a suspension
    Resync(resync::Arguments),
    /// Deactivate a user's device
    Deactivate(deactivate::Arguments),
    /// Delete a device that has no user
    Delete(delete::Arguments),
}

impl Command {
    pub(in crate::cli) fn run(&self, app: &App) -> Result<(), Failure> {
        match self {
            Self::Create(arguments) => create::run(arguments, app),
            Self::Enable(arguments) => enable::run(arguments, app),
            Self::List(arguments) => list::run(arguments, app),
            Self::Resync(arguments) => resync::run(arguments, app),
            Self::Deactivate(arguments) => deactivate::run(arguments, app),
            Self::Delete(arguments) => delete::run(arguments, app),
        }
    }
}

/// Two consecutive codes, given or asked for.
#[derive(Args, Debug)]
struct Codes {
    /// The first code
    #[arg(long, value_name = "CODE")]
    code1: Option<String>,
    /// The code after it
    #[arg(long, value_name = "CODE")]
    code2: Option<String>,
    /// Read both codes from this file, or from stdin for `-`, with blanks or line ends between them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["code1", "code2"])]
    codes_file: Option<PathBuf>,
}

impl Codes {
    fn pair(&self, app: &App) -> Result<CodePair, Failure> {
        if let Some(file) = &self.codes_file {
            let text = app.terminal.read_text(file)?;
            let mut codes = text.split_whitespace();
            return match (codes.next(), codes.next(), codes.next()) {
                (Some(first), Some(second), None) => Ok(parse_pair(first, second)?),
                _ => Err(Failure::usage("the file of `--codes-file` must have two codes")),
            };
        }
        let ask = |given: &Option<String>, prompt: &str, option: &str| match given {
            Some(code) => Ok(code.clone().into()),
            None => app.terminal.ask(prompt, option),
        };
        let first = ask(&self.code1, "first code: ", "--code1")?;
        let second = ask(&self.code2, "second code: ", "--code2")?;
        Ok(parse_pair(&first, &second)?)
    }
}

/// The device meant by `--serial-number`, or the user's only one.
fn device_of(verifier: &Verifier, user: &UserName, device: Option<&DeviceReference>) -> Result<SerialNumber, Failure> {
    let caller = verifier.caller();
    if let Some(device) = device {
        return Ok(device.resolve(&caller)?);
    }
    let mut devices = caller.ask(&ShowUser { name: user })?.devices;
    match (devices.pop(), devices.len()) {
        (Some(device), 0) => Ok(device.serial),
        (None, _) => Err(Failure::new(Exit::NotFound, format!("user `{user}` has no MFA device"))),
        (Some(_), others) => Err(Failure::usage(format!(
            "`--serial-number` is needed: user `{user}` has {}",
            counted(others + 1, "MFA device")
        ))),
    }
}

/// What a program is told of a device that two codes have just proven. Its keys stay.
pub(super) fn enabled_json(serial: &SerialNumber, user: &UserName, drift: Drift) -> serde_json::Value {
    json!({ "serial_number": serial.to_string(), "user_name": user.as_str(), "drift_seconds": seconds(drift) })
}

/// A device as a JSON object. Its keys stay.
pub(super) fn json(device: &VirtualMfaDevice, now: UnixTime, rules: &Rules) -> serde_json::Value {
    let (user, since) = match &device.assignment {
        Assignment::Unassigned => (None, None),
        Assignment::Enabled { user, since, .. } => (Some(user.as_str()), Some(moment::rfc3339(*since))),
    };
    json!({
        "serial_number": device.serial.to_string(),
        "create_date": moment::rfc3339(device.created),
        "user_name": user,
        "enable_date": since,
        "drift_seconds": device.state.as_ref().map(|state| seconds(state.drift)),
        "ahead_of_clock": device.is_ahead_of_clock(now, rules),
        "last_code_at": device.last_code_at().map(moment::rfc3339),
    })
}

/// A device as a row of text.
pub(super) fn row(device: &VirtualMfaDevice, now: UnixTime, rules: &Rules) -> Vec<String> {
    let serial = device.serial.to_string();
    let Assignment::Enabled { user, since, .. } = &device.assignment else {
        return vec![serial, "unassigned".to_owned()];
    };
    let drift = device.state.as_ref().map_or(0, |state| seconds(state.drift));
    let enabled = format!("enabled {}", moment::rfc3339(*since));
    let mut row = vec![serial, user.to_string(), enabled, format!("clock {drift:+} s")];
    let far_off = device.state.as_ref().is_some_and(|state| state.drift.steps().unsigned_abs() > 3);
    if device.is_ahead_of_clock(now, rules) || far_off {
        row.push(format!(
            "its last code was of {}: if its clock or this machine's was put right since, `vmfa device resync` brings it in step",
            moment::rfc3339(device.last_code_at().unwrap_or(now))
        ));
    }
    row
}

/// A clock difference in seconds.
pub(super) const fn seconds(drift: Drift) -> i64 {
    drift.steps().saturating_mul(VirtualMfaDevice::PERIOD.as_secs() as i64)
}
