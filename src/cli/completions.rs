use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;

use super::failure::Failure;
use super::help::examples;
use super::{App, Vmfa};
use crate::cli::authenticator::complete_names::Names;

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
    let mut program = without_hidden(&Vmfa::command());
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "vmfa", &mut script);
    let script = String::from_utf8_lossy(&script);
    app.terminal.answer_bytes(with_names(&script, arguments.shell, &program).as_bytes())
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

/// The script with what asks for the names in the vault. clap_complete has an engine for such answers; it is not stable
/// yet, and in bash it does not get along with colons.
fn with_names(script: &str, shell: Shell, program: &Command) -> String {
    match shell {
        Shell::Bash => {
            let registered = script.replace("complete -F _vmfa ", "complete -F _vmfa_or_names ");
            format!("{registered}{}", include_str!("completions/names.bash"))
        }
        Shell::Zsh => {
            let begin = "_vmfa() {\n";
            script.replacen(
                begin,
                &format!("{}{begin}    _vmfa_names && return 0\n", include_str!("completions/names.zsh")),
                1,
            )
        }
        Shell::Fish => format!("{script}{}{}", include_str!("completions/names.fish"), fish_options(program)),
        _ => script.to_owned(),
    }
}

/// For fish, where an option's values are not those of the command: each option that takes a name.
fn fish_options(program: &Command) -> String {
    let of_command = |command: &Command| {
        let options =
            command.get_arguments().filter(|argument| Names::of_argument(argument.get_id().as_str()).is_some());
        let line = |option: &str| {
            let command = command.get_name();
            format!(
                "complete -c vmfa -n \"__fish_vmfa_using_subcommand {command}\" -l {option} -r -f -a \"(__vmfa_names)\"\n"
            )
        };
        options.filter_map(|option| option.get_long().map(line)).collect::<String>()
    };
    program.get_subcommands().map(of_command).collect()
}
