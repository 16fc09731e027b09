//! The agent's process, as `vmfa unlock` starts it.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::AgentError;
use super::page::Swapping;
use super::socket::Site;
use crate::authenticator::OwnIdentity;
use crate::cli::failure::{Exit, Failure};
use crate::time::UnixTime;

/// What an agent says once it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Started {
    pub(in crate::cli) swapping: Swapping,
    pub(in crate::cli) end: UnixTime,
}

impl Started {
    pub(super) fn to_line(self) -> String {
        let memory = match self.swapping {
            Swapping::Never => "locked",
            Swapping::Possible => "swappable",
        };
        format!("{memory} {}", self.end.as_millis())
    }

    fn from_line(line: &str) -> Option<Self> {
        let (memory, end) = line.trim_end().split_once(' ')?;
        let swapping = match memory {
            "locked" => Swapping::Never,
            "swappable" => Swapping::Possible,
            _ => return None,
        };
        Some(Self { swapping, end: UnixTime::from_millis(end.parse().ok()?) })
    }
}

/// Starts an agent that holds `identity` for `length`, and waits until it answers at `socket`.
pub(super) fn start(site: &Site, socket: &Path, identity: &OwnIdentity, length: Duration) -> Result<Started, Failure> {
    let mut agent = spawn(site, socket, length).map_err(|source| AgentError::NotStarted { source })?;
    if let Some(mut stdin) = agent.stdin.take() {
        // An agent that has failed by now says why below.
        let _ = stdin.write_all(identity.to_text().as_bytes());
    }
    let said = said(&mut agent).map_err(|source| AgentError::NotStarted { source })?;
    Started::from_line(&said).ok_or_else(|| why_not(agent))
}

fn spawn(site: &Site, socket: &Path, length: Duration) -> io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("agent").arg("--vault").arg(site.vault()).arg("--socket").arg(socket);
    command.arg("--seconds").arg(length.as_secs().to_string());
    // Nothing of the environment concerns it, and some of it could be somebody's secret.
    command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// What the agent says before it closes its stdout: a line, or nothing if it has failed.
fn said(agent: &mut Child) -> io::Result<String> {
    let mut line = String::new();
    if let Some(stdout) = agent.stdout.take() {
        stdout.take(64).read_to_string(&mut line)?;
    }
    Ok(line)
}

/// The failure that an agent has reported on its stderr.
fn why_not(agent: Child) -> Failure {
    let reported = agent.wait_with_output().map(|output| output.stderr).unwrap_or_default();
    let reported = String::from_utf8_lossy(&reported);
    let mut lines = reported.lines();
    let why = lines.next().and_then(|line| line.strip_prefix("error: ")).unwrap_or("it ended without a word");
    let failure = Failure::new(Exit::Failed, format!("cannot start the agent: {why}"));
    match lines.next().and_then(|line| line.strip_prefix("hint: ")) {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
