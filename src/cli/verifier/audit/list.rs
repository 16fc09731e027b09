use clap::Args;
use serde_json::json;

use crate::actions::Caller;
use crate::actions::audit::{ListEvents, ListedEvent};
use crate::cli::failure::Exit;
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
    let mut pages = Pages { caller: verifier.caller(), next: arguments.from.max(1), first_wrong: None };
    match app.options.output {
        Output::Text => {
            while let Some(page) = pages.read()? {
                app.terminal.answer_rows(&page.iter().map(row).collect::<Vec<_>>())?;
            }
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
            app.terminal.answer(if separator.starts_with('{') { "{\"events\":[]}" } else { "]}" })?;
        }
    }
    match pages.first_wrong {
        None => Ok(()),
        Some(number) => Err(Failure::new(
            Exit::Failed,
            format!("event {number} of the audit log is missing, altered or out of place"),
        )
        .code("altered_log")
        .hint("`vmfa audit verify` checks the whole log")),
    }
}

/// The log, a page at a time.
struct Pages<'a> {
    caller: Caller<'a>,
    next: u64,
    /// The first event that is not what was written, or not in its place.
    first_wrong: Option<u64>,
}

impl Pages<'_> {
    fn read(&mut self) -> Result<Option<Vec<ListedEvent>>, Failure> {
        let page = self.caller.ask(&ListEvents { first: self.next, count: PAGE })?;
        let Some(last) = page.last() else { return Ok(None) };
        self.next = last.number.saturating_add(1);
        let wrong = page.iter().find(|event| !event.believed).map(|event| event.number);
        self.first_wrong = self.first_wrong.or(wrong);
        Ok(Some(page))
    }
}

fn row(listed: &ListedEvent) -> Vec<String> {
    let number = listed.number.to_string();
    let Some(event) = &listed.event else { return vec![number, "cannot be read".to_owned()] };
    let outcome = match &event.outcome {
        Outcome::Success => "success".to_owned(),
        Outcome::Refused(reason) => format!("refused: {reason}"),
    };
    let AuditEvent { at, origin, action, target, detail, .. } = event;
    let (at, actor, source) = (moment::rfc3339(*at), &origin.actor, &origin.source);
    // What stands in the database may have been put there to steer the terminal.
    let fields = [actor, source, action, target, &outcome, detail].map(|text| printable(text));
    let [actor, source, action, target, outcome, detail] = fields;
    vec![number, at, format!("{actor} ({source})"), action, target, outcome, detail]
}

fn json(listed: &ListedEvent) -> serde_json::Value {
    let Some(event) = &listed.event else {
        return json!({ "sequence": listed.number, "believed": false });
    };
    let (outcome, reason) = match &event.outcome {
        Outcome::Success => ("success", None),
        Outcome::Refused(reason) => ("refused", Some(reason.as_ref())),
    };
    json!({
        "sequence": event.number,
        "time": moment::rfc3339(event.at),
        "actor": event.origin.actor,
        "source": event.origin.source,
        "action": event.action,
        "target": event.target,
        "outcome": outcome,
        "reason": reason,
        "detail": event.detail,
        "believed": listed.believed,
    })
}
