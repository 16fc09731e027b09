//! 1Password's unencrypted export, 1pux: a zip archive whose `export.data` is JSON. Nothing is unpacked onto the disk, and
//! attachments are not looked at.

use std::io::{Cursor, Read};

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::authenticator::import::json::{self, Secret};
use crate::authenticator::import::login::{Login, drop_shared_names, without_a_code};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample};

const FORMAT: &str = "1Password 1pux";

/// The newest version that is known.
const VERSION: u64 = 3;

/// As a zip archive, of which there are others; [`open`] tells them apart, so that one that was cut off is still named.
pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    sample.bytes.starts_with(b"PK\x03\x04") || sample.bytes.starts_with(b"PK\x05\x06")
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ImportError::Damaged {
        format: "zip",
        what: "its list of files cannot be read; it may have been cut off".to_owned(),
    })?;
    if archive.index_for_name(DATA.name).is_none() {
        return Err(ImportError::Elsewhere {
            what: "a zip archive, and not one of 1Password's (.1pux)",
            instead: "unpack it and import the file that is in it",
        });
    }
    if archive.index_for_name(ATTRIBUTES.name).is_some() {
        let attributes: Attributes = json::parse(FORMAT, &ATTRIBUTES.read(&mut archive)?)?;
        if attributes.version > VERSION {
            return Err(ImportError::Unsupported { format: FORMAT, version: attributes.version.to_string() });
        }
    }
    let data: Data = json::parse(FORMAT, &DATA.read(&mut archive)?)?;
    Ok(Opened::Plain(data.import()))
}

/// A file of the archive, and how large it may become. The sizes that the archive itself states are not believed.
struct Member {
    name: &'static str,
    bytes: u64,
    allowed: &'static str,
}

const ATTRIBUTES: Member = Member { name: "export.attributes", bytes: 64 << 10, allowed: "64 KiB" };
const DATA: Member = Member { name: "export.data", bytes: 64 << 20, allowed: "64 MiB" };

impl Member {
    fn read(&self, archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let damaged = |what: &str| ImportError::Damaged { format: FORMAT, what: format!("`{}` {what}", self.name) };
        let file = archive.by_name(self.name).map_err(|error| match error {
            ZipError::UnsupportedArchive(_) => damaged("is encrypted or packed in a way that is not known"),
            _ => damaged("cannot be found where the list of files says"),
        })?;
        // Room for what is stated, within bounds, so that growing leaves no copy of the secrets behind.
        let stated = usize::try_from(file.size().min(self.bytes)).unwrap_or_default();
        let mut bytes = Zeroizing::new(Vec::with_capacity(stated + 1));
        file.take(self.bytes + 1).read_to_end(&mut bytes).map_err(|_| damaged("cannot be unpacked"))?;
        if bytes.len() as u64 > self.bytes {
            return Err(ImportError::TooLarge { format: FORMAT, part: self.name, allowed: self.allowed });
        }
        Ok(bytes)
    }
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
