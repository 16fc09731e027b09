//! The connections for reading, of which there are only so many.

use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::connect;
use crate::store::StoreError;

/// More than have work at once on most machines, and few enough for the files that a process may open: each has three.
const MOST: usize = 16;

pub(super) struct Readers {
    path: PathBuf,
    pool: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Connection>,
    in_use: usize,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, pool: Mutex::default(), returned: Condvar::new() }
    }

    /// Runs `work` on a connection that nobody else uses meanwhile; where all are in use, on the next one that comes back.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let place = self.place();
        let idle = self.pool().idle.pop();
        let mut connection = idle.map_or_else(|| connect(&self.path), Ok)?;
        let outcome = work(&mut connection);
        self.pool().idle.push(connection);
        drop(place);
        outcome
    }

    fn place(&self) -> Place<'_> {
        let full = |pool: &mut Pool| pool.in_use >= MOST;
        let mut pool = self.returned.wait_while(self.pool(), full).unwrap_or_else(PoisonError::into_inner);
        pool.in_use += 1;
        Place(self)
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the connections that may be in use at once, which is free again when this is dropped, by a panic too.
struct Place<'a>(&'a Readers);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.pool().in_use -= 1;
        self.0.returned.notify_one();
    }
}
