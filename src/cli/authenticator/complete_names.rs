//! The names of entries and tags for the completion scripts, which ask for them with each Tab.
//!
//! It answers while the vault opens at once: by its agent, or with an age identity file that is named. It asks nobody and
//! says nothing, and it takes no passphrase, not even from a file: a passphrase costs a third of a second by design.

mod bash;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches};

use super::agent;
use crate::authenticator::{Entries, IdentityFile, LockedVault, Vault};
use crate::cli::failure::Failure;
use crate::cli::options::Options;
use crate::cli::table::printable;
use crate::cli::{App, Vmfa};

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Take the one word for a line as bash has it, with this COMP_WORDBREAKS, and answer as bash needs it
    #[arg(long, value_name = "BREAKS", allow_hyphen_values = true)]
    bash: Option<String>,
    /// The words up to the cursor, the first being the program; the last may be empty
    #[arg(last = true)]
    words: Vec<String>,
}

/// Answers a name a line. Where no names belong, it fails in silence, and the script goes on by itself.
pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let line = arguments.bash.as_ref().map(|breaks| bash::Line::read(&arguments.words.concat(), breaks));
    let words = line.as_ref().map_or(&arguments.words, |line| &line.words);
    let wanted = Wanted::at_the_end_of(words).ok_or_else(Failure::silent)?;
    let Some(vault) = wanted.unlocked(app) else { return Ok(()) };
    let mut names = wanted.what.of(vault.entries());
    if !wanted.may_begin_with_a_dash {
        names.retain(|name| !name.starts_with('-'));
    }
    let replies = match line {
        Some(line) => names.iter().filter_map(|name| line.reply(&format!("{}{name}", wanted.option))).collect(),
        None => names,
    };
    app.terminal.answer_bytes(replies.iter().map(|reply| format!("{reply}\n")).collect::<String>().as_bytes())
}

/// What an argument names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Names {
    Entries,
    Tags,
}

impl Names {
    /// What the argument of a command names, by the argument's id; `None` for those that name neither.
    pub(in crate::cli) fn of_argument(id: &str) -> Option<Self> {
        match id {
            "query" | "queries" => Some(Self::Entries),
            "tag" | "untag" => Some(Self::Tags),
            _ => None,
        }
    }

    /// Those in the vault, each once. What would steer the terminal cannot be typed either.
    fn of(self, entries: &Entries) -> Vec<String> {
        let all: Vec<String> = match self {
            Self::Entries => entries.iter().map(|entry| entry.label()).collect(),
            Self::Tags => entries.iter().flat_map(|entry| entry.tags.iter().cloned()).collect(),
        };
        let mut seen = HashSet::new();
        all.into_iter().filter(|name| printable(name) == *name && seen.insert(name.to_lowercase())).collect()
    }
}

/// What is to be named at the end of a line, and what was said before about the vault.
struct Wanted {
    what: Names,
    /// What stands before the name in one word with it, as in `--tag=`.
    option: String,
    may_begin_with_a_dash: bool,
    options: Options,
    identity_file: Option<PathBuf>,
}

impl Wanted {
    /// Lets clap say to which argument a word at the end of these would belong: it knows them all.
    fn at_the_end_of(words: &[String]) -> Option<Self> {
        let (current, before) = words.split_last()?;
        let after_dashes = before.iter().any(|word| word == "--");
        let option = match current.split_once('=') {
            Some((option, _)) if option.starts_with("--") && !after_dashes => format!("{option}="),
            _ if current.starts_with('-') && !after_dashes => return None,
            _ => String::new(),
        };
        // The line is not finished yet.
        let program = Vmfa::command().ignore_errors(true);
        let matches = program.try_get_matches_from(before.iter().chain([&format!("{option}{MARK}")])).ok()?;
        let mut command = &matches;
        while let Some((_, below)) = command.subcommand() {
            command = below;
        }
        Some(Self {
            what: command
                .ids()
                .find(|id| is_marked(command, id.as_str()))
                .and_then(|id| Names::of_argument(id.as_str()))?,
            may_begin_with_a_dash: after_dashes || !option.is_empty(),
            option,
            identity_file: command.try_get_one("identity_file").ok().flatten().cloned(),
            options: Options::from_arg_matches(&matches).ok()?,
        })
    }

    /// The vault, if it opens without a question and at once.
    fn unlocked(&self, app: &App) -> Option<Vault> {
        let path = at_home(self.options.data_dir().ok()?)?.join("vault");
        match &self.identity_file {
            Some(file) => unlocked_with(&at_home(file.clone())?, &path),
            None => {
                let identity = agent::identity(app, &path).ok()??;
                LockedVault::find(&path).ok()??.unlock_again(identity).ok()
            }
        }
    }
}

/// The path with the home folder in place of a tilde, which the shell puts there only when the line is run.
fn at_home(path: PathBuf) -> Option<PathBuf> {
    match path.strip_prefix("~") {
        Ok(below) => Some(etcetera::home_dir().ok()?.join(below)),
        Err(_) => Some(path),
    }
}

/// Reading a pipe could wait for ever, and would leave nothing for the command itself.
fn unlocked_with(file: &Path, vault: &Path) -> Option<Vault> {
    let identity = file.is_file().then(|| IdentityFile::read(file).ok())??;
    LockedVault::find(vault).ok()??.unlock_with(identity).ok()
}

fn is_marked(command: &ArgMatches, id: &str) -> bool {
    let values = command.try_get_many::<String>(id).ok().flatten();
    values.is_some_and(|mut values| values.any(|value| value == MARK))
}

/// Stands for the word at the cursor. Nobody types a control character.
const MARK: &str = "\u{1}";

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(line: &str) -> Option<Names> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        Wanted::at_the_end_of(&words).map(|wanted| wanted.what)
    }

    #[test]
    fn names_belong_where_an_entry_or_a_tag_is_named_and_nowhere_else() {
        for (line, expected) in [
            ("vmfa code ", Some(Names::Entries)),
            ("vmfa code git", Some(Names::Entries)),
            ("vmfa --data-dir here code --next git", Some(Names::Entries)),
            ("vmfa code --at 59 -- -x", Some(Names::Entries)),
            ("vmfa edit ", Some(Names::Entries)),
            ("vmfa edit git --tag ", Some(Names::Tags)),
            ("vmfa edit --untag ", Some(Names::Tags)),
            ("vmfa remove --yes ", Some(Names::Entries)),
            ("vmfa watch ", Some(Names::Entries)),
            ("vmfa export one two ", Some(Names::Entries)),
            ("vmfa export --tag ", Some(Names::Tags)),
            ("vmfa export --tag work ", Some(Names::Entries)),
            ("vmfa add --tag=wo", Some(Names::Tags)),
            ("vmfa list --tag ", Some(Names::Tags)),
            ("vmfa list --tag work ", Some(Names::Entries)),
            ("vmfa", None),
            ("vmfa ", None),
            ("vmfa co", None),
            ("vmfa code --", None),
            ("vmfa code -", None),
            ("vmfa code git ", None),
            ("vmfa code --at ", None),
            ("vmfa code --data-dir ", None),
            ("vmfa code --identity-file=", None),
            ("vmfa edit git --name ", None),
            ("vmfa add ", None),
            ("vmfa import ", None),
            ("vmfa user show ", None),
            ("vmfa device delete --serial-number ", None),
            ("vmfa help ", None),
            ("vmfa nonsense ", None),
        ] {
            assert_eq!(wanted(line), expected, "{line}");
        }
    }

    #[test]
    fn what_was_said_of_the_vault_before_is_heeded() {
        let line = ["vmfa", "--data-dir", "/there", "list", "--identity-file=/key", "--tag", ""].map(str::to_owned);
        let wanted = Wanted::at_the_end_of(&line).unwrap();
        assert_eq!(wanted.options.data_dir().unwrap(), Path::new("/there"));
        assert_eq!(wanted.identity_file.as_deref(), Some(Path::new("/key")));
    }
}
