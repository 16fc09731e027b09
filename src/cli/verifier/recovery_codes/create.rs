use clap::Args;
use serde_json::json;
use zeroize::Zeroizing;

use crate::actions::recovery_codes::{self, ReplaceRecoveryCodes};
use crate::cli::help::examples;
use crate::cli::options::Output;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure};
use crate::directory::UserName;

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa recovery-codes create alice", "Show ten new recovery codes"),
    ("vmfa recovery-codes create alice > recovery-codes", "Write them into a file"),
]))]
pub(in crate::cli) struct Arguments {
    /// The user's name
    name: UserName,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    let (caller, name) = (verifier.caller(), &arguments.name);
    let codes = recovery_codes::draw_up(&caller, name)?;
    // On disk before they are shown: codes that are shown and not kept would be relied on in vain.
    caller.perform(&ReplaceRecoveryCodes { name, codes: &codes })?;
    let texts: Vec<Zeroizing<String>> = codes.iter().map(|code| code.to_text()).collect();
    let shown = match app.options.output {
        Output::Text => texts.iter().try_for_each(|text| app.terminal.answer(text)),
        Output::Json => {
            let texts: Vec<&str> = texts.iter().map(|text| text.as_str()).collect();
            app.terminal.answer_json(&json!({ "user_name": name.as_str(), "recovery_codes": texts }))
        }
    };
    shown.map_err(|failure| {
        failure.hint(format!(
            "these codes are valid, and the earlier ones are not; make new ones: `vmfa recovery-codes create {name}`"
        ))
    })?;
    app.terminal.say("these codes are shown only now, and each is good for one login; earlier codes no longer work");
    Ok(())
}
