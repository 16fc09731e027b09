//! Many entries on their way into the vault, all of them or none.

use std::fmt::Write as _;

use super::failure::{Exit, Failure};
use super::table::printable;
use crate::authenticator::{AddError, Addition, Entries, EntryId, NewEntry};
use crate::entropy::Entropy;
use crate::otp::migration::{Batch, Export};
use crate::otp::{KeyUri, Reading};
use crate::time::UnixTime;

/// An entry that was read and is not in the vault yet.
#[derive(Debug)]
pub(super) struct Candidate {
    /// The line of the file it came from, counted from 1.
    pub(super) line: Option<usize>,
    pub(super) new: NewEntry,
    /// What was guessed or changed in reading it.
    pub(super) warnings: Vec<String>,
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
        self.line.map(|line| format!("line {line}: ")).unwrap_or_default()
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
        reader.read(index + 1, text);
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
    fn read(&mut self, line: usize, text: &str) {
        let read = if Batch::is_one(text) {
            Batch::read(text).map(|batch| self.read_batch(line, batch)).map_err(|error| error.to_string())
        } else {
            KeyUri::read(text).map(|reading| self.read_key(line, reading)).map_err(|error| error.to_string())
        };
        if let Err(problem) = read {
            self.problems.push(format!("line {line}: {problem}"));
        }
    }

    fn read_key(&mut self, line: usize, reading: Reading) {
        let warnings = reading.warnings.iter().map(ToString::to_string).collect();
        self.candidates.push(Candidate { line: Some(line), new: NewEntry::of(reading.uri), warnings });
    }

    fn read_batch(&mut self, line: usize, batch: Batch) {
        for entry in &batch.entries {
            match entry {
                Ok(key) => {
                    let new = NewEntry::of(key.clone());
                    self.candidates.push(Candidate { line: Some(line), new, warnings: Vec::new() });
                }
                Err(error) => self.problems.push(format!("line {line}: {error}")),
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
