//! 1Password's unencrypted export, 1pux: a zip archive whose `export.data` is JSON. Nothing is unpacked onto the disk, and
//! attachments are not looked at.

use serde::{Deserialize, Deserializer};

use crate::authenticator::import::archive::Archive;
use crate::authenticator::import::json::{self, Secret};
use crate::authenticator::import::login::{Login, drop_shared_names, without_a_code};
use crate::authenticator::import::{Found, Import, ImportError, Opened, accounted_for};

pub(super) const FORMAT: &str = "1Password 1pux";

/// The newest version that is known.
const VERSION: u64 = 3;

const ATTRIBUTES: &str = "export.attributes";
const DATA: &str = "export.data";

pub(super) fn recognizes(archive: &Archive<'_>) -> bool {
    archive.has(DATA)
}

pub(super) fn open(archive: &mut Archive<'_>) -> Result<Opened, ImportError> {
    if archive.has(ATTRIBUTES) {
        let attributes: Attributes = json::parse(FORMAT, &archive.read(FORMAT, ATTRIBUTES)?)?;
        if attributes.version > VERSION {
            return Err(ImportError::Unsupported { format: FORMAT, version: attributes.version.to_string() });
        }
    }
    let bytes = archive.read(FORMAT, DATA)?;
    let data: Data = json::parse(FORMAT, &bytes)?;
    accounted_for(&bytes, data.import()).map(Opened::Plain)
}

#[derive(Deserialize)]
struct Attributes {
    #[serde(default)]
    version: u64,
}

#[derive(Deserialize)]
struct Data {
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
struct Account {
    #[serde(default)]
    vaults: Vec<Vault>,
}

#[derive(Deserialize)]
struct Vault {
    #[serde(default)]
    attrs: VaultAttributes,
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Default, Deserialize)]
struct VaultAttributes {
    name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Item {
    /// Early versions wrap each item once more.
    item: Option<Box<Self>>,
    state: Option<String>,
    trashed: bool,
    #[serde(deserialize_with = "null_or")]
    details: Details,
    #[serde(deserialize_with = "null_or")]
    overview: Overview,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Details {
    #[serde(deserialize_with = "null_or")]
    login_fields: Vec<LoginField>,
    #[serde(deserialize_with = "null_or")]
    sections: Vec<Section>,
}

#[derive(Deserialize)]
struct LoginField {
    designation: Option<String>,
    value: Option<Secret>,
}

#[derive(Deserialize)]
struct Section {
    #[serde(default, deserialize_with = "null_or")]
    fields: Vec<Field>,
}

#[derive(Deserialize)]
struct Field {
    title: Option<String>,
    #[serde(default, deserialize_with = "null_or")]
    value: Value,
}

#[derive(Default, Deserialize)]
struct Value {
    totp: Option<Secret>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Overview {
    title: Option<String>,
    tags: Option<Vec<String>>,
}

/// What is `null` is empty.
fn null_or<'de, T: Default + Deserialize<'de>, D: Deserializer<'de>>(json: D) -> Result<T, D::Error> {
    Option::deserialize(json).map(Option::unwrap_or_default)
}

impl Data {
    fn import(&self) -> Import {
        let mut found = Vec::new();
        let mut without = 0;
        for vault in self.accounts.iter().flat_map(|account| &account.vaults) {
            for item in vault.items.iter().map(|item| item.item.as_deref().unwrap_or(item)) {
                let before = found.len();
                item.read(vault, &mut found);
                without += usize::from(found.len() == before);
            }
        }
        drop_shared_names(&mut found);
        Import { format: FORMAT, found, notes: without_a_code(without) }
    }
}

impl Item {
    fn read(&self, vault: &Vault, found: &mut Vec<Found>) {
        let title = self.overview.title.as_deref().unwrap_or_default();
        let is_username = |field: &&LoginField| field.designation.as_deref() == Some("username");
        let username = self.details.login_fields.iter().find(is_username).and_then(|field| field.value.as_ref());
        let fields: Vec<(&Field, &Secret)> = self.codes().collect();
        for (field, totp) in &fields {
            // Of several codes in one item each has the name that the person gave it there.
            let own = match field.title.as_deref().map(str::trim) {
                Some(own) if fields.len() > 1 && !own.is_empty() => format!("{title} {own}"),
                _ => title.to_owned(),
            };
            let tags = vault.attrs.name.iter().chain(self.overview.tags.iter().flatten()).cloned().collect();
            let username = username.map_or("", |name| name.as_str());
            let login = Login { title: &own, username, totp, tags, note: "" };
            found.push(self.marked(login.read(&format!("entry {}", found.len() + 1))));
        }
    }

    fn codes(&self) -> impl Iterator<Item = (&Field, &Secret)> {
        let fields = self.details.sections.iter().flat_map(|section| &section.fields);
        fields.filter_map(|field| Some((field, field.value.totp.as_ref().filter(|totp| !totp.trim().is_empty())?)))
    }

    /// Says of an item that the person has put away that it is so.
    fn marked(&self, mut found: Found) -> Found {
        if let Found::Entry(imported) = &mut found {
            if self.state.as_deref() == Some("archived") {
                imported.warnings.push("the item is archived in 1Password".to_owned());
            }
            if self.trashed {
                imported.warnings.push("the item is in 1Password's trash".to_owned());
            }
        }
        found
    }
}
