use super::Arguments;
use crate::authenticator::{Entries, Entry, EntryId, Match};
use crate::cli::authenticator::vault;
use crate::cli::failure::{Exit, Failure};

/// The entries that were asked for, in the vault's order; at least one.
pub(super) fn choose<'a>(arguments: &Arguments, entries: &'a Entries) -> Result<Vec<&'a Entry>, Failure> {
    if let Some(tag) = &arguments.tag {
        return tagged(tag, entries);
    }
    if arguments.queries.is_empty() {
        return all(entries);
    }
    let mut ids: Vec<EntryId> = Vec::new();
    for query in &arguments.queries {
        ids.push(vault::one(entries.find(query, Match::Best), Some(query))?.id);
    }
    Ok(entries.iter().filter(|entry| ids.contains(&entry.id)).collect())
}

/// A file without entries would look like a backup and be none.
fn all(entries: &Entries) -> Result<Vec<&Entry>, Failure> {
    let chosen: Vec<&Entry> = entries.iter().collect();
    if chosen.is_empty() {
        return Err(Failure::new(Exit::NotFound, "the vault is empty").hint("`vmfa add` adds an entry"));
    }
    Ok(chosen)
}

fn tagged<'a>(tag: &str, entries: &'a Entries) -> Result<Vec<&'a Entry>, Failure> {
    let chosen: Vec<&Entry> = entries.iter().filter(|entry| entry.has_tag(tag)).collect();
    if chosen.is_empty() {
        return Err(Failure::new(Exit::NotFound, format!("no entry has the tag `{}`", tag.escape_debug())));
    }
    Ok(chosen)
}
