use serde_json::json;

use crate::actions::audit::{self, Verification};
use crate::cli::failure::Exit;
use crate::cli::options::Output;
use crate::cli::table::counted;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure};

pub(super) fn run(app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    match audit::verify(&verifier.context, &verifier.account.id)? {
        Verification::Whole { events } => match app.options.output {
            Output::Text => app.terminal.answer(&format!("{}, none missing or altered", counted(events, "event"))),
            Output::Json => app.terminal.answer_json(&json!({ "events": events, "whole": true })),
        },
        Verification::Broken { sequence } => {
            let message = format!("event {sequence} of the audit log is missing, altered or out of place");
            Err(broken(app, &json!({ "whole": false, "first_wrong": sequence }), message)?)
        }
        Verification::CutOff { found } => {
            let message = format!("the audit log has {}, and its end is missing", counted(found, "event"));
            Err(broken(app, &json!({ "whole": false, "events": found }), message)?)
        }
    }
}

fn broken(app: &App, answer: &serde_json::Value, message: String) -> Result<Failure, Failure> {
    if app.options.output == Output::Json {
        app.terminal.answer_json(answer)?;
    }
    Ok(Failure::new(Exit::Failed, message).hint("the database was changed outside vmfa"))
}
