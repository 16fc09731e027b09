//! A database and its key ring know each other, and a schema that somebody has changed is refused.

use std::sync::Arc;

use vmfa::actions::installation::{InstallationError, Place};
use vmfa::actions::{ActionError, Principal, accounts};
use vmfa::entropy::SystemEntropy;
use vmfa::store::{Page, StoreError};

use super::world::{TESTER, World, caller, source};

fn open(world: &World) -> Result<vmfa::actions::Context, InstallationError> {
    Place::in_folder(&world.dir.path().join("verifier")).open(Arc::clone(&world.clock), SystemEntropy)
}

#[test]
fn a_database_that_is_missing_empty_or_of_another_installation_is_refused_by_name() {
    let world = World::new();
    world.enrolled("alice");
    world.sql().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let (database, ring) = (world.database(), world.dir.path().join("verifier/keys"));
    let whole = std::fs::read(&database).unwrap();
    open(&world).unwrap();

    for name in ["vmfa.db-wal", "vmfa.db-shm"] {
        let _ = std::fs::remove_file(world.dir.path().join("verifier").join(name));
    }
    std::fs::write(&database, b"").unwrap();
    assert!(matches!(open(&world), Err(InstallationError::DatabaseEmptied { path }) if path == database));
    std::fs::remove_file(&database).unwrap();
    assert!(matches!(open(&world), Err(InstallationError::DatabaseMissing { path }) if path == database));

    // A database that was made, and in which nothing was ever kept.
    let other = World::new();
    let fresh = tempfile::tempdir().unwrap();
    drop(vmfa::store::Sqlite::open(&fresh.path().join("vmfa.db"), &other.keys(), &SystemEntropy).unwrap());
    let put = |bytes: Vec<u8>| {
        let _ = std::fs::remove_file(&database);
        vmfa::files::write_new(&database, &bytes).unwrap();
    };
    put(std::fs::read(fresh.path().join("vmfa.db")).unwrap());
    assert!(matches!(open(&world), Err(InstallationError::DatabaseEmptied { .. })));

    // Another installation's.
    other.sql().execute("VACUUM INTO ?1", [fresh.path().join("other.db").to_str().unwrap()]).unwrap();
    put(std::fs::read(fresh.path().join("other.db")).unwrap());
    assert!(matches!(open(&world), Err(InstallationError::Strangers { .. })));

    put(whole);
    open(&world).unwrap();
    std::fs::remove_file(&ring).unwrap();
    assert!(matches!(open(&world), Err(InstallationError::RingMissing { path }) if path == ring));
}

/// Attack case 56: the schema itself.
#[test]
fn a_trigger_a_view_a_table_an_index_or_a_foreign_key_too_many_is_refused_by_name() {
    let plants = [
        ("CREATE TRIGGER undo AFTER UPDATE ON login_states BEGIN SELECT 1; END", "trigger `undo`"),
        ("CREATE VIEW mirror AS SELECT * FROM users", "view `mirror`"),
        ("CREATE TABLE more (n)", "table `more`"),
        ("CREATE INDEX fast ON users (path)", "index `fast`"),
        ("ALTER TABLE devices ADD COLUMN more TEXT", "table `devices`"),
        ("DROP INDEX devices_by_name", "index `devices_by_name`"),
        (
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'folded TEXT NOT NULL', \
             'folded TEXT NOT NULL REFERENCES users (folded) ON UPDATE CASCADE') WHERE name = 'login_states'",
            "table `login_states`",
        ),
    ];
    for (sql, named) in plants {
        let world = World::new();
        world.enrolled("alice");
        world.sql().execute_batch(sql).unwrap();
        match open(&world) {
            Err(InstallationError::Store(StoreError::Schema { what })) => {
                assert!(what.contains(named), "{sql}: {what}")
            }
            other => panic!("{sql}: {other:?}"),
        }
    }
}

#[test]
fn accounts_are_apart_and_only_the_owner_of_the_installation_makes_them() {
    let world = World::new();
    let second = accounts::create(&world.cx, &TESTER, &source(), Some(&"partner".parse().unwrap())).unwrap();
    assert!(matches!(accounts::only(&world.cx, &TESTER, &source()), Err(ActionError::SeveralAccounts)));
    let key = world.enrolled("alice");
    let partner = caller(&world.cx, &second.id);
    let other = world.verify_from(&partner, "alice", &world.code(&key, 1));
    assert!(matches!(other, Err(ActionError::CodeRefused)));
    assert!(world.is_accepted("alice", &world.code(&key, 1)));
    let taken = accounts::create(&world.cx, &TESTER, &source(), Some(&"partner".parse().unwrap()));
    assert!(matches!(taken, Err(ActionError::EntityAlreadyExists { .. })));
    let found = accounts::find(&world.cx, &"partner".parse().unwrap()).unwrap();
    assert_eq!(found, second);
    let listed = accounts::list(&world.cx, &TESTER, &Page::first()).unwrap();
    assert_eq!(listed.items.len(), 2);
    let nobody = Principal::Nobody;
    assert!(matches!(accounts::list(&world.cx, &nobody, &Page::first()), Err(ActionError::AccessDenied { .. })));
    assert!(matches!(accounts::create(&world.cx, &nobody, &source(), None), Err(ActionError::AccessDenied { .. })));
}

#[test]
fn who_has_not_logged_in_may_neither_change_nor_see_anything_and_the_log_says_so() {
    let world = World::new();
    world.enrolled("alice");
    let nobody = vmfa::actions::Caller::new(&world.cx, world.account.clone(), Principal::Nobody, source());
    let name = "alice".parse().unwrap();
    let seen = nobody.ask(&vmfa::actions::users::ShowUser { name: &name });
    assert!(matches!(seen, Err(ActionError::AccessDenied { action: "GetUser", .. })));
    let done = nobody.perform(&vmfa::actions::users::UnlockUser { name: &name });
    assert!(matches!(done, Err(ActionError::AccessDenied { action: "UnlockUser", .. })));
    assert_eq!(world.refusals(), [vmfa::directory::Refusal::AccessDenied; 2]);
}

#[test]
fn an_account_that_vanished_is_missed() {
    let world = World::new();
    world.sql().execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM accounts").unwrap();
    assert!(world.reopened().is_err());
}

#[test]
fn lists_come_in_pages_that_begin_where_the_one_before_ended() {
    let world = World::new();
    let names: Vec<String> = (0..7).map(|number| world.user(&format!("user{number}")).to_string()).collect();
    let mut found = Vec::new();
    let mut page = Page { after: None, limit: 3 };
    loop {
        let paged = world.caller().ask(&vmfa::actions::users::ListUsers { page: page.clone() }).unwrap();
        assert!(paged.items.len() <= 3);
        found.extend(paged.items.into_iter().map(|listed| listed.user.name.to_string()));
        let Some(mark) = paged.next else { break };
        page.after = Some(mark);
    }
    assert_eq!(found, names);
}
