//! What clears the clipboard after `code --copy` has ended: the same program, on its own.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use clap::Args;

use super::App;
use super::failure::{Failure, failed};
use super::terminal::clipboard::Tool;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// What the clipboard is read and cleared with
    #[arg(long, value_enum)]
    tool: Tool,
    /// How many seconds to wait first
    #[arg(long, value_name = "SECONDS")]
    after: u64,
}

/// Starts a process that clears the clipboard when `seconds` have gone by, if it still holds `text` then. Closing the
/// terminal does not end it.
pub(super) fn later(tool: Tool, text: &str, seconds: u64) -> Result<(), Failure> {
    let start = || -> std::io::Result<()> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["clear-clipboard", "--tool", tool.name(), "--after", &seconds.to_string()])
            // Nobody's folder is kept from being unmounted meanwhile.
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        // By a pipe: `ps` shows arguments to everybody.
        child.stdin.take().map_or(Ok(()), |mut pipe| pipe.write_all(text.as_bytes()))?;
        // It answers once it belongs to this terminal no more, and not before may this process end.
        child.stdout.take().map_or(Ok(()), |mut pipe| pipe.read_exact(&mut [0]))
    };
    start().map_err(failed("the code is in the clipboard, but nothing will clear it"))
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let text = app.terminal.read_secret(Path::new("-"))?;
    // It fails for the leader of a process group, which is one that somebody has started by hand.
    let _ = rustix::process::setsid();
    app.terminal.answer("waiting")?;
    thread::sleep(Duration::from_secs(arguments.after));
    arguments.tool.clear_if_it_holds(&text)
}
