//! Where QR codes and what stands for them come from: images in files and on the screen, and the clipboard.

use std::panic;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::desktop::{self, Held};
use super::{is_setup_key, uris_in};
use crate::cli::failure::Failure;
use crate::cli::terminal::Terminal;
use crate::qr::scan::{Codes, ScanError, scan};

/// What was read in an image, or in the text on the clipboard.
pub(in crate::cli) struct Picture {
    /// Its file, or what a person calls it.
    pub(in crate::cli) name: String,
    /// What its QR codes say.
    pub(in crate::cli) codes: Result<Codes, ScanError>,
    /// Lines of a text that hold no account.
    pub(in crate::cli) other_lines: usize,
}

/// What was gathered.
pub(in crate::cli) enum Sources {
    Pictures(Vec<Picture>),
    /// The clipboard holds a setup key.
    SetupKey(Zeroizing<String>),
}

/// Reads the images in the order in which they are given, those of the desktop last.
pub(in crate::cli) fn gather(
    files: &[PathBuf],
    clipboard: bool,
    screen: bool,
    terminal: &Terminal,
) -> Result<Sources, Failure> {
    let mut pictures = Vec::new();
    for file in files {
        let name = if file == Path::new("-") { "stdin".to_owned() } else { file.display().to_string() };
        pictures.push(Picture::of(name, &terminal.read_picture(file)?));
    }
    if clipboard {
        match desktop::clipboard(&|text| is_setup_key(text) || !uris_in(text).0.is_empty())? {
            Held::Picture(bytes) => pictures.push(Picture::of(CLIPBOARD.to_owned(), &bytes)),
            Held::Text(text) if is_setup_key(&text) => {
                if !pictures.is_empty() || screen {
                    return Err(Failure::usage("the clipboard holds a setup key, which is added by itself"));
                }
                return Ok(Sources::SetupKey(text));
            }
            Held::Text(text) => pictures.push(Picture::of_text(&text)),
        }
    }
    if screen {
        pictures.push(Picture::of("screen".to_owned(), &desktop::screen()?));
    }
    Ok(Sources::Pictures(pictures))
}

/// What a person calls it.
pub(in crate::cli) const CLIPBOARD: &str = "clipboard";

impl Picture {
    fn of(name: String, bytes: &[u8]) -> Self {
        Self { name, codes: scan_quietly(bytes), other_lines: 0 }
    }

    /// A URI of the text is taken as if a code said it.
    fn of_text(text: &str) -> Self {
        let (uris, other_lines) = uris_in(text);
        let texts = uris.into_iter().map(|uri| Zeroizing::new(uri.to_owned())).collect();
        Self { name: CLIPBOARD.to_owned(), codes: Ok(Codes { texts, ..Codes::default() }), other_lines }
    }
}

/// `scan` outlives a panic of the crates beneath it; what such a panic would print is no message for a person.
fn scan_quietly(picture: &[u8]) -> Result<Codes, ScanError> {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let codes = scan(picture);
    panic::set_hook(usual);
    codes
}
