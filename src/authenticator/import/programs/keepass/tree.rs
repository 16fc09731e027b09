//! The groups and entries of KeePass's XML.

use super::strings::Strings;
use crate::authenticator::import::json::Secret;
use crate::authenticator::import::tags::{path, tag};
use crate::authenticator::import::xml::Node;

/// An entry, without its history.
#[derive(Default)]
pub(super) struct Entry {
    /// Counted from 1.
    pub number: usize,
    pub title: String,
    pub username: String,
    pub url: String,
    /// The path of its group below the root, and its own tags.
    pub tags: Vec<String>,
    pub strings: Strings,
    /// What its codes were before.
    pub history: Vec<Strings>,
    pub is_thrown_away: bool,
}

/// Puts entries together from a walk through the file.
pub(super) struct Reader<F> {
    /// The elements around the place.
    open: Vec<Level>,
    bin: Bin,
    entries: usize,
    take: F,
}

/// The recycle bin: a group whose name is in any language and can be changed.
#[derive(Default)]
struct Bin {
    is_enabled: bool,
    uuid: String,
}

enum Level {
    File,
    Meta,
    Root,
    Group {
        uuid: String,
        name: String,
    },
    Entry(Box<Entry>),
    History,
    Field(Field),
    Value {
        is_protected: bool,
    },
    /// An element whose name says all about it.
    Leaf(Leaf),
    /// Not looked into, such as the history.
    Other,
}

#[derive(Default)]
struct Field {
    name: String,
    value: Secret,
    is_protected: bool,
}

#[derive(Clone, Copy)]
enum Leaf {
    BinEnabled,
    BinUuid,
    GroupUuid,
    GroupName,
    EntryTags,
    FieldName,
}

impl<F: FnMut(Entry)> Reader<F> {
    pub(super) const fn new(take: F) -> Self {
        Self { open: Vec::new(), bin: Bin { is_enabled: false, uuid: String::new() }, entries: 0, take }
    }

    pub(super) fn visit(&mut self, node: Node<'_>) {
        match node {
            Node::Open { name, element } => {
                let level = match (self.open.last(), name) {
                    (Some(Level::Field(_)), "Value") => {
                        let is_protected =
                            element.attribute("Protected").is_some_and(|is| is.eq_ignore_ascii_case("true"));
                        Level::Value { is_protected }
                    }
                    (around, name) => Level::of(around, name),
                };
                self.open.push(level);
            }
            Node::Close { text } => {
                if let Some(level) = self.open.pop() {
                    self.close(level, text);
                }
            }
        }
    }

    fn close(&mut self, level: Level, text: &str) {
        match (level, self.open.last_mut()) {
            (Level::Leaf(Leaf::BinEnabled), _) => self.bin.is_enabled = text.trim().eq_ignore_ascii_case("true"),
            (Level::Leaf(Leaf::BinUuid), _) => text.trim().clone_into(&mut self.bin.uuid),
            (Level::Leaf(Leaf::GroupUuid), Some(Level::Group { uuid, .. })) => text.trim().clone_into(uuid),
            (Level::Leaf(Leaf::GroupName), Some(Level::Group { name, .. })) => text.clone_into(name),
            (Level::Leaf(Leaf::EntryTags), Some(Level::Entry(entry))) => {
                entry.tags.extend(text.split([';', ',']).take(MAX_TAGS).filter_map(tag));
            }
            (Level::Leaf(Leaf::FieldName), Some(Level::Field(field))) => text.clone_into(&mut field.name),
            (Level::Value { is_protected }, Some(Level::Field(field))) => {
                text.clone_into(&mut field.value);
                field.is_protected = is_protected;
            }
            (Level::Field(field), Some(Level::Entry(entry))) => entry.take(&field),
            (Level::Entry(old), Some(Level::History)) => self.keep(old.strings),
            (Level::Entry(entry), _) => self.finish(*entry),
            _ => {}
        }
    }

    /// Keeps what an entry of the history holds with the entry that it is of.
    fn keep(&mut self, strings: Strings) {
        let mut around = self.open.iter_mut().rev();
        if let Some(Level::Entry(entry)) = around.find(|level| matches!(level, Level::Entry(_))) {
            entry.history.push(strings);
        }
    }

    fn finish(&mut self, mut entry: Entry) {
        self.entries += 1;
        entry.number = self.entries;
        // The outermost group is the database.
        entry.tags.splice(..0, path(self.groups().skip(1).map(|(_, name)| name)));
        let bin = Some(self.bin.uuid.as_str()).filter(|uuid| self.bin.is_enabled && !uuid.is_empty());
        entry.is_thrown_away = bin.is_some_and(|bin| self.groups().any(|(uuid, _)| uuid == bin));
        (self.take)(entry);
    }

    fn groups(&self) -> impl Iterator<Item = (&str, &str)> {
        self.open.iter().filter_map(|level| match level {
            Level::Group { uuid, name } => Some((uuid.as_str(), name.as_str())),
            _ => None,
        })
    }
}

const MAX_TAGS: usize = 20;

impl Level {
    /// What an element is, by those around it.
    fn of(around: Option<&Self>, name: &str) -> Self {
        match (around, name) {
            (None, "KeePassFile") => Self::File,
            (Some(Self::File), "Meta") => Self::Meta,
            (Some(Self::File), "Root") => Self::Root,
            (Some(Self::Meta), "RecycleBinEnabled") => Self::Leaf(Leaf::BinEnabled),
            (Some(Self::Meta), "RecycleBinUUID") => Self::Leaf(Leaf::BinUuid),
            (Some(Self::Root | Self::Group { .. }), "Group") => {
                Self::Group { uuid: String::new(), name: String::new() }
            }
            (Some(Self::Group { .. }), "UUID") => Self::Leaf(Leaf::GroupUuid),
            (Some(Self::Group { .. }), "Name") => Self::Leaf(Leaf::GroupName),
            (Some(Self::Entry(_)), "History") => Self::History,
            (Some(Self::Group { .. } | Self::History), "Entry") => Self::Entry(Box::default()),
            (Some(Self::Entry(_)), "Tags") => Self::Leaf(Leaf::EntryTags),
            (Some(Self::Entry(_)), "String") => Self::Field(Field::default()),
            (Some(Self::Field(_)), "Key") => Self::Leaf(Leaf::FieldName),
            _ => Self::Other,
        }
    }
}

impl Entry {
    fn take(&mut self, field: &Field) {
        let own = match field.name.as_str() {
            "Title" => &mut self.title,
            "UserName" => &mut self.username,
            "URL" => &mut self.url,
            name => return self.strings.take(name, &field.value, field.is_protected),
        };
        if !field.is_protected {
            field.value.as_str().clone_into(own);
        }
    }
}
