//! LastPass Authenticator's JSON.

use serde::Deserialize;

use crate::authenticator::import::json::{self, Secret, Shape};
use crate::authenticator::import::record::Record;
use crate::authenticator::import::{Import, ImportError, Opened};

const FORMAT: &str = "LastPass Authenticator JSON";

/// The newest version that is known.
const VERSION: u64 = 3;

pub(super) fn recognizes(bytes: &[u8]) -> bool {
    Shape::of(bytes).is_object_with(&["version", "accounts"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let export: Export = json::parse(FORMAT, bytes)?;
    if export.version > VERSION {
        return Err(ImportError::Unsupported { format: FORMAT, version: export.version.to_string() });
    }
    let read =
        |(number, account): (usize, &Account)| account.record(&export.folders).read(|| format!("account {number}"));
    let found = (1..).zip(&export.accounts).map(read).collect();
    Ok(Opened::Plain(Import { format: FORMAT, found, notes: Vec::new() }))
}

#[derive(Deserialize)]
struct Export {
    version: u64,
    accounts: Vec<Account>,
    #[serde(default)]
    folders: Vec<Folder>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    issuer_name: Option<String>,
    user_name: Option<String>,
    secret: Secret,
    time_step: Option<u64>,
    digits: Option<u64>,
    algorithm: Option<String>,
    folder_data: Option<FolderData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FolderData {
    folder_id: Option<i64>,
}

#[derive(Deserialize)]
struct Folder {
    id: i64,
    name: String,
}

impl Account {
    fn record(&self, folders: &[Folder]) -> Record<'_> {
        let id = self.folder_data.as_ref().and_then(|data| data.folder_id);
        let folder = id.and_then(|id| folders.iter().find(|folder| folder.id == id));
        Record {
            issuer: self.issuer_name.as_deref().unwrap_or_default(),
            account: self.user_name.as_deref().unwrap_or_default(),
            secret: &self.secret,
            algorithm: self.algorithm.as_deref(),
            digits: self.digits,
            period: self.time_step,
            tags: folder.map(|folder| folder.name.clone()).into_iter().collect(),
            ..Record::default()
        }
    }
}
