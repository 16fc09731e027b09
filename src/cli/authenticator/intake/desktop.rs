//! What is on the desktop, by the programs that are made for it. Each writes to its stdout, so that nothing of it ever lies
//! in a file.

mod clipboard;

use std::io;
use std::process::{Command, Stdio};

use zeroize::Zeroizing;

pub(in crate::cli) use self::clipboard::{Held, clipboard};
use crate::cli::failure::{Exit, Failure, failed};
use crate::cli::terminal::picture::bounded;

/// A program and its arguments, as a shell takes them.
struct Source {
    program: &'static str,
    arguments: &'static [&'static str],
}

/// Wayland's program before X11's, which see only a part of a Wayland desktop.
const SCREEN: &[Source] = &[
    Source { program: "grim", arguments: &["-"] },
    Source { program: "maim", arguments: &[] },
    Source { program: "scrot", arguments: &["-"] },
    Source { program: "import", arguments: &["-silent", "-window", "root", "png:-"] },
];

/// Takes a picture of the screen with the first program that is there and gives one.
pub(in crate::cli) fn screen() -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut tried = Tried::default();
    for Source { program, arguments } in SCREEN {
        if let Some(picture) = tried.run(program, arguments)? {
            return Ok(picture);
        }
    }
    Err(match tried.names() {
        None => Failure::new(Exit::Failed, "there is no program here that takes a picture of the screen").hint(
            "install grim (Wayland), or maim, scrot or ImageMagick (X11); on GNOME and macOS, take the screenshot to \
             the clipboard and use --clipboard",
        ),
        Some(programs) => Failure::new(Exit::Failed, format!("{programs} could not take a picture of the screen"))
            .hint("take the screenshot to the clipboard and use --clipboard, or save it and use --qr"),
    })
}

/// The programs that are there, as far as they were run.
#[derive(Default)]
struct Tried {
    programs: Vec<&'static str>,
}

impl Tried {
    /// What a program writes. Nothing if it is not there, or fails, or writes nothing or more than an image has.
    fn run(&mut self, program: &'static str, arguments: &[&str]) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        match run(program, arguments) {
            Ok(written) => {
                if !self.programs.contains(&program) {
                    self.programs.push(program);
                }
                Ok(written)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(format!("cannot run `{program}`"))(error)),
        }
    }

    /// Their names for a message.
    fn names(&self) -> Option<String> {
        let names: Vec<String> = self.programs.iter().map(|program| format!("`{program}`")).collect();
        (!names.is_empty()).then(|| names.join(" and "))
    }
}

fn run(program: &str, arguments: &[&str]) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    // The pipe is closed after this: who writes more than an image has is told so by the system, and ends.
    let written = child.stdout.take().map(bounded).transpose();
    let ended_well = child.wait()?.success();
    Ok(written?.flatten().filter(|written| ended_well && !written.is_empty()))
}
