//! A URI a line: otpauth, Google's migration batches, or both. pass-otp's entries and many scripts' files are such.

use super::{Found, Import, ImportError, Imported, Opened, Sample, Skipped};
use crate::authenticator::NewEntry;
use crate::otp::KeyUri;
use crate::otp::migration::{Batch, Export};

const FORMAT: &str = "list of URIs";

/// Whether a line begins as a URI does. Other lines may stand between them, such as the password of a pass entry.
pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    String::from_utf8_lossy(sample.bytes).lines().any(is_uri)
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let (lines, notes) = read_uris(text(FORMAT, bytes)?, is_uri);
    let found = lines.into_iter().map(|line| line.found).collect();
    Ok(Opened::Plain(Import { format: FORMAT, found, notes }))
}

/// What a line of a text holds. A line with a batch of Google's export holds several entries.
#[derive(Debug)]
pub struct UriLine {
    /// The line, counted from 1.
    pub line: usize,
    /// One entry of it.
    pub found: Found,
}

/// Reads the lines that `counts` picks, which are to be URIs, and gives what is to be known of the text as a whole: which
/// parts of Google's exports are missing in it.
pub fn read_uris(text: &str, counts: impl Fn(&str) -> bool) -> (Vec<UriLine>, Vec<String>) {
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| counts(line)) {
        reader.line = index + 1;
        reader.read(line);
    }
    let notes = reader.missing();
    (reader.lines, notes)
}

/// The text of a file, which must be UTF-8.
pub(super) fn text<'a>(format: &'static str, bytes: &'a [u8]) -> Result<&'a str, ImportError> {
    std::str::from_utf8(bytes).map_err(|error| ImportError::Damaged {
        format,
        what: format!("byte {} is not UTF-8", error.valid_up_to() + 1),
    })
}

pub(super) fn is_uri(line: &str) -> bool {
    let line = line.trim_start_matches(['\u{feff}', ' ', '\t']);
    ["otpauth://", "otpauth-migration://", "steam://"]
        .iter()
        .any(|scheme| line.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

#[derive(Default)]
struct Reader {
    line: usize,
    lines: Vec<UriLine>,
    batches: Vec<Batch>,
}

impl Reader {
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
                Ok(key) => {
                    self.push(Found::Entry(Imported { new: NewEntry::of(key.clone()), warnings: Vec::new() }));
                }
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
