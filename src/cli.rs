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
mod offset;
mod options;
mod passphrase;
mod pictures;
mod qr_files;
mod recovery_codes;
mod remove;
mod serial;
mod setup;
mod table;
mod terminal;
mod undo;
mod unlock;
mod user;
mod vault;
mod verifier;
mod verify;
mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
    Add(add::Arguments),
    /// Take other programs' entries into the vault, from their exports and backups
    Import(import::Arguments),
    /// Show an entry's code
    Code(code::Arguments),
    /// Show the codes of now, all of them, with a countdown for each
    Watch(watch::Arguments),
    /// Show what is in the vault
    List(list::Arguments),
    /// Change what is said of an entry: its name, tags, note, parameters
    Edit(edit::Arguments),
    /// Take an entry out of the vault
    Remove(remove::Arguments),
    /// Take the vault's last change back, or bring an earlier state of it back
    Undo(undo::Arguments),
    /// Say by how much this machine's clock is off
    #[command(subcommand)]
    Offset(offset::Command),
    /// Look over the vault's files and the clock
    Doctor(doctor::Arguments),
    /// Write the entries out, with their secrets
    Export(export::Arguments),
    /// Change the vault's passphrase
    Passphrase(passphrase::Arguments),
    /// Keep the vault open for a while, so that no command asks for its passphrase
    Unlock(unlock::Arguments),
    /// End what `unlock` began
    Lock(lock::Arguments),
    /// Hold an unlocked vault's key; `unlock` starts it
    #[command(hide = true)]
    Agent(agent::Arguments),
    /// The users
    #[command(subcommand)]
    User(user::Command),
    /// Enroll an MFA device for a user: draw its QR code, ask for two codes, enable it
    Enroll(enroll::Arguments),
    /// Log a user in: a password, then a code
    Login(login::Arguments),
    /// Check a user's code alone, for another program's login
    Verify(verify::Arguments),
    /// The virtual MFA devices
    #[command(subcommand)]
    Device(device::Command),
    /// The users' recovery codes, which stand in for a device once each
    #[command(subcommand)]
    RecoveryCodes(recovery_codes::Command),
    /// The account
    #[command(subcommand)]
    Account(account::Command),
    /// The audit log
    #[command(subcommand)]
    Audit(audit::Command),
    /// Clear the clipboard after a while if it still holds what is read from stdin
    #[command(hide = true)]
    ClearClipboard(clear_clipboard::Arguments),
    /// Print a completion script for a shell
    Completions(completions::Arguments),
    /// Write the manual pages
    Man(man::Arguments),
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
            Self::Add(arguments) => add::run(&arguments, app),
            Self::Import(arguments) => import::run(&arguments, app),
            Self::Code(arguments) => code::run(&arguments, app),
            Self::Watch(arguments) => watch::run(&arguments, app),
            Self::List(arguments) => list::run(&arguments, app),
            Self::Edit(arguments) => edit::run(&arguments, app),
            Self::Remove(arguments) => remove::run(&arguments, app),
            Self::Undo(arguments) => undo::run(&arguments, app),
            Self::Offset(command) => command.run(app),
            Self::Doctor(arguments) => doctor::run(&arguments, app),
            Self::Export(arguments) => export::run(&arguments, app),
            Self::Passphrase(arguments) => passphrase::run(&arguments, app),
            Self::Unlock(arguments) => unlock::run(&arguments, app),
            Self::Lock(arguments) => lock::run(&arguments, app),
            Self::Agent(arguments) => agent::run(&arguments, app),
            Self::User(command) => command.run(app),
            Self::Enroll(arguments) => enroll::run(&arguments, app),
            Self::Login(arguments) => login::run(&arguments, app),
            Self::Verify(arguments) => verify::run(&arguments, app),
            Self::Device(command) => command.run(app),
            Self::RecoveryCodes(command) => command.run(app),
            Self::Account(command) => command.run(app),
            Self::Audit(command) => command.run(app),
            Self::ClearClipboard(arguments) => clear_clipboard::run(&arguments, app),
            Self::Completions(arguments) => completions::run(&arguments, app),
            Self::Man(arguments) => man::run(&arguments, app),
        }
    }
}
