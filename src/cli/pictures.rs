//! Images with QR codes, from files and from the desktop.

use std::panic;
use std::path::{Path, PathBuf};

use super::desktop::{self, Place};
use super::failure::Failure;
use super::terminal::Terminal;
use crate::qr::scan::{Codes, ScanError, scan};

/// What was read in an image.
pub(super) struct Picture {
    /// Its file, or what a person calls it.
    pub(super) name: String,
    /// What its QR codes say.
    pub(super) codes: Result<Codes, ScanError>,
}

/// Reads the images in the order in which they are given, those of the desktop last.
pub(super) fn gather(
    files: &[PathBuf],
    clipboard: bool,
    screen: bool,
    terminal: &Terminal,
) -> Result<Vec<Picture>, Failure> {
    let mut pictures = Vec::new();
    for file in files {
        let name = if file == Path::new("-") { "stdin".to_owned() } else { file.display().to_string() };
        pictures.push(Picture { name, codes: scan_quietly(&terminal.read_picture(file)?) });
    }
    for place in [clipboard.then_some(Place::Clipboard), screen.then_some(Place::Screen)].into_iter().flatten() {
        pictures.push(Picture { name: place.name().to_owned(), codes: scan_quietly(&desktop::picture(place)?) });
    }
    Ok(pictures)
}

/// `scan` outlives a panic of the crates beneath it; what such a panic would print is no message for a person.
fn scan_quietly(picture: &[u8]) -> Result<Codes, ScanError> {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let codes = scan(picture);
    panic::set_hook(usual);
    codes
}
