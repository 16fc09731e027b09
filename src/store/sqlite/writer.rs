use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use rusqlite::{Connection, TransactionBehavior};

use super::{Running, unavailable};
use crate::store::{Job, Keep, StoreError};

/// The thread that writes. It takes all jobs that wait, runs each in a savepoint of one transaction, commits once,
/// and only then answers: one sync of the disk serves them all (group commit).
pub(super) struct Writer {
    /// Gone when the writer is to end.
    jobs: Option<Sender<Waiting>>,
    thread: Option<JoinHandle<()>>,
}

struct Waiting {
    job: Job,
    answer: SyncSender<Result<(), StoreError>>,
}

/// Jobs in one transaction at most, so that the first to wait is not kept waiting by all that follow.
const BATCH: usize = 256;

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self, StoreError> {
        let (jobs, waiting) = channel();
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || serve(connection, &waiting))
            .map_err(|source| StoreError::Unavailable { source: Box::new(source) })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Runs a job and waits until its outcome is safe on disk.
    pub(super) fn run(&self, job: Job) -> Result<(), StoreError> {
        let (answer, outcome) = sync_channel(1);
        let jobs = self.jobs.as_ref().ok_or(StoreError::Closed)?;
        jobs.send(Waiting { job, answer }).map_err(|_| StoreError::Closed)?;
        outcome.recv().unwrap_or(Err(StoreError::Closed))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported when it happened.
            let _ = thread.join();
        }
    }
}

fn serve(mut connection: Connection, waiting: &Receiver<Waiting>) {
    while let Ok(first) = waiting.recv() {
        let rest = std::iter::from_fn(|| waiting.try_recv().ok()).take(BATCH - 1);
        let (jobs, answers): (Vec<Job>, Vec<_>) =
            std::iter::once(first).chain(rest).map(|waiting| (waiting.job, waiting.answer)).unzip();
        let outcome = commit(&mut connection, jobs);
        for answer in answers {
            // Whoever asked may be gone; what was committed stays.
            let _ = answer.send(match &outcome {
                Ok(()) => Ok(()),
                Err(error) => Err(repeated(error)),
            });
        }
    }
}

fn commit(connection: &mut Connection, jobs: Vec<Job>) -> Result<(), StoreError> {
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unavailable)?;
    for job in jobs {
        let savepoint = transaction.savepoint().map_err(unavailable)?;
        // A job that panics is undone as one that fails, and whoever waits for it is told; the thread serves all others.
        let keep = catch_unwind(AssertUnwindSafe(|| job(&mut Running(&savepoint)))).unwrap_or(Keep::Nothing);
        // A full disk or a fault of it may have made SQLite roll back all jobs so far. The next savepoint would then begin
        // a transaction of its own, and keep what its caller is told was not kept.
        if savepoint.is_autocommit() {
            return Err(StoreError::Unavailable { source: "the transaction was rolled back".into() });
        }
        match keep {
            Keep::All => savepoint.commit().map_err(unavailable)?,
            // Dropping a savepoint rolls it back.
            Keep::Nothing => drop(savepoint),
        }
    }
    transaction.commit().map_err(unavailable)
}

/// The same error for each who waited for the commit.
fn repeated(error: &StoreError) -> StoreError {
    match error {
        StoreError::Unavailable { source } => StoreError::Unavailable { source: source.to_string().into() },
        other => StoreError::Unavailable { source: other.to_string().into() },
    }
}
