//! Bitwarden's exports: JSON in the plain or under a password, and CSV. Those of its authenticator app are the same.
//!
//! Items are mostly without a code; they are counted and not listed. Passwords and notes are not read at all: they belong
//! to the password manager.

mod encrypted;
mod table;

use serde::Deserialize;
use serde::de::IgnoredAny;

pub(super) use table::{open as open_csv, recognizes as recognizes_csv};

use crate::authenticator::import::json::{self, Secret, Shape};
use crate::authenticator::import::login::{Login, drop_shared_names, without_a_code};
use crate::authenticator::import::{Found, Import, ImportError, Opened};

const FORMAT: &str = "Bitwarden JSON";
const RESTRICTED: &str = "Bitwarden JSON, account restricted";

/// Of a damaged file the first keys are enough.
pub(super) fn recognizes(bytes: &[u8]) -> bool {
    let shape = Shape::of(bytes);
    ["items", "folders", "collections", "passwordProtected", "encKeyValidation_DO_NOT_EDIT"]
        .iter()
        .any(|key| shape.is_object_with(&["encrypted", key]))
        || shape.is_object_with(&["folders", "items"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let head: Head = json::parse(FORMAT, bytes)?;
    match (head.encrypted, head.password_protected) {
        (true, Some(true)) => {
            let sealed = encrypted::Sealed::read(bytes)?;
            Ok(Opened::locked(encrypted::FORMAT, move |password| plain(encrypted::FORMAT, &sealed.open(password)?)))
        }
        (true, _) => Err(ImportError::Undecryptable {
            format: RESTRICTED,
            reason: "its key never leaves the Bitwarden account; export again with the type `Password protected`",
        }),
        (false, _) => plain(FORMAT, bytes).map(Opened::Plain),
    }
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    encrypted: bool,
    #[serde(rename = "passwordProtected")]
    password_protected: Option<bool>,
}

fn plain(format: &'static str, bytes: &[u8]) -> Result<Import, ImportError> {
    let export: Export = json::parse(format, bytes)?;
    let groups: Vec<Group> = [export.folders, export.collections].into_iter().flatten().flatten().collect();
    let mut found = Vec::new();
    let mut without = 0;
    for (index, item) in export.items.iter().enumerate() {
        match item.read(index, &groups) {
            Some(one) => found.push(one),
            None => without += 1,
        }
    }
    drop_shared_names(&mut found);
    Ok(Import { format, found, notes: without_a_code(without) })
}

#[derive(Deserialize)]
struct Export {
    folders: Option<Vec<Group>>,
    collections: Option<Vec<Group>>,
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Group {
    id: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    name: Option<String>,
    folder_id: Option<String>,
    collection_ids: Option<Vec<String>>,
    archived_date: Option<IgnoredAny>,
    login: Option<ItemLogin>,
}

#[derive(Deserialize)]
struct ItemLogin {
    username: Option<String>,
    totp: Option<Secret>,
}

impl Item {
    fn read(&self, index: usize, groups: &[Group]) -> Option<Found> {
        let login = self.login.as_ref()?;
        let totp = login.totp.as_ref().filter(|totp| !totp.trim().is_empty())?;
        let mut found = Login {
            title: self.name.as_deref().unwrap_or_default(),
            username: login.username.as_deref().unwrap_or_default(),
            totp,
            tags: self.tags(groups),
            note: "",
        }
        .read(|| format!("item {}", index + 1));
        if let Found::Entry(imported) = &mut found
            && self.archived_date.is_some()
        {
            imported.warnings.push("the item is archived in Bitwarden".to_owned());
        }
        Some(found)
    }

    fn tags(&self, groups: &[Group]) -> Vec<String> {
        let ids = self.folder_id.iter().chain(self.collection_ids.iter().flatten());
        let name = |id: &String| groups.iter().find(|group| group.id.as_ref() == Some(id))?.name.clone();
        ids.filter_map(name).collect()
    }
}
