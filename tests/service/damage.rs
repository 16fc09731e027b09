//! A store that was damaged, altered, moved, filled or taken away: a clear error, nothing accepted, nothing lost.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use vmfa::actions::authenticate::{self, TypedCode};
use vmfa::actions::check::CheckRecords;
use vmfa::actions::{ActionError, Context, accounts};
use vmfa::directory::Refusal;
use vmfa::entropy::SystemEntropy;
use vmfa::seal::{KeyRing, Sealed};
use vmfa::store::{Backend, Execute, Keep, Query, Sqlite, Store, StoreError};

use super::world::{TESTER, World, caller, is_altered, source};

impl World {
    pub fn sql(&self) -> Connection {
        Connection::open(self.database()).unwrap()
    }
}

/// Attack case 56.
#[test]
fn a_state_of_logins_with_any_character_changed_opens_no_more_and_the_log_says_so() {
    let world = World::new();
    let key = world.enrolled("alice");
    let code = world.code(&key, 1);
    let sql = world.sql();
    let devices: String = sql.query_row("SELECT devices FROM login_states", [], |row| row.get(0)).unwrap();
    for place in 0..devices.len() {
        let mut flipped = devices.clone().into_bytes();
        flipped[place] ^= 1;
        let flipped = String::from_utf8(flipped).unwrap();
        sql.execute("UPDATE login_states SET devices = ?1", [&flipped]).unwrap();
        let error = world.verify("alice", &code).unwrap_err();
        assert!(is_altered(&error), "byte {place}: {error}");
        assert!(error.to_string().contains("login_states:alice"), "{error}");
    }
    assert_eq!(world.refusals(), vec![Refusal::Damaged; devices.len()]);
    sql.execute("UPDATE login_states SET devices = ?1", [&devices]).unwrap();
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
    let from = |columns: &str| {
        format!(
            "UPDATE login_states SET ({columns}) = (SELECT {columns} FROM login_states WHERE folded = 'mallory') WHERE folded = 'alice'"
        )
    };
    let moves = [
        from("devices, tag"),
        from("devices, user_id"),
        from("name, user_id, path, devices, audit_lane, audit_length, tag"),
        "DELETE FROM login_states WHERE folded = 'alice'; UPDATE login_states SET folded = 'alice'".to_owned(),
    ];
    for sql in moves {
        let world = whole.copied();
        world.sql().execute_batch(&sql).unwrap();
        let error = world.verify("alice", &world.code(&mallory, 1)).unwrap_err();
        assert!(is_altered(&error), "{sql}: {error}");
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
    let spare = whole.draw_up("spare", None).unwrap();
    whole.create_device(&spare).unwrap();
    let mut tried = 0;
    // What a login stands on is refused by the login; the rest is named by the check.
    let tables = [
        ("login_states", true),
        ("accounts", true),
        ("audit_lanes", true),
        ("recovery_codes", true),
        ("users", false),
        ("devices", false),
        ("seeds", false),
        ("installation", false),
    ];
    for (table, at_login) in tables {
        for sql in edits(&whole, table) {
            let world = whole.copied();
            world.sql().execute_batch(&sql).unwrap();
            let refused = |code: &str| match world.verify("alice", code) {
                Err(ActionError::Store(StoreError::Altered { .. } | StoreError::Damaged { .. })) => true,
                // Put under another key, a user is nobody.
                Err(ActionError::CodeRefused) => sql.contains("SET folded") || sql.contains("SET account"),
                _ => false,
            };
            let by_login = refused(&world.code(&key, 1)) || refused(&recovery);
            let named = world.caller().ask(&CheckRecords).is_ok_and(|found| !found.is_empty());
            let account = accounts::only(&world.cx, &TESTER, &source()).is_err();
            let out_of_sight = sql.contains("SET account") && !at_login;
            assert!(by_login || !at_login && (named || account || out_of_sight), "{sql}");
            tried += 1;
        }
    }
    assert!(tried > 70, "{tried}");
    for sql in ["UPDATE login_states SET devices = '[]'", "DELETE FROM login_states"] {
        let world = whole.copied();
        world.sql().execute_batch(sql).unwrap();
        assert!(world.verify("alice", &world.code(&key, 1)).is_err(), "{sql}");
    }
    assert!(whole.is_accepted("alice", &whole.code(&key, 1)));
    assert!(whole.is_accepted("alice", &recovery));
}

/// A user whose devices are out of sight must not log in with the password alone.
#[test]
fn a_user_whose_state_of_logins_is_gone_does_not_log_in_with_the_password_alone() {
    let world = World::new();
    let alice = world.create_user("alice", Some("correct Horse 7 battery")).unwrap().name;
    world.enroll(&alice, "phone");
    world.sql().execute_batch("DELETE FROM login_states").unwrap();
    let password = super::world::typed("correct Horse 7 battery");
    let error = authenticate::check_password(&world.caller(), "alice", &password).unwrap_err();
    assert!(is_altered(&error), "{error}");
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
        let Ok(database) = Sqlite::open(&path, &world.keys(), &SystemEntropy) else { continue };
        let cx = Context::new(Store::new(database, world.keys()), Arc::clone(&world.clock), SystemEntropy);
        let shown = TypedCode::parse(&code).unwrap();
        let verified = authenticate::verify_code(&caller(&cx, &world.account), "alice", &shown, None);
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
    let key = text.lines().nth(3).unwrap();
    let cases = [
        (String::new(), expected(1)),
        ("vmfa key ring 1\n".to_owned(), expected(2)),
        ("vmfa key ring 2\n".to_owned(), expected(2)),
        (text.replace("installation ", "installation x"), expected(2)),
        (text.replace("current 1", "current 2"), expected(3)),
        (text.replace("\n1 ", "\n1 g"), expected(4)),
        (format!("{}\n{key}", text.trim_end()), expected(5)),
        (
            "vmfa key ring 3\n".to_owned(),
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
    assert!(matches!(error, ActionError::Store(StoreError::NewerSchema { found: 99, known: 2 })), "{error}");
    let version: i64 = world.sql().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 99);
}

/// A database that fails when it is to commit.
struct Failing {
    inner: Sqlite,
    fails: Arc<AtomicBool>,
}

impl Backend for Failing {
    fn read(&self, work: &mut dyn FnMut(&mut dyn Query)) -> Result<(), StoreError> {
        self.inner.read(work)
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn Execute) -> Keep) -> Result<(), StoreError> {
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
    let fails = Arc::new(AtomicBool::new(false));
    let backend = Failing { inner: world.sqlite(), fails: Arc::clone(&fails) };
    let cx = Context::new(Store::new(backend, world.keys()), Arc::clone(&world.clock), SystemEntropy);
    let code = TypedCode::parse(&world.code(&key, 1)).unwrap();
    let verify = || authenticate::verify_code(&caller(&cx, &world.account), "alice", &code, None);
    fails.store(true, Ordering::SeqCst);
    assert!(matches!(verify(), Err(ActionError::Store(StoreError::Full))));
    fails.store(false, Ordering::SeqCst);
    assert!(verify().unwrap().mfa().is_some());
}

/// Attack case 56: the keys by which rows are found.
#[test]
fn a_row_put_under_another_key_accepts_nothing_and_hides_no_failure() {
    for table in ["login_states", "users"] {
        let world = World::new();
        let alice = world.enrolled("alice");
        let mallory = world.enrolled("mallory");
        world
            .sql()
            .execute_batch(&format!(
                "UPDATE {table} SET folded = 'x' WHERE folded = 'alice'; \
                 UPDATE {table} SET folded = 'alice' WHERE folded = 'mallory'; \
                 UPDATE {table} SET folded = 'mallory' WHERE folded = 'x'"
            ))
            .unwrap();
        if table == "login_states" {
            for key in [&alice, &mallory] {
                let error = world.verify("alice", &world.code(key, 1)).unwrap_err();
                assert!(is_altered(&error) && error.to_string().contains("login_states:alice"), "{error}");
            }
        }
        let shown = world.caller().ask(&vmfa::actions::users::ShowUser { name: &"alice".parse().unwrap() });
        assert!(is_altered(&shown.unwrap_err()));
    }
}

/// Attack case 56: a device's row under the serial number of another.
#[test]
fn a_device_put_under_another_serial_number_is_not_taken_away() {
    let world = World::new();
    world.enrolled("alice");
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
        let taken = world.deactivate(&world.serial(name), &alice);
        assert!(matches!(taken, Err(ActionError::Store(StoreError::Altered { .. }))), "{taken:?}");
    }
}

/// Attack case 56: a trigger that undoes what a login writes, put in while the database is open.
#[test]
fn a_trigger_in_the_file_does_not_run() {
    let world = World::new();
    let key = world.enrolled("alice");
    world
        .sql()
        .execute_batch(
            "CREATE TRIGGER undo AFTER UPDATE ON login_states BEGIN UPDATE login_states SET devices = old.devices, \
             audit_length = old.audit_length, tag = old.tag WHERE folded = old.folded; END",
        )
        .unwrap();
    let code = world.code(&key, 1);
    world.verify("alice", &code).unwrap();
    assert!(matches!(world.verify("alice", &code), Err(ActionError::CodeRefused)));
}

#[test]
fn an_account_that_was_changed_added_or_taken_away_is_refused() {
    let edits = [
        "UPDATE accounts SET alias = 'phish'",
        "INSERT INTO accounts SELECT '000000000001', 'phish', 0, mfa_demand, failure_limit, 0, 0, tag FROM accounts",
        "PRAGMA foreign_keys = OFF; DELETE FROM accounts",
    ];
    for sql in edits {
        let world = World::new();
        world.enrolled("alice");
        world.sql().execute_batch(sql).unwrap();
        let error = accounts::only(&world.cx, &TESTER, &source()).unwrap_err();
        assert!(is_altered(&error), "{sql}: {error}");
    }
}
