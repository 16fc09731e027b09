use std::path::Path;

use crate::actions::{Context, accounts};
use crate::directory::{self, Account, Origin, SerialNumber};
use crate::entropy::SystemEntropy;
use crate::seal::KeyRing;
use crate::store::{Sqlite, Store};
use crate::time::SystemClock;

use super::App;
use super::failure::{Exit, Failure, failed};

/// The verifier's half, opened: the store and the key ring in `DATA_DIR/verifier`, and its account.
pub(super) struct Verifier {
    pub(super) context: Context,
    pub(super) account: Account,
    pub(super) origin: Origin,
}

impl Verifier {
    /// Opens it, and makes it when it is used for the first time.
    pub(super) fn open(app: &App) -> Result<Self, Failure> {
        let dir = app.options.data_dir()?.join("verifier");
        crate::files::private_dir(&dir)?;
        let (database, ring) = (dir.join("vmfa.db"), dir.join("keys"));
        let keys = match KeyRing::load(&ring)? {
            Some(keys) => keys,
            None => first_key_ring(&ring, &database)?,
        };
        let store = Store::new(Sqlite::open(&database)?);
        let context = Context::new(store, keys, SystemClock, SystemEntropy);
        let origin = operator();
        let account = accounts::open(&context, &origin)?;
        Ok(Self { context, account, origin })
    }

    /// Reads a device's serial number, or its name alone, as this account's.
    pub(super) fn serial(&self, text: &str) -> Result<SerialNumber, Failure> {
        if text.starts_with("arn:") {
            return Ok(text.parse()?);
        }
        Ok(SerialNumber::new(self.account.id.clone(), directory::Path::default(), text.parse()?))
    }
}

/// Makes the key ring of a new store, or takes the one that another process has made at the same moment.
fn first_key_ring(ring: &Path, database: &Path) -> Result<KeyRing, Failure> {
    let new_store = !database.exists();
    if new_store {
        let keys = KeyRing::generate(&SystemEntropy).map_err(failed("cannot make a key ring"))?;
        match keys.create(ring) {
            Ok(()) => return Ok(keys),
            Err(error) if !ring.exists() => return Err(error.into()),
            Err(_) => {}
        }
    }
    if let Some(keys) = KeyRing::load(ring)? {
        return Ok(keys);
    }
    let message = format!("the key ring `{}` is missing, and without it the database cannot be used", ring.display());
    Err(Failure::new(Exit::Failed, message).hint("restore it from a backup"))
}

/// Who types: the person at this machine, who may do everything with the files that they own.
fn operator() -> Origin {
    let uid = rustix::process::getuid().as_raw();
    Origin { actor: format!("local uid {uid}"), source: "command line".to_owned() }
}
