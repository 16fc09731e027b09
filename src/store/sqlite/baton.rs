use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::ffi::SQLITE_IOERR_WRITE;
use rusqlite::{Connection, ErrorCode};

use super::{Running, failed};
use crate::store::{Execute, Keep, StoreError};

/// The one connection that writes. It goes from thread to thread like a baton: each runs its own work in a savepoint of
/// one transaction, and the last who waits commits for all. Only then does any of them return: one sync of the disk
/// serves them all (group commit).
pub(super) struct Baton {
    /// How many threads wait for the connection.
    waiting: AtomicUsize,
    held: Mutex<Held>,
}

struct Held {
    connection: Connection,
    /// The transaction that is open.
    batch: Option<Batch>,
}

struct Batch {
    works: usize,
    outcome: Arc<Outcome>,
}

/// What became of a transaction, for all who have a savepoint in it.
#[derive(Default)]
struct Outcome {
    known: Mutex<Option<Result<(), StoreError>>>,
    told: Condvar,
}

/// Works in one transaction at most, so that the first to wait is not kept waiting by all that follow.
const MOST: usize = 256;

impl Baton {
    pub(super) fn new(connection: Connection) -> Self {
        Self { waiting: AtomicUsize::new(0), held: Mutex::new(Held { connection, batch: None }) }
    }

    /// Runs `work` and returns when its outcome is safe on disk.
    pub(super) fn run(&self, work: &mut dyn FnMut(&mut dyn Execute) -> Keep) -> Result<(), StoreError> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        let outcome = held.begin()?;
        let panicked = held.try_work(work);
        // Whoever waits has the connection next and sees to the commit: none of them leaves without having held it.
        if held.is_full() || self.waiting.load(Ordering::SeqCst) == 0 {
            held.commit();
        }
        drop(held);
        let outcome = outcome.wait();
        match panicked {
            Some(panic) => resume_unwind(panic),
            None => outcome,
        }
    }
}

type Panic = Box<dyn std::any::Any + Send>;

impl Held {
    /// Begins a transaction if none is open, and gives the place where its outcome will be told.
    fn begin(&mut self) -> Result<Arc<Outcome>, StoreError> {
        if let Some(batch) = &self.batch {
            return Ok(Arc::clone(&batch.outcome));
        }
        self.run("BEGIN IMMEDIATE")?;
        let outcome = Arc::<Outcome>::default();
        self.batch = Some(Batch { works: 0, outcome: Arc::clone(&outcome) });
        Ok(outcome)
    }

    /// Runs `work` in a savepoint, and gives the panic of one that panicked, which is undone as one that fails.
    fn try_work(&mut self, work: &mut dyn FnMut(&mut dyn Execute) -> Keep) -> Option<Panic> {
        if let Err(error) = self.run("SAVEPOINT work") {
            self.give_up(error);
            return None;
        }
        let mut running = Running::on(&self.connection);
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut running)));
        let failure = running.failure;
        // A full disk or a fault of it may have made SQLite roll back all works so far. The next savepoint would then
        // begin a transaction of its own, and keep what its caller is told was not kept.
        if self.connection.is_autocommit() {
            let rolled_back = || StoreError::Unavailable { source: "the transaction was rolled back".into() };
            self.give_up(failure.unwrap_or_else(rolled_back));
            return outcome.err();
        }
        let end = match outcome {
            Ok(Keep::All) => self.run("RELEASE work"),
            Ok(Keep::Nothing) | Err(_) => self.run("ROLLBACK TO work").and_then(|()| self.run("RELEASE work")),
        };
        if let Err(error) = end {
            self.give_up(error);
        }
        if let Some(batch) = &mut self.batch {
            batch.works += 1;
        }
        outcome.err()
    }

    fn is_full(&self) -> bool {
        self.batch.as_ref().is_some_and(|batch| batch.works >= MOST)
    }

    /// Commits the transaction that is open, if it was not given up, and tells all of it.
    fn commit(&mut self) {
        let Some(batch) = self.batch.take() else { return };
        let committed = self.connection.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]));
        batch.outcome.tell(committed.map(|_| ()).map_err(|source| {
            self.undo();
            in_doubt(source)
        }));
    }

    /// Undoes the transaction, and tells all of it why.
    fn give_up(&mut self, error: StoreError) {
        self.undo();
        if let Some(batch) = self.batch.take() {
            batch.outcome.tell(Err(error));
        }
    }

    fn undo(&self) {
        if !self.connection.is_autocommit() {
            // If it fails, the next one who begins is told.
            let _ = self.run("ROLLBACK");
        }
    }

    fn run(&self, sql: &str) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        statement.execute([]).map(|_| ()).map_err(failed)
    }
}

/// Why a commit failed. Where the log was written and not synced, the commit is in it, and is kept by whoever reads the log
/// next. Where it was not written to its end, the mark of the commit is missing.
fn in_doubt(source: rusqlite::Error) -> StoreError {
    match source.sqlite_error() {
        Some(error) if error.extended_code == SQLITE_IOERR_WRITE => failed(source),
        Some(error) if error.code == ErrorCode::SystemIoFailure => StoreError::InDoubt { source: Box::new(source) },
        _ => failed(source),
    }
}

impl Outcome {
    fn tell(&self, outcome: Result<(), StoreError>) {
        *self.known() = Some(outcome);
        self.told.notify_all();
    }

    fn wait(&self) -> Result<(), StoreError> {
        let known = self.told.wait_while(self.known(), |known| known.is_none());
        match &*known.unwrap_or_else(PoisonError::into_inner) {
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(error.again()),
            None => Err(StoreError::not_run()),
        }
    }

    fn known(&self) -> MutexGuard<'_, Option<Result<(), StoreError>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
