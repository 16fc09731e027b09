//! The command line: one file a command, with its arguments and its function.
//!
//! `authenticator` and `verifier` hold the commands of the two halves. What stands beside them is shared by both.
//!
//! stdout carries the answer and nothing else; prompts, QR codes and messages go to the terminal or stderr.

mod authenticator;
mod completions;
mod deferred;
mod failure;
mod help;
mod man;
mod moment;
mod options;
mod table;
mod terminal;
mod unset_clock;
mod verifier;

use std::cell::OnceCell;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use self::authenticator::{
    add, agent, clear_clipboard, code, complete_names, doctor, edit, export, import, list, lock, offset, passphrase,
    remove, undo, unlock, watch,
};
use self::deferred::Deferred;
use self::failure::Failure;
use self::options::{Options, Output};
use self::terminal::Terminal;
use self::verifier::{
    OfAccount, WithAccount, account, audit, check, device, enroll, login, recovery_codes, user, verify,
};
use crate::actions::accounts::AccountReference;
use crate::entropy::SystemEntropy;
use crate::time::SystemClock;

/// A virtual MFA device, both halves: show codes, enroll devices, accept each code once.
#[derive(Parser, Debug)]
#[command(name = "vmfa", version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = help::and_examples(
    "`vmfa COMMAND --help` has more, with examples.",
    [
        ("vmfa add --qr screenshot.png", "Add the account whose QR code is in the image"),
        ("vmfa code github", "Show its code"),
    ],
))]
struct Vmfa {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Add entries to the vault: a setup key, QR codes, or URIs
    Add(Deferred<add::Arguments>),
    /// Import entries from other programs' exports and backups
    Import(Deferred<import::Arguments>),
    /// Show an entry's code
    Code(Deferred<code::Arguments>),
    /// Show all codes, with a countdown for each
    Watch(Deferred<watch::Arguments>),
    /// List the entries in the vault
    List(Deferred<list::Arguments>),
    /// Change an entry: its name, tags, note, secret, parameters
    Edit(Deferred<edit::Arguments>),
    /// Remove an entry from the vault
    Remove(Deferred<remove::Arguments>),
    /// Undo the vault's last change, or restore an earlier state
    Undo(Deferred<undo::Arguments>),
    /// Export entries with their secrets
    Export(Deferred<export::Arguments>),
    /// Change the vault's passphrase
    Passphrase(Deferred<passphrase::Arguments>),
    /// Unlock the vault for a while, so that no command asks for its passphrase
    Unlock(Deferred<unlock::Arguments>),
    /// Lock the vault that `unlock` has unlocked
    Lock(Deferred<lock::Arguments>),
    /// Show or set how far this machine's clock is off
    #[command(subcommand)]
    Offset(Deferred<offset::Command>),
    /// Check the vault's files and the clock
    Doctor(Deferred<doctor::Arguments>),
    /// Hold an unlocked vault's key; `unlock` starts it
    #[command(hide = true)]
    Agent(Deferred<agent::Arguments>),
    /// Manage the users
    User(Deferred<OfAccount<user::Command>>),
    /// Enroll an MFA device for a user with a QR code and two codes
    Enroll(Deferred<WithAccount<enroll::Arguments>>),
    /// Log a user in with a password and a code
    Login(Deferred<WithAccount<login::Arguments>>),
    /// Check a user's code alone, for another program's login
    Verify(Deferred<WithAccount<verify::Arguments>>),
    /// Manage the virtual MFA devices
    Device(Deferred<OfAccount<device::Command>>),
    /// Manage recovery codes, each of which replaces a device's code once
    RecoveryCodes(Deferred<OfAccount<recovery_codes::Command>>),
    /// Show the account, or set its alias
    Account(Deferred<OfAccount<account::Command>>),
    /// Check all records against each other and the audit log
    Check(Deferred<WithAccount<check::Arguments>>),
    /// Read the audit log, or verify it
    Audit(Deferred<OfAccount<audit::Command>>),
    /// Clear the clipboard after a while if it still holds what is read from stdin
    #[command(hide = true)]
    ClearClipboard(Deferred<clear_clipboard::Arguments>),
    /// Print the names that a completion script asks for
    #[command(hide = true)]
    CompleteNames(Deferred<complete_names::Arguments>),
    /// Print a completion script for a shell
    Completions(Deferred<completions::Arguments>),
    /// Write the manual pages
    Man(Deferred<man::Arguments>),
}

/// Runs the command that the process was started with, reports what went wrong, and gives the exit code.
#[must_use]
pub fn main() -> ExitCode {
    keep_out_of_core_dumps();
    let vmfa = Vmfa::try_parse().unwrap_or_else(|_| parse_to_tell());
    let app = App {
        options: vmfa.options,
        terminal: Terminal::new(),
        clock: SystemClock,
        entropy: SystemEntropy,
        account: OnceCell::new(),
    };
    match vmfa.command.run(&app) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => match app.options.output {
            Output::Text => app.terminal.report(&failure),
            Output::Json => app.terminal.report_json(&failure),
        },
    }
}

/// Parses once more what was not a command to run, so that help or the mistake is shown. The list of commands is made for
/// it alone: it costs more than a code does.
fn parse_to_tell() -> Vmfa {
    let program = help::grouped(Vmfa::command());
    let parsed = program.clone().try_get_matches().and_then(|mut matches| Vmfa::from_arg_matches_mut(&mut matches));
    parsed.unwrap_or_else(|mut error| {
        help::hide_in(&mut error, &program);
        if error.use_stderr() && asked_for_json() {
            let message = error.to_string();
            let message = message.trim_start_matches("error: ").lines().next().unwrap_or_default();
            let _: ExitCode = Terminal::new().report_json(&Failure::usage(message));
            std::process::exit(error.exit_code());
        }
        error.exit()
    })
}

/// Whether a program gave the command, which could not be read: it is told of the mistake as of any failure.
fn asked_for_json() -> bool {
    let words: Vec<_> = arguments().collect();
    words.windows(2).any(|pair| pair == ["--output", "json"]) || words.iter().any(|word| word == "--output=json")
}

#[expect(clippy::disallowed_methods, reason = "what clap could not read must be looked at once more")]
fn arguments() -> impl Iterator<Item = std::ffi::OsString> {
    std::env::args_os()
}

/// A crash, or Ctrl-\\ at the wrong moment, is not to leave a vault's secrets in a file. Where the system refuses there is
/// nothing that could be done about it.
fn keep_out_of_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    // The limit alone is passed over where dumps go to a program.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// What every command is given.
struct App {
    options: Options,
    terminal: Terminal,
    clock: SystemClock,
    entropy: SystemEntropy,
    /// The account that a command on users is for, if one was named.
    account: OnceCell<AccountReference>,
}

impl Command {
    fn run(self, app: &App) -> Result<(), Failure> {
        match self {
            Self::Add(Deferred(arguments)) => add::run(&arguments, app),
            Self::Import(Deferred(arguments)) => import::run(&arguments, app),
            Self::Code(Deferred(arguments)) => code::run(&arguments, app),
            Self::Watch(Deferred(arguments)) => watch::run(&arguments, app),
            Self::List(Deferred(arguments)) => list::run(&arguments, app),
            Self::Edit(Deferred(arguments)) => edit::run(&arguments, app),
            Self::Remove(Deferred(arguments)) => remove::run(&arguments, app),
            Self::Undo(Deferred(arguments)) => undo::run(&arguments, app),
            Self::Export(Deferred(arguments)) => export::run(&arguments, app),
            Self::Passphrase(Deferred(arguments)) => passphrase::run(&arguments, app),
            Self::Unlock(Deferred(arguments)) => unlock::run(&arguments, app),
            Self::Lock(Deferred(arguments)) => lock::run(&arguments, app),
            Self::Offset(Deferred(command)) => command.run(app),
            Self::Doctor(Deferred(arguments)) => doctor::run(&arguments, app),
            Self::Agent(Deferred(arguments)) => agent::run(&arguments, app),
            Self::User(Deferred(command)) => command.of(app).run(app),
            Self::Enroll(Deferred(arguments)) => enroll::run(arguments.of(app), app),
            Self::Login(Deferred(arguments)) => login::run(arguments.of(app), app),
            Self::Verify(Deferred(arguments)) => verify::run(arguments.of(app), app),
            Self::Device(Deferred(command)) => command.of(app).run(app),
            Self::RecoveryCodes(Deferred(command)) => command.of(app).run(app),
            Self::Account(Deferred(command)) => command.of(app).run(app),
            Self::Check(Deferred(arguments)) => check::run(arguments.of(app), app),
            Self::Audit(Deferred(command)) => command.of(app).run(app),
            Self::ClearClipboard(Deferred(arguments)) => clear_clipboard::run(&arguments, app),
            Self::CompleteNames(Deferred(arguments)) => complete_names::run(&arguments, app),
            Self::Completions(Deferred(arguments)) => completions::run(&arguments, app),
            Self::Man(Deferred(arguments)) => man::run(&arguments, app),
        }
    }
}
