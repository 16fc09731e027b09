//! The command line: one file a command, with its arguments and its function.
//!
//! stdout carries the answer and nothing else; prompts, QR codes and messages go to the terminal or stderr.

mod account;
mod add;
mod agent;
mod audit;
mod changes;
mod clear_clipboard;
mod code;
mod completions;
mod deferred;
mod desktop;
mod device;
mod doctor;
mod edit;
mod enroll;
mod entries;
mod export;
mod failure;
mod import;
mod intake;
mod list;
mod lock;
mod login;
mod man;
mod moment;
mod name;
mod offset;
mod options;
mod passphrase;
mod pictures;
mod qr_files;
mod recovery_codes;
mod remove;
mod serial;
mod setup;
mod setup_key;
mod sorting;
mod table;
mod terminal;
mod undo;
mod unlock;
mod unset_clock;
mod user;
mod vault;
mod verifier;
mod verify;
mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::deferred::Deferred;
use self::failure::Failure;
use self::options::Options;
use self::terminal::Terminal;
use crate::entropy::SystemEntropy;
use crate::time::SystemClock;

/// A virtual MFA device, both halves: show codes, enroll devices, accept each code once.
#[derive(Parser, Debug)]
#[command(name = "vmfa", version, propagate_version = true, arg_required_else_help = true)]
struct Vmfa {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Take an entry into the vault: a setup key, QR codes, or URIs
    Add(Deferred<add::Arguments>),
    /// Take other programs' entries into the vault, from their exports and backups
    Import(Deferred<import::Arguments>),
    /// Show an entry's code
    Code(Deferred<code::Arguments>),
    /// Show the codes of now, all of them, with a countdown for each
    Watch(Deferred<watch::Arguments>),
    /// Show what is in the vault
    List(Deferred<list::Arguments>),
    /// Change what is said of an entry: its name, tags, note, parameters
    Edit(Deferred<edit::Arguments>),
    /// Take an entry out of the vault
    Remove(Deferred<remove::Arguments>),
    /// Take the vault's last change back, or bring an earlier state of it back
    Undo(Deferred<undo::Arguments>),
    /// Say by how much this machine's clock is off
    #[command(subcommand)]
    Offset(Deferred<offset::Command>),
    /// Look over the vault's files and the clock
    Doctor(Deferred<doctor::Arguments>),
    /// Write the entries out, with their secrets
    Export(Deferred<export::Arguments>),
    /// Change the vault's passphrase
    Passphrase(Deferred<passphrase::Arguments>),
    /// Keep the vault open for a while, so that no command asks for its passphrase
    Unlock(Deferred<unlock::Arguments>),
    /// End what `unlock` began
    Lock(Deferred<lock::Arguments>),
    /// Hold an unlocked vault's key; `unlock` starts it
    #[command(hide = true)]
    Agent(Deferred<agent::Arguments>),
    /// The users
    #[command(subcommand)]
    User(Deferred<user::Command>),
    /// Enroll an MFA device for a user: draw its QR code, ask for two codes, enable it
    Enroll(Deferred<enroll::Arguments>),
    /// Log a user in: a password, then a code
    Login(Deferred<login::Arguments>),
    /// Check a user's code alone, for another program's login
    Verify(Deferred<verify::Arguments>),
    /// The virtual MFA devices
    #[command(subcommand)]
    Device(Deferred<device::Command>),
    /// The users' recovery codes, which stand in for a device once each
    #[command(subcommand)]
    RecoveryCodes(Deferred<recovery_codes::Command>),
    /// The account
    #[command(subcommand)]
    Account(Deferred<account::Command>),
    /// The audit log
    #[command(subcommand)]
    Audit(Deferred<audit::Command>),
    /// Clear the clipboard after a while if it still holds what is read from stdin
    #[command(hide = true)]
    ClearClipboard(Deferred<clear_clipboard::Arguments>),
    /// Print a completion script for a shell
    Completions(Deferred<completions::Arguments>),
    /// Write the manual pages
    Man(Deferred<man::Arguments>),
}

/// Runs the command that the process was started with, reports what went wrong, and gives the exit code.
#[must_use]
pub fn main() -> ExitCode {
    keep_out_of_core_dumps();
    let vmfa = Vmfa::parse();
    let app = App { options: vmfa.options, terminal: Terminal::new(), clock: SystemClock, entropy: SystemEntropy };
    match vmfa.command.run(&app) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => app.terminal.report(&failure),
    }
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
            Self::Offset(Deferred(command)) => command.run(app),
            Self::Doctor(Deferred(arguments)) => doctor::run(&arguments, app),
            Self::Export(Deferred(arguments)) => export::run(&arguments, app),
            Self::Passphrase(Deferred(arguments)) => passphrase::run(&arguments, app),
            Self::Unlock(Deferred(arguments)) => unlock::run(&arguments, app),
            Self::Lock(Deferred(arguments)) => lock::run(&arguments, app),
            Self::Agent(Deferred(arguments)) => agent::run(&arguments, app),
            Self::User(Deferred(command)) => command.run(app),
            Self::Enroll(Deferred(arguments)) => enroll::run(&arguments, app),
            Self::Login(Deferred(arguments)) => login::run(&arguments, app),
            Self::Verify(Deferred(arguments)) => verify::run(&arguments, app),
            Self::Device(Deferred(command)) => command.run(app),
            Self::RecoveryCodes(Deferred(command)) => command.run(app),
            Self::Account(Deferred(command)) => command.run(app),
            Self::Audit(Deferred(command)) => command.run(app),
            Self::ClearClipboard(Deferred(arguments)) => clear_clipboard::run(&arguments, app),
            Self::Completions(Deferred(arguments)) => completions::run(&arguments, app),
            Self::Man(Deferred(arguments)) => man::run(&arguments, app),
        }
    }
}
