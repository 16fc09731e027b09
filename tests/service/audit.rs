//! The audit log: what it says, and what it shows of those who change it.

use rusqlite::Connection;
use vmfa::actions::audit::{Fault, ListEvents};
use vmfa::actions::users::ListUsers;
use vmfa::directory::{Action, Outcome, Refusal};
use vmfa::store::{EventRef, Page};

use super::world::World;

pub fn world_with_events() -> World {
    let world = World::new();
    let key = world.enrolled("alice");
    let code = world.code(&key, 1);
    assert!(world.is_accepted("alice", &code));
    assert!(!world.is_accepted("alice", &code));
    world
}

const fn event(number: u64) -> Fault {
    Fault::Event(EventRef { lane: 0, number })
}

#[test]
fn every_change_and_every_attempt_is_in_the_log_and_only_the_log_says_replay() {
    let world = world_with_events();
    let events: Vec<(String, Outcome)> =
        world.events().into_iter().map(|event| (event.action, event.outcome)).collect();
    let expected = [
        (Action::CreateAccount, Outcome::Success),
        (Action::CreateUser, Outcome::Success),
        (Action::CreateVirtualMfaDevice, Outcome::Success),
        (Action::EnableMfaDevice, Outcome::Success),
        (Action::VerifyCode, Outcome::Success),
        (Action::VerifyCode, Outcome::refused(Refusal::Replay)),
    ];
    assert_eq!(events, expected.map(|(action, outcome)| (action.as_str().to_owned(), outcome)));
    let checked = world.check_log();
    // The account, the user, the state of the user's logins, the device and its seed.
    assert_eq!((checked.events, checked.records, checked.faults), (6, 5, vec![]));
}

/// Attack case 64.
#[test]
fn an_event_that_is_deleted_edited_swapped_or_cut_off_shows() {
    let length = |found, expected| Fault::Length { lane: 0, found, expected };
    let edits = [
        ("DELETE FROM audit WHERE number = 3", event(3)),
        ("UPDATE audit SET outcome = 'success' WHERE number = 6", event(6)),
        ("UPDATE audit SET target = 'x' WHERE number = 1", event(1)),
        ("UPDATE audit SET at = at + 1 WHERE number = 4", event(4)),
        ("UPDATE audit SET at = 'x' WHERE number = 4", event(4)),
        ("UPDATE audit SET actor = 'x' WHERE number = 4", event(4)),
        ("UPDATE audit SET source = 'x' WHERE number = 4", event(4)),
        ("UPDATE audit SET detail = 'x' WHERE number = 5", event(5)),
        ("UPDATE audit SET records = '' WHERE number = 5", event(5)),
        ("UPDATE audit SET action = 'Nothing' WHERE number = 2", event(2)),
        ("UPDATE audit SET lane = 1 WHERE number = 4", event(4)),
        (
            "UPDATE audit SET number = -number WHERE number IN (4, 5); \
             UPDATE audit SET number = 5 WHERE number = -4; UPDATE audit SET number = 4 WHERE number = -5",
            event(4),
        ),
        ("DELETE FROM audit WHERE number = 6", length(5, 6)),
        ("DELETE FROM audit_lanes", Fault::NoEnd),
        (
            "DELETE FROM audit WHERE number = 6; UPDATE audit_lanes SET length = 5, \
             head = (SELECT tag FROM audit WHERE number = 5)",
            Fault::NoEnd,
        ),
    ];
    for (sql, found) in edits {
        let world = world_with_events();
        Connection::open(world.database()).unwrap().execute_batch(sql).unwrap();
        assert_eq!(world.check_log().faults.first(), Some(&found), "{sql}");
    }
}

/// Attack case 64: what is listed is checked too.
#[test]
fn an_event_that_was_altered_is_listed_as_one_that_cannot_be_believed_and_hides_no_other() {
    let world = world_with_events();
    let list = |first| {
        let listed = world.caller().ask(&ListEvents { first, count: 10 }).unwrap();
        listed.into_iter().map(|event| (event.number, event.believed)).collect::<Vec<_>>()
    };
    assert!(list(1).iter().all(|(_, believed)| *believed) && list(4) == [(4, true), (5, true), (6, true)]);
    world.sql().execute_batch("UPDATE audit SET actor = 'somebody else' WHERE number = 4").unwrap();
    assert_eq!(list(3), [(3, true), (4, false), (5, true), (6, true)]);
    world.sql().execute_batch("UPDATE audit SET at = 'never' WHERE number = 4").unwrap();
    assert_eq!(list(3), [(3, true), (4, false), (5, false), (6, true)]);
}

/// An event of a newer program, which knows actions and reasons that this one does not.
#[test]
fn an_action_and_a_reason_that_this_program_does_not_know_are_read_as_they_are() {
    assert!(Action::from_kept("CreateUnheardOf").is_none() && Refusal::from_kept("unheard of").is_none());
    assert_eq!(Outcome::from_kept("unheard of".to_owned()).as_str(), "unheard of");
    assert_eq!(Outcome::from_kept("unheard of".to_owned()).refusal(), None);
    assert_eq!(Outcome::from_kept("success".to_owned()), Outcome::Success);
}

#[test]
fn after_the_log_was_cut_off_and_its_end_set_back_nothing_more_is_accepted() {
    let world = world_with_events();
    let sql = "DELETE FROM audit WHERE number = 6; UPDATE audit_lanes SET length = 5, \
               head = (SELECT tag FROM audit WHERE number = 5)";
    Connection::open(world.database()).unwrap().execute_batch(sql).unwrap();
    assert!(world.verify("alice", "123456").is_err());
    assert_eq!(world.check_log().faults, [Fault::NoEnd]);
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
            "ATTACH '{}' AS other; DELETE FROM audit WHERE number = 7; \
                 INSERT INTO audit SELECT * FROM other.audit WHERE number = 7",
            path.display()
        )
    };
    let last = world.copied();
    last.sql().execute_batch(&seventh(&other)).unwrap();
    assert_eq!(last.check_log().faults, [Fault::Length { lane: 0, found: 7, expected: 7 }]);
    world.user("dave");
    world.sql().execute_batch(&seventh(&other)).unwrap();
    assert_eq!(world.check_log().faults, [event(8)]);
}

#[test]
fn what_cannot_be_recorded_is_not_done() {
    let world = world_with_events();
    world.sql().execute_batch("UPDATE audit_lanes SET length = 5").unwrap();
    assert!(world.create_user("bob", None).is_err());
    assert_eq!(world.caller().ask(&ListUsers { page: Page::first() }).unwrap().items.len(), 1);
}

/// Attack case 40: an administrator's refused tries are seen as a login's are.
#[test]
fn refused_administration_and_texts_that_are_no_codes_are_in_the_log() {
    let world = World::new();
    world.enrolled("alice");
    world.create_user("alice", None).unwrap_err();
    world.delete_user(&"alice".parse().unwrap()).unwrap_err();
    world.delete_user(&"nobody".parse().unwrap()).unwrap_err();
    world.delete_device(&world.serial("alice")).unwrap_err();
    world.create_user("bob", Some("weak")).unwrap_err();
    world.verify("alice", "not a code").unwrap_err();
    use Refusal::{DeleteConflict, EntityAlreadyExists, MalformedCode, NoSuchEntity};
    assert_eq!(world.refusals(), [EntityAlreadyExists, DeleteConflict, NoSuchEntity, DeleteConflict, MalformedCode]);
    assert!(!format!("{:?}", world.events()).contains("not a code"));
}

#[test]
fn the_log_names_a_user_by_the_whole_arn_though_the_operation_knew_only_the_name() {
    let world = World::new();
    let name: vmfa::directory::UserName = "alice".parse().unwrap();
    let path = "/staff/".parse().unwrap();
    let create = vmfa::actions::users::CreateUser { name: name.clone(), path, password: None };
    world.caller().perform(&create).unwrap();
    world.unlock(&name);
    world.set_password(&name, "correct Horse 7 battery");
    world.delete_user(&name).unwrap();
    let arn = format!("arn:aws:iam::{}:user/staff/alice", world.account);
    let targets: Vec<String> = world.events().into_iter().skip(1).map(|event| event.target).collect();
    assert_eq!(targets, vec![arn; 4]);
}
