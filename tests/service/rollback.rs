//! What somebody puts back who can write the database and has no key ring: each shows.

use vmfa::actions::audit::{Anchor, Fault, Verification, VerifyLog, write_anchor};
use vmfa::actions::check::{CheckRecords, RemoveDamagedRecord};
use vmfa::store::RecordName;

use super::world::World;

/// Everything in a table, put aside and put back, as its rows were.
fn keep(world: &World, tables: &[&str]) {
    for table in tables {
        world.sql().execute_batch(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).unwrap();
    }
}

fn put_back(world: &World, tables: &[&str], which: &str) {
    let sql = world.sql();
    sql.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    for table in tables {
        sql.execute_batch(&format!(
            "DELETE FROM {table} WHERE {which}; INSERT INTO {table} SELECT * FROM kept_{table} WHERE {which}"
        ))
        .unwrap();
    }
}

fn forget(world: &World, tables: &[&str]) {
    for table in tables {
        world.sql().execute_batch(&format!("DROP TABLE kept_{table}")).unwrap();
    }
}

fn faults(world: &World) -> Vec<String> {
    world.check_log().faults.iter().map(ToString::to_string).collect()
}

const RECORDS: [&str; 5] = ["users", "login_states", "devices", "seeds", "recovery_codes"];

/// Attack case 58.
#[test]
fn an_older_row_of_a_users_logins_that_was_put_back_shows_beside_the_log() {
    let world = World::new();
    let key = world.enrolled("alice");
    keep(&world, &["login_states"]);
    assert!(world.is_accepted("alice", &world.code(&key, 1)));
    assert!(world.check_log().faults.is_empty());
    put_back(&world, &["login_states"], "true");
    forget(&world, &["login_states"]);
    let found = faults(&world);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("`login_states:alice` is an older one that was put back"), "{found:?}");
    assert!(
        matches!(&world.check_log().faults[0], Fault::Older { names, last, .. } if names.number == 4 && last.number == 5)
    );
}

#[test]
fn a_user_with_all_records_as_they_once_were_shows() {
    let world = World::new();
    let key = world.enrolled("alice");
    world.enrolled("bob");
    world.recovery_codes("alice");
    keep(&world, &RECORDS);
    assert!(world.is_accepted("alice", &world.code(&key, 1)));
    world.set_password(&"alice".parse().unwrap(), "correct Horse 7 battery");
    put_back(&world, &RECORDS, "true");
    forget(&world, &RECORDS);
    let found = faults(&world);
    assert!(found.iter().any(|fault| fault.contains("`users:alice` is an older one")), "{found:?}");
    assert!(found.iter().any(|fault| fault.contains("`login_states:alice` is an older one")), "{found:?}");
    assert!(!found.iter().any(|fault| fault.contains("bob")), "{found:?}");
}

#[test]
fn a_record_that_was_deleted_and_is_back_and_one_that_is_gone_show() {
    let world = World::new();
    world.enrolled("alice");
    let bob = world.user("bob");
    keep(&world, &RECORDS);
    world.delete_user(&bob).unwrap();
    put_back(&world, &["users", "login_states"], "folded = 'bob'");
    forget(&world, &RECORDS);
    let found = faults(&world);
    assert_eq!(
        found,
        [
            "the record `users:bob` was removed, and is there again",
            "the record `login_states:bob` was removed, and is there again"
        ]
    );
    world
        .sql()
        .execute_batch("DELETE FROM users WHERE folded = 'bob'; DELETE FROM login_states; DELETE FROM devices")
        .unwrap();
    let found = faults(&world);
    assert!(found.contains(&"the record `login_states:alice` is missing".to_owned()), "{found:?}");
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn an_older_account_that_was_put_back_shows() {
    let world = World::new();
    world.enrolled("alice");
    keep(&world, &["accounts"]);
    let alias = "example".parse().unwrap();
    world.caller().perform(&vmfa::actions::accounts::SetAlias { alias: &alias }).unwrap();
    put_back(&world, &["accounts"], "true");
    forget(&world, &["accounts"]);
    let found = faults(&world);
    assert!(found.len() == 1 && found[0].contains("`accounts:") && found[0].contains("older"), "{found:?}");
}

fn with_anchor(world: &World, anchor: &Anchor) -> Verification {
    world.caller().ask(&VerifyLog { anchor: Some(anchor) }).unwrap()
}

#[test]
fn an_older_log_with_all_records_and_a_whole_older_database_show_beside_an_anchor_and_only_there() {
    let world = World::new();
    let key = world.enrolled("alice");
    let older = world.copied();
    assert!(world.is_accepted("alice", &world.code(&key, 1)));
    let text = write_anchor(&world.caller()).unwrap().to_text();
    let anchor = Anchor::parse(&text).unwrap();
    assert!(with_anchor(&world, &anchor).faults.is_empty());
    world.user("bob");
    assert!(with_anchor(&world, &anchor).faults.is_empty(), "a log may go on");
    assert!(older.check_log().faults.is_empty());
    assert_eq!(with_anchor(&older, &anchor).faults, [Fault::BehindAnchor { lane: 0, anchored: 6 }]);
    // One that went on after it was put back, and has more events than the anchor by now.
    for name in ["carol", "dave", "eve"] {
        older.user(name);
    }
    assert_eq!(with_anchor(&older, &anchor).faults, [Fault::BehindAnchor { lane: 0, anchored: 6 }]);
}

#[test]
fn an_anchor_that_was_changed_or_belongs_elsewhere_is_no_evidence() {
    let (world, other) = (World::new(), World::new());
    let text = write_anchor(&world.caller()).unwrap().to_text();
    let foreign = Anchor::parse(&text).unwrap();
    assert!(with_anchor(&other, &foreign).faults.contains(&Fault::ForeignAnchor));
    let lane = text.lines().find(|line| line.starts_with("lane 0 ")).unwrap();
    let forged = text.replace(lane, &lane.replacen("lane 0 2", "lane 0 1", 1));
    assert_ne!(forged, text);
    let forged = Anchor::parse(&forged).unwrap();
    assert!(with_anchor(&world, &forged).faults.contains(&Fault::ForeignAnchor));
    for broken in ["", "x", text.split_at(20).0, text.trim_end_matches('\n').rsplit_once('\n').unwrap().0] {
        assert!(Anchor::parse(broken).is_err(), "{broken:?}");
    }
}

#[test]
fn an_anchor_is_a_signed_note_with_a_line_for_each_lane() {
    let world = World::new();
    world.enrolled("alice");
    let text = write_anchor(&world.caller()).unwrap().to_text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("vmfa/") && lines[0].ends_with(&format!("/{}", world.account)), "{text}");
    assert_eq!(lines[1], "5");
    assert!(lines[3].starts_with("lane 0 5 "), "{text}");
    assert_eq!(lines[4], "");
    assert!(lines[5].starts_with(&format!("\u{2014} {} ", lines[0])), "{text}");
}

/// By Python's cryptography, which `tests/run` installs.
#[test]
fn another_program_finds_the_signature_of_an_anchor_right() {
    let world = World::new();
    let note = world.dir.path().join("note");
    std::fs::write(&note, write_anchor(&world.caller()).unwrap().to_text()).unwrap();
    let check = || {
        let mut command = std::process::Command::new("/usr/bin/python3");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/service/check_anchor.py"));
        command.arg(world.dir.path().join("verifier/keys")).arg(&note).output().unwrap()
    };
    let checked = check();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    let bent = std::fs::read_to_string(&note).unwrap().replacen("\n2\n", "\n1\n", 1);
    std::fs::write(&note, bent).unwrap();
    assert!(!check().status.success());
}

#[test]
fn one_damaged_row_hides_no_other_and_can_be_removed_by_name() {
    let world = World::new();
    let key = world.enrolled("alice");
    world.enrolled("bob");
    world.sql().execute_batch("UPDATE users SET path = '/elsewhere/' WHERE folded = 'bob'").unwrap();
    let listed = world.caller().ask(&vmfa::actions::users::ListUsers { page: vmfa::store::Page::first() }).unwrap();
    let names: Vec<String> = listed.items.iter().map(|listed| listed.user.name.to_string()).collect();
    assert_eq!(
        (names, listed.damaged),
        (vec!["alice".to_owned()], vec![RecordName::from_kept("users:bob".to_owned())])
    );
    assert!(world.is_accepted("alice", &world.code(&key, 1)));
    let check = || world.caller().ask(&CheckRecords).unwrap();
    assert!(check().iter().any(|found| found.to_string() == "the record `users:bob` was altered"), "{:?}", check());
    let remove = |name: &str| {
        let record = RecordName::from_kept(name.to_owned());
        world.caller().perform(&RemoveDamagedRecord { record: &record })
    };
    assert!(remove("users:alice").is_err() && remove("users:nobody").is_err());
    // What stands without the user goes too, one after the other, until nothing is left to name.
    let mut removed = 0;
    while let Some(record) = check().iter().find_map(|found| found.removable().cloned()) {
        remove(record.as_str()).unwrap();
        removed += 1;
        assert!(removed < 10);
    }
    assert!(check().is_empty(), "{:?}", check());
    assert!(world.events().iter().any(|event| event.action == "RemoveDamagedRecord" && event.target == "users:bob"));
    assert!(world.is_accepted("alice", &world.code(&key, 2)));
    // The name is free again.
    world.enrolled("bob");
}
