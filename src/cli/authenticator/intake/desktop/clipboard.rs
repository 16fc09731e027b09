//! What the clipboard holds: an image, or a text with an account in it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::Tried;
use crate::cli::failure::{Exit, Failure};
use crate::qr::PictureFormat;

/// What was taken from the clipboard.
pub(in crate::cli) enum Held {
    Picture(Zeroizing<Vec<u8>>),
    Text(Zeroizing<String>),
}

/// A program that gives what the clipboard holds.
struct Program {
    name: &'static str,
    /// The arguments with which it lists the types in which that can be had.
    types: &'static [&'static str],
    text: Option<Arguments>,
    picture: Option<Arguments>,
}

/// The arguments around the type, and the type where none are listed.
struct Arguments {
    before: &'static [&'static str],
    usual: Option<&'static str>,
    after: &'static [&'static str],
}

impl Arguments {
    const fn plain(arguments: &'static [&'static str]) -> Option<Self> {
        Some(Self { before: arguments, usual: None, after: &[] })
    }
}

/// Wayland's before X11's; then macOS's, and that of Windows from its Linux.
const PROGRAMS: &[Program] = &[
    Program {
        name: "wl-paste",
        types: &["--list-types"],
        text: Some(Arguments { before: &["--no-newline", "--type"], usual: Some("text"), after: &[] }),
        picture: Some(Arguments { before: &["--no-newline", "--type"], usual: Some("image/png"), after: &[] }),
    },
    Program {
        name: "xclip",
        types: &["-selection", "clipboard", "-target", "TARGETS", "-out"],
        text: Some(Arguments {
            before: &["-selection", "clipboard", "-target"],
            usual: Some("UTF8_STRING"),
            after: &["-out"],
        }),
        picture: Some(Arguments {
            before: &["-selection", "clipboard", "-target"],
            usual: Some("image/png"),
            after: &["-out"],
        }),
    },
    Program { name: "xsel", types: &[], text: Arguments::plain(&["--clipboard", "--output"]), picture: None },
    Program { name: "pbpaste", types: &[], text: Arguments::plain(&[]), picture: None },
    Program { name: "pngpaste", types: &[], text: None, picture: Arguments::plain(&["-"]) },
    Program {
        name: "powershell.exe",
        types: &[],
        text: Arguments::plain(&["-NoProfile", "-Command", "Get-Clipboard"]),
        picture: None,
    },
];

/// The types that are of use, the best first.
const TEXTS: &[&str] =
    &["text/plain;charset=utf-8", "text/plain;charset=UTF-8", "UTF8_STRING", "text/plain", "STRING", "TEXT"];
const PICTURES: &[&str] =
    &["image/png", "image/svg+xml", "image/bmp", "image/x-bmp", "image/webp", "image/gif", "image/jpeg"];

/// More than any list of URIs has, and less than most images.
const MAX_TEXT: usize = 1 << 20;

/// Takes what the clipboard holds: a text if it is of use, or else an image. Where both are offered, a text with an account
/// is there on purpose, and the image is most often one of that text.
///
/// # Errors
/// [`Failure`] if there is neither. It holds nothing of a text, which may be a password.
pub(in crate::cli) fn clipboard(is_of_use: &dyn Fn(&str) -> bool) -> Result<Held, Failure> {
    let (mut tried, mut is_text_there) = (Tried::default(), false);
    for program in PROGRAMS {
        let types = program.types(&mut tried)?;
        for (arguments, known) in [(&program.text, TEXTS), (&program.picture, PICTURES)] {
            let Some(arguments) = arguments else { continue };
            let Some(bytes) = program.take(arguments, known, types.as_deref(), &mut tried)? else { continue };
            match Held::of(bytes, is_of_use) {
                Some(held) => return Ok(held),
                None => is_text_there = true,
            }
        }
    }
    Err(nothing(&tried, is_text_there))
}

impl Program {
    /// The types that it lists. Nothing if none of them is known: an older version does not list any.
    fn types(&self, tried: &mut Tried) -> Result<Option<Vec<String>>, Failure> {
        if self.types.is_empty() {
            return Ok(None);
        }
        let listed = tried.run(self.name, self.types)?.unwrap_or_default();
        let types: Vec<String> = String::from_utf8_lossy(&listed).lines().map(|line| line.trim().to_owned()).collect();
        let is_known = |listed: &String| TEXTS.iter().chain(PICTURES).any(|known| known == listed);
        Ok(types.iter().any(is_known).then_some(types))
    }

    fn take(
        &self,
        arguments: &Arguments,
        known: &[&'static str],
        listed: Option<&[String]>,
        tried: &mut Tried,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        let wanted = match listed {
            Some(listed) => match known.iter().find(|known| listed.iter().any(|listed| listed == *known)) {
                Some(best) => Some(*best),
                None => return Ok(None),
            },
            None => arguments.usual,
        };
        let all: Vec<&str> =
            arguments.before.iter().copied().chain(wanted).chain(arguments.after.iter().copied()).collect();
        tried.run(self.name, &all)
    }
}

impl Held {
    /// What this is, whatever it was asked for as. Nothing if it is a text that is of no use.
    fn of(bytes: Zeroizing<Vec<u8>>, is_of_use: &dyn Fn(&str) -> bool) -> Option<Self> {
        if PictureFormat::of(&bytes).is_some() {
            return Some(Self::Picture(bytes));
        }
        let Ok(text) = std::str::from_utf8(&bytes) else { return Some(Self::Picture(bytes)) };
        if let Some(picture) = picture_in_address(text.trim()) {
            return Some(Self::Picture(picture));
        }
        (text.len() <= MAX_TEXT && is_of_use(text)).then(|| Self::Text(Zeroizing::new(text.to_owned())))
    }
}

/// The picture in an address that carries it (RFC 2397): pages that draw a code by themselves have such addresses for it.
fn picture_in_address(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (kind, data) = text.strip_prefix("data:image/")?.split_once(',')?;
    kind.ends_with(";base64").then(|| STANDARD.decode(data).ok().map(Zeroizing::new))?
}

fn nothing(tried: &Tried, is_text_there: bool) -> Failure {
    let Some(programs) = tried.names() else {
        return Failure::new(Exit::Failed, "there is no program here that gives what the clipboard holds")
            .hint("install wl-clipboard (Wayland), xclip (X11) or pngpaste (macOS), or save the image and use --qr");
    };
    if is_text_there {
        return Failure::new(
            Exit::Failed,
            format!(
                "{programs} found no image on the clipboard, and a text without an `otpauth://` URI or a setup key"
            ),
        )
        .hint(
            "copy the image itself, the URI, or the whole setup key; a key that is not taken for one goes into \
             --secret-file",
        );
    }
    Failure::new(Exit::Failed, format!("{programs} found no image on the clipboard, and no text"))
        .hint("copy the image itself, not its file or its address; or save it and use --qr")
}
