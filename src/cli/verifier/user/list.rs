use serde_json::json;

use crate::actions::users::ListUsers;
use crate::cli::options::Output;
use crate::cli::table::counted;
use crate::cli::verifier::opened::Verifier;
use crate::cli::verifier::pages;
use crate::cli::{App, Failure, moment};

pub(super) fn run(app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    let caller = verifier.caller();
    let (users, damaged) = pages::all(|page| caller.ask(&ListUsers { page }))?;
    match app.options.output {
        Output::Text => {
            let rows = users.iter().map(|listed| {
                let devices = counted(listed.mfa_devices, "MFA device");
                vec![listed.user.name.to_string(), devices, moment::rfc3339(listed.user.created)]
            });
            app.terminal.answer_rows(&rows.collect::<Vec<_>>())?;
        }
        Output::Json => {
            let users: Vec<_> = users
                .iter()
                .map(|listed| {
                    let mut object = super::json(&listed.user);
                    object.insert("mfa_device_count".to_owned(), listed.mfa_devices.into());
                    object
                })
                .collect();
            app.terminal.answer_json(&json!({ "users": users }))?;
        }
    }
    pages::left_out(&damaged, app)
}
