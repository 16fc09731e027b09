use serde_json::json;

use super::super::options::Output;
use super::super::verifier::Verifier;
use super::super::{App, Failure, moment};
use crate::actions::users;

pub(super) fn run(app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    let users = users::list(&verifier.context, &verifier.account.id)?;
    match app.options.output {
        Output::Text => users.iter().try_for_each(|user| {
            let (name, devices) = (user.name.as_str(), user.mfa_devices);
            app.terminal.answer(&format!("{name}\t{devices} MFA devices\t{}", moment::rfc3339(user.created)))
        }),
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
