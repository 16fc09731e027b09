use serde_json::json;

use super::super::failure::Exit;
use super::super::options::Output;
use super::super::verifier::Verifier;
use super::super::{App, Failure};
use crate::actions::audit::{self, Verification};

pub(super) fn run(app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    match audit::verify(&verifier.context, &verifier.account.id)? {
        Verification::Whole { events } => match app.options.output {
            Output::Text => app.terminal.answer(&format!("{events} events, all there and unaltered")),
            Output::Json => app.terminal.answer_json(&json!({ "events": events, "whole": true })),
        },
        Verification::Broken { sequence } => {
            Err(broken(format!("event {sequence} of the audit log is missing, altered or out of place")))
        }
        Verification::CutOff { found } => {
            Err(broken(format!("the audit log has {found} events, and its end is not where it should be")))
        }
    }
}

fn broken(message: String) -> Failure {
    Failure::new(Exit::Failed, message).hint("somebody or something changed the database outside vmfa")
}
