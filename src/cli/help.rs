//! What help shows beside what clap writes: the commands in groups, since clap has headings for options alone, and
//! examples.

use clap::Command;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, Error};

/// What a person comes for, and the commands for it, both in the order in which they are shown.
const GROUPS: [(&str, &str); 4] = [
    ("Your codes", "add import code watch list edit remove undo export passphrase unlock lock offset doctor"),
    ("Your users", "user enroll login verify"),
    ("Their devices", "device recovery-codes"),
    ("The rest", "account audit check completions man help"),
];

/// The end of a command's help: commands to type, each with what it does. Tests run them as they are.
pub(super) fn examples(examples: [(&str, &str); 2]) -> String {
    let lines = examples.map(|(command, does)| format!("  {command}\n      {does}\n"));
    format!("Examples:\n{}", lines.concat())
}

/// [`examples`] after what else there is to say.
pub(super) fn and_examples(text: &str, commands: [(&str, &str); 2]) -> String {
    format!("{text}\n\n{}", examples(commands))
}

/// The program with its commands in groups. It lists them as clap does, one group after the other.
pub(super) fn grouped(program: Command) -> Command {
    let list = program.clone().help_template("{subcommands}").render_help();
    let header = program.get_styles().get_header();
    let mut groups = String::new();
    for (title, names) in GROUPS {
        groups.push_str(&format!("{header}{title}:{header:#}\n"));
        for name in names.split(' ') {
            groups.extend(lines_of(name, &list));
        }
        groups.push('\n');
    }
    let options = format!("{header}Options:{header:#}\n");
    // A list that stood in the template itself would lose what is in braces.
    program.before_help(groups.trim_end().to_owned()).help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{{before-help}}{options}{{options}}{{after-help}}"
    ))
}

/// Takes the commands that the program starts itself with out of the lists of commands in an error.
pub(super) fn hide_in(error: &mut Error, program: &Command) {
    let hidden: Vec<&str> =
        program.get_subcommands().filter(|command| command.is_hide_set()).map(Command::get_name).collect();
    for kind in [ContextKind::ValidSubcommand, ContextKind::SuggestedSubcommand] {
        if let Some(ContextValue::Strings(mut names)) = error.remove(kind) {
            names.retain(|name| !hidden.contains(&name.as_str()));
            if !names.is_empty() {
                error.insert(kind, ContextValue::Strings(names));
            }
        }
    }
}

/// The lines of one command: clap begins the first with two blanks, and those that belong to it with more.
fn lines_of(name: &str, list: &StyledStr) -> Vec<String> {
    let (plain, styled) = (list.to_string(), list.ansi().to_string());
    let begins = |line: &str| line.strip_prefix("  ").is_some_and(|rest| !rest.starts_with(' '));
    let is_its = |line: &str| begins(line) && line.split_whitespace().next() == Some(name);
    let mut lines = plain.lines().zip(styled.lines()).skip_while(|(plain, _)| !is_its(plain));
    let first = lines.next().into_iter();
    let others = lines.take_while(|(plain, _)| !begins(plain));
    first.chain(others).map(|(_, styled)| format!("{styled}\n")).collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::super::Vmfa;
    use super::*;

    #[test]
    fn every_command_that_is_shown_stands_in_one_group() {
        let mut program = Vmfa::command();
        program.build();
        let shown = program.get_subcommands().filter(|command| !command.is_hide_set());
        let mut shown: Vec<&str> = shown.map(Command::get_name).collect();
        let mut in_groups: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.split(' ')).collect();
        shown.sort_unstable();
        in_groups.sort_unstable();
        assert_eq!(in_groups, shown);
    }
}
