//! What clears the clipboard after a code was copied, be it that the command has ended: the same program, on its own.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use clap::Args;

use crate::cli::App;
use crate::cli::failure::{Failure, failed};
use crate::cli::terminal::clipboard::Tool;

#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// What the clipboard is read and cleared with
    #[arg(long, value_enum)]
    tool: Tool,
    /// How many seconds to wait first
    #[arg(long, value_name = "SECONDS")]
    after: u64,
}

/// A process that clears the clipboard. It goes on when this one ends. While this one goes on it has to be reaped, for
/// a process that has ended keeps its place among the processes until then.
#[derive(Debug)]
pub(super) struct Clearing {
    process: Child,
}

/// Where a process is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(super) enum Life {
    Running,
    Over,
}

impl Clearing {
    /// Reaps the process if it has ended.
    pub(super) fn reap(&mut self) -> Life {
        match self.process.try_wait() {
            Ok(None) => Life::Running,
            // Whatever the system no longer knows of it does not come back either.
            Ok(Some(_)) | Err(_) => Life::Over,
        }
    }

    /// Ends the process before it clears anything.
    pub(super) fn call_off(mut self) {
        // One that cannot be ended has ended.
        let _ = self.process.kill().and_then(|()| self.process.wait());
    }
}

/// Starts a process that clears the clipboard when `seconds` have gone by, if it still holds `text` then. Closing the
/// terminal does not end it.
pub(super) fn later(tool: Tool, text: &str, seconds: u64) -> Result<Clearing, Failure> {
    let start = || -> std::io::Result<Clearing> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["clear-clipboard", "--tool", tool.name(), "--after", &seconds.to_string()])
            // Nobody's folder is kept from being unmounted meanwhile.
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        if let Err(error) = hand_over(&mut process, text) {
            // It has ended, most likely. If not, it would wait for nothing.
            let _ = process.kill().and_then(|()| process.wait());
            return Err(error);
        }
        Ok(Clearing { process })
    };
    start().map_err(failed("nothing will clear it"))
}

fn hand_over(process: &mut Child, text: &str) -> std::io::Result<()> {
    // By a pipe: `ps` shows arguments to everybody.
    process.stdin.take().map_or(Ok(()), |mut pipe| pipe.write_all(text.as_bytes()))?;
    // It answers once it belongs to this terminal no more, and not before may this process end.
    process.stdout.take().map_or(Ok(()), |mut pipe| pipe.read_exact(&mut [0]))
}

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let text = app.terminal.read_secret(Path::new("-"))?;
    // It fails for the leader of a process group, which is one that somebody has started by hand.
    let _ = rustix::process::setsid();
    app.terminal.answer("waiting")?;
    thread::sleep(Duration::from_secs(arguments.after));
    arguments.tool.clear_if_it_holds(&text)
}
