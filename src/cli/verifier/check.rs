use clap::Args;
use serde_json::json;

use super::opened::Verifier;
use crate::actions::check::{CheckRecords, RemoveDamagedRecord};
use crate::cli::App;
use crate::cli::failure::{Exit, Failure};
use crate::cli::help::examples;
use crate::cli::options::Output;
use crate::cli::table::{counted, printable};
use crate::store::RecordName;

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa check", "Name all that is not as it was written; nothing is changed"),
    ("vmfa check --output json", "Name it to a program"),
]))]
pub(in crate::cli) struct Arguments {
    /// Remove this record, by the name that `vmfa check` gives it: one that was altered, or that lacks what belongs to it
    #[arg(long, value_name = "RECORD")]
    remove: Option<String>,
}

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    if let Some(name) = &arguments.remove {
        let record = RecordName::from_kept(name.clone());
        verifier.caller().perform(&RemoveDamagedRecord { record: &record })?;
        let text = format!("the record `{record}` is removed");
        return app.terminal.done(app.options.output, &text, &json!({ "removed": record.as_str() }));
    }
    let found = verifier.caller().ask(&CheckRecords)?;
    match app.options.output {
        Output::Text => found.iter().try_for_each(|found| app.terminal.answer(&printable(&found.to_string())))?,
        Output::Json => {
            let shown = found.iter().map(|found| {
                let record = found.removable().map(RecordName::as_str);
                json!({ "message": found.to_string(), "removable_record": record })
            });
            app.terminal.answer_json(&json!({ "inconsistencies": shown.collect::<Vec<_>>() }))?;
        }
    }
    if found.is_empty() {
        app.terminal.say("all records are as they were written");
        return Ok(());
    }
    Err(Failure::new(Exit::Failed, counted(found.len(), "inconsistency")).code("inconsistent").hint(
        "`vmfa check --remove RECORD` removes a record that was altered; or restore the data folder from a backup",
    ))
}
