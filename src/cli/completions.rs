use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::failure::Failure;
use super::{App, Vmfa};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The shell to complete for
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Vmfa::command(), "vmfa", &mut script);
    app.terminal.answer_bytes(&script)
}
