//! What a transaction keeps when one of those that share its commit goes wrong.

use std::sync::mpsc::channel;

use vmfa::store::{Sqlite, Store, StoreError, Transaction};

fn scratch() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::new(Sqlite::open(&dir.path().join("vmfa.db")).unwrap());
    store.write(|tx| tx.execute("CREATE TABLE scratch (n INTEGER)", &[])).unwrap();
    (dir, store)
}

fn put(tx: &mut dyn Transaction, number: i64) -> Result<usize, StoreError> {
    tx.execute("INSERT INTO scratch VALUES ($1)", &[number.into()])
}

fn kept(store: &Store) -> usize {
    store.read(|tx| tx.query("SELECT n FROM scratch", &[])).unwrap().len()
}

/// Runs `first` and `second` in one transaction: both wait while a third job holds the writer up.
fn together<A: Send, B: Send>(
    store: &Store,
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    let (running, is_running) = channel();
    let (queued, is_queued) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            store.write(move |_| {
                running.send(()).unwrap();
                let _ = is_queued.recv();
                Ok::<_, StoreError>(())
            })
        });
        is_running.recv().unwrap();
        let first = scope.spawn(first);
        let second = scope.spawn(second);
        // Threads cannot be asked whether they wait; those that come late only make the batch smaller.
        (0..1000).for_each(|_| std::thread::yield_now());
        drop(queued);
        (first.join().unwrap(), second.join().unwrap())
    })
}

#[test]
fn a_job_that_panics_is_undone_and_costs_no_other_its_place() {
    let (_dir, store) = scratch();
    let broken = || {
        store.write(|tx| {
            put(tx, 1)?;
            assert!(put(tx, 2)? > 1, "this panic is part of the test");
            Ok::<_, StoreError>(())
        })
    };
    let (broken, other) = together(&store, broken, || store.write(|tx| put(tx, 3)));
    assert!(matches!(broken, Err(StoreError::BrokenOff)), "{broken:?}");
    assert_eq!(other.unwrap(), 1);
    assert_eq!(kept(&store), 1);
    store.write(|tx| put(tx, 4)).unwrap();
    assert_eq!(kept(&store), 2);
}

/// Attack case 60. SQLite rolls a whole transaction back by itself when the disk is full or fails; `ROLLBACK` does the same.
#[test]
fn after_a_rollback_in_the_midst_of_a_batch_nobody_is_refused_whose_change_is_kept() {
    for _ in 0..50 {
        let (_dir, store) = scratch();
        let rolled_back = || {
            store.write(|tx| {
                tx.execute("ROLLBACK", &[])?;
                Err::<(), _>(StoreError::Closed)
            })
        };
        let (rolled_back, other) = together(&store, rolled_back, || store.write(|tx| put(tx, 1)));
        assert!(rolled_back.is_err());
        assert_eq!(kept(&store), usize::from(other.is_ok()), "{other:?}");
    }
}
