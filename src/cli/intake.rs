//! Many entries on their way into the vault, all of them or none.

use std::fmt::{Display, Write as _};

use super::failure::{Exit, Failure};
use super::pictures::Picture;
use super::table::printable;
use crate::authenticator::{AddError, Addition, Entries, EntryId, NewEntry};
use crate::entropy::Entropy;
use crate::otp::migration::{Batch, Export};
use crate::otp::{KeyUri, ParseUriError, Reading};
use crate::time::UnixTime;

/// An entry that was read and is not in the vault yet.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) origin: Origin,
    pub(super) new: NewEntry,
    /// What was guessed or changed in reading it.
    pub(super) warnings: Vec<String>,
}

/// Where a candidate came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    SetupKey,
    /// The line of the file, counted from 1.
    Line(usize),
    /// The image, by its file or by what a person calls it.
    Picture(String),
}

/// What became of a candidate.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub(super) enum Outcome {
    New(EntryId),
    Same(EntryId),
}

/// Takes all the candidates in, or none if one of them contradicts the vault or another one.
pub(super) fn take_in(
    entries: &mut Entries,
    candidates: &[Candidate],
    now: UnixTime,
    entropy: &dyn Entropy,
) -> Result<Vec<Outcome>, Failure> {
    let results: Vec<Result<Outcome, AddError>> = candidates
        .iter()
        .map(|candidate| {
            entries.add(candidate.new.clone(), now, entropy).map(|addition| match addition {
                Addition::New(id) => Outcome::New(id),
                Addition::Same(id) => Outcome::Same(id),
            })
        })
        .collect();
    if results.iter().all(Result::is_ok) {
        return Ok(results.into_iter().flatten().collect());
    }
    let mut message = "nothing was added".to_owned();
    for (candidate, result) in candidates.iter().zip(&results) {
        let (word, detail) = match result {
            Ok(outcome) => (outcome.as_str(), printable(&candidate.new.label())),
            Err(error) => ("conflict", printable(&error.to_string())),
        };
        // Writing to a string cannot fail.
        let _ = write!(message, "\n  {}{word}: {detail}", candidate.place());
    }
    Err(Failure::new(Exit::Failed, message)
        .hint("give the newcomer a name of its own with --name, or remove the other one first"))
}

impl Candidate {
    /// Where it came from, as the beginning of a message.
    pub(super) fn place(&self) -> String {
        self.origin.place()
    }
}

impl Origin {
    fn place(&self) -> String {
        match self {
            Self::SetupKey => String::new(),
            Self::Line(line) => format!("line {line}: "),
            Self::Picture(name) => format!("`{}`: ", printable(name)),
        }
    }
}

impl Outcome {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::New(_) => "new",
            Self::Same(_) => "same",
        }
    }
}

/// Reads a text with a URI a line, otpauth or Google's migration batches. One line that cannot be read refuses all.
pub(super) fn read_uris(text: &str) -> Result<Vec<Candidate>, Failure> {
    let mut reader = Reader::default();
    for (index, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        reader.read(&Origin::Line(index + 1), text);
    }
    reader.finish()
}

/// Takes the texts of QR codes, each with its image. What is not read refuses all: an image without a code, a code that
/// holds something else, a missing part of Google's export.
pub(super) fn read_pictures(pictures: &[Picture]) -> Result<Vec<Candidate>, Failure> {
    let mut reader = Reader::default();
    for Picture { name, texts } in pictures {
        let origin = Origin::Picture(name.clone());
        match texts {
            Ok(texts) if texts.is_empty() => reader.refuse(&origin, &"there is no QR code that can be read"),
            Ok(texts) => texts.iter().for_each(|text| reader.read_code(&origin, text)),
            Err(error) => reader.refuse(&origin, error),
        }
    }
    reader.finish()
}

/// Gives a name to each candidate without any label, so that it can be asked for.
pub(super) fn name_the_nameless(candidates: &mut [Candidate], entries: &Entries) {
    let mut taken: Vec<String> = entries.iter().filter_map(|entry| entry.name.clone()).collect();
    for candidate in candidates.iter_mut().filter(|candidate| candidate.new.label().is_empty()) {
        // One that is in the vault already keeps the name that it was given then.
        if let Some(there) = entries.holding(&candidate.new.key) {
            candidate.new.name.clone_from(&there.name);
            continue;
        }
        let names = std::iter::once("unnamed".to_owned()).chain((2_u64..).map(|number| format!("unnamed {number}")));
        let name = names.into_iter().find(|name| !taken.contains(name));
        taken.extend(name.clone());
        candidate.new.name = name;
    }
}

#[derive(Default)]
struct Reader {
    candidates: Vec<Candidate>,
    batches: Vec<Batch>,
    problems: Vec<String>,
}

impl Reader {
    fn read(&mut self, origin: &Origin, text: &str) {
        if Batch::is_one(text) {
            match Batch::read(text) {
                Ok(batch) => self.read_batch(origin, batch),
                Err(error) => self.refuse(origin, &error),
            }
            return;
        }
        match KeyUri::read(text) {
            Ok(reading) => self.read_key(origin, reading),
            Err(error) => self.refuse(origin, &error),
        }
    }

    /// Other codes than those of accounts hold wireless passwords and the like: what they hold is not shown.
    fn read_code(&mut self, origin: &Origin, text: &str) {
        match KeyUri::read(text) {
            Err(ParseUriError::NotAKeyUri) => {
                self.refuse(origin, &"a QR code in it holds something else than an account")
            }
            _ => self.read(origin, text),
        }
    }

    fn refuse(&mut self, origin: &Origin, problem: &dyn Display) {
        self.problems.push(format!("{}{problem}", origin.place()));
    }

    fn read_key(&mut self, origin: &Origin, reading: Reading) {
        let warnings = reading.warnings.iter().map(ToString::to_string).collect();
        self.candidates.push(Candidate { origin: origin.clone(), new: NewEntry::of(reading.uri), warnings });
    }

    fn read_batch(&mut self, origin: &Origin, batch: Batch) {
        for entry in &batch.entries {
            match entry {
                Ok(key) => {
                    let new = NewEntry::of(key.clone());
                    self.candidates.push(Candidate { origin: origin.clone(), new, warnings: Vec::new() });
                }
                Err(error) => self.refuse(origin, error),
            }
        }
        self.batches.push(batch);
    }

    fn finish(mut self) -> Result<Vec<Candidate>, Failure> {
        for export in Export::collect(self.batches) {
            let part = |index: u32| format!("part {} of {} of Google's export is missing", index + 1, export.size);
            self.problems.extend(export.missing.iter().copied().map(part));
        }
        if self.problems.is_empty() {
            return Ok(self.candidates);
        }
        let problems: Vec<String> = self.problems.iter().map(|problem| format!("\n  {}", printable(problem))).collect();
        Err(Failure::usage(format!("nothing was added, because not everything can be read:{}", problems.concat())))
    }
}
