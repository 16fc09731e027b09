//! The clipboard, by the programs that desktops have for it, or by the terminal itself (OSC 52).

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use zeroize::Zeroizing;

use super::Terminal;
use crate::cli::failure::{Exit, Failure, failed};

/// What can take a text to the clipboard here, the best first. There is at least one.
pub(in crate::cli) struct Clipboard {
    tools: Vec<Tool>,
}

/// One way to a clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Tool {
    /// Wayland
    WlCopy,
    /// X11
    Xclip,
    /// X11
    Xsel,
    /// macOS
    Pbcopy,
    /// Windows, from its Linux
    Clip,
    /// The terminal around tmux, and a buffer of tmux
    Tmux,
    /// The terminal, by an escape sequence
    Osc52,
}

impl Terminal {
    /// The ways to a clipboard that this session has.
    pub(in crate::cli) fn clipboard(&self) -> Result<Clipboard, Failure> {
        let tools: Vec<Tool> = Tool::value_variants().iter().copied().filter(|tool| tool.is_here()).collect();
        if tools.is_empty() {
            return Err(Failure::new(Exit::Failed, "there is no clipboard here")
                .hint("install wl-clipboard, xclip or xsel, or run it on a terminal that knows OSC 52"));
        }
        Ok(Clipboard { tools })
    }
}

impl Clipboard {
    /// Puts the text into the clipboard, and says which tool has done it.
    pub(in crate::cli) fn copy(&self, text: &str) -> Result<Tool, Failure> {
        let mut refused = Vec::new();
        for tool in &self.tools {
            match tool.copy(text) {
                Ok(()) => return Ok(*tool),
                Err(error) => refused.push(format!("{tool}: {error}")),
            }
        }
        Err(Failure::new(Exit::Failed, format!("the code was not copied: {}", refused.join("; "))))
    }
}

/// The buffer of tmux, which has a name so that no other is touched.
const BUFFER: &str = "vmfa";

impl Tool {
    /// Its name among this program's arguments.
    pub(in crate::cli) const fn name(self) -> &'static str {
        match self {
            Self::WlCopy => "wl-copy",
            Self::Xclip => "xclip",
            Self::Xsel => "xsel",
            Self::Pbcopy => "pbcopy",
            Self::Clip => "clip",
            Self::Tmux => "tmux",
            Self::Osc52 => "osc52",
        }
    }

    /// Whether what it holds can be read back, which is needed to clear only what is ours.
    pub(in crate::cli) const fn can_clear(self) -> bool {
        !matches!(self, Self::Osc52)
    }

    /// Clears the clipboard if it holds `text`. Whatever else it holds by now is somebody's.
    pub(in crate::cli) fn clear_if_it_holds(self, text: &str) -> Result<(), Failure> {
        let held = self.read().map_err(failed(format!("cannot read the clipboard ({self})")))?;
        if held.strip_suffix(b"\n").map_or(held.as_slice(), |held| held.strip_suffix(b"\r").unwrap_or(held))
            != text.as_bytes()
        {
            return Ok(());
        }
        self.clear().map_err(failed(format!("cannot clear the clipboard ({self})")))
    }

    /// Whether this session has it. A tool of a desktop that is not there would wait for one, or serve another person.
    fn is_here(self) -> bool {
        match self {
            Self::WlCopy => is_set("WAYLAND_DISPLAY") && is_on_path("wl-copy"),
            Self::Xclip => is_set("DISPLAY") && is_on_path("xclip"),
            Self::Xsel => is_set("DISPLAY") && is_on_path("xsel"),
            // Over SSH they would reach the clipboard of a machine that the person does not sit at.
            Self::Pbcopy => !is_set("SSH_CONNECTION") && is_on_path("pbcopy"),
            Self::Clip => !is_set("SSH_CONNECTION") && is_on_path("clip.exe"),
            Self::Tmux => is_set("TMUX") && is_on_path("tmux"),
            Self::Osc52 => OpenOptions::new().write(true).open("/dev/tty").is_ok(),
        }
    }

    fn copy(self, text: &str) -> io::Result<()> {
        match self {
            // Programs that keep a history of the clipboard leave out what is marked so.
            Self::WlCopy if knows_sensitive() => feed("wl-copy", &["--sensitive"], text),
            Self::WlCopy => feed("wl-copy", &[], text),
            Self::Xclip => feed("xclip", &["-selection", "clipboard", "-in"], text),
            Self::Xsel => feed("xsel", &["--clipboard", "--input"], text),
            Self::Pbcopy => feed("pbcopy", &[], text),
            Self::Clip => feed("clip.exe", &[], text),
            // By default tmux takes OSC 52 from no program in it, but hands its own buffers on with -w.
            Self::Tmux => feed("tmux", &["load-buffer", "-w", "-b", BUFFER, "-"], text),
            Self::Osc52 => {
                let sequence = Zeroizing::new(format!("\x1b]52;c;{}\x07", STANDARD.encode(text)));
                OpenOptions::new().write(true).open("/dev/tty")?.write_all(sequence.as_bytes())
            }
        }
    }

    fn read(self) -> io::Result<Zeroizing<Vec<u8>>> {
        match self {
            Self::WlCopy => answer("wl-paste", &["--no-newline"]),
            Self::Xclip => answer("xclip", &["-selection", "clipboard", "-out"]),
            Self::Xsel => answer("xsel", &["--clipboard", "--output"]),
            Self::Pbcopy => answer("pbpaste", &[]),
            Self::Clip => answer("powershell.exe", &["-NoProfile", "-Command", "Get-Clipboard"]),
            Self::Tmux => answer("tmux", &["save-buffer", "-b", BUFFER, "-"]),
            Self::Osc52 => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    fn clear(self) -> io::Result<()> {
        match self {
            Self::WlCopy => feed("wl-copy", &["--clear"], ""),
            Self::Xsel => feed("xsel", &["--clipboard", "--clear"], ""),
            Self::Tmux => feed("tmux", &["delete-buffer", "-b", BUFFER], ""),
            Self::Xclip | Self::Pbcopy | Self::Clip => self.copy(""),
            Self::Osc52 => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Osc52 => "OSC 52, if the terminal allows it",
            tool => tool.name(),
        })
    }
}

/// Runs a program with a text on its stdin. It may leave a process behind that serves the clipboard.
fn feed(program: &str, arguments: &[&str], text: &str) -> io::Result<()> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let written = child.stdin.take().map_or(Ok(()), |mut pipe| pipe.write_all(text.as_bytes()));
    let status = child.wait()?;
    if status.success() { written } else { Err(io::Error::other(status.to_string())) }
}

fn answer(program: &str, arguments: &[&str]) -> io::Result<Zeroizing<Vec<u8>>> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output()?;
    let stdout = Zeroizing::new(output.stdout);
    // An empty clipboard is a failure to some of them, and holds nothing of ours.
    Ok(if output.status.success() { stdout } else { Zeroizing::default() })
}

/// wl-copy marks a text as sensitive from wl-clipboard 2.3 on.
fn knows_sensitive() -> bool {
    let help = Command::new("wl-copy").arg("--help").stdin(Stdio::null()).output();
    help.is_ok_and(|help| String::from_utf8_lossy(&[help.stdout, help.stderr].concat()).contains("--sensitive"))
}

fn is_on_path(program: &str) -> bool {
    let path = environment("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn is_set(variable: &str) -> bool {
    environment(variable).is_some_and(|value| value != OsStr::new(""))
}

#[expect(clippy::disallowed_methods, reason = "`cli::terminal` is where the environment is read")]
fn environment(variable: &str) -> Option<OsString> {
    std::env::var_os(variable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_that_clears_the_clipboard_understands_each_tools_name() {
        for tool in Tool::value_variants() {
            assert_eq!(Tool::from_str(tool.name(), false), Ok(*tool));
        }
    }
}
