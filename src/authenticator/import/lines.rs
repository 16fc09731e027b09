//! A URI a line: otpauth, Google's migration batches, or both. Ente's plain export, pass-otp's entries and many scripts'
//! files are such.

use super::{Found, Import, ImportError, Imported, Opened, Skipped};
use crate::authenticator::NewEntry;
use crate::otp::KeyUri;
use crate::otp::migration::{Batch, Export};

const FORMAT: &str = "list of URIs";

/// Whether a line begins as a URI does. Other lines may stand between them, such as the password of a pass entry.
pub(super) fn recognizes(bytes: &[u8]) -> bool {
    String::from_utf8_lossy(bytes).lines().any(is_uri)
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let text = std::str::from_utf8(bytes).map_err(|error| ImportError::Damaged {
        format: FORMAT,
        what: format!("byte {} is not UTF-8", error.valid_up_to() + 1),
    })?;
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| is_uri(line)) {
        reader.read(index + 1, line);
    }
    Ok(Opened::Plain(reader.finish()))
}

fn is_uri(line: &str) -> bool {
    let line = line.trim_start_matches(['\u{feff}', ' ', '\t']);
    ["otpauth://", "otpauth-migration://", "steam://"]
        .iter()
        .any(|scheme| line.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

#[derive(Default)]
struct Reader {
    found: Vec<Found>,
    batches: Vec<Batch>,
}

impl Reader {
    fn read(&mut self, line: usize, text: &str) {
        if Batch::is_one(text) {
            match Batch::read(text) {
                Ok(batch) => self.read_batch(line, batch),
                Err(error) => self.skip(line, error.to_string()),
            }
            return;
        }
        match KeyUri::read(text) {
            Ok(reading) => {
                let warnings = reading.warnings.iter().map(ToString::to_string).collect();
                self.found.push(Found::Entry(Imported { new: NewEntry::of(reading.uri), warnings }));
            }
            Err(error) => self.skip(line, error.to_string()),
        }
    }

    fn read_batch(&mut self, line: usize, batch: Batch) {
        for entry in &batch.entries {
            match entry {
                Ok(key) => {
                    let imported = Imported { new: NewEntry::of(key.clone()), warnings: Vec::new() };
                    self.found.push(Found::Entry(imported));
                }
                Err(error) => self.skip(line, error.to_string()),
            }
        }
        self.batches.push(batch);
    }

    fn skip(&mut self, line: usize, reason: String) {
        self.found.push(Found::Skipped(Skipped { label: format!("line {line}"), reason }));
    }

    fn finish(self) -> Import {
        let mut notes = Vec::new();
        for export in Export::collect(self.batches) {
            let part = |index: u32| format!("part {} of {} of Google's export is missing", index + 1, export.size);
            notes.extend(export.missing.iter().copied().map(part));
        }
        Import { format: FORMAT, found: self.found, notes }
    }
}
