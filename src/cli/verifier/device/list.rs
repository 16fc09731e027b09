use clap::{Args, ValueEnum};
use serde_json::json;

use crate::actions::devices::{AssignmentStatus, ListDevices};
use crate::cli::help::examples;
use crate::cli::options::Output;
use crate::cli::verifier::opened::Verifier;
use crate::cli::verifier::pages;
use crate::cli::{App, Failure, moment};
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
    let caller = verifier.caller();
    let (devices, damaged) = pages::all(|page| caller.ask(&ListDevices { status, page }))?;
    let rules = verifier.context.rules();
    let now = app.clock.now().map_err(crate::cli::failure::failed("cannot tell the time"))?;
    match app.options.output {
        Output::Text => {
            let rows = devices.iter().map(|device| super::row(device, now, rules)).collect::<Vec<_>>();
            app.terminal.answer_rows(&rows)?;
        }
        Output::Json => {
            let devices: Vec<_> = devices.iter().map(|device| super::json(device, now, rules)).collect();
            let answer = json!({ "virtual_mfa_devices": devices, "server_time": moment::rfc3339(now) });
            app.terminal.answer_json(&answer)?;
        }
    }
    pages::left_out(&damaged, app)
}
