//! An installation: the folder with the database and the key ring, opened for whichever front end.
//!
//! A database and its key ring know each other. One that is missing, empty or of another installation is refused by name:
//! a database that was lost is not to be taken for one without users.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use super::Context;
use crate::entropy::{Entropy, EntropyError};
use crate::files::{self, FileError};
use crate::seal::{InstallationId, KeyRing, KeyRingError};
use crate::store::{Sqlite, Store, StoreError, accounts};
use crate::time::Clock;

/// Where an installation is kept.
#[derive(Clone, Debug)]
pub struct Place {
    folder: PathBuf,
    database: PathBuf,
    ring: PathBuf,
}

/// An installation could not be opened.
#[derive(Debug, Error)]
pub enum InstallationError {
    /// There is none.
    #[error("there are no users in `{}`", folder.display())]
    None {
        /// The folder in which it was looked for.
        folder: PathBuf,
    },
    /// The key ring is there, and the database is not.
    #[error("the database `{}` is missing, but its key ring is there", path.display())]
    DatabaseMissing {
        /// The database.
        path: PathBuf,
    },
    /// The key ring is in use, and the database has nothing in it.
    #[error("the database `{}` is empty, but its key ring is in use", path.display())]
    DatabaseEmptied {
        /// The database.
        path: PathBuf,
    },
    /// The database is in use, and the key ring is not there.
    #[error("the key ring `{}` is missing, and without it the database cannot be used", path.display())]
    RingMissing {
        /// The key ring.
        path: PathBuf,
    },
    /// The database and the key ring are not of one installation.
    #[error("the database `{}` belongs to another installation than the key ring `{}`", database.display(), ring.display())]
    Strangers {
        /// The database.
        database: PathBuf,
        /// The key ring.
        ring: PathBuf,
    },
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The key ring could not be used.
    #[error(transparent)]
    KeyRing(#[from] KeyRingError),
    /// The database could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No random bytes for a new key ring.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl Place {
    /// An installation in this folder.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), database: folder.join("vmfa.db"), ring: folder.join("keys") }
    }

    /// Opens the installation that is here.
    ///
    /// # Errors
    /// [`InstallationError`].
    pub fn open(
        &self,
        clock: impl Clock + 'static,
        entropy: impl Entropy + 'static,
    ) -> Result<Context, InstallationError> {
        self.require()?;
        self.open_here(clock, entropy)
    }

    /// Opens the installation that is here, or makes one.
    ///
    /// # Errors
    /// [`InstallationError`].
    pub fn open_or_create(
        &self,
        clock: impl Clock + 'static,
        entropy: impl Entropy + 'static,
    ) -> Result<Context, InstallationError> {
        files::private_dir(&self.folder)?;
        self.open_here(clock, entropy)
    }

    /// Whether there is an installation. A mistyped folder is not to be taken for one without users.
    fn require(&self) -> Result<(), InstallationError> {
        let there = files::is_private_dir(&self.folder)? && (self.database.exists() || self.ring.exists());
        if there { Ok(()) } else { Err(InstallationError::None { folder: self.folder.clone() }) }
    }

    fn open_here(
        &self,
        clock: impl Clock + 'static,
        entropy: impl Entropy + 'static,
    ) -> Result<Context, InstallationError> {
        // Whoever can write the database can put older rows back, wherever a link has it.
        for name in ["vmfa.db", "vmfa.db-wal", "vmfa.db-shm"] {
            files::is_private_file(&self.folder.join(name))?;
        }
        let keys = match KeyRing::load(&self.ring)? {
            Some(keys) => keys,
            None => self.make_ring(&entropy)?,
        };
        Ok(Context::new(self.open_with(keys, &entropy)?, clock, entropy))
    }

    /// Opens the database that belongs to this key ring.
    fn open_with(&self, keys: KeyRing, entropy: &dyn Entropy) -> Result<Store, InstallationError> {
        if !self.database.exists() {
            return Err(InstallationError::DatabaseMissing { path: self.database.clone() });
        }
        let emptied = || InstallationError::DatabaseEmptied { path: self.database.clone() };
        // A database in which nothing was ever kept has been emptied, or its key ring would not be finished.
        if std::fs::metadata(&self.database).is_ok_and(|metadata| metadata.len() == 0) {
            return Err(emptied());
        }
        let keys = Arc::new(keys);
        let store = Store::new(Sqlite::open(&self.database, &keys, entropy)?, Arc::clone(&keys));
        let strangers = || InstallationError::Strangers { database: self.database.clone(), ring: self.ring.clone() };
        let found = match store.read(|tx| accounts::installation(tx)) {
            Ok(found) => found.ok_or_else(emptied)?.id,
            Err(StoreError::Altered { .. }) => return Err(strangers()),
            Err(error) => return Err(error.into()),
        };
        match keys.installation() {
            Some(id) if id == found => Ok(store),
            Some(_) => Err(strangers()),
            // A ring of the first format does not say whose it is. The database's tag has shown that it is this one's.
            None => {
                if let Some(ring) = KeyRing::load(&self.ring)? {
                    ring.of(found).replace(&self.ring)?;
                }
                Ok(store)
            }
        }
    }

    /// Makes the key ring of a new installation, or takes the one that another process has made at the same moment.
    ///
    /// The database says first to which ring it belongs; then the ring's file is made. A process that dies between leaves a
    /// database with nothing in it, for which the next one makes another ring.
    fn make_ring(&self, entropy: &dyn Entropy) -> Result<KeyRing, InstallationError> {
        let _alone = files::lock_folder(&self.folder)?;
        if let Some(keys) = KeyRing::load(&self.ring)? {
            return Ok(keys);
        }
        if Sqlite::is_in_use(&self.database)? {
            return Err(InstallationError::RingMissing { path: self.ring.clone() });
        }
        let keys = Arc::new(KeyRing::generate(entropy)?);
        let store = Store::new(Sqlite::open(&self.database, &keys, entropy)?, Arc::clone(&keys));
        let id = keys.installation().map_or_else(|| InstallationId::generate(entropy), Ok)?;
        store.write(|tx| accounts::begin_installation(tx, id))?;
        keys.create(&self.ring)?;
        drop(store);
        KeyRing::load(&self.ring)?.ok_or_else(|| InstallationError::RingMissing { path: self.ring.clone() })
    }
}
