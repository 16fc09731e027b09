//! Images from the desktop, by the programs that are made for it. Each writes the image to its stdout, so that none ever
//! lies in a file.

use std::ffi::OsStr;
use std::io;
use std::process::{Command, Stdio};

use zeroize::Zeroizing;

use super::failure::{Exit, Failure, failed};
use super::terminal::picture::bounded;

/// Where an image is on the desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Clipboard,
    Screen,
}

/// A program and its arguments, as a shell takes them.
struct Source {
    program: &'static str,
    arguments: &'static [&'static str],
}

/// Takes the image with the first program that is there and gives one.
pub(super) fn picture(place: Place) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut without = Vec::new();
    for source in place.sources() {
        match source.run() {
            Ok(Some(picture)) => return Ok(picture),
            Ok(None) => without.push(format!("`{}`", source.program)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(format!("cannot run `{}`", source.program))(error)),
        }
    }
    Err(if without.is_empty() { place.nothing_installed() } else { place.nothing_there(&without.join(" and ")) })
}

impl Source {
    /// What the program writes, or nothing if it fails, or writes nothing or more than an image has.
    fn run(&self) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let arguments = self.arguments.iter().map(OsStr::new);
        let mut child = Command::new(self.program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        // The pipe is closed after this: who writes more than an image has is told so by the system, and ends.
        let written = child.stdout.take().map(bounded).transpose();
        let ended_well = child.wait()?.success();
        Ok(written?.flatten().filter(|picture| ended_well && !picture.is_empty()))
    }
}

impl Place {
    /// What a person calls the image.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Clipboard => "clipboard",
            Self::Screen => "screen",
        }
    }

    /// Wayland's program before X11's, which sees only a part of a Wayland desktop; macOS's last.
    const fn sources(self) -> &'static [Source] {
        match self {
            Self::Clipboard => &[
                Source { program: "wl-paste", arguments: &["--no-newline", "--type", "image/png"] },
                Source { program: "xclip", arguments: &["-selection", "clipboard", "-target", "image/png", "-out"] },
                Source { program: "pngpaste", arguments: &["-"] },
            ],
            Self::Screen => &[
                Source { program: "grim", arguments: &["-"] },
                Source { program: "maim", arguments: &[] },
                Source { program: "scrot", arguments: &["-"] },
                Source { program: "import", arguments: &["-silent", "-window", "root", "png:-"] },
            ],
        }
    }

    fn nothing_installed(self) -> Failure {
        match self {
            Self::Clipboard => Failure::new(Exit::Failed, "there is no program here that gives the clipboard's image")
                .hint("install wl-clipboard (Wayland), xclip (X11) or pngpaste (macOS), or save the image and use --qr"),
            Self::Screen => Failure::new(Exit::Failed, "there is no program here that takes a picture of the screen").hint(
                "install grim (Wayland), or maim, scrot or ImageMagick (X11); on GNOME and macOS, take the screenshot \
                 to the clipboard and use --clipboard",
            ),
        }
    }

    fn nothing_there(self, programs: &str) -> Failure {
        match self {
            Self::Clipboard => Failure::new(Exit::Failed, format!("{programs} found no image on the clipboard"))
                .hint("copy the image itself, not its file or its address; or save it and use --qr"),
            Self::Screen => Failure::new(Exit::Failed, format!("{programs} could not take a picture of the screen"))
                .hint("take the screenshot to the clipboard and use --clipboard, or save it and use --qr"),
        }
    }
}
