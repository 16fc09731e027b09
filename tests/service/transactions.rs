//! What a transaction keeps when one of those that share its commit goes wrong.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::channel;

use vmfa::entropy::SystemEntropy;
use vmfa::seal::KeyRing;
use vmfa::store::{Read, Sqlite, Store, StoreError, Value, Write};

fn scratch() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let keys = std::sync::Arc::new(KeyRing::generate(&SystemEntropy).unwrap());
    let database = Sqlite::open(&dir.path().join("vmfa.db"), &keys, &SystemEntropy).unwrap();
    let store = Store::new(database, keys);
    store.write(|tx| tx.execute("CREATE TABLE scratch (n INTEGER)", &[])).unwrap();
    (dir, store)
}

fn put(tx: &mut dyn Write, number: i64) -> Result<usize, StoreError> {
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
            store.write(|_| {
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
        catch_unwind(AssertUnwindSafe(|| {
            store.write(|tx| {
                put(tx, 1)?;
                assert!(put(tx, 2)? > 1, "this panic is part of the test");
                Ok::<_, StoreError>(())
            })
        }))
    };
    let (broken, other) = together(&store, broken, || store.write(|tx| put(tx, 3)));
    assert!(broken.is_err(), "the panic reaches whoever caused it: {broken:?}");
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
                Err::<(), _>(StoreError::Busy)
            })
        };
        let (rolled_back, other) = together(&store, rolled_back, || store.write(|tx| put(tx, 1)));
        assert!(rolled_back.is_err());
        assert_eq!(kept(&store), usize::from(other.is_ok()), "{other:?}");
    }
}

/// To SQLite `$2` is a name, and names are numbered as they come.
#[test]
fn a_placeholder_means_the_value_of_its_number_wherever_it_stands() {
    let (_dir, store) = scratch();
    let values: [Value; 2] = ["first".into(), "second".into()];
    let query = |tx: &mut dyn Read| tx.query("SELECT 'found' WHERE $2 = 'second' AND $1 = 'first'", &values);
    assert_eq!(store.read(query).unwrap().len(), 1);
}

#[test]
fn what_is_there_already_and_a_full_disk_are_told_from_other_failures_and_nothing_is_kept() {
    let (_dir, store) = scratch();
    store.write(|tx| tx.execute("CREATE UNIQUE INDEX one ON scratch (n)", &[])).unwrap();
    store.write(|tx| put(tx, 1)).unwrap();
    let twice = store.write(|tx| {
        put(tx, 2)?;
        put(tx, 1)
    });
    assert!(matches!(twice, Err(StoreError::Conflict)), "{twice:?}");
    let elsewhere = store.write(|tx| tx.execute("INSERT INTO nowhere VALUES (1)", &[]));
    assert!(matches!(elsewhere, Err(StoreError::Unavailable { .. })), "{elsewhere:?}");
    let full = store.write(|tx| {
        put(tx, 3)?;
        tx.query("PRAGMA max_page_count = 1", &[])?;
        tx.execute("INSERT INTO scratch SELECT zeroblob(1000000)", &[])
    });
    assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
    assert_eq!(kept(&store), 1);
}

#[test]
fn of_many_works_at_once_each_is_kept_or_undone_as_it_says() {
    let (_dir, store) = scratch();
    let (threads, rounds) = (16, 50);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let store = &store;
            scope.spawn(move || {
                for round in 0..rounds {
                    let number = thread * rounds + round;
                    let outcome = store.write(|tx| {
                        put(tx, number)?;
                        if number % 3 == 0 { Err(StoreError::Conflict) } else { Ok(()) }
                    });
                    assert_eq!(outcome.is_ok(), number % 3 != 0, "{outcome:?}");
                    // What was acknowledged is seen by whoever looks next.
                    let mine = store.read(|tx| tx.query("SELECT n FROM scratch WHERE n = $1", &[number.into()]));
                    assert_eq!(mine.unwrap().len(), usize::from(number % 3 != 0));
                }
            });
        }
    });
    let all = threads * rounds;
    assert_eq!(kept(&store), usize::try_from(all - (all + 2) / 3).unwrap());
}
