//! Many entries on their way into the vault, all of them or none.

mod codes;
mod desktop;
mod foreign;
pub(super) mod pictures;
pub(super) mod setup_key;
mod texts;

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

pub(super) use self::codes::{Gathered, PassedOver, codes};
pub(super) use self::texts::{is_setup_key, uris_in};
use crate::authenticator::import::{Found, read_uris};
use crate::authenticator::{AddError, Addition, Entries, Entry, EntryId, NewEntry};
use crate::cli::failure::{Exit, Failure};
use crate::cli::table::printable;
use crate::entropy::Entropy;
use crate::otp::{ParseUriError, name};
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
    /// A file in which lines say nothing.
    File,
    /// The line of the file, counted from 1.
    Line(usize),
    /// The image, by its file or by what a person calls it, or the clipboard.
    Picture(String),
}

/// What becomes of a candidate.
#[derive(Clone, Debug)]
#[must_use]
pub(super) enum Outcome {
    New(EntryId),
    Same(EntryId),
    /// It is there already, and its counter moves on.
    Moved {
        id: EntryId,
        from: u64,
        to: u64,
    },
    /// It contradicts an entry, and stays out.
    Conflict(String),
}

/// What is done about a candidate that contradicts the vault, or one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnConflict {
    /// It stays out.
    LeaveOut,
    /// It comes in under a name of its own.
    KeepBoth,
}

/// Takes the candidates in, one after the other, as far as they contradict nothing.
///
/// On a copy of the entries this is the plan; whoever lets some of it stay out decides about the rest.
pub(super) fn judge(
    entries: &mut Entries,
    candidates: &mut [Candidate],
    on_conflict: OnConflict,
    now: UnixTime,
    entropy: &dyn Entropy,
) -> Result<Vec<Outcome>, Failure> {
    // As they will be in the vault, for a plan shows them before they are.
    candidates.iter_mut().for_each(|candidate| candidate.new.tidy());
    name_the_nameless(candidates, entries);
    let mut labels = Labels::of(entries);
    let mut outcomes = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        labels.take(&candidate.new.label());
        let mut addition = entries.add(candidate.new.clone(), now, entropy);
        if on_conflict == OnConflict::KeepBoth
            && let Err(AddError::Conflict { .. } | AddError::NameTaken { .. }) = addition
        {
            let name = Some(labels.free(&candidate.new.label()));
            addition = entries.add(NewEntry { name, ..candidate.new.clone() }, now, entropy);
        }
        outcomes.push(match addition {
            Ok(Addition::New(id)) => Outcome::New(id),
            Ok(Addition::Same(id)) => Outcome::Same(id),
            Err(AddError::Entropy(error)) => return Err(Failure::from_error(Exit::Failed, &error)),
            Err(error) => {
                let before = outcomes.iter().filter_map(Outcome::new_id).filter_map(|id| entries.get(id));
                Outcome::Conflict(conflict(&error, &candidate.new, before))
            }
        });
    }
    Ok(outcomes)
}

/// Says what contradicts a candidate: an entry of the vault, or one that came in just before it.
fn conflict<'a>(error: &AddError, new: &NewEntry, mut before: impl Iterator<Item = &'a Entry>) -> String {
    let is_before = before.any(|entry| match error {
        AddError::Conflict { .. } => {
            name::same(&entry.key.issuer, &new.key.issuer) && name::same(&entry.key.account, &new.key.account)
        }
        AddError::NameTaken { name } => entry.name.as_ref().is_some_and(|other| name::same(other, name)),
        AddError::SerialTaken { .. } | AddError::Entropy(_) => false,
    });
    match error {
        AddError::Conflict { label } if is_before => {
            format!("`{label}` is there twice, with different secrets or parameters")
        }
        AddError::NameTaken { name } if is_before => format!("two entries are named `{name}`"),
        error => error.to_string(),
    }
}

/// Takes all the candidates in, or none if one of them contradicts the vault or another one.
pub(super) fn take_in(
    entries: &mut Entries,
    candidates: &mut [Candidate],
    now: UnixTime,
    entropy: &dyn Entropy,
) -> Result<Vec<Outcome>, Failure> {
    let outcomes = judge(entries, candidates, OnConflict::LeaveOut, now, entropy)?;
    if !outcomes.iter().any(|outcome| matches!(outcome, Outcome::Conflict(_))) {
        return Ok(outcomes);
    }
    let mut message = "nothing was added".to_owned();
    for (candidate, outcome) in candidates.iter().zip(&outcomes) {
        let detail = match outcome {
            Outcome::Conflict(reason) => printable(reason),
            Outcome::New(_) | Outcome::Same(_) | Outcome::Moved { .. } => printable(&candidate.new.label()),
        };
        // Writing to a string cannot fail.
        let _ = write!(message, "\n  {}{}: {detail}", candidate.place(), outcome.as_str());
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
            Self::SetupKey | Self::File => String::new(),
            Self::Line(line) => format!("line {line}: "),
            Self::Picture(name) => format!("`{}`: ", printable(name)),
        }
    }
}

impl Outcome {
    pub(super) const fn as_str(&self) -> &'static str {
        match self {
            Self::New(_) => "new",
            Self::Same(_) | Self::Moved { .. } => "same",
            Self::Conflict(_) => "conflict",
        }
    }

    /// The entry that it has become.
    const fn new_id(&self) -> Option<EntryId> {
        if let Self::New(id) = self { Some(*id) } else { None }
    }

    /// The entry that it is in the vault.
    pub(super) const fn id(&self) -> Option<EntryId> {
        match self {
            Self::New(id) | Self::Same(id) | Self::Moved { id, .. } => Some(*id),
            Self::Conflict(_) => None,
        }
    }
}

/// Reads a text with a URI a line, otpauth or Google's migration batches. One line that cannot be read refuses all.
pub(super) fn uris(text: &str) -> Result<Vec<Candidate>, Failure> {
    let is_foreign = |line: &str| !line.trim().is_empty() && read_uris([line]).0.is_empty();
    let foreign = (1..).zip(text.lines()).filter(|(_, line)| is_foreign(line));
    let problem = |(number, _)| format!("{}{}", Origin::Line(number).place(), ParseUriError::NotAKeyUri);
    let mut problems: Vec<String> = foreign.map(problem).collect();
    let (lines, missing) = read_uris([text]);
    let mut candidates = Vec::with_capacity(lines.len());
    for line in lines {
        let origin = Origin::Line(line.line);
        match line.found {
            Found::Entry(entry) => candidates.push(Candidate { origin, new: entry.new, warnings: entry.warnings }),
            Found::Skipped(skipped) => problems.push(format!("{}{}", origin.place(), skipped.reason)),
        }
    }
    problems.extend(missing);
    if problems.is_empty() { Ok(candidates) } else { Err(refused(&problems)) }
}

/// Why nothing was added, with every problem there is.
fn refused(problems: &[String]) -> Failure {
    let problems: Vec<String> = problems.iter().map(|problem| format!("\n  {}", printable(problem))).collect();
    Failure::usage(format!("nothing was added, because not everything can be read:{}", problems.concat()))
}

/// Gives a name to each candidate without any label, so that it can be asked for.
fn name_the_nameless(candidates: &mut [Candidate], entries: &Entries) {
    let mut taken: HashSet<String> = entries.iter().filter_map(|entry| entry.name.as_deref().map(name::fold)).collect();
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

/// The labels that are taken, to find one that is free.
struct Labels {
    folded: HashSet<String>,
    /// The last number given to each, so that a file full of one label is not counted through again for each of its entries.
    last: HashMap<String, u64>,
}

impl Labels {
    fn of(entries: &Entries) -> Self {
        Self { folded: entries.iter().map(|entry| name::fold(&entry.label())).collect(), last: HashMap::new() }
    }

    fn take(&mut self, label: &str) {
        self.folded.insert(name::fold(label));
    }

    /// The label with a number after it, so that nothing in the vault is called the same.
    fn free(&mut self, label: &str) -> String {
        let number = self.last.entry(name::fold(label)).or_insert(1);
        loop {
            *number += 1;
            let name = format!("{label} ({number})");
            if self.folded.insert(name::fold(&name)) {
                return name;
            }
        }
    }
}
