//! Keeper's JSON. Passwords and notes are not read: they belong to the password manager.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::authenticator::import::item::{Code, Content, Item, Items};
use crate::authenticator::import::json::{self, Text};
use crate::authenticator::import::tags::tag;
use crate::authenticator::import::{Found, ImportError, Opened, Sample, lines};

const FORMAT: &str = "Keeper JSON";

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    let outline = sample.outline();
    let marks = ["records[].$type", "records[].custom_fields", "records[].login_url"];
    outline.has(&["records[].title"]) && marks.iter().any(|mark| outline.has(&[mark]))
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let export: Export<'_> = json::parse(FORMAT, bytes)?;
    let mut records = Items::called("record");
    for raw in &export.records {
        records.read(raw, |record: ExportedRecord<'_>, place| record.read(place));
    }
    Ok(Opened::Plain(records.import(FORMAT)))
}

#[derive(Deserialize)]
struct Export<'a> {
    #[serde(borrow)]
    records: Vec<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ExportedRecord<'a> {
    title: Text,
    login: Text,
    login_url: Text,
    /// Named by type, label and number, as in `$oneTimeCode::1`.
    #[serde(borrow)]
    custom_fields: Option<BTreeMap<String, &'a RawValue>>,
    folders: Option<Vec<Folder>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Folder {
    folder: Text,
    shared_folder: Text,
}

impl ExportedRecord<'_> {
    fn read(&self, place: &str) -> Vec<Found> {
        let folders = self.folders.iter().flatten().flat_map(|folder| [&folder.shared_folder, &folder.folder]);
        // Folders are in folders behind a backslash.
        let tags = folders.filter_map(|folder| tag(&folder.replace('\\', "/"))).collect();
        let item = Item { title: &self.title, username: &self.login, url: &self.login_url, tags, warnings: Vec::new() };
        let fields = self.custom_fields.iter().flatten();
        let texts: Vec<(&str, Text)> =
            fields.flat_map(|(name, raw)| texts(raw).into_iter().map(|text| (name.as_str(), text))).collect();
        item.read(texts.iter().flat_map(|(name, text)| codes(name, text)), place)
    }
}

/// A field has one value or a list of them. Those of other kinds, such as addresses, are objects.
fn texts(raw: &RawValue) -> Vec<Text> {
    let texts = serde_json::from_str(raw.get()).map(|text| vec![text]);
    texts.or_else(|_| serde_json::from_str(raw.get())).unwrap_or_default()
}

fn codes<'a>(name: &'a str, text: &'a Text) -> Vec<Code<'a>> {
    let (kind, rest) = name.split_once(':').unwrap_or((name, ""));
    let label = rest.rsplit_once(':').map_or("", |(label, _)| label);
    let code = |content| Code { label, content };
    match text.given() {
        Some(totp) if kind == "$oneTimeCode" || name == "TFC:Keeper" => vec![code(Content::Text(totp))],
        Some(text) => lines::find(text).iter().filter_map(Content::found).map(code).collect(),
        None => Vec::new(),
    }
}
