//! Bitwarden's JSON, in the plain or under a password. That of its authenticator app is the same.
//!
//! Items are mostly without a code; they are counted and not listed. Passwords and notes are not read at all: they belong
//! to the password manager.

mod encrypted;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::authenticator::import::json::{self, Outline, Text};
use crate::authenticator::import::login::{Login, drop_shared_names, without_a_code};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample, accounted_for};
use crate::otp::KeyUri;

const FORMAT: &str = "Bitwarden JSON";
const RESTRICTED: &str = "Bitwarden JSON, account restricted";

/// Enpass and Psono have folders and items too, and no item of theirs has a login. Before 2020 there was no `encrypted`.
pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    let outline = sample.outline();
    let beside = ["items", "folders", "collections", "passwordProtected", "encKeyValidation_DO_NOT_EDIT"];
    let is_marked = outline.has(&["encrypted"]) && beside.iter().any(|key| outline.has(&[key]));
    (is_marked || has_logins(outline)) && !outline.has(&["vaults"])
}

fn has_logins(outline: &Outline) -> bool {
    outline.has(&["folders", "items[].login", "items[].type"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let head: Head = json::parse(FORMAT, bytes)?;
    match (head.encrypted, head.password_protected) {
        (true, Some(true)) => {
            let sealed = encrypted::Sealed::read(bytes)?;
            Ok(Opened::locked(encrypted::FORMAT, move |password| {
                let json = sealed.open(password)?;
                accounted_for(&json, plain(encrypted::FORMAT, &json)?)
            }))
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
    let export: Export<'_> = json::parse(format, bytes)?;
    let groups: Vec<Group> = [export.folders, export.collections].into_iter().flatten().flatten().collect();
    let mut found = json::each(&export.items, "item", |item: Item, place| item.read(&groups, place));
    let without = export.items.len() - found.len();
    drop_shared_names(&mut found);
    Ok(Import { format, found, notes: without_a_code(without) })
}

#[derive(Deserialize)]
struct Export<'a> {
    folders: Option<Vec<Group>>,
    collections: Option<Vec<Group>>,
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    id: Text,
    #[serde(default)]
    name: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Item {
    name: Text,
    folder_id: Text,
    collection_ids: Option<Vec<Text>>,
    archived_date: Option<IgnoredAny>,
    login: Option<ItemLogin>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ItemLogin {
    username: Text,
    totp: Text,
}

impl Item {
    fn read(&self, groups: &[Group], place: &str) -> Option<Found> {
        let login = self.login.as_ref()?;
        let totp = login.totp.given()?;
        let tags = self.tags(groups);
        let mut found = Login { title: &self.name, username: &login.username, totp, tags, note: "" }.read(place);
        if let Found::Entry(imported) = &mut found {
            drop_account_null(&mut imported.new.key);
            if self.archived_date.is_some() {
                imported.warnings.push("the item is archived in Bitwarden".to_owned());
            }
        }
        Some(found)
    }

    fn tags(&self, groups: &[Group]) -> Vec<String> {
        let ids = self.folder_id.given().into_iter().chain(self.collection_ids.iter().flatten().map(|id| &**id));
        let name = |id: &str| groups.iter().find(|group| &*group.id == id)?.name.given().map(str::to_owned);
        ids.filter_map(name).collect()
    }
}

/// Bitwarden Authenticator writes `Issuer:null` for an account without a user name.
fn drop_account_null(key: &mut KeyUri) {
    if key.account == "null" {
        key.account.clear();
    }
}
