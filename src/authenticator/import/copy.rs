//! A copy of the vault itself, as a program that syncs its folder leaves one where two machines have changed it.
//!
//! An entry has its id on both machines, so one that was renamed on one of them is known again and does not come in twice.

use super::{Imported, own};
use crate::authenticator::{Entries, Entry, NewEntry};
use crate::otp::KeyUri;

/// An entry of a copy. Where the vault has it too, with the same secret and parameters, it is called what the vault calls it,
/// and what else the copy says of it is named and left out. Its counter is the copy's.
pub(super) fn imported(copied: Entry, entries: &Entries) -> Imported {
    if let Some(there) = entries.twin(copied.id, &copied.key) {
        let key = KeyUri { kind: copied.key.kind, ..there.key.clone() };
        let (name, tags, note, serial) =
            (there.name.clone(), there.tags.clone(), there.note.clone(), there.serial.clone());
        let new = NewEntry { name, key, tags, note, serial, offset: there.offset };
        return Imported { new, warnings: differences(&copied, there) };
    }
    let warning = entries.get(copied.id).filter(|there| there.label() != copied.label()).map(|there| {
        format!("in the vault this entry is `{}`, with another secret or other parameters", there.label())
    });
    let mut imported = own::imported(copied);
    imported.warnings.extend(warning);
    imported
}

/// What the copy says of an entry otherwise than the vault.
fn differences(copied: &Entry, there: &Entry) -> Vec<String> {
    let mut warnings = Vec::new();
    if copied.label() != there.label() {
        warnings.push(format!("the copy calls it `{}`; what the vault calls it stays", copied.label()));
    }
    let others = [
        (copied.tags != there.tags, "other tags"),
        (copied.note != there.note, "another note"),
        (copied.serial != there.serial, "another serial number"),
        (copied.offset != there.offset, "another offset"),
    ];
    let others: Vec<&str> = others.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what).collect();
    if !others.is_empty() {
        warnings.push(format!("the copy has {}; what the vault has stays", others.join(", ")));
    }
    warnings
}

/// What is to be known of entries that the vault has and its copy has not.
pub(super) fn missing(copied: &[Entry], entries: &Entries) -> Option<String> {
    let copied: std::collections::HashSet<_> = copied.iter().map(|entry| entry.id).collect();
    let labels: Vec<String> = entries
        .iter()
        .filter(|entry| !copied.contains(&entry.id))
        .map(|entry| format!("`{}`", entry.label()))
        .collect();
    let (named, more) = labels.split_at(labels.len().min(MAX_NAMED));
    let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    (!named.is_empty())
        .then(|| format!("the vault has what the copy has not, and keeps it: {}{more}", named.join(", ")))
}

const MAX_NAMED: usize = 5;
