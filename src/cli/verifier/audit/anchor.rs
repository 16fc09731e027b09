use serde_json::json;

use crate::actions::audit;
use crate::cli::options::Output;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure};

pub(super) fn run(app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    let text = audit::write_anchor(&verifier.caller())?.to_text();
    match app.options.output {
        Output::Text => app.terminal.answer_bytes(text.as_bytes()),
        Output::Json => app.terminal.answer_json(&json!({ "anchor": text })),
    }
}
