//! Texts with URIs in them: otpauth, Google's migration batches, Steam's. Lists, pass-otp's entries, what zbarimg prints,
//! notes, and JSON that no program is known for.

mod find;
mod pass;

pub(super) use find::{Spot, find, has_any};

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::json::Outline;
use super::{Found, Import, ImportError, Imported, Opened, Sample, Skipped, json};
use crate::authenticator::NewEntry;
use crate::otp::migration::{Batch, Export};
use crate::otp::{CodeFormat, KeyUri, Kind, Totp, UriWarning};

const FORMAT: &str = "list of URIs";

/// Whether there is a URI anywhere in it, or a secret where pass keeps one.
pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    let text = String::from_utf8_lossy(sample.bytes);
    match json::texts(sample.bytes) {
        // It begins as JSON does and is damaged, which is for its form to say.
        None => false,
        Some(texts) if json::begins_as_json(sample.bytes) => texts.iter().any(|text| has_any(text)),
        Some(_) => has_any(&text) || pass::has_secret(&text),
    }
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let whole = text(FORMAT, bytes)?;
    // In JSON a slash or an ampersand may be escaped.
    let texts = json::texts(bytes).unwrap_or_default();
    let texts = if texts.is_empty() { vec![whole] } else { texts.iter().map(|text| text.as_str()).collect() };
    let (lines, notes) = read_uris(texts.iter().copied());
    let mut found: Vec<Found> = lines.into_iter().map(|line| line.found).collect();
    found.extend(texts.into_iter().flat_map(pass::secrets));
    if may_hold_others(bytes) {
        let reason = "it is in no form that is known: codes that are kept otherwise than as URIs were not looked for";
        found.push(Found::Skipped(Skipped { label: "the rest of the file".to_owned(), reason: reason.to_owned() }));
    }
    Ok(Opened::Plain(Import { format: FORMAT, found, notes }))
}

/// Whether a file has fields, in which a program may keep secrets that are no URIs: an object of JSON, or XML.
fn may_hold_others(bytes: &[u8]) -> bool {
    let outline = Outline::of(bytes);
    let begins_as_xml = bytes.trim_ascii_start().starts_with(b"<");
    let is_xml = begins_as_xml && !is_page(bytes) && bytes.windows(2).any(|pair| pair == b"</");
    is_xml || ["*", "[].*", "[][].*"].iter().any(|path| outline.has(&[path]))
}

/// Whether it begins as a page of the web, or a part of one, in which programs keep nothing.
fn is_page(bytes: &[u8]) -> bool {
    const ELEMENTS: [&[u8]; 20] = [
        b"!doctype html",
        b"html",
        b"head",
        b"body",
        b"a",
        b"p",
        b"div",
        b"span",
        b"ul",
        b"ol",
        b"li",
        b"table",
        b"tr",
        b"td",
        b"pre",
        b"code",
        b"img",
        b"br",
        b"b",
        b"h1",
    ];
    let Some(element) = bytes.trim_ascii_start().strip_prefix(b"<") else { return false };
    ELEMENTS.iter().any(|name| {
        let (begin, rest) = element.split_at_checked(name.len()).unwrap_or_default();
        begin.eq_ignore_ascii_case(name) && rest.first().is_some_and(|next| b"> /\t\r\n".contains(next))
    })
}

/// What a line of a text holds. A line with a batch of Google's export holds several entries.
#[derive(Debug)]
pub struct UriLine {
    /// The line, counted from 1 through all of the texts.
    pub line: usize,
    /// One entry of it.
    pub found: Found,
}

/// Reads the URIs in texts, wherever they stand in a line, and gives what is to be known of all together: which parts of
/// Google's exports are missing.
///
/// Whatever has the scheme of such a URI is there, as an entry or as skipped.
pub fn read_uris<'a>(texts: impl IntoIterator<Item = &'a str>) -> (Vec<UriLine>, Vec<String>) {
    let mut reader = Reader::default();
    let mut before = 0;
    for text in texts {
        for spot in find(text) {
            reader.line = before + spot.line;
            reader.read_spot(&spot);
        }
        before += text.lines().count();
    }
    let notes = reader.missing();
    (reader.lines, notes)
}

/// What one URI in a text holds.
pub(super) fn read_spot(spot: &Spot<'_>) -> Vec<Found> {
    let mut reader = Reader { line: spot.line, ..Reader::default() };
    reader.read_spot(spot);
    reader.lines.into_iter().map(|line| line.found).collect()
}

/// A URI that was encoded, once or twice, for another address to hold it.
fn decoded(text: &str) -> Zeroizing<String> {
    let once = |text: &str| Zeroizing::new(percent_decode_str(text).decode_utf8_lossy().into_owned());
    let decoded = once(text);
    if decoded.contains("://") { decoded } else { once(&decoded) }
}

/// The text of a file, which must be UTF-8.
pub(super) fn text<'a>(format: &'static str, bytes: &'a [u8]) -> Result<&'a str, ImportError> {
    std::str::from_utf8(bytes).map_err(|error| ImportError::Damaged {
        format,
        what: format!("byte {} is not UTF-8", error.valid_up_to() + 1),
    })
}

#[derive(Default)]
struct Reader {
    line: usize,
    lines: Vec<UriLine>,
    batches: Vec<Batch>,
}

impl Reader {
    fn read_spot(&mut self, spot: &Spot<'_>) {
        if spot.broken {
            self.skip("it may go on in the next line: put the whole URI on one line".to_owned());
        } else if spot.encoded {
            self.read(&decoded(spot.text));
        } else {
            self.read(spot.text);
        }
    }

    fn read(&mut self, text: &str) {
        if Batch::is_one(text) {
            match Batch::read(text) {
                Ok(batch) => self.read_batch(batch),
                Err(error) => self.skip(error.to_string()),
            }
            return;
        }
        match KeyUri::read(text) {
            Ok(reading) => {
                let warnings = reading.warnings.iter().map(ToString::to_string).collect();
                self.push(Found::Entry(Imported { new: NewEntry::of(reading.uri), warnings }));
            }
            Err(error) => self.skip(error.to_string()),
        }
    }

    fn read_batch(&mut self, batch: Batch) {
        for entry in &batch.entries {
            match entry {
                Ok(key) => self.push(Found::Entry(of_google(key.clone()))),
                Err(error) => self.skip(error.to_string()),
            }
        }
        self.batches.push(batch);
    }

    fn skip(&mut self, reason: String) {
        self.push(Found::Skipped(Skipped { label: format!("line {}", self.line), reason }));
    }

    fn push(&mut self, found: Found) {
        self.lines.push(UriLine { line: self.line, found });
    }

    fn missing(&mut self) -> Vec<String> {
        let mut notes = Vec::new();
        for export in Export::collect(std::mem::take(&mut self.batches)) {
            let part = |index: u32| format!("part {} of {} of Google's export is missing", index + 1, export.size);
            notes.extend(export.missing.iter().copied().map(part));
        }
        notes
    }
}

/// An entry of Google's export, which has no word for Steam's letters.
fn of_google(mut key: KeyUri) -> Imported {
    let is_plain = matches!(key.kind, Kind::Totp(totp) if totp == Totp::default());
    let mut warnings = Vec::new();
    if is_plain && key.issuer.eq_ignore_ascii_case("steam") {
        key.kind = Kind::Totp(Totp { format: CodeFormat::Steam, ..Totp::default() });
        warnings.push(UriWarning::SteamByIssuer.to_string());
    }
    Imported { new: NewEntry::of(key), warnings }
}
