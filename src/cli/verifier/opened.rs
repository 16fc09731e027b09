use std::path::PathBuf;

use crate::actions::{Context, accounts};
use crate::cli::App;
use crate::cli::failure::{Exit, Failure, failed};
use crate::directory::{self, Account, Origin, SerialNumber};
use crate::entropy::SystemEntropy;
use crate::seal::KeyRing;
use crate::store::{Sqlite, Store};
use crate::time::SystemClock;

/// The verifier's half, opened: the store and the key ring in `DATA_DIR/verifier`, and its account.
pub(in crate::cli) struct Verifier {
    pub(super) context: Context,
    pub(super) account: Account,
    pub(super) origin: Origin,
}

impl Verifier {
    /// Opens the one that is there. A mistyped folder is not to be taken for a verifier without users.
    pub(super) fn open(app: &App) -> Result<Self, Failure> {
        let place = Place::of(app)?;
        if !crate::files::is_private_dir(&place.dir)? || !place.database.exists() && !place.ring.exists() {
            return Err(Failure::new(Exit::NotFound, format!("there are no users in `{}`", place.data.display()))
                .hint("`vmfa user create` makes the first one; --data-dir or VMFA_DATA_DIR names another folder"));
        }
        Self::open_at(&place)
    }

    /// Opens the one that is there, or makes it.
    pub(super) fn open_or_create(app: &App) -> Result<Self, Failure> {
        let place = Place::of(app)?;
        crate::files::private_dir(&place.dir)?;
        Self::open_at(&place)
    }

    fn open_at(place: &Place) -> Result<Self, Failure> {
        let ring = KeyRing::load(&place.ring)?;
        // The database is made before the key ring, so a ring without one tells that it was taken away.
        if ring.is_some() && !place.database.exists() {
            return Err(missing(format!(
                "the database `{}` is missing, but its key ring is there",
                place.database.display()
            )));
        }
        // Whoever can write the database can put older rows back, wherever a link has it.
        for name in ["vmfa.db", "vmfa.db-wal", "vmfa.db-shm"] {
            crate::files::is_private_file(&place.dir.join(name))?;
        }
        let store = Store::new(Sqlite::open(&place.database)?);
        let keys = match ring {
            Some(keys) => keys,
            None => first_key_ring(place, &store)?,
        };
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

/// Where the verifier's half is kept.
struct Place {
    data: PathBuf,
    dir: PathBuf,
    database: PathBuf,
    ring: PathBuf,
}

impl Place {
    fn of(app: &App) -> Result<Self, Failure> {
        let data = app.options.data_dir()?;
        let dir = data.join("verifier");
        Ok(Self { database: dir.join("vmfa.db"), ring: dir.join("keys"), dir, data })
    }
}

/// Makes the key ring of a new store, or takes the one that another process has made at the same moment.
fn first_key_ring(place: &Place, store: &Store) -> Result<KeyRing, Failure> {
    let path = &place.ring;
    if accounts::is_unused(store)? {
        let keys = KeyRing::generate(&SystemEntropy).map_err(failed("cannot make a key ring"))?;
        // Whoever was first: what counts from now on is what is on the disk.
        if let Err(error) = keys.create(path)
            && !path.exists()
        {
            return Err(error.into());
        }
    }
    let missing =
        || missing(format!("the key ring `{}` is missing, and without it the database cannot be used", path.display()));
    KeyRing::load(path)?.ok_or_else(missing)
}

fn missing(message: String) -> Failure {
    Failure::new(Exit::Failed, message).hint("restore it from a backup")
}

/// Who types: the person at this machine, who may do everything with the files that they own.
fn operator() -> Origin {
    let uid = rustix::process::getuid().as_raw();
    Origin { actor: format!("local uid {uid}"), source: "command line".to_owned() }
}
