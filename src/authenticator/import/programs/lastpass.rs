//! LastPass Authenticator's JSON.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::authenticator::import::json::{self, Count, Text};
use crate::authenticator::import::record::Record;
use crate::authenticator::import::{Import, ImportError, Opened, Sample};

const FORMAT: &str = "LastPass Authenticator JSON";

/// The newest version that is known.
const VERSION: u64 = 3;

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    let outline = sample.outline();
    outline.has(&["version", "accounts"]) && (outline.has(&["accounts[].issuerName"]) || outline.has(&["deviceId"]))
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let export: Export<'_> = json::parse(FORMAT, bytes)?;
    if export.version > VERSION {
        return Err(ImportError::Unsupported { format: FORMAT, version: export.version.to_string() });
    }
    let read = |account: Account, place: &str| account.record(&export.folders).read(place);
    let found = json::each(&export.accounts, "account", read);
    Ok(Opened::Plain(Import { format: FORMAT, found, notes: Vec::new() }))
}

#[derive(Deserialize)]
struct Export<'a> {
    version: u64,
    #[serde(borrow)]
    accounts: Vec<&'a RawValue>,
    #[serde(default, deserialize_with = "json::or_default")]
    folders: Vec<Folder>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Account {
    issuer_name: Text,
    user_name: Text,
    secret: Text,
    time_step: Count,
    digits: Count,
    algorithm: Text,
    folder_data: Option<FolderData>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct FolderData {
    folder_id: Text,
}

#[derive(Deserialize)]
struct Folder {
    #[serde(default)]
    id: Text,
    #[serde(default)]
    name: Text,
}

impl Account {
    fn record(&self, folders: &[Folder]) -> Record<'_> {
        let id = self.folder_data.as_ref().and_then(|data| data.folder_id.given());
        let folder = id.and_then(|id| folders.iter().find(|folder| &*folder.id == id));
        Record {
            issuer: &self.issuer_name,
            account: &self.user_name,
            secret: &self.secret,
            algorithm: self.algorithm.given(),
            digits: self.digits,
            period: self.time_step,
            tags: folder.and_then(|folder| folder.name.given()).map(str::to_owned).into_iter().collect(),
            ..Record::default()
        }
    }
}
