use serde_json::json;

use crate::actions::users;
use crate::cli::options::Output;
use crate::cli::table::counted;
use crate::cli::verifier::opened::Verifier;
use crate::cli::{App, Failure, moment};

pub(super) fn run(app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    let users = users::list(&verifier.context, &verifier.account.id)?;
    match app.options.output {
        Output::Text => {
            let rows = users.iter().map(|user| {
                let devices = counted(user.mfa_devices, "MFA device");
                vec![user.name.to_string(), devices, moment::rfc3339(user.created)]
            });
            app.terminal.answer_rows(&rows.collect::<Vec<_>>())
        }
        Output::Json => {
            let users: Vec<_> = users
                .iter()
                .map(|user| {
                    let mut object = super::json(user);
                    object.insert("mfa_devices".to_owned(), user.mfa_devices.into());
                    object
                })
                .collect();
            app.terminal.answer_json(&json!({ "users": users }))
        }
    }
}
