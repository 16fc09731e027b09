use clap::{Args, ValueEnum};
use serde_json::json;

use crate::actions::devices::{self, AssignmentStatus};
use crate::cli::help::examples;
use crate::cli::options::Output;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure};
use crate::time::Clock;

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa device list", "List all devices"),
    ("vmfa device list --assignment-status unassigned", "List the devices that have no user"),
]))]
pub(in crate::cli) struct Arguments {
    /// Which devices to list
    #[arg(long, value_name = "STATUS", value_enum, default_value_t = Status::Any)]
    assignment_status: Status,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Status {
    /// Devices that have a user
    Assigned,
    /// Devices that have no user
    Unassigned,
    /// All devices
    Any,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    let status = match arguments.assignment_status {
        Status::Assigned => AssignmentStatus::Assigned,
        Status::Unassigned => AssignmentStatus::Unassigned,
        Status::Any => AssignmentStatus::Any,
    };
    let devices = devices::list(&verifier.context, &verifier.account.id, status)?;
    let rules = verifier.context.rules();
    let now = app.clock.now().map_err(crate::cli::failure::failed("cannot tell the time"))?;
    match app.options.output {
        Output::Text => {
            app.terminal.answer_rows(&devices.iter().map(|device| super::row(device, now, rules)).collect::<Vec<_>>())
        }
        Output::Json => {
            let devices: Vec<_> = devices.iter().map(|device| super::json(device, now, rules)).collect();
            app.terminal.answer_json(&json!({ "virtual_mfa_devices": devices }))
        }
    }
}
