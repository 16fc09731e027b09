//! Accounts from the texts of QR codes, each known by its image.

use std::fmt::Display;

use serde::Serialize;
use zeroize::Zeroizing;

use super::foreign::kind_of;
use super::pictures::Picture;
use super::texts::is_account;
use super::{Candidate, Origin, refused};
use crate::authenticator::NewEntry;
use crate::cli::failure::Failure;
use crate::cli::table::printable;
use crate::otp::KeyUri;
use crate::otp::migration::{Batch, Export};
use crate::qr::scan::Codes;

/// What images hold.
#[derive(Debug, Default)]
pub(in crate::cli) struct Gathered {
    pub(in crate::cli) candidates: Vec<Candidate>,
    /// What is no account, in images that hold one.
    pub(in crate::cli) passed_over: Vec<PassedOver>,
}

/// Something in an image that was not taken.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct PassedOver {
    /// The image, by its file or by what a person calls it.
    file: String,
    /// What it is, never its content: that may be a password.
    reason: String,
    #[serde(skip)]
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// A code that is no account.
    Foreign,
    /// A code that was not understood, and may be an account.
    NotUnderstood,
    /// Parts of the image, which may show any number of accounts.
    NotLookedAt,
    /// Lines of a text.
    Lines,
}

impl From<Vec<Candidate>> for Gathered {
    fn from(candidates: Vec<Candidate>) -> Self {
        Self { candidates, passed_over: Vec::new() }
    }
}

/// Takes the accounts in images. A code beside them that is no account is passed over: pages show a code for getting an
/// app, or for the wireless network, beside the one to enroll with.
///
/// # Errors
/// One problem refuses all: an image without an account, an account that cannot be read, a missing part of Google's export.
pub(in crate::cli) fn codes(pictures: &[Picture]) -> Result<Gathered, Failure> {
    let mut reader = Reader::default();
    for Picture { name, codes, other_lines } in pictures {
        match codes {
            Ok(codes) => reader.take(name, codes),
            Err(error) => reader.refuse(&Origin::Picture(name.clone()), error),
        }
        reader.pass_over_lines(name, *other_lines);
    }
    reader.finish()
}

impl PassedOver {
    /// As a line for a person.
    pub(in crate::cli) fn message(&self) -> String {
        let (file, reason) = (printable(&self.file), &self.reason);
        match self.kind {
            Kind::Foreign => format!("`{file}`: {reason}, and was passed over"),
            Kind::NotUnderstood => format!("warning: `{file}`: {reason}, and was passed over"),
            Kind::NotLookedAt => format!("warning: `{file}`: {reason}"),
            Kind::Lines => format!("`{file}`: {reason}"),
        }
    }
}

#[derive(Default)]
struct Reader {
    gathered: Gathered,
    batches: Vec<Batch>,
    problems: Vec<String>,
}

impl Reader {
    fn take(&mut self, name: &str, codes: &Codes) {
        let origin = Origin::Picture(name.to_owned());
        let (accounts, foreign): (Vec<_>, Vec<_>) = codes.texts.iter().partition(|text| is_account(text));
        let other = |reason, kind| PassedOver { file: name.to_owned(), reason, kind };
        let foreign =
            foreign.iter().map(|text| other(format!("a QR code in it holds {}", kind_of(text)), Kind::Foreign));
        let unread = codes.problems.iter().map(|problem| other(problem.to_string(), Kind::NotUnderstood));
        let unseen = not_looked_at(codes.unseen).map(|reason| other(reason, Kind::NotLookedAt));
        let others: Vec<PassedOver> = foreign.chain(unread).chain(unseen).collect();
        if accounts.is_empty() {
            if codes.texts.is_empty() && codes.problems.is_empty() {
                self.refuse(&origin, &"there is no QR code that can be read");
            }
            others.iter().for_each(|other| self.refuse(&origin, &other.reason));
            return;
        }
        self.gathered.passed_over.extend(others);
        for text in accounts {
            // A long text may have been broken into lines before it was drawn.
            let line: Zeroizing<String> =
                Zeroizing::new(text.chars().filter(|character| !matches!(character, '\r' | '\n')).collect());
            self.read(&origin, &line);
        }
    }

    fn pass_over_lines(&mut self, name: &str, number: usize) {
        let reason = match number {
            0 => return,
            1 => "1 line of its text holds no account".to_owned(),
            more => format!("{more} lines of its text hold no account"),
        };
        self.gathered.passed_over.push(PassedOver { file: name.to_owned(), reason, kind: Kind::Lines });
    }

    fn read(&mut self, origin: &Origin, text: &str) {
        if Batch::is_one(text) {
            match Batch::read(text) {
                Ok(batch) => self.read_batch(origin, batch),
                Err(error) => self.refuse(origin, &error),
            }
            return;
        }
        match KeyUri::read(text) {
            Ok(reading) => {
                let warnings = reading.warnings.iter().map(ToString::to_string).collect();
                self.push(origin, reading.uri, warnings);
            }
            Err(error) => self.refuse(origin, &error),
        }
    }

    fn read_batch(&mut self, origin: &Origin, batch: Batch) {
        for entry in &batch.entries {
            match entry {
                Ok(key) => self.push(origin, key.clone(), Vec::new()),
                Err(error) => self.refuse(origin, error),
            }
        }
        self.batches.push(batch);
    }

    fn push(&mut self, origin: &Origin, key: KeyUri, warnings: Vec<String>) {
        self.gathered.candidates.push(Candidate { origin: origin.clone(), new: NewEntry::of(key), warnings });
    }

    fn refuse(&mut self, origin: &Origin, problem: &dyn Display) {
        self.problems.push(format!("{}{problem}", origin.place()));
    }

    fn finish(mut self) -> Result<Gathered, Failure> {
        for export in Export::collect(self.batches) {
            let part = |index: u32| format!("part {} of {} of Google's export is missing", index + 1, export.size);
            self.problems.extend(export.missing.iter().copied().map(part));
        }
        if self.problems.is_empty() { Ok(self.gathered) } else { Err(refused(&self.problems)) }
    }
}

fn not_looked_at(number: usize) -> Option<String> {
    match number {
        0 => None,
        1 => Some("1 of the frames or pictures in it was not looked at".to_owned()),
        more => Some(format!("{more} of the frames or pictures in it were not looked at")),
    }
}
