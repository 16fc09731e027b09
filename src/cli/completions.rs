use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;

use super::failure::Failure;
use super::help::examples;
use super::{App, Vmfa};

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("source <(vmfa completions bash)", "Complete in this bash"),
    ("vmfa completions fish > ~/.config/fish/completions/vmfa.fish", "Complete in every new fish"),
]))]
pub(super) struct Arguments {
    /// The shell to complete for
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut without_hidden(&Vmfa::command()), "vmfa", &mut script);
    app.terminal.answer_bytes(&script)
}

/// The program without the commands that it starts itself with. clap_complete offers hidden commands too, and clap takes
/// none out of a program again.
fn without_hidden(program: &Command) -> Command {
    Command::new("vmfa")
        .version(env!("CARGO_PKG_VERSION"))
        .propagate_version(true)
        .args(program.get_arguments().cloned())
        .subcommands(program.get_subcommands().filter(|command| !command.is_hide_set()).cloned())
}
