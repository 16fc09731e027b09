//! A store that was damaged, altered, moved, filled or taken away: a clear error, nothing accepted, nothing lost.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use vmfa::actions::{ActionError, Context, accounts, authenticate, devices};
use vmfa::directory::Refusal;
use vmfa::entropy::SystemEntropy;
use vmfa::seal::{KeyRing, Sealed};
use vmfa::store::{Backend, Keep, Read, Sqlite, Store, StoreError, Write};

use super::world::World;

impl World {
    pub fn sql(&self) -> Connection {
        Connection::open(self.database()).unwrap()
    }
}

/// Attack case 56.
#[test]
fn a_sealed_seed_with_any_byte_changed_opens_no_more_and_the_log_says_so() {
    let world = World::new();
    let key = world.enrolled("alice");
    let code = world.code(&key, 1);
    let sql = world.sql();
    let sealed: Vec<u8> = sql.query_row("SELECT sealed_seed FROM devices", [], |row| row.get(0)).unwrap();
    for place in 0..sealed.len() {
        let mut flipped = sealed.clone();
        flipped[place] ^= 1;
        sql.execute("UPDATE devices SET sealed_seed = ?1", [&flipped]).unwrap();
        let error = world.verify("alice", &code).unwrap_err();
        assert!(matches!(error, ActionError::Altered { .. }), "byte {place}: {error}");
        assert!(error.to_string().contains(&world.serial("alice").to_string()), "{error}");
    }
    assert_eq!(world.refusals(), vec![Refusal::Damaged; sealed.len()]);
    sql.execute("UPDATE devices SET sealed_seed = ?1", [&sealed]).unwrap();
    assert!(world.is_accepted("alice", &code));
}

/// Attack case 56, below the tag over the row: the seal itself.
#[test]
fn a_seal_with_any_bit_changed_does_not_open() {
    let keys = KeyRing::generate(&SystemEntropy).unwrap();
    let sealed = keys.seal(b"twenty bytes of seed", b"here", &SystemEntropy).unwrap();
    for place in 0..sealed.as_bytes().len() {
        for bit in 0..8 {
            let mut flipped = sealed.as_bytes().to_vec();
            flipped[place] ^= 1 << bit;
            assert!(keys.open(&Sealed::from_bytes(flipped), b"here").is_err(), "byte {place}, bit {bit}");
        }
    }
    assert!(keys.open(&sealed, b"elsewhere").is_err());
    assert!(KeyRing::generate(&SystemEntropy).unwrap().open(&sealed, b"here").is_err());
    assert_eq!(keys.open(&sealed, b"here").unwrap().as_slice(), b"twenty bytes of seed");
}

/// Attack case 57.
#[test]
fn a_seed_moved_into_another_users_row_opens_nothing() {
    let whole = World::new();
    let mallory = whole.enrolled("mallory");
    whole.enrolled("alice");
    let moves = [
        "UPDATE devices SET sealed_seed = (SELECT sealed_seed FROM devices WHERE folded LIKE '%mallory') WHERE folded LIKE '%alice'",
        "UPDATE devices SET (sealed_seed, tag) = (SELECT sealed_seed, tag FROM devices WHERE folded LIKE '%mallory') \
         WHERE folded LIKE '%alice'",
        "UPDATE devices SET user_id = (SELECT id FROM users WHERE folded = 'alice') WHERE folded LIKE '%mallory'",
        "DELETE FROM devices WHERE folded LIKE '%alice'; \
         UPDATE devices SET user_id = (SELECT id FROM users WHERE folded = 'alice') WHERE folded LIKE '%mallory'",
    ];
    for sql in moves {
        let world = whole.copied();
        world.sql().execute_batch(sql).unwrap();
        let error = world.verify("alice", &world.code(&mallory, 1)).unwrap_err();
        assert!(matches!(error, ActionError::Altered { .. }), "{sql}: {error}");
    }
}

/// The columns of a table that are not part of its key, each with a statement that changes its value.
fn edits(world: &World, table: &str) -> Vec<String> {
    let sql = world.sql();
    let mut columns = sql.prepare(&format!("SELECT name, type FROM pragma_table_info('{table}')")).unwrap();
    let rows = columns.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).unwrap();
    rows.map(Result::unwrap)
        .map(|(column, kind)| {
            let changed = match kind.as_str() {
                "INTEGER" => format!("coalesce({column}, 0) + 100"),
                "TEXT" => format!("coalesce({column}, '') || 'x'"),
                "BLOB" => format!("coalesce({column}, x'') || x'00'"),
                other => panic!("{table}.{column} is {other}"),
            };
            format!("PRAGMA foreign_keys = OFF; UPDATE {table} SET {column} = {changed}")
        })
        .collect()
}

/// Attack case 56: rows that are not secret, but decide. Whatever column is added to the schema is tried here too.
#[test]
fn a_row_that_decides_is_believed_only_as_it_was_written_in_every_column() {
    let whole = World::new();
    let key = whole.enrolled("alice");
    let recovery = whole.recovery_codes("alice").swap_remove(0);
    let mut tried = 0;
    for table in ["users", "devices", "accounts", "recovery_codes"] {
        for sql in edits(&whole, table) {
            let world = whole.copied();
            world.sql().execute_batch(&sql).unwrap();
            let refused = |code: &str| match world.verify("alice", code) {
                Err(ActionError::Altered { .. } | ActionError::Store(StoreError::Damaged { .. })) => true,
                // Put under another key, a user is nobody, and an account's log is not there.
                Err(ActionError::CodeRefused) => sql.contains("SET folded") || sql.contains("SET account"),
                _ => false,
            };
            let account_refused = accounts::open(&world.cx, &world.origin).is_err();
            assert!(account_refused || refused(&world.code(&key, 1)) || refused(&recovery), "{sql}");
            tried += 1;
        }
    }
    assert!(tried > 35, "{tried}");
    for sql in
        ["UPDATE devices SET user_id = NULL, enabled = NULL", "DELETE FROM devices", "UPDATE users SET mfa_devices = 0"]
    {
        let world = whole.copied();
        world.sql().execute_batch(sql).unwrap();
        assert!(matches!(world.verify("alice", &world.code(&key, 1)), Err(ActionError::Altered { .. })), "{sql}");
    }
    assert!(whole.is_accepted("alice", &whole.code(&key, 1)));
    assert!(whole.is_accepted("alice", &recovery));
}

/// Attack case 56: bytes of the file itself, in the pages of users and devices.
#[test]
fn a_database_file_with_flipped_bytes_never_accepts_a_spent_code() {
    let world = World::new();
    let key = world.enrolled("alice");
    let code = world.code(&key, 1);
    assert!(world.is_accepted("alice", &code));
    world.sql().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let whole = std::fs::read(world.database()).unwrap();
    let copy = tempfile::tempdir().unwrap();
    let path = copy.path().join("vmfa.db");
    for place in (0..whole.len()).step_by(61) {
        let mut flipped = whole.clone();
        flipped[place] ^= 0x10;
        for leftover in ["vmfa.db-wal", "vmfa.db-shm"] {
            let _ = std::fs::remove_file(copy.path().join(leftover));
        }
        std::fs::write(&path, flipped).unwrap();
        let keys = KeyRing::load(&world.dir.path().join("verifier/keys")).unwrap().unwrap();
        let Ok(database) = Sqlite::open(&path) else { continue };
        let cx = Context::new(Store::new(database), keys, Arc::clone(&world.clock), SystemEntropy);
        let verified = authenticate::verify_code(&cx, &world.account, &world.origin, "alice", &code, None);
        assert!(verified.is_err(), "byte {place}");
    }
}

/// Attack case 62.
#[test]
fn a_key_ring_that_others_can_read_or_that_is_a_link_is_refused() {
    let world = World::new();
    let path = world.dir.path().join("verifier/keys");
    for mode in [0o640, 0o604, 0o660, 0o602] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let error = KeyRing::load(&path).unwrap_err().to_string();
        assert!(error.contains("is open to others") && error.contains("keys"), "{error}");
    }
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let link = world.dir.path().join("link");
    symlink(&path, &link).unwrap();
    assert!(KeyRing::load(&link).unwrap_err().to_string().contains("is a symbolic link"));
    assert!(KeyRing::load(&world.dir.path().join("none")).unwrap().is_none());
}

#[test]
fn a_damaged_key_ring_is_named_with_its_line() {
    let world = World::new();
    let path = world.dir.path().join("verifier/keys");
    let text = std::fs::read_to_string(&path).unwrap();
    let expected = |line| format!("the key ring `{}` is damaged in line {line}", path.display());
    let cases = [
        (String::new(), expected(1)),
        ("vmfa key ring 1\n".to_owned(), expected(2)),
        (text.replace("\n1 ", "\n1 g"), expected(2)),
        (format!("{}\n{}", text.trim_end(), text.lines().nth(1).unwrap()), expected(3)),
        (
            "vmfa key ring 2\n".to_owned(),
            format!("the key ring `{}` has a format that this version does not know", path.display()),
        ),
    ];
    for (content, message) in cases {
        std::fs::write(&path, content).unwrap();
        assert_eq!(KeyRing::load(&path).unwrap_err().to_string(), message);
    }
}

#[test]
fn a_newer_schema_is_refused_and_left_as_it_is() {
    let world = World::new();
    world.enrolled("alice");
    world.sql().execute_batch("PRAGMA user_version = 99").unwrap();
    let error = world.reopened().unwrap_err();
    assert!(matches!(error, ActionError::Store(StoreError::NewerSchema { found: 99, known: 1 })), "{error}");
    let version: i64 = world.sql().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 99);
}

/// A database that fails when it is to commit.
struct Failing {
    inner: Sqlite,
    fails: Arc<AtomicBool>,
}

impl Backend for Failing {
    fn read(&self, work: &mut dyn FnMut(&mut dyn Read)) -> Result<(), StoreError> {
        self.inner.read(work)
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn Write) -> Keep) -> Result<(), StoreError> {
        if !self.fails.load(Ordering::SeqCst) {
            return self.inner.write(work);
        }
        // The work is done, and then the disk takes nothing: as a full disk behaves at the commit.
        self.inner.write(&mut |tx| {
            let _ = work(tx);
            Keep::Nothing
        })?;
        Err(StoreError::Full)
    }
}

/// Attack cases 31 and 60.
#[test]
fn a_right_code_is_not_accepted_if_the_store_cannot_keep_that_it_is_spent() {
    let world = World::new();
    let key = world.enrolled("alice");
    let keys = KeyRing::load(&world.dir.path().join("verifier/keys")).unwrap().unwrap();
    let fails = Arc::new(AtomicBool::new(false));
    let inner = Sqlite::open(&world.database()).unwrap();
    let backend = Failing { inner, fails: Arc::clone(&fails) };
    let cx = Context::new(Store::new(backend), keys, Arc::clone(&world.clock), SystemEntropy);
    accounts::open(&cx, &world.origin).unwrap();
    let code = world.code(&key, 1);
    let verify = || authenticate::verify_code(&cx, &world.account, &world.origin, "alice", &code, None);
    fails.store(true, Ordering::SeqCst);
    assert!(matches!(verify(), Err(ActionError::Store(StoreError::Full))));
    fails.store(false, Ordering::SeqCst);
    assert!(verify().unwrap().mfa.is_some());
}

/// Attack case 56: the keys by which rows are found.
#[test]
fn a_row_put_under_another_key_accepts_nothing_and_hides_no_failure() {
    let world = World::new();
    let alice = world.enrolled("alice");
    let mallory = world.enrolled("mallory");
    world
        .sql()
        .execute_batch(
            "UPDATE users SET folded = 'x' WHERE folded = 'alice'; \
             UPDATE users SET folded = 'alice' WHERE folded = 'mallory'; \
             UPDATE users SET folded = 'mallory' WHERE folded = 'x'",
        )
        .unwrap();
    for key in [&alice, &mallory] {
        let error = world.verify("alice", &world.code(key, 1)).unwrap_err();
        assert!(matches!(&error, ActionError::Altered { what } if what == "user `mallory`"), "{error}");
    }

    let world = World::new();
    let key = world.enrolled("alice");
    world.sql().execute_batch("UPDATE devices SET folded = 'X' || folded").unwrap();
    for _ in 0..2 {
        let error = world.verify("alice", &world.code(&key, 1)).unwrap_err();
        assert!(error.to_string().contains(&world.serial("alice").to_string()), "{error}");
    }
}

/// Attack case 56: a device's row under the serial number of another.
#[test]
fn a_device_put_under_another_serial_number_is_neither_resynced_nor_taken_away() {
    let world = World::new();
    let key = world.enrolled("alice");
    let alice = "alice".parse().unwrap();
    world.enroll(&alice, "second");
    world
        .sql()
        .execute_batch(
            "UPDATE devices SET folded = 'x' WHERE folded LIKE '%alice'; \
             UPDATE devices SET folded = replace(lower(serial), 'second', 'alice') WHERE folded LIKE '%second'; \
             UPDATE devices SET folded = replace(lower(serial), 'alice', 'second') WHERE folded = 'x'",
        )
        .unwrap();
    for name in ["alice", "second"] {
        let serial = world.serial(name);
        let resync = devices::resync(&world.cx, &world.origin, &serial, &alice, world.pair(&key, 1));
        assert!(matches!(resync, Err(ActionError::Altered { .. })), "{resync:?}");
        let taken = devices::deactivate(&world.cx, &world.origin, &serial, &alice);
        assert!(matches!(taken, Err(ActionError::Altered { .. })), "{taken:?}");
    }
}

/// Attack case 56: a trigger that undoes what a login writes.
#[test]
fn a_trigger_in_the_file_does_not_run() {
    let world = World::new();
    let key = world.enrolled("alice");
    world
        .sql()
        .execute_batch(
            "CREATE TRIGGER undo AFTER UPDATE ON devices BEGIN UPDATE devices SET spent_floor = old.spent_floor, \
             spent_forgotten = old.spent_forgotten, spent_accepted = old.spent_accepted, drift = old.drift, \
             tag = old.tag WHERE folded = old.folded; END",
        )
        .unwrap();
    let code = world.code(&key, 1);
    let cx = world.reopened().unwrap();
    let verify = || authenticate::verify_code(&cx, &world.account, &world.origin, "alice", &code, None);
    verify().unwrap();
    assert!(matches!(verify(), Err(ActionError::CodeRefused)));
}

#[test]
fn a_damaged_record_is_named() {
    let world = World::new();
    let key = world.enrolled("alice");
    world.sql().execute_batch("UPDATE devices SET spent_accepted = x'00'").unwrap();
    let error = world.verify("alice", &world.code(&key, 1)).unwrap_err();
    assert_eq!(error.to_string(), format!("the record of device `{}` is damaged", world.serial("alice")));
}

#[test]
fn an_account_that_was_changed_added_or_taken_away_is_refused() {
    let edits = [
        "UPDATE accounts SET alias = 'phish'",
        "INSERT INTO accounts SELECT '000000000001', 'phish', 0, tag, 0, x'', x'' FROM accounts",
        "PRAGMA foreign_keys = OFF; DELETE FROM accounts",
    ];
    for sql in edits {
        let world = World::new();
        world.enrolled("alice");
        world.sql().execute_batch(sql).unwrap();
        let error = accounts::open(&world.cx, &world.origin).unwrap_err();
        assert!(matches!(&error, ActionError::Altered { what } if what == "the account"), "{sql}: {error}");
    }
}
