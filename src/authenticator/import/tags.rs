//! Folders, groups and vaults, which become tags.

use std::collections::{BTreeMap, BTreeSet};

/// A tag, unless the name is blank. It is cut where no person's is as long: a file may have one name for all its entries.
pub(super) fn tag(name: &str) -> Option<String> {
    let name = name.trim();
    let end = name.char_indices().nth(LONGEST).map_or(name.len(), |(end, _)| end);
    name.get(..end).map(str::to_owned).filter(|name| !name.is_empty())
}

/// The names of a path, from the outermost on, as one tag.
pub(super) fn path<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut path = String::new();
    for name in names.into_iter().filter_map(tag) {
        if path.len() > LONGEST * 4 {
            break;
        }
        let separator = if path.is_empty() { "" } else { "/" };
        path.extend([separator, name.as_str()]);
    }
    tag(&path)
}

/// In characters.
const LONGEST: usize = 200;

/// Folders by their ids, as far as a file has them.
#[derive(Default)]
pub(super) struct Folders<'a> {
    by_id: BTreeMap<&'a str, Folder<'a>>,
}

struct Folder<'a> {
    name: &'a str,
    /// The id of the folder in which it is.
    parent: &'a str,
}

impl<'a> Folders<'a> {
    pub(super) fn insert(&mut self, id: &'a str, name: &'a str, parent: &'a str) {
        self.by_id.insert(id, Folder { name, parent });
    }

    /// The folder with the folders in which it is. One that is in itself ends there.
    pub(super) fn tag(&self, id: &str) -> Option<String> {
        let mut names = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = self.by_id.get_key_value(id);
        while let Some((id, folder)) = next.filter(|(id, _)| names.len() < DEEPEST && seen.insert(**id)) {
            let _ = id;
            names.push(folder.name);
            next = self.by_id.get_key_value(folder.parent);
        }
        path(names.into_iter().rev())
    }
}

const DEEPEST: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_with_those_around_it_and_one_that_is_in_itself_ends() {
        let mut folders = Folders::default();
        for (id, name, parent) in
            [("a", "Work", ""), ("b", " Ops ", "a"), ("c", "Here", "d"), ("d", "There", "c"), ("e", "", "a")]
        {
            folders.insert(id, name, parent);
        }
        for (id, expected) in
            [("a", Some("Work")), ("b", Some("Work/Ops")), ("c", Some("There/Here")), ("e", Some("Work")), ("x", None)]
        {
            assert_eq!(folders.tag(id).as_deref(), expected, "{id}");
        }
    }

    #[test]
    fn a_tag_has_at_most_as_many_characters_as_a_person_would_write() {
        assert_eq!(tag(&"말".repeat(1000)), Some("말".repeat(LONGEST)));
        assert_eq!(path(["a", &"b".repeat(1 << 20)]).map(|tag| tag.len()), Some(LONGEST));
        assert_eq!(tag(" \t"), None);
    }
}
