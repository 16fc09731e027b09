use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::actions::audit::{Anchor, Verification, VerifyLog};
use crate::cli::failure::Exit;
use crate::cli::help::examples;
use crate::cli::options::Output;
use crate::cli::table::{counted, printable};
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure};

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa audit verify", "Check the log, and the records against it"),
    ("vmfa audit verify --output json", "Check it for a program"),
]))]
pub(in crate::cli) struct Arguments {
    /// Check the log against what `vmfa audit anchor` wrote into this file, or into stdin for `-`
    #[arg(long, value_name = "FILE")]
    anchor: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    let anchor = match &arguments.anchor {
        None => None,
        Some(file) => {
            let text = app.terminal.read_text(file)?;
            Some(Anchor::parse(&text).map_err(|error| Failure::from_error(Exit::Usage, &error))?)
        }
    };
    let Verification { events, records, faults } = verifier.caller().ask(&VerifyLog { anchor: anchor.as_ref() })?;
    let shown: Vec<String> = faults.iter().map(|fault| printable(&fault.to_string())).collect();
    if app.options.output == Output::Json {
        let answer = json!({ "events": events, "records": records, "whole": faults.is_empty(), "faults": shown });
        app.terminal.answer_json(&answer)?;
    }
    let Some((first, others)) = shown.split_first() else {
        if app.options.output == Output::Text {
            let (events, records) = (counted(events, "event"), counted(records, "record"));
            app.terminal.answer(&format!("{events}, none missing or altered; {records}, each of its last event"))?;
        }
        return Ok(());
    };
    others.iter().for_each(|fault| app.terminal.say(fault));
    Err(Failure::new(Exit::Failed, first.as_str()).code("altered_log").hint("the database was changed outside vmfa"))
}
