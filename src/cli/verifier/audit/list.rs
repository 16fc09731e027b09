use clap::Args;
use serde_json::json;

use crate::actions::audit;
use crate::cli::help::examples;
use crate::cli::options::Output;
use crate::cli::table::printable;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure, moment};
use crate::directory::{AuditEvent, Outcome};

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa audit list", "List all events"),
    ("vmfa audit list --from 5", "List the events from the fifth on"),
]))]
pub(in crate::cli) struct Arguments {
    /// Start with the event of this number
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    from: u64,
}

/// Events asked for at once, so that a long log is not held in memory.
const PAGE: u32 = 1000;

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    let mut pages = Pages { verifier: &verifier, next: arguments.from };
    match app.options.output {
        Output::Text => {
            while let Some(page) = pages.read()? {
                app.terminal.answer_rows(&page.iter().map(row).collect::<Vec<_>>())?;
            }
            Ok(())
        }
        // One document, written as it is read, since a log can be longer than the memory.
        Output::Json => {
            let mut separator = "{\"events\":[";
            while let Some(page) = pages.read()? {
                for event in &page {
                    app.terminal.answer_bytes(format!("{separator}{}", json(event)).as_bytes())?;
                    separator = ",\n";
                }
            }
            app.terminal.answer(if separator.starts_with('{') { "{\"events\":[]}" } else { "]}" })
        }
    }
}

/// The log, a page at a time.
struct Pages<'a> {
    verifier: &'a Verifier,
    next: u64,
}

impl Pages<'_> {
    fn read(&mut self) -> Result<Option<Vec<AuditEvent>>, Failure> {
        let page = audit::list(&self.verifier.context, &self.verifier.account.id, self.next, PAGE)?;
        let Some(last) = page.last() else { return Ok(None) };
        self.next = last.sequence + 1;
        Ok(Some(page))
    }
}

fn row(event: &AuditEvent) -> Vec<String> {
    let outcome = match event.outcome {
        Outcome::Success => "success".to_owned(),
        Outcome::Refused(refusal) => format!("refused: {refusal}"),
    };
    let AuditEvent { sequence, at, origin, action, target, detail, .. } = event;
    let (at, actor, source) = (moment::rfc3339(*at), &origin.actor, &origin.source);
    // What stands in the database may have been put there to steer the terminal.
    let fields = [actor, source, target, detail].map(|text| printable(text));
    let [actor, source, target, detail] = fields;
    vec![sequence.to_string(), at, format!("{actor} ({source})"), action.to_string(), target, outcome, detail]
}

fn json(event: &AuditEvent) -> serde_json::Value {
    let (outcome, reason) = match event.outcome {
        Outcome::Success => ("success", None),
        Outcome::Refused(refusal) => ("refused", Some(refusal.as_str())),
    };
    json!({
        "sequence": event.sequence,
        "time": moment::rfc3339(event.at),
        "actor": event.origin.actor,
        "source": event.origin.source,
        "action": event.action.as_str(),
        "target": event.target,
        "outcome": outcome,
        "reason": reason,
        "detail": event.detail,
    })
}
