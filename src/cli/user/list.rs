use serde_json::json;

use super::super::options::Output;
use super::super::table::counted;
use super::super::verifier::Verifier;
use super::super::{App, Failure, moment};
use crate::actions::users;

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
