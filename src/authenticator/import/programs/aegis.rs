//! Aegis' vault, plain or encrypted: <https://github.com/beemdevelopment/Aegis/blob/master/docs/vault.md>.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::authenticator::Passphrase;
use crate::authenticator::import::ciphers;
use crate::authenticator::import::encoded::{base64, hex};
use crate::authenticator::import::json::{self, Count, Text};
use crate::authenticator::import::keys::{Key, ScryptCost};
use crate::authenticator::import::record::{Record, RecordKind};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample, accounted_for};

const FORMAT: &str = "Aegis";
const ENCRYPTED: &str = "Aegis, encrypted";

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    sample.outline().has(&["header.slots", "header.params"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let file: File<'_> = json::parse(FORMAT, bytes)?;
    if file.version != 1 {
        return Err(ImportError::Unsupported { format: FORMAT, version: file.version.to_string() });
    }
    let Ok(db) = serde_json::from_str::<String>(file.db.get()) else {
        return read(FORMAT, file.db.get().as_bytes()).map(Opened::Plain);
    };
    let sealed = Sealed::of(&file.header, &db)?;
    Ok(Opened::locked(ENCRYPTED, move |password| {
        let db = sealed.open(password)?;
        accounted_for(&db, read(ENCRYPTED, &db)?)
    }))
}

#[derive(Deserialize)]
struct File<'a> {
    version: u64,
    header: Header,
    #[serde(borrow)]
    db: &'a RawValue,
}

#[derive(Deserialize)]
struct Header {
    slots: Option<Vec<SlotJson>>,
    params: Option<Params>,
}

#[derive(Deserialize)]
struct SlotJson {
    #[serde(rename = "type")]
    kind: u64,
    key: String,
    key_params: Params,
    n: Option<u64>,
    r: Option<u32>,
    p: Option<u32>,
    salt: Option<String>,
}

#[derive(Deserialize)]
struct Params {
    nonce: String,
    tag: String,
}

/// The kind of slot that a password opens. Another is the phone's own key, released by its owner's finger.
const PASSWORD: u64 = 1;

/// An encrypted vault.
struct Sealed {
    slots: Vec<Slot>,
    db: Message,
}

/// A way to the vault's key by a password. A vault has one for each of its passwords.
struct Slot {
    cost: ScryptCost,
    salt: Vec<u8>,
    key: Message,
}

/// What AES-GCM has encrypted, its tag at the end.
struct Message {
    nonce: Vec<u8>,
    bytes: Vec<u8>,
}

impl Sealed {
    fn of(header: &Header, db: &str) -> Result<Self, ImportError> {
        let damaged = |what: &str| ImportError::Damaged { format: FORMAT, what: what.to_owned() };
        let params =
            header.params.as_ref().ok_or_else(|| damaged("its entries are encrypted, but `params` is empty"))?;
        let slots = header.slots.as_deref().unwrap_or_default();
        let by_password: Vec<Slot> =
            slots.iter().filter(|slot| slot.kind == PASSWORD).map(Slot::of).collect::<Result<_, _>>()?;
        if by_password.is_empty() {
            let reason = "no password opens it, only the phone that wrote it; set a password in Aegis and export again";
            return Err(ImportError::Undecryptable { format: FORMAT, reason });
        }
        let costs: Vec<ScryptCost> = by_password.iter().map(|slot| slot.cost).collect();
        ScryptCost::check(FORMAT, &costs)?;
        Ok(Self { slots: by_password, db: Message::of(params, base64(FORMAT, "db", db)?)? })
    }

    fn open(&self, password: &Passphrase) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let key = self.slots.iter().find_map(|slot| slot.open(password));
        let key = key.ok_or(ImportError::WrongPassword { format: FORMAT })?;
        let what = || "its entries are not what was encrypted".to_owned();
        self.db.open(&key).ok_or_else(|| ImportError::Damaged { format: FORMAT, what: what() })
    }
}

impl Slot {
    fn of(slot: &SlotJson) -> Result<Self, ImportError> {
        let (Some(n), Some(r), Some(p), Some(salt)) = (slot.n, slot.r, slot.p, &slot.salt) else {
            let what = "a password's slot lacks its parameters".to_owned();
            return Err(ImportError::Damaged { format: FORMAT, what });
        };
        let key = Message::of(&slot.key_params, hex(FORMAT, "key", &slot.key)?)?;
        Ok(Self { cost: ScryptCost { n, r, p }, salt: hex(FORMAT, "salt", salt)?, key })
    }

    fn open(&self, password: &Passphrase) -> Option<Key> {
        let key = self.key.open(&self.cost.key(password, &self.salt)?)?;
        key.as_slice().try_into().ok().map(Zeroizing::new)
    }
}

impl Message {
    fn of(params: &Params, mut bytes: Vec<u8>) -> Result<Self, ImportError> {
        bytes.extend(hex(FORMAT, "tag", &params.tag)?);
        Ok(Self { nonce: hex(FORMAT, "nonce", &params.nonce)?, bytes })
    }

    fn open(&self, key: &Key) -> Option<Zeroizing<Vec<u8>>> {
        ciphers::aes_gcm(key, &self.nonce, &self.bytes)
    }
}

#[derive(Deserialize)]
struct Db<'a> {
    version: u64,
    #[serde(borrow)]
    entries: Vec<&'a RawValue>,
    #[serde(default, deserialize_with = "json::or_default")]
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    uuid: Text,
    #[serde(default)]
    name: Text,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "type", default)]
    kind: Text,
    #[serde(default)]
    name: Text,
    #[serde(default)]
    issuer: Text,
    #[serde(default)]
    note: Text,
    #[serde(default)]
    info: Info,
    /// Version 3: the groups by their ids.
    groups: Option<Vec<Text>>,
    /// Versions 1 and 2: the group by its name.
    #[serde(default)]
    group: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Info {
    secret: Text,
    algo: Text,
    digits: Count,
    period: Count,
    counter: Count,
}

fn read(format: &'static str, db: &[u8]) -> Result<Import, ImportError> {
    let db: Db<'_> = json::parse(FORMAT, db)?;
    if !(1..=3).contains(&db.version) {
        return Err(ImportError::Unsupported { format: FORMAT, version: format!("{} of its entries", db.version) });
    }
    let groups: HashMap<&str, &str> = db.groups.iter().map(|group| (&*group.uuid, &*group.name)).collect();
    let found = json::each(&db.entries, "entry", |entry: Entry, place| entry.read(&groups, place));
    Ok(Import { format, found, notes: Vec::new() })
}

impl Entry {
    fn read(&self, groups: &HashMap<&str, &str>, place: &str) -> Found {
        let by_id = self.groups.iter().flatten().filter_map(|uuid| groups.get(&**uuid).copied());
        let record = Record {
            issuer: &self.issuer,
            account: &self.name,
            kind: RecordKind::named(&self.kind),
            secret: &self.info.secret,
            algorithm: self.info.algo.given(),
            digits: self.info.digits,
            period: self.info.period,
            counter: self.info.counter,
            tags: by_id.chain(self.group.given()).map(str::to_owned).collect(),
            note: &self.note,
            ..Record::default()
        };
        record.read(place)
    }
}
