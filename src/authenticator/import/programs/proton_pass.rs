//! Proton Pass's export: its JSON, alone or in a zip archive. Passwords and notes are not read: they belong to the password
//! manager.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::authenticator::import::archive::Archive;
use crate::authenticator::import::item::{Code, Content, Item, Items};
use crate::authenticator::import::json::{self, Text};
use crate::authenticator::import::tags::{Folders, tag};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample, accounted_for, lines};

const FORMAT: &str = "Proton Pass JSON";
pub(super) const ZIP: &str = "Proton Pass zip";

const DATA: &str = "Proton Pass/data.json";
const ENCRYPTED: &str = "Proton Pass/data.pgp";

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    sample.outline().has(&["vaults.*.items"])
}

pub(super) fn recognizes_zip(archive: &Archive<'_>) -> bool {
    archive.has(DATA) || archive.has(ENCRYPTED)
}

pub(super) fn open_zip(archive: &mut Archive<'_>) -> Result<Opened, ImportError> {
    if archive.has(DATA) {
        let bytes = archive.read(ZIP, DATA)?;
        return Ok(Opened::Plain(accounted_for(&bytes, import(&bytes)?)?));
    }
    Err(ImportError::Undecryptable {
        format: "Proton Pass zip, encrypted",
        reason: "pipe in what is in it decrypted, as in `unzip -p FILE | gpg -d | vmfa import --yes -`",
    })
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    import(bytes).map(Opened::Plain)
}

fn import(bytes: &[u8]) -> Result<Import, ImportError> {
    let export: Export<'_> = json::parse(FORMAT, bytes)?;
    let mut items = Items::called("item");
    for vault in export.vaults.values() {
        let folders = vault.folders();
        for raw in vault.items.iter().flatten() {
            items.read(raw, |item: ExportedItem, place| item.read(vault, &folders, place));
        }
    }
    Ok(items.import(FORMAT))
}

#[derive(Deserialize)]
struct Export<'a> {
    /// By their ids.
    #[serde(borrow)]
    vaults: BTreeMap<String, Vault<'a>>,
}

#[derive(Deserialize)]
struct Vault<'a> {
    #[serde(default)]
    name: Text,
    #[serde(default)]
    folders: Option<Vec<Folder>>,
    #[serde(borrow)]
    items: Option<Vec<&'a RawValue>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Folder {
    folder_id: Text,
    parent_folder_id: Text,
    name: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ExportedItem {
    data: Data,
    state: Text,
    folder_id: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Data {
    metadata: Metadata,
    content: DataContent,
    extra_fields: Option<Vec<Field>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    name: Text,
}

/// What it holds depends on the item's type.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct DataContent {
    item_email: Text,
    item_username: Text,
    /// Before they were two.
    username: Text,
    totp_uri: Text,
    sections: Option<Vec<Section>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Section {
    section_fields: Option<Vec<Field>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Field {
    field_name: Text,
    data: FieldData,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct FieldData {
    totp_uri: Text,
    content: Text,
}

/// The state of an item in the trash.
const TRASHED: &str = "2";

impl Vault<'_> {
    fn folders(&self) -> Folders<'_> {
        let mut folders = Folders::default();
        for folder in self.folders.iter().flatten() {
            folders.insert(&folder.folder_id, &folder.name, &folder.parent_folder_id);
        }
        folders
    }
}

impl ExportedItem {
    fn read(&self, vault: &Vault<'_>, folders: &Folders<'_>, place: &str) -> Vec<Found> {
        let DataContent { item_email, item_username, username, totp_uri, .. } = &self.data.content;
        let username = [item_username, username, item_email].into_iter().find_map(Text::given).unwrap_or_default();
        let tags = tag(&vault.name).into_iter().chain(folders.tag(&self.folder_id)).collect();
        let warnings = if &*self.state == TRASHED { vec!["the item is in Proton Pass's trash"] } else { Vec::new() };
        let item = Item { title: &self.data.metadata.name, username, url: "", tags, warnings };
        let own = totp_uri.given().map(|totp| Code { label: "", content: Content::Text(totp) });
        item.read(own.into_iter().chain(self.data.fields().flat_map(Field::codes)), place)
    }
}

impl Data {
    fn fields(&self) -> impl Iterator<Item = &Field> {
        let sections =
            self.content.sections.iter().flatten().flat_map(|section| section.section_fields.iter().flatten());
        self.extra_fields.iter().flatten().chain(sections)
    }
}

impl Field {
    fn codes(&self) -> impl Iterator<Item = Code<'_>> {
        let own = self.data.totp_uri.given().map(Content::Text);
        let uris = lines::find(&self.data.content).into_iter().filter_map(|spot| Content::found(&spot));
        own.into_iter().chain(uris).map(|content| Code { label: &self.field_name, content })
    }
}
