//! Psono's JSON. Passwords and notes are not read: they belong to the password manager.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::authenticator::import::item::{Code, Content, Item, Items};
use crate::authenticator::import::json::{self, Count, Text};
use crate::authenticator::import::record::Record;
use crate::authenticator::import::tags::path;
use crate::authenticator::import::{Found, ImportError, Opened, Sample};

const FORMAT: &str = "Psono JSON";

/// Items in the folders themselves; or items of a type that is a word, with the time at which they were made.
pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    let outline = sample.outline();
    let has_items = outline.has(&["items[].create_date", "items[].type"]) && !outline.has(&["items[].uuid"]);
    has_items
        || outline.has(&["items[].totp_code", "items[].type"])
        || outline.has(&["folders[].items"])
        || outline.has(&["folders[].folders[].name"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let root: Folder<'_> = json::parse(FORMAT, bytes)?;
    let mut items = Items::called("item");
    root.read(&mut Vec::new(), &mut items);
    Ok(Opened::Plain(items.import(FORMAT)))
}

/// Folders are in folders as deep as JSON is read at all. The outermost one has no name.
#[derive(Deserialize)]
struct Folder<'a> {
    #[serde(default)]
    name: Text,
    folders: Option<Vec<Self>>,
    #[serde(borrow)]
    items: Option<Vec<&'a RawValue>>,
}

impl Folder<'_> {
    fn read<'a>(&'a self, names: &mut Vec<&'a str>, items: &mut Items) {
        for raw in self.items.iter().flatten() {
            items.read(raw, |item: ExportedItem, place| item.read(names, place));
        }
        for inner in self.folders.iter().flatten() {
            names.push(&inner.name);
            inner.read(names, items);
            names.pop();
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ExportedItem {
    name: Text,
    totp_title: Text,
    /// The secret, not a code.
    totp_code: Text,
    totp_algorithm: Text,
    totp_digits: Count,
    totp_period: Count,
    website_password_title: Text,
    website_password_username: Text,
    website_password_url: Text,
    website_password_totp_code: Text,
    website_password_totp_algorithm: Text,
    website_password_totp_digits: Count,
    website_password_totp_period: Count,
}

impl ExportedItem {
    fn read(&self, names: &[&str], place: &str) -> Vec<Found> {
        let titles = [&self.website_password_title, &self.totp_title, &self.name];
        let item = Item {
            title: titles.into_iter().find_map(Text::given).unwrap_or_default(),
            username: &self.website_password_username,
            url: &self.website_password_url,
            tags: path(names.iter().copied()).into_iter().collect(),
            warnings: Vec::new(),
        };
        let own = code(&self.totp_code, &self.totp_algorithm, self.totp_digits, self.totp_period);
        let of_login = code(
            &self.website_password_totp_code,
            &self.website_password_totp_algorithm,
            self.website_password_totp_digits,
            self.website_password_totp_period,
        );
        item.read(own.into_iter().chain(of_login), place)
    }
}

/// A secret with its parameters. Whoever pastes a URI has all of them in it.
fn code<'a>(secret: &'a Text, algorithm: &'a Text, digits: Count, period: Count) -> Option<Code<'a>> {
    let secret = secret.given()?;
    let record = Record { secret, algorithm: algorithm.given(), digits, period, ..Record::default() };
    let content = if secret.contains("://") { Content::Text(secret) } else { Content::Record(record) };
    Some(Code { label: "", content })
}
