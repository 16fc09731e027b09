//! Recovery codes: each stands in for a code of the device once, and none is a way around the throttle.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use vmfa::actions::ActionError;
use vmfa::actions::authenticate::{self, Demand, MfaMethod, TypedCode};
use vmfa::actions::devices::{DeviceReference, parse_pair};
use vmfa::actions::recovery_codes::{self, CountRecoveryCodes, ReplaceRecoveryCodes};
use vmfa::directory::{Action, Refusal, UserName};
use vmfa::entropy::SystemEntropy;
use vmfa::otp::RecoveryCode;
use vmfa::seal::{KeyRing, Purpose};
use vmfa::verifier::ThrottleStatus;

use super::world::{World, is_altered, typed, wrong_code};

const PASSWORD: &str = "correct Horse 7 battery";

fn make_codes(world: &World, name: &UserName) -> Result<Vec<RecoveryCode>, ActionError> {
    let codes = recovery_codes::draw_up(&world.caller(), name)?;
    world.caller().perform(&ReplaceRecoveryCodes { name, codes: &codes })?;
    Ok(codes)
}

impl World {
    pub fn recovery_codes(&self, name: &str) -> Vec<String> {
        let codes = make_codes(self, &name.parse().unwrap()).unwrap();
        codes.iter().map(|code| code.to_text().to_string()).collect()
    }

    fn left(&self, name: &str) -> u32 {
        self.caller().ask(&CountRecoveryCodes { name: &name.parse().unwrap() }).unwrap()
    }

    /// Lets the time pass after which no delay holds any more.
    fn wait_an_hour(&self) {
        self.clock.set(self.now().after(Duration::from_secs(3600)));
    }
}

/// A recovery code that nobody was given.
fn unknown_code() -> String {
    RecoveryCode::generate(&SystemEntropy).unwrap().to_text().to_string()
}

/// Attack case 53.
#[test]
fn each_of_ten_recovery_codes_is_accepted_once_and_never_again() {
    let world = World::new();
    world.enrolled("alice");
    let codes = world.recovery_codes("alice");
    assert_eq!((codes.iter().collect::<BTreeSet<_>>().len(), world.left("alice")), (10, 10));
    for (spent, code) in (1..).zip(&codes) {
        let sign_in = world.verify("alice", code).unwrap();
        assert_eq!(*sign_in.mfa().unwrap().method(), MfaMethod::RecoveryCode);
        assert_eq!((sign_in.recovery_codes_left(), world.left("alice")), (10 - spent, 10 - spent));
    }
    for code in &codes {
        world.wait_an_hour();
        assert!(!world.is_accepted("alice", code));
    }
    assert_eq!(world.refusals(), [Refusal::Replay; 10]);
    let last_success = world.events().into_iter().rfind(|event| event.detail.starts_with("recovery code")).unwrap();
    assert_eq!((last_success.action.as_str(), last_success.detail.as_str()), ("VerifyCode", "recovery code, 0 left"));
}

/// Attack case 53.
#[test]
fn one_recovery_code_from_64_threads_at_once_is_accepted_exactly_once_in_each_of_100_rounds() {
    const THREADS: usize = 64;
    let world = World::new();
    world.enrolled("alice");
    for set in 0..10 {
        let codes = world.recovery_codes("alice");
        for (round, code) in codes.iter().enumerate() {
            world.wait_an_hour();
            let accepted = AtomicUsize::new(0);
            let barrier = Barrier::new(THREADS);
            std::thread::scope(|scope| {
                for _ in 0..THREADS {
                    scope.spawn(|| {
                        barrier.wait();
                        if world.is_accepted("alice", code) {
                            accepted.fetch_add(1, Ordering::SeqCst);
                        }
                    });
                }
            });
            assert_eq!(accepted.into_inner(), 1, "set {set}, code {round}");
            assert_eq!(world.left("alice"), 9 - u32::try_from(round).unwrap());
        }
    }
    let refusals = world.refusals();
    assert_eq!(refusals.len(), 100 * (THREADS - 1));
    assert!(refusals.iter().all(|refusal| *refusal == Refusal::Replay));
}

/// Attack case 53, across processes of the real program.
#[test]
fn one_recovery_code_from_8_processes_at_once_is_accepted_exactly_once() {
    let world = World::at_real_time();
    world.enrolled("alice");
    let codes = world.recovery_codes("alice");
    let start = |code: &String| {
        let mut command = world.vmfa();
        command.args(["verify", "alice", "--code", code]);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap()
    };
    let started: Vec<_> = (0..8).map(|_| start(&codes[0])).collect();
    let mut exits: Vec<_> = started.into_iter().map(|mut child| child.wait().unwrap().code().unwrap()).collect();
    exits.sort_unstable();
    assert_eq!(exits, [0, 3, 3, 3, 3, 3, 3, 3]);
}

/// Attack case 54.
#[test]
fn once_a_new_set_is_made_no_code_of_the_old_one_is_accepted() {
    let world = World::new();
    world.enrolled("alice");
    let old = world.recovery_codes("alice");
    assert!(world.is_accepted("alice", &old[0]));
    let new = world.recovery_codes("alice");
    assert_eq!(world.left("alice"), 10);
    for code in &old {
        world.wait_an_hour();
        assert!(!world.is_accepted("alice", code));
    }
    assert_eq!(world.refusals(), [Refusal::WrongCode; 10]);
    world.wait_an_hour();
    assert!(new.iter().all(|code| world.is_accepted("alice", code)));
}

/// Attack case 54.
#[test]
fn a_code_that_races_a_new_set_is_spent_in_the_old_one_or_refused_and_the_new_set_is_whole() {
    let world = World::new();
    world.enrolled("alice");
    let mut old = world.recovery_codes("alice");
    for _ in 0..100 {
        world.wait_an_hour();
        let barrier = Barrier::new(2);
        let new = std::thread::scope(|scope| {
            scope.spawn(|| {
                barrier.wait();
                world.is_accepted("alice", &old[0])
            });
            barrier.wait();
            let new = world.recovery_codes("alice");
            world.wait_an_hour();
            assert!(!world.is_accepted("alice", &old[1]));
            new
        });
        assert_eq!(world.left("alice"), 10);
        old = new;
    }
}

/// Attack case 55.
#[test]
fn the_database_holds_recovery_codes_only_as_hashes_under_the_key_ring() {
    let world = World::new();
    world.enrolled("alice");
    let codes = world.recovery_codes("alice");
    assert!(world.is_accepted("alice", &codes[0]));
    let mut dump = Vec::new();
    for file in ["vmfa.db", "vmfa.db-wal"] {
        dump.extend(std::fs::read(world.dir.path().join("verifier").join(file)).unwrap_or_default());
    }
    let contains = |bytes: &[u8]| dump.windows(bytes.len()).any(|window| window.eq_ignore_ascii_case(bytes));
    assert!(contains(b"recovery_codes"));
    let user = world.overview("alice").user;
    let right = KeyRing::load(&world.dir.path().join("verifier/keys")).unwrap().unwrap();
    let other = KeyRing::generate(&SystemEntropy).unwrap();
    for (number, code) in codes.iter().enumerate() {
        let bytes = *RecoveryCode::parse(code).unwrap().as_bytes();
        assert!(!contains(code.as_bytes()) && !contains(code.replace('-', "").as_bytes()) && !contains(&bytes));
        let place = serde_json::json!([world.account.as_str(), user.id.as_str(), 1, number]).to_string();
        let hashed = [place.as_bytes(), &bytes].concat();
        // The key makes the hash: who has another ring, or none, computes something else.
        assert!(contains(right.tag(Purpose::RecoveryCode, &hashed).as_bytes()));
        assert!(!contains(other.tag(Purpose::RecoveryCode, &hashed).as_bytes()));
    }
}

/// Attack case 36.
#[test]
fn refused_codes_of_the_device_spend_no_recovery_code_and_refused_recovery_codes_no_code_of_the_device() {
    let world = World::new();
    let key = world.enrolled("alice");
    let codes = world.recovery_codes("alice");
    let wrong = wrong_code(&world, &key);
    for _ in 0..3 {
        assert!(!world.is_accepted("alice", &wrong));
    }
    assert_eq!(world.left("alice"), 10);
    assert_eq!(world.verify("alice", &codes[0]).unwrap().failures_before(), 3);
    for _ in 0..3 {
        assert!(!world.is_accepted("alice", &unknown_code()));
    }
    assert_eq!(world.left("alice"), 9);
    assert_eq!(world.verify("alice", &world.code(&key, 1)).unwrap().failures_before(), 3);
    assert!(world.is_accepted("alice", &codes[1]));
}

/// Attack case 34: each is told to the user, and neither delays the other.
#[test]
fn wrong_recovery_codes_are_counted_and_delay_neither_recovery_codes_nor_codes_of_the_device() {
    let world = World::new();
    let key = world.enrolled("alice");
    let codes = world.recovery_codes("alice");
    for _ in 0..150 {
        assert!(matches!(world.verify("alice", &unknown_code()), Err(ActionError::CodeRefused)));
    }
    assert_eq!((world.failures("alice"), world.left("alice")), (150, 10));
    assert_eq!(world.overview("alice").throttle, ThrottleStatus::Open);
    assert_eq!(world.verify("alice", &world.code(&key, 1)).unwrap().failures_before(), 150);
    assert!(!world.is_accepted("alice", &unknown_code()));
    assert_eq!(world.verify("alice", &codes[0]).unwrap().failures_before(), 1);
    assert_eq!(world.failures("alice"), 0);
}

/// Attack case 35.
#[test]
fn a_recovery_code_gets_in_during_a_delay_and_ends_a_suspension() {
    let world = World::new();
    let key = world.enrolled("alice");
    let codes = world.recovery_codes("alice");
    let wrong = wrong_code(&world, &key);
    for _ in 0..100 {
        world.clock.set(world.now().after(Duration::from_secs(24 * 3600)));
        assert!(!world.is_accepted("alice", &wrong));
    }
    let status = || world.overview("alice").throttle;
    assert_eq!(status(), ThrottleStatus::Suspended);
    let code = world.code(&key, 0);
    assert!(matches!(world.verify("alice", &code), Err(ActionError::Throttled { until: None })));
    assert_eq!(world.verify("alice", &codes[0]).unwrap().failures_before(), 100);
    assert_ne!(status(), ThrottleStatus::Suspended);
}

/// Attack cases 56 and 58.
#[test]
fn a_record_of_recovery_codes_is_believed_only_as_it_was_written() {
    let world = World::new();
    world.enrolled("alice");
    world.enrolled("bob");
    let bobs = world.recovery_codes("bob");
    let old = world.recovery_codes("alice");
    world.sql().execute_batch("CREATE TABLE older AS SELECT * FROM recovery_codes").unwrap();
    let codes = world.recovery_codes("alice");
    world.sql().execute_batch("CREATE TABLE before AS SELECT * FROM recovery_codes").unwrap();
    assert!(world.is_accepted("alice", &codes[0]));
    world.sql().execute_batch("CREATE TABLE states_now AS SELECT * FROM login_states").unwrap();
    world.sql().execute_batch("CREATE TABLE codes_now AS SELECT * FROM recovery_codes").unwrap();
    let alice = "user_id = (SELECT id FROM users WHERE name = 'alice')";
    let bob = "user_id = (SELECT id FROM users WHERE name = 'bob')";
    let edits = [
        (format!("UPDATE recovery_codes SET used_at = NULL WHERE {alice}"), &codes[0]),
        (format!("UPDATE recovery_codes SET used_at = 5 WHERE {alice} AND number = 1"), &codes[2]),
        (format!("DELETE FROM recovery_codes WHERE {alice} AND number = 1"), &codes[2]),
        (format!("DELETE FROM recovery_codes WHERE {alice}"), &codes[2]),
        (format!("UPDATE recovery_codes SET hash = x'00' WHERE {alice} AND number = 1"), &codes[2]),
        (format!("UPDATE recovery_codes SET number = 77 WHERE {alice} AND number = 1"), &codes[1]),
        ("UPDATE login_states SET recovery_left = 10".to_owned(), &codes[0]),
        ("UPDATE login_states SET recovery_set = 1".to_owned(), &old[0]),
        // Rows as vmfa itself once wrote them: the spent code before it was spent, and the set before this one.
        (
            format!(
                "DELETE FROM recovery_codes WHERE {alice};
                 INSERT INTO recovery_codes SELECT * FROM before WHERE {alice}"
            ),
            &codes[0],
        ),
        (
            format!(
                "DELETE FROM recovery_codes WHERE {alice};
                 INSERT INTO recovery_codes SELECT * FROM older WHERE {alice} AND number > 0"
            ),
            &old[1],
        ),
        // Another user's.
        (
            format!(
                "DELETE FROM recovery_codes WHERE {alice};
                 UPDATE recovery_codes SET user_id = (SELECT id FROM users WHERE name = 'alice') WHERE {bob}"
            ),
            &bobs[0],
        ),
    ];
    for (sql, code) in &edits {
        world.sql().execute_batch(sql).unwrap();
        let error = world.verify("alice", code).unwrap_err();
        assert!(is_altered(&error), "{sql}: {error}");
        assert!(error.to_string().contains("alice") || error.to_string().contains("recovery_codes:"), "{error}");
        let whole = "DELETE FROM recovery_codes; INSERT INTO recovery_codes SELECT * FROM codes_now;
             DELETE FROM login_states; INSERT INTO login_states SELECT * FROM states_now";
        world.sql().execute_batch(whole).unwrap();
    }
    assert_eq!(world.refusals(), vec![Refusal::Damaged; edits.len()]);
    assert!(world.is_accepted("alice", &codes[1]));
}

/// Attack case 19.
#[test]
fn a_recovery_code_is_one_code_in_whatever_case_and_groups_it_is_typed() {
    let world = World::new();
    world.enrolled("alice");
    let codes = world.recovery_codes("alice");
    let forms: [fn(&str) -> String; 6] = [
        |code| code.to_owned(),
        |code| code.to_ascii_lowercase(),
        |code| code.replace('-', ""),
        |code| code.replace('-', " "),
        |code| format!("\t{}-\r\n", code.replace('-', "- -")),
        |code| code.chars().flat_map(|c| [c, '-']).collect(),
    ];
    for (form, code) in forms.iter().zip(&codes) {
        world.wait_an_hour();
        assert!(world.is_accepted("alice", &form(code)), "{:?}", form(code));
        for again in forms {
            world.wait_an_hour();
            assert!(!world.is_accepted("alice", &again(code)), "{:?}", again(code));
        }
    }
    assert_eq!(world.refusals(), [Refusal::Replay; 36]);
}

/// Attack cases 20 and 21.
#[test]
fn what_is_no_recovery_code_is_refused_before_it_counts() {
    let world = World::new();
    world.enrolled("alice");
    let code = world.recovery_codes("alice").remove(0);
    let full_width: String =
        code.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).filter(|_| c != '-').unwrap_or(c)).collect();
    let start = code.strip_suffix(|_: char| true).unwrap();
    let forms = [
        start.to_owned(),
        format!("{code}A"),
        format!("{code}{code}"),
        format!("{}0", start),
        format!("{}1", start),
        format!("{}8", start),
        format!("{}9", start),
        format!("{code}="),
        format!("{code}\0"),
        code.replacen('-', "_", 1),
        code.replacen('-', "\u{a0}", 1),
        code.replacen('-', "\u{2013}", 1),
        "-".repeat(16),
        code.repeat(100_000),
        full_width,
    ];
    for form in forms {
        let start: String = form.chars().take(24).collect();
        let error = world.verify("alice", &form).unwrap_err();
        assert!(matches!(error, ActionError::MalformedCode(_)), "{start:?}: {error}");
        assert!(error.to_string().ends_with("and a recovery code is 16 letters and digits"), "{error}");
    }
    assert!(world.refusals().iter().all(|refusal| *refusal == Refusal::MalformedCode));
    assert_eq!((world.failures("alice"), world.left("alice")), (0, 10));
    assert!(world.is_accepted("alice", &code));
}

#[test]
fn two_codes_for_a_device_are_never_recovery_codes() {
    let error = parse_pair("ABCD-EFGH-IJKL-MNOP", "123456").unwrap_err();
    assert_eq!(error.to_string(), "a code is exactly 6 digits");
}

#[test]
fn a_user_without_a_device_gets_no_recovery_codes() {
    let world = World::new();
    let bob = world.user("bob");
    let create = |name: &UserName| make_codes(&world, name);
    let error = create(&bob).unwrap_err();
    assert!(matches!(error, ActionError::NoMfaDevice { .. }));
    assert_eq!(error.to_string(), "user `bob` has no MFA device, and a recovery code stands in for one");
    assert!(matches!(create(&"nobody".parse().unwrap()), Err(ActionError::NoSuchEntity { .. })));
    for name in ["bob", "nobody"] {
        assert!(!world.is_accepted(name, &unknown_code()));
    }
    assert_eq!(world.refusals(), [Refusal::NoDevice, Refusal::UnknownUser]);
    assert_eq!(world.failures("bob"), 0);
}

#[test]
fn a_recovery_code_opens_nothing_while_no_device_is_enabled_and_is_not_spent_by_the_try() {
    let world = World::new();
    world.enrolled("alice");
    let codes = world.recovery_codes("alice");
    let alice: UserName = "alice".parse().unwrap();
    world.deactivate(&world.serial("alice"), &alice).unwrap();
    assert!(!world.is_accepted("alice", &codes[0]));
    assert_eq!((world.refusals(), world.failures("alice"), world.left("alice")), (vec![Refusal::NoDevice], 0, 10));
    world.enroll(&alice, "new-phone");
    assert!(world.is_accepted("alice", &codes[0]));
}

#[test]
fn where_a_code_of_one_device_is_asked_for_a_recovery_code_will_not_do() {
    let world = World::new();
    world.enrolled("alice");
    let codes = world.recovery_codes("alice");
    let device = DeviceReference::Serial(world.serial("alice"));
    let code = TypedCode::parse(&codes[0]).unwrap();
    let tried = authenticate::verify_code(&world.caller(), "alice", &code, Some(&device));
    assert!(matches!(tried, Err(ActionError::CodeRefused)));
    assert_eq!((world.failures("alice"), world.left("alice")), (0, 10));
}

#[test]
fn the_recovery_codes_of_one_user_are_nothing_to_another() {
    let world = World::new();
    world.enrolled("alice");
    world.enrolled("bob");
    let codes = world.recovery_codes("alice");
    world.recovery_codes("bob");
    assert!(!world.is_accepted("bob", &codes[0]));
    assert_eq!((world.left("alice"), world.left("bob")), (10, 10));
    assert!(world.is_accepted("alice", &codes[0]));
}

#[test]
fn recovery_codes_go_with_their_user_and_a_later_user_of_that_name_has_none() {
    let world = World::new();
    world.enrolled("alice");
    let codes = world.recovery_codes("alice");
    let alice: UserName = "alice".parse().unwrap();
    let serial = world.serial("alice");
    world.deactivate(&serial, &alice).unwrap();
    world.delete_device(&serial).unwrap();
    world.delete_user(&alice).unwrap();
    let rows: u32 = world.sql().query_row("SELECT count(*) FROM recovery_codes", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 0);
    world.enrolled("alice");
    assert_eq!(world.left("alice"), 0);
    assert!(!world.is_accepted("alice", &codes[0]));
}

#[test]
fn neither_the_log_nor_debug_shows_a_recovery_code() {
    let world = World::new();
    world.enrolled("alice");
    let codes = world.recovery_codes("alice");
    assert!(world.is_accepted("alice", &codes[0]));
    assert!(!world.is_accepted("alice", &codes[0]));
    let log = format!("{:?}", world.events());
    assert!(log.contains("CreateRecoveryCodes") && codes.iter().all(|code| !log.contains(code)));
    assert_eq!(format!("{:?}", RecoveryCode::parse(&codes[0]).unwrap()), "RecoveryCode(80 bits)");
}

#[test]
fn a_login_takes_the_password_and_then_a_recovery_code() {
    let world = World::new();
    let name = world.create_user("alice", Some(PASSWORD)).unwrap().name;
    world.enroll(&name, "phone");
    let codes = world.recovery_codes("alice");
    let log_in = || {
        let proof = authenticate::check_password(&world.caller(), "alice", &typed(PASSWORD)).unwrap();
        let code = TypedCode::parse(&codes[0]).unwrap();
        authenticate::complete(&world.caller(), proof, Some(&code), None, Demand::AsAccount)
    };
    let sign_in = log_in().unwrap();
    let mfa = sign_in.mfa().unwrap();
    assert_eq!((mfa.method(), mfa.serial()), (&MfaMethod::RecoveryCode, None));
    assert!(matches!(log_in(), Err(ActionError::CodeRefused)));
    let logins: Vec<String> = (world.events().into_iter())
        .filter(|event| event.action == Action::Login.as_str())
        .map(|event| event.detail)
        .collect();
    assert_eq!(logins, ["recovery code, 9 left", ""]);
}

#[test]
fn the_program_shows_ten_codes_once_and_logs_in_with_one() {
    let world = World::at_real_time();
    let run = |arguments: &[&str]| {
        let output = world.vmfa().args(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let file = world.dir.path().join("password");
    std::fs::write(&file, PASSWORD).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(run(&["user", "create", "alice", "--password-file", file]).0, 0);
    let (exit, stdout, stderr) = run(&["recovery-codes", "create", "alice"]);
    assert_eq!((exit, stdout.as_str()), (1, ""));
    assert!(stderr.contains("user `alice` has no MFA device") && stderr.contains("hint: "), "{stderr}");
    world.enroll(&"alice".parse().unwrap(), "phone");

    let (exit, stdout, stderr) = run(&["recovery-codes", "create", "alice"]);
    let codes: Vec<&str> = stdout.lines().collect();
    assert_eq!((exit, codes.len()), (0, 10));
    assert!(codes.iter().all(|code| code.split('-').map(str::len).eq([4; 4])), "{codes:?}");
    assert!(stderr.contains("shown only now") && stderr.contains("earlier codes no longer work"), "{stderr}");
    assert_eq!(run(&["recovery-codes", "count", "alice"]).1, "10\n");

    let login = ["login", "alice", "--password-file", file, "--output", "json", "--code", codes[0]];
    let (exit, stdout, stderr) = run(&login);
    let answer: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((exit, stderr.as_str()), (0, "9 recovery codes are left\n"));
    assert_eq!(answer["mfa_authenticated"], true);
    assert_eq!(answer["mfa_method"], "recovery_code");
    assert_eq!(answer["mfa_serial_number"], serde_json::Value::Null);
    assert_eq!(answer["recovery_codes_left"], 9);
    let (exit, stdout, stderr) = run(&login);
    assert_eq!((exit, stdout.as_str()), (3, ""));
    let told: serde_json::Value = serde_json::from_str(&stderr).unwrap();
    assert_eq!(told["error"]["code"], "code_refused", "{stderr}");
    assert_eq!(told["error"]["message"], "the code was not accepted", "{stderr}");

    let (exit, stdout, _) = run(&["verify", "alice", "--code", &codes[1].to_lowercase().replace('-', " ")]);
    assert!(exit == 0 && stdout.contains("(with MFA, by a recovery code)"), "{stdout}");
    let (exit, stdout, _) = run(&["recovery-codes", "create", "alice", "--output", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((exit, answer["recovery_codes"].as_array().unwrap().len()), (0, 10));
    let (_, stdout, _) = run(&["recovery-codes", "count", "alice", "--output", "json"]);
    assert_eq!(stdout, "{\"recovery_codes_left\":10,\"user_name\":\"alice\"}\n");
    assert_eq!(run(&["recovery-codes", "count", "nobody"]).0, 4);
}
