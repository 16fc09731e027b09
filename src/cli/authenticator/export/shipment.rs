use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use crate::authenticator::Entry;
use crate::authenticator::export::{Form, Part, lost, obstacle};
use crate::cli::App;
use crate::cli::failure::{Exit, Failure};
use crate::cli::options::Output;
use crate::cli::table::{counted, printable};
use crate::files;
use crate::otp::migration::Obstacle;

/// The entries that go out in a form, after everything that the form leaves behind was said.
pub(super) struct Shipment<'a> {
    pub(super) app: &'a App,
    pub(super) entries: Vec<&'a Entry>,
    left_out: Vec<LeftOut>,
    not_carried: Vec<NotCarried>,
}

/// An entry that stays behind.
#[derive(Serialize)]
struct LeftOut {
    id: String,
    label: String,
    reason: String,
}

/// An entry that goes, but not whole.
#[derive(Serialize)]
struct NotCarried {
    id: String,
    label: String,
    parts: Vec<Part>,
}

/// The answer for programs.
#[derive(Default, Serialize)]
pub(super) struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uris: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<&'a Path>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) folder: Option<&'a Path>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) files: Option<&'a [String]>,
}

#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    written: Written<'a>,
    entries: usize,
    left_out: &'a [LeftOut],
    not_carried: &'a [NotCarried],
}

impl<'a> Shipment<'a> {
    /// Picks the entries that the form can carry. One that it cannot refuses all, unless those are to be skipped.
    pub(super) fn pack(app: &'a App, form: Form, chosen: &[&'a Entry], skip: bool) -> Result<Self, Failure> {
        let (mut entries, mut left_out) = (Vec::with_capacity(chosen.len()), Vec::new());
        for entry in chosen {
            match obstacle(entry, form) {
                None => entries.push(*entry),
                Some(obstacle) => left_out.push(LeftOut::of(entry, obstacle)),
            }
        }
        if !left_out.is_empty() && (!skip || entries.is_empty()) {
            return Err(refusal(form, &left_out, skip));
        }
        for entry in &left_out {
            app.terminal.say(&format!("left out: `{}`: {}", entry.label, entry.reason));
        }
        let not_carried: Vec<NotCarried> = entries.iter().filter_map(|entry| NotCarried::of(entry, form)).collect();
        for entry in &not_carried {
            app.terminal.say(&format!("note: {form} does not carry {}", entry.in_words()));
        }
        Ok(Self { app, entries, left_out, not_carried })
    }

    /// Makes a file and says so.
    pub(super) fn write_file(&self, file: &Path, contents: &[u8]) -> Result<(), Failure> {
        files::create(file, contents)?;
        self.say_written(&format!("into {}, readable for you alone", file.display()));
        self.report(Written { file: Some(file), ..Written::default() })
    }

    /// Writes something to stdout as it is.
    pub(super) fn write_stdout(&self, contents: &[u8]) -> Result<(), Failure> {
        self.app.terminal.answer_bytes(contents)?;
        self.say_written("to stdout");
        Ok(())
    }

    /// Says how many entries were written, and where.
    pub(super) fn say_written(&self, place: &str) {
        let number = self.entries.len();
        let were = if number == 1 { "was" } else { "were" };
        self.app.terminal.say(&format!("{} {were} written {place}", counted(number, "entry")));
    }

    /// Answers a program, if one asked.
    pub(super) fn report(&self, written: Written<'_>) -> Result<(), Failure> {
        if self.app.options.output == Output::Text {
            return Ok(());
        }
        let (left_out, not_carried) = (&self.left_out, &self.not_carried);
        self.app.terminal.answer_json(&Report { written, entries: self.entries.len(), left_out, not_carried })
    }
}

impl LeftOut {
    fn of(entry: &Entry, obstacle: Obstacle) -> Self {
        Self { id: entry.id.to_string(), label: printable(&entry.label()), reason: obstacle.to_string() }
    }
}

impl NotCarried {
    fn of(entry: &Entry, form: Form) -> Option<Self> {
        let parts = lost(entry, form);
        (!parts.is_empty()).then(|| Self { id: entry.id.to_string(), label: printable(&entry.label()), parts })
    }

    /// As in "the name `work`", or "the tags and the note of `GitHub:alice`".
    fn in_words(&self) -> String {
        let words: Vec<String> = self.parts.iter().map(|part| self.part_in_words(*part)).collect();
        let joined = match words.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => words.concat(),
        };
        if self.parts.contains(&Part::Name) { joined } else { format!("{joined} of `{}`", self.label) }
    }

    fn part_in_words(&self, part: Part) -> String {
        match part {
            // An entry with a name is labelled with it.
            Part::Name => return format!("the name `{}`", self.label),
            Part::Label => "the exact spelling",
            Part::Alias => "the issuer's other name",
            Part::Tags => "the tags",
            Part::Note => "the note",
            Part::Serial => "the serial number",
            Part::Offset => "the clock's offset",
            Part::Unknown => "what a newer vmfa wrote beside it",
        }
        .to_owned()
    }
}

fn refusal(form: Form, left_out: &[LeftOut], skip: bool) -> Failure {
    let mut message = format!("{form} cannot carry:");
    for entry in left_out {
        // Writing to a string cannot fail.
        let _ = write!(message, "\n  `{}`: {}", entry.label, entry.reason);
    }
    let failure = Failure::new(Exit::Failed, message);
    if skip {
        failure.hint("nothing is left to export; `--format qr`, `uri` and `age` carry every entry")
    } else {
        failure.hint("leave these out with `--skip-unsupported`; `--format qr`, `uri` and `age` carry every entry")
    }
}
