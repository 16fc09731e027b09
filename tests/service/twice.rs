//! A database on which every work runs twice. A server that lost a race, or its connection, runs a work again; one that
//! hands something out in its first run, or counts what it has undone, shows here.

use vmfa::store::{Backend, Execute, Keep, Query, Sqlite, StoreError};

pub struct Twice(pub Sqlite);

impl Backend for Twice {
    fn read(&self, work: &mut dyn FnMut(&mut dyn Query)) -> Result<(), StoreError> {
        self.0.read(work)?;
        self.0.read(work)
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn Execute) -> Keep) -> Result<(), StoreError> {
        self.0.write(&mut |tx| {
            let _ = work(tx);
            Keep::Nothing
        })?;
        self.0.write(work)
    }
}
