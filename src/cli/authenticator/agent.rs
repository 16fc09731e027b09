//! The agent: the process that keeps a vault unlocked for a while, and what commands have to do with it.
//!
//! `vmfa unlock` starts it, `vmfa lock` ends it, and every command that opens the vault asks it first. It gives the
//! vault's identity to whoever runs as the same user, and the command opens the vault itself. `docs/agent.md` says
//! what that protects and what it does not.

mod client;
mod lifetime;
mod page;
mod process;
mod server;
mod socket;
mod start;
mod wire;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use thiserror::Error;

use self::lifetime::{Lifetime, Moment};
use self::page::Page;
use self::server::Server;
use self::socket::{Bound, Site};
use crate::authenticator::OwnIdentity;
use crate::cli::App;
use crate::cli::failure::{Exit, Failure, failed};
use crate::files::FileError;

pub(super) use self::client::Ended;
pub(super) use self::page::Swapping;
pub(super) use self::start::Started;

/// The identity that the agent of the vault in `vault` holds, or `None` if there is no agent.
pub(super) fn identity(app: &App, vault: &Path) -> Result<Option<OwnIdentity>, AgentError> {
    let site = Site::of(vault)?;
    client::identity(&site, &site.sockets(app.options.runtime_dir().as_deref())?)
}

/// Keeps the vault unlocked for `length` from now on, whatever was before.
pub(super) fn start(app: &App, vault: &Path, identity: &OwnIdentity, length: Duration) -> Result<Started, Failure> {
    let site = Site::of(vault)?;
    let sockets = site.sockets(app.options.runtime_dir().as_deref())?;
    let turn = site.turn()?;
    // The old one first: if the new one does not start, the vault is locked.
    let _ = client::end(&site, &sockets, &turn)?;
    let socket = sockets.first().map_or_else(|| site.vault().join("agent.sock"), Clone::clone);
    start::start(&site, &socket, identity, length)
}

/// Ends the agent of the vault in `vault`.
pub(super) fn end(app: &App, vault: &Path) -> Result<Ended, AgentError> {
    let site = Site::of(vault)?;
    let sockets = site.sockets(app.options.runtime_dir().as_deref())?;
    client::end(&site, &sockets, &site.turn()?)
}

/// The agent's own arguments. There is no secret among them: the identity comes on stdin.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The folder of the vault
    #[arg(long, value_name = "DIR")]
    vault: PathBuf,
    /// The socket to answer at
    #[arg(long, value_name = "FILE")]
    socket: PathBuf,
    /// How long to answer
    #[arg(long, value_name = "SECONDS")]
    seconds: u64,
}

/// Lives as the agent. Whoever started it is told on stdout when it answers.
pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    process::detach().map_err(|error| {
        let failure = Failure::from_error(Exit::Failed, &error);
        Failure { message: format!("cannot leave the terminal: {}", failure.message), ..failure }
            .hint("`vmfa unlock` starts the agent")
    })?;
    process::close_memory().map_err(failed("cannot forbid core dumps"))?;
    let signals = process::end_signals().map_err(failed("cannot wait for signals"))?;
    let site = Site::of(&arguments.vault)?;
    let (page, swapping) =
        Page::read_from(rustix::stdio::stdin()).map_err(failed("cannot read the vault's identity from stdin"))?;
    let nothing = process::open_nothing().map_err(failed("cannot open /dev/null"))?;
    let bound = Bound::at(&arguments.socket)?;
    let now = Moment::now(&app.clock).map_err(failed("cannot tell the time"))?;
    let lifetime = Lifetime::starting(now, Duration::from_secs(arguments.seconds));
    app.terminal.answer(&Started { swapping, end: lifetime.end() }.to_line())?;
    process::close_streams(&nothing).map_err(failed("cannot close stdout"))?;
    drop(nothing);
    let server = Server { bound: &bound, signals, binding: site.binding, lifetime, clock: &app.clock };
    server.run(page);
    bound.remove(&site);
    Ok(())
}

/// The agent cannot be asked, started or ended.
#[derive(Debug, Error)]
pub(super) enum AgentError {
    /// Its socket or the folder of that cannot be used, or must not be trusted.
    #[error(transparent)]
    File(#[from] FileError),
    /// Something else has the socket's name.
    #[error("`{}` is not a socket", path.display())]
    NotASocket {
        /// What is there.
        path: PathBuf,
    },
    /// The kernel has no room for the socket's path.
    #[error("the path of the agent's socket is too long: `{}`", path.display())]
    PathTooLong {
        /// The path.
        path: PathBuf,
    },
    /// It takes connections and says nothing.
    #[error("the agent{} does not answer", process_name(*pid))]
    Silent {
        /// Its process, if the system tells.
        pid: Option<i32>,
    },
    /// It speaks another version of the protocol.
    #[error("the agent{} belongs to another version of vmfa", process_name(*pid))]
    OtherVersion {
        /// Its process, if the system tells.
        pid: Option<i32>,
    },
    /// It was started for another path.
    #[error("the agent belongs to another vault")]
    OtherVault,
    /// What it gave is no identity.
    #[error("the agent's answer makes no sense")]
    Garbled,
    /// The process cannot be started.
    #[error("cannot start the agent")]
    NotStarted {
        /// What the operating system said.
        source: io::Error,
    },
}

fn process_name(pid: Option<i32>) -> String {
    pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
}

impl From<AgentError> for Failure {
    fn from(error: AgentError) -> Self {
        let failure = Self::from_error(Exit::Failed, &error);
        match error {
            AgentError::File(error) => error.into(),
            AgentError::NotASocket { .. } => failure.hint("remove it"),
            AgentError::PathTooLong { .. } => failure
                .hint("set XDG_RUNTIME_DIR to a short folder of mode 0700, or name a shorter one with --data-dir"),
            AgentError::Silent { pid: Some(pid) } | AgentError::OtherVersion { pid: Some(pid) } => {
                failure.hint(format!("`kill -9 {pid}` ends it"))
            }
            _ => failure,
        }
    }
}
