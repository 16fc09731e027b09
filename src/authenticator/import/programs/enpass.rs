//! Enpass's JSON. Passwords and notes are not read: they belong to the password manager. Deleted fields and the history of a
//! field hold secrets that were replaced, and never come in.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::authenticator::import::item::{Code, Content, Item, Items};
use crate::authenticator::import::json::{self, Text};
use crate::authenticator::import::tags::Folders;
use crate::authenticator::import::{Found, ImportError, Opened, Sample, lines};

const FORMAT: &str = "Enpass JSON";

/// Bitwarden and Psono have folders and items too.
pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    let outline = sample.outline();
    outline.has(&["items[].uuid"])
        && (outline.has(&["items[].template_type"]) || outline.has(&["items[].fields[].type"]))
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let export: Export<'_> = json::parse(FORMAT, bytes)?;
    let mut folders = Folders::default();
    for folder in export.folders.iter().flatten() {
        folders.insert(&folder.uuid, &folder.title, &folder.parent_uuid);
    }
    let mut items = Items::called("item");
    for raw in &export.items {
        items.read(raw, |item: ExportedItem, place| item.read(&folders, place));
    }
    Ok(Opened::Plain(items.import(FORMAT)))
}

#[derive(Deserialize)]
struct Export<'a> {
    folders: Option<Vec<Folder>>,
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Folder {
    uuid: Text,
    title: Text,
    parent_uuid: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ExportedItem {
    title: Text,
    subtitle: Text,
    archived: Flag,
    trashed: Flag,
    fields: Option<Vec<Field>>,
    folders: Option<Vec<Text>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Field {
    r#type: Text,
    label: Text,
    value: Text,
    deleted: Flag,
}

/// What Enpass writes as 0 and 1.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(from = "serde_json::Value")]
struct Flag(bool);

impl From<serde_json::Value> for Flag {
    fn from(value: serde_json::Value) -> Self {
        Self(value == 1 || value == true || value == "1" || value == "true")
    }
}

impl ExportedItem {
    fn read(&self, folders: &Folders<'_>, place: &str) -> Vec<Found> {
        let tags = self.folders.iter().flatten().filter_map(|id| folders.tag(id)).collect();
        let archived = self.archived.0.then_some("the item is archived in Enpass");
        let trashed = self.trashed.0.then_some("the item is in Enpass's trash");
        let warnings = archived.into_iter().chain(trashed).collect();
        let item = Item { title: &self.title, username: self.username(), url: self.first("url"), tags, warnings };
        let deleted = self.fields.iter().flatten().filter(|field| field.deleted.0).flat_map(Field::codes);
        let deleted = deleted.map(|code| Code { content: Content::Unreadable(DELETED), ..code });
        item.read(self.kept().flat_map(Field::codes).chain(deleted), place)
    }

    fn kept(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().flatten().filter(|field| !field.deleted.0)
    }

    fn username(&self) -> &str {
        let names = [self.first("username"), self.first("email"), &self.subtitle];
        names.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_default()
    }

    /// The first field of this type with something in it.
    fn first(&self, kind: &str) -> &str {
        self.kept()
            .find(|field| &*field.r#type == kind && field.value.given().is_some())
            .map_or("", |field| &field.value)
    }
}

const DELETED: &str = "the field was deleted in Enpass";

impl Field {
    fn codes(&self) -> Vec<Code<'_>> {
        let code = |content| Code { label: &self.label, content };
        match self.value.given() {
            Some(totp) if &*self.r#type == "totp" => vec![code(Content::Text(totp))],
            Some(text) => lines::find(text).iter().filter_map(Content::found).map(code).collect(),
            None => Vec::new(),
        }
    }
}
