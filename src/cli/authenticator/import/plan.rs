//! What an import does to the vault, shown before it is done.

use serde::Serialize;

use super::sources::{Item, Source};
use super::{Candidate, Entries, Outcome};
use crate::authenticator::NewEntry;
use crate::cli::authenticator::entries::KindJson;
use crate::cli::failure::{Exit, Failure};
use crate::cli::table::{counted, printable};
use crate::cli::terminal::Terminal;

pub(super) struct Plan<'a> {
    pub(super) sources: &'a [Source],
    pub(super) candidates: &'a [Candidate],
    pub(super) outcomes: &'a [Outcome],
    /// The vault's entries, with those that are new.
    pub(super) entries: &'a Entries,
}

/// What becomes of one entry of a file.
struct Step<'a> {
    outcome: &'static str,
    label: String,
    reason: Option<String>,
    taken: Option<(&'a Candidate, &'a Outcome)>,
}

impl<'a> Plan<'a> {
    /// Says it, a line an entry, and the sums.
    pub(super) fn show(&self, terminal: &Terminal) {
        for source in self.sources {
            terminal.say(&format!("{}: {}", printable(&source.name), source.format));
            for step in source.items.iter().filter_map(|item| self.step(item)) {
                let reason = step.reason.as_ref().map(|reason| format!(": {}", printable(reason))).unwrap_or_default();
                terminal.say(&format!("  {}: {}{reason}", step.outcome, printable(&step.label)));
                for warning in step.warnings() {
                    terminal.say(&format!("    warning: {}", printable(warning)));
                }
            }
            for note in &source.notes {
                terminal.say(&format!("  note: {}", printable(note)));
            }
        }
        let Sums { new, same, conflict, skipped, .. } = self.sums();
        terminal.say(&format!("{new} new, {same} same, {conflict} in conflict, {skipped} skipped"));
    }

    pub(super) fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        for step in self.steps() {
            match step.taken.map(|(_, outcome)| outcome) {
                Some(Outcome::New(_)) => sums.new += 1,
                Some(Outcome::Same(_)) => sums.same += 1,
                Some(Outcome::Moved { .. }) => {
                    sums.same += 1;
                    sums.moved += 1;
                }
                Some(Outcome::Conflict(_)) => sums.conflict += 1,
                None => sums.skipped += 1,
            }
        }
        sums
    }

    pub(super) fn json(&self, written: bool) -> PlanJson<'_> {
        let files = self.sources.iter().map(|source| FileJson {
            file: &source.name,
            format: source.format,
            notes: &source.notes,
        });
        let entries = self.sources.iter().flat_map(|source| {
            let steps = source.items.iter().filter_map(|item| self.step(item));
            steps.map(move |step| StepJson::of(&source.name, step, written))
        });
        PlanJson { written, files: files.collect(), entries: entries.collect(), sums: self.sums() }
    }

    fn steps(&self) -> impl Iterator<Item = Step<'a>> {
        self.sources.iter().flat_map(|source| &source.items).filter_map(|item| self.step(item))
    }

    fn step(&self, item: &'a Item) -> Option<Step<'a>> {
        let index = match item {
            Item::Candidate(index) => *index,
            Item::Skipped(skipped) => {
                let (label, reason) = (skipped.label.clone(), Some(skipped.reason.clone()));
                return Some(Step { outcome: "skipped", label, reason, taken: None });
            }
        };
        let (candidate, outcome) = (self.candidates.get(index)?, self.outcomes.get(index)?);
        // The newcomer may have got a name of its own.
        let entry = outcome.id().and_then(|id| self.entries.get(id));
        let label = entry.map_or_else(|| candidate.new.label(), |entry| entry.label());
        let reason = match outcome {
            Outcome::Conflict(reason) => Some(reason.clone()),
            Outcome::Moved { from, to, .. } => Some(format!("its counter moves on from {from} to {to}")),
            Outcome::New(_) | Outcome::Same(_) => None,
        };
        Some(Step { outcome: outcome.as_str(), label, reason, taken: Some((candidate, outcome)) })
    }
}

impl<'a> Step<'a> {
    fn warnings(&self) -> &'a [String] {
        self.taken.map(|(candidate, _)| candidate.warnings.as_slice()).unwrap_or_default()
    }
}

/// How many entries have which outcome.
#[derive(Clone, Copy, Default, Serialize)]
pub(super) struct Sums {
    pub(super) new: usize,
    pub(super) same: usize,
    pub(super) conflict: usize,
    pub(super) skipped: usize,
    /// Of the same ones, those whose counter moves on.
    #[serde(skip)]
    pub(super) moved: usize,
}

impl Sums {
    /// Nothing, or the failure whose exit code tells a script.
    pub(super) fn say_what_was_skipped(self) -> Result<(), Failure> {
        if self.skipped == 0 {
            return Ok(());
        }
        let message = format!("{} skipped; the plan says why", counted(self.skipped, "entry"));
        Err(Failure::new(Exit::Partly, message))
    }
}

/// The plan for programs.
#[derive(Serialize)]
pub(super) struct PlanJson<'a> {
    written: bool,
    files: Vec<FileJson<'a>>,
    entries: Vec<StepJson<'a>>,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Serialize)]
struct FileJson<'a> {
    file: &'a str,
    format: &'a str,
    notes: &'a [String],
}

#[derive(Serialize)]
struct StepJson<'a> {
    file: &'a str,
    outcome: &'static str,
    label: String,
    reason: Option<String>,
    warnings: &'a [String],
    entry: Option<EntryJson<'a>>,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    id: Option<String>,
    name: Option<&'a str>,
    issuer: &'a str,
    account: &'a str,
    alias: Option<&'a str>,
    #[serde(flatten)]
    kind: KindJson,
    tags: &'a [String],
}

impl<'a> StepJson<'a> {
    fn of(file: &'a str, step: Step<'a>, written: bool) -> Self {
        let entry = step.taken.map(|(candidate, outcome)| {
            // The id that a new entry has in the plan is drawn anew when it is written.
            let id = outcome.id().filter(|_| written);
            EntryJson::of(&candidate.new, id.map(|id| id.to_string()))
        });
        let (outcome, warnings) = (step.outcome, step.warnings());
        Self { file, outcome, label: step.label, reason: step.reason, warnings, entry }
    }
}

impl<'a> EntryJson<'a> {
    fn of(new: &'a NewEntry, id: Option<String>) -> Self {
        let NewEntry { name, key, tags, .. } = new;
        Self {
            id,
            name: name.as_deref(),
            issuer: &key.issuer,
            account: &key.account,
            alias: key.alias.as_deref(),
            kind: key.kind.into(),
            tags,
        }
    }
}
