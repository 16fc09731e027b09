//! The audit log: what it says, and what it shows of those who change it.

use rusqlite::Connection;
use vmfa::actions::audit::{Verification, verify};
use vmfa::actions::users;
use vmfa::directory::{Action, Outcome, Refusal};

use super::world::World;

fn world_with_events() -> World {
    let world = World::new();
    let key = world.enrolled("alice");
    let code = world.code(&key, 1);
    assert!(world.is_accepted("alice", &code));
    assert!(!world.is_accepted("alice", &code));
    world
}

#[test]
fn every_change_and_every_attempt_is_in_the_log_and_only_the_log_says_replay() {
    let world = world_with_events();
    let events: Vec<(Action, Outcome)> = world.events().iter().map(|event| (event.action, event.outcome)).collect();
    let expected = [
        (Action::CreateAccount, Outcome::Success),
        (Action::CreateUser, Outcome::Success),
        (Action::CreateVirtualMfaDevice, Outcome::Success),
        (Action::EnableMfaDevice, Outcome::Success),
        (Action::VerifyCode, Outcome::Success),
        (Action::VerifyCode, Outcome::Refused(Refusal::Replay)),
    ];
    assert_eq!(events, expected);
    assert_eq!(verify(&world.cx, &world.account).unwrap(), Verification::Whole { events: 6 });
}

/// Attack case 64.
#[test]
fn an_event_that_is_deleted_edited_swapped_or_cut_off_shows() {
    let edits = [
        ("DELETE FROM audit WHERE sequence = 3", Verification::Broken { sequence: 3 }),
        ("UPDATE audit SET outcome = 'success' WHERE sequence = 6", Verification::Broken { sequence: 6 }),
        ("UPDATE audit SET target = 'x' WHERE sequence = 1", Verification::Broken { sequence: 1 }),
        ("UPDATE audit SET at = at + 1 WHERE sequence = 4", Verification::Broken { sequence: 4 }),
        ("UPDATE audit SET actor = 'x' WHERE sequence = 4", Verification::Broken { sequence: 4 }),
        ("UPDATE audit SET source = 'x' WHERE sequence = 4", Verification::Broken { sequence: 4 }),
        ("UPDATE audit SET detail = 'x' WHERE sequence = 5", Verification::Broken { sequence: 5 }),
        ("UPDATE audit SET action = 'Nothing' WHERE sequence = 2", Verification::Broken { sequence: 2 }),
        (
            "UPDATE audit SET sequence = -sequence WHERE sequence IN (4, 5); \
             UPDATE audit SET sequence = 5 WHERE sequence = -4; UPDATE audit SET sequence = 4 WHERE sequence = -5",
            Verification::Broken { sequence: 4 },
        ),
        ("DELETE FROM audit WHERE sequence = 6", Verification::CutOff { found: 5 }),
        (
            "DELETE FROM audit WHERE sequence = 6; UPDATE accounts SET audit_length = 5, \
             audit_head = (SELECT tag FROM audit WHERE sequence = 5)",
            Verification::CutOff { found: 5 },
        ),
    ];
    for (sql, found) in edits {
        let world = world_with_events();
        Connection::open(world.database()).unwrap().execute_batch(sql).unwrap();
        assert_eq!(verify(&world.cx, &world.account).unwrap(), found, "{sql}");
    }
}

#[test]
fn after_the_log_was_cut_off_and_its_end_set_back_nothing_more_is_accepted() {
    let world = world_with_events();
    let sql = "DELETE FROM audit WHERE sequence = 6; UPDATE accounts SET audit_length = 5, \
               audit_head = (SELECT tag FROM audit WHERE sequence = 5)";
    Connection::open(world.database()).unwrap().execute_batch(sql).unwrap();
    assert!(world.verify("alice", "123456").is_err());
    assert_eq!(verify(&world.cx, &world.account).unwrap(), Verification::CutOff { found: 5 });
}

/// Attack case 64: an event with a right tag and a right number, out of a log that went on otherwise.
#[test]
fn an_event_of_another_continuation_of_the_log_shows() {
    let world = world_with_events();
    let other = world.copied();
    for (world, name) in [(&world, "bob"), (&other, "carol")] {
        world.user(name);
    }
    let seventh = |world: &World| {
        let path = world.dir.path().join("verifier/vmfa.db");
        format!(
            "ATTACH '{}' AS other; DELETE FROM audit WHERE sequence = 7; \
                 INSERT INTO audit SELECT * FROM other.audit WHERE sequence = 7",
            path.display()
        )
    };
    let last = world.copied();
    last.sql().execute_batch(&seventh(&other)).unwrap();
    assert_eq!(verify(&last.cx, &last.account).unwrap(), Verification::CutOff { found: 7 });
    world.user("dave");
    world.sql().execute_batch(&seventh(&other)).unwrap();
    assert_eq!(verify(&world.cx, &world.account).unwrap(), Verification::Broken { sequence: 8 });
}

#[test]
fn what_cannot_be_recorded_is_not_done() {
    let world = world_with_events();
    world.sql().execute_batch("UPDATE accounts SET audit_length = 5").unwrap();
    let new = users::NewUser { name: "bob".parse().unwrap(), path: Default::default(), password: None };
    assert!(users::create(&world.cx, &world.account, &world.origin, new).is_err());
    assert_eq!(users::list(&world.cx, &world.account).unwrap().len(), 1);
}
