use clap::Args;

use super::super::verifier::Verifier;
use super::super::{App, Failure};
use crate::actions::users;
use crate::directory::UserName;

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The user's name
    name: UserName,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let verifier = Verifier::open(app)?;
    users::unlock(&verifier.context, &verifier.account.id, &verifier.origin, &arguments.name)?;
    app.terminal.say(&format!("the failed attempts of user `{}` are forgiven", arguments.name));
    Ok(())
}
