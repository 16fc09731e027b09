//! A data folder made by the version before the store's second form (`vectors/data_folder_1`), brought over.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use vmfa::actions::audit::VerifyLog;
use vmfa::actions::authenticate::{self, TypedCode};
use vmfa::actions::check::CheckRecords;
use vmfa::actions::devices::{AssignmentStatus, ListDevices};
use vmfa::actions::installation::Place;
use vmfa::actions::recovery_codes::CountRecoveryCodes;
use vmfa::actions::users::ShowUser;
use vmfa::actions::{ActionError, Context, accounts};
use vmfa::directory::AccountId;
use vmfa::entropy::SystemEntropy;
use vmfa::otp::{SharedSecret, Totp};
use vmfa::seal::KeyRing;
use vmfa::store::Page;
use vmfa::time::{Clock, ManualClock, UnixTime};

use super::world::{TESTER, caller, source, typed};

struct Folder {
    dir: tempfile::TempDir,
    clock: Arc<ManualClock>,
    expected: Value,
}

impl Folder {
    fn new() -> Self {
        let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/data_folder_1");
        let expected: Value = serde_json::from_slice(&std::fs::read(made.join("expected.json")).unwrap()).unwrap();
        let dir = tempfile::tempdir().unwrap();
        vmfa::files::private_dir(&dir.path().join("verifier")).unwrap();
        for file in ["vmfa.db", "keys"] {
            let bytes = std::fs::read(made.join("data/verifier").join(file)).unwrap();
            vmfa::files::write_new(&dir.path().join("verifier").join(file), &bytes).unwrap();
        }
        let clock = Arc::new(ManualClock::at(UnixTime::from_secs(expected["at"].as_u64().unwrap())));
        Self { dir, clock, expected }
    }

    fn folder(&self) -> PathBuf {
        self.dir.path().join("verifier")
    }

    fn open(&self) -> (Context, AccountId) {
        let cx = Place::in_folder(&self.folder()).open(Arc::clone(&self.clock), SystemEntropy).unwrap();
        let account = accounts::only(&cx, &TESTER, &source()).unwrap().id;
        (cx, account)
    }

    fn code(&self, device: &str, later: u64) -> String {
        let secret = self.expected["secrets"][device].as_str().unwrap();
        let key = Totp::default().keyed(&SharedSecret::from_base32(secret).unwrap());
        let at = self.clock.now().unwrap().as_secs() + later;
        key.code(key.period().step_at(UnixTime::from_secs(at))).as_str().to_owned()
    }
}

#[test]
fn everything_is_brought_over_and_what_was_spent_stays_spent() {
    let folder = Folder::new();
    let (cx, account) = folder.open();
    let caller = caller(&cx, &account);
    let expected = &folder.expected;
    assert_eq!(account.as_str(), expected["account"]["account_id"]);
    let verify =
        |name: &str, code: &str| authenticate::verify_code(&caller, name, &TypedCode::parse(code).unwrap(), None);
    // The last code that was accepted is refused, and the one after it is not.
    let spent = expected["spent"]["alice"].as_str().unwrap();
    assert!(matches!(verify("alice", spent), Err(ActionError::CodeRefused)));
    let recovery = |number: usize| expected["recovery_codes"][number].as_str().unwrap();
    assert!(matches!(verify("alice", recovery(0)), Err(ActionError::CodeRefused)));
    let alice = "alice".parse().unwrap();
    assert_eq!(caller.ask(&CountRecoveryCodes { name: &alice }).unwrap(), 9);
    assert!(verify("alice", recovery(1)).unwrap().mfa().is_some());
    assert!(verify("alice", &folder.code("phone", 30)).unwrap().mfa().is_some());
    // Two failures were counted.
    assert_eq!(caller.ask(&ShowUser { name: &"bob".parse().unwrap() }).unwrap().failures, 2);
    assert_eq!(verify("bob", &folder.code("tablet", 0)).unwrap().failures_before(), 2);
    assert!(verify("bob", &folder.code("laptop", 0)).unwrap().mfa().is_some());
    let carol = authenticate::check_password(&caller, "carol", &typed("wrong Horse 8 battery")).unwrap();
    assert!(!carol.needs_code());
    let unassigned = ListDevices { status: AssignmentStatus::Unassigned, page: Page::first() };
    let devices = caller.ask(&unassigned).unwrap().items;
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0].serial.to_string(), expected["serials"]["spare"]);
}

#[test]
fn the_log_is_brought_over_event_by_event_and_goes_on_whole() {
    let folder = Folder::new();
    let (cx, account) = folder.open();
    let caller = caller(&cx, &account);
    let events = caller.ask(&vmfa::actions::audit::ListEvents { first: 1, count: 1000 }).unwrap();
    let before = folder.expected["events"].as_array().unwrap();
    assert_eq!(events.len(), before.len() + 1);
    for (event, before) in events.iter().zip(before) {
        let after = event.event.as_ref().unwrap();
        assert_eq!(event.number, before["sequence"].as_u64().unwrap());
        for (field, text) in [
            ("action", after.action.as_str()),
            ("actor", &after.origin.actor),
            ("source", &after.origin.source),
            ("target", &after.target),
            ("detail", &after.detail),
        ] {
            assert_eq!(before[field], text, "{field} of {}", event.number);
        }
        let reason = before["reason"].as_str().unwrap_or("success");
        assert_eq!(after.outcome.as_str(), reason);
    }
    assert_eq!(events.last().unwrap().event.as_ref().unwrap().action, "MigrateStore");
    let checked = caller.ask(&VerifyLog { anchor: None }).unwrap();
    assert_eq!((checked.events, checked.faults), (before.len() as u64 + 1, vec![]));
    assert_eq!(caller.ask(&CheckRecords).unwrap(), []);
}

#[test]
fn the_key_ring_then_says_whose_it_is_and_the_folder_opens_again() {
    let folder = Folder::new();
    assert!(KeyRing::load(&folder.folder().join("keys")).unwrap().unwrap().installation().is_none());
    folder.open();
    assert!(KeyRing::load(&folder.folder().join("keys")).unwrap().unwrap().installation().is_some());
    let (cx, account) = folder.open();
    assert!(caller(&cx, &account).ask(&VerifyLog { anchor: None }).unwrap().faults.is_empty());
}

/// Attack cases 56 and 64.
#[test]
fn nothing_is_brought_over_that_was_altered_before() {
    for sql in [
        "UPDATE users SET failures = 0 WHERE folded = 'bob'",
        "UPDATE devices SET spent_floor = 0 WHERE folded LIKE '%phone'",
        "UPDATE recovery_codes SET used_at = NULL",
        "UPDATE accounts SET alias = 'other'",
        "UPDATE audit SET outcome = 'success' WHERE outcome <> 'success'",
        "DELETE FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)",
        "DELETE FROM devices WHERE folded LIKE '%phone'",
        "CREATE TRIGGER t AFTER UPDATE ON devices BEGIN SELECT 1; END",
        "CREATE TABLE more (n)",
        "DROP INDEX devices_by_user",
    ] {
        let folder = Folder::new();
        let database = folder.folder().join("vmfa.db");
        rusqlite::Connection::open(&database).unwrap().execute_batch(sql).unwrap();
        let opened = Place::in_folder(&folder.folder()).open(Arc::clone(&folder.clock), SystemEntropy);
        let error = opened.err().unwrap_or_else(|| panic!("{sql} passed")).to_string();
        assert!(error.contains("altered outside vmfa") || error.contains("is damaged"), "{sql}: {error}");
        // It is left as it was, for whoever looks into it.
        let version: i64 = rusqlite::Connection::open(&database)
            .unwrap()
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap();
        assert_eq!(version, 1, "{sql}");
    }
}
