//! Folders and disks on which nothing can be kept, or that others can look into.

use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Command;

use crate::home::{Home, Phone};

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Attack case 62.
#[test]
fn a_folder_or_a_key_ring_that_others_can_read_is_refused_with_the_command_that_closes_it() {
    let home = Home::with_alice();
    let phone = home.enroll("alice");
    let next = phone.code(30);
    let modes = [("verifier", 0o755, 0o700), ("verifier", 0o711, 0o700), ("verifier/keys", 0o644, 0o600)];
    for (name, open, closed) in modes {
        let path = home.data().join(name);
        set_mode(&path, open);
        let message = home.log_in("alice", &next).failed(1);
        let expected = format!(
            "error: `{path}` is open to others (mode {open:03o})\nhint: `chmod {closed:03o} '{path}'` closes it\n",
            path = path.display()
        );
        assert_eq!(message, expected);
        set_mode(&path, closed);
    }
    home.log_in("alice", &next).ok();
}

/// Attack case 62.
#[test]
fn a_folder_or_a_key_ring_that_belongs_to_somebody_else_is_refused() {
    let home = Home::with_alice();
    for name in ["verifier", "verifier/keys"] {
        let path = home.data().join(name);
        if is_root() {
            chown(&path, Some(65534), None).unwrap();
            let message = home.vmfa(&["user", "list"]).failed(1);
            assert!(
                message.contains(&format!("`{}` belongs to another user (uid 65534)", path.display())),
                "{message}"
            );
            chown(&path, Some(0), None).unwrap();
        }
    }
    // Whoever is not the superuser has somebody else's files at hand: those of the superuser.
    if !is_root() {
        let message = home.vmfa(&["--data-dir", "/", "user", "list"]);
        assert_ne!(message.code, 0);
    }
    home.vmfa(&["user", "list"]).ok();
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").map(|own| std::os::unix::fs::MetadataExt::uid(&own)).unwrap() == 0
}

/// Attack case 62.
#[test]
fn a_database_that_others_can_write_or_that_is_a_link_is_refused() {
    let home = Home::with_alice();
    let database = home.data().join("verifier/vmfa.db");
    set_mode(&database, 0o666);
    let message = home.vmfa(&["user", "list"]).failed(1);
    assert!(message.contains("vmfa.db` is open to others (mode 666)"), "{message}");
    set_mode(&database, 0o600);
    let moved = home.path("elsewhere.db");
    std::fs::rename(&database, &moved).unwrap();
    symlink(&moved, &database).unwrap();
    let message = home.vmfa(&["user", "list"]).failed(1);
    assert!(message.contains("vmfa.db` is a symbolic link"), "{message}");
}

/// Attack case 62: whoever can write the folder above could put another folder in this one's place.
#[test]
fn a_data_folder_that_others_can_write_is_refused_unless_it_is_sticky() {
    let home = Home::with_alice();
    for (mode, code) in [(0o777, 1), (0o770, 1), (0o1777, 0), (0o755, 0)] {
        set_mode(&home.data(), mode);
        let done = home.vmfa(&["user", "list"]);
        assert_eq!(done.code, code, "{mode:o}: {}", done.stderr);
        assert_eq!(done.stderr.contains("data` is open to others"), code == 1, "{}", done.stderr);
    }
}

/// Attack case 62.
#[test]
fn a_link_in_the_place_of_the_folder_or_the_key_ring_is_refused() {
    let home = Home::with_alice();
    for name in ["verifier", "verifier/keys"] {
        let (path, moved) = (home.data().join(name), home.path("moved"));
        std::fs::rename(&path, &moved).unwrap();
        symlink(&moved, &path).unwrap();
        let message = home.vmfa(&["user", "list"]).failed(1);
        assert!(message.starts_with(&format!("error: `{}` is a symbolic link\n", path.display())), "{message}");
        std::fs::remove_file(&path).unwrap();
        std::fs::rename(&moved, &path).unwrap();
    }
    home.vmfa(&["user", "list"]).ok();
}

#[test]
fn every_file_is_its_owners_alone() {
    let home = Home::with_alice();
    home.vmfa(&["enroll", "alice", "--to-vault", "--passphrase-file", &home.name("passphrase")]).ok();
    let mut open = Vec::new();
    let mut folders = vec![home.data()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.metadata().unwrap().permissions().mode() & 0o077 != 0 {
                open.push(entry.path());
            }
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
        }
    }
    assert_eq!(open, Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_missing_key_ring_is_not_made_anew_beside_a_database_that_needs_the_old_one() {
    let home = Home::with_alice();
    let ring = home.data().join("verifier/keys");
    let old = std::fs::read(&ring).unwrap();
    std::fs::remove_file(&ring).unwrap();
    let message = home.vmfa(&["user", "list"]).failed(1);
    assert!(message.contains("is missing, and without it the database cannot be used"), "{message}");
    assert!(!ring.exists());
    std::fs::write(&ring, old).unwrap();
    set_mode(&ring, 0o600);
    home.vmfa(&["user", "list"]).ok();
}

#[test]
fn a_missing_database_is_not_made_anew_beside_its_key_ring() {
    let home = Home::with_alice();
    let database = home.data().join("verifier/vmfa.db");
    std::fs::remove_file(&database).unwrap();
    for args in [&["audit", "verify"][..], &["user", "create", "bob", "--no-password"]] {
        let message = home.vmfa(args).failed(1);
        assert!(message.contains("vmfa.db` is missing, but its key ring is there"), "{message}");
        assert!(!database.exists());
    }
}

#[test]
fn only_what_makes_something_makes_a_new_verifier() {
    let home = Home::new();
    let commands: [&[&str]; 9] = [
        &["user", "list"],
        &["user", "show", "alice"],
        &["login", "alice", "--password-file", &home.name("password")],
        &["verify", "alice", "--code", "123456"],
        &["device", "list"],
        &["recovery-codes", "count", "alice"],
        &["account", "show"],
        &["audit", "list"],
        &["audit", "verify"],
    ];
    for args in commands {
        let message = home.vmfa(args).failed(4);
        assert!(message.contains(&format!("there are no users in `{}`", home.data().display())), "{args:?}: {message}");
        assert!(!home.data().exists(), "{args:?}");
    }
    home.vmfa(&["user", "create", "alice", "--no-password"]).ok();
    home.vmfa(&["user", "list"]).ok();
}

#[test]
fn eight_processes_that_begin_at_once_make_one_account_and_keep_all_users() {
    let home = Home::new();
    let names: Vec<String> = (0..8).map(|number| format!("user{number}")).collect();
    let begun: Vec<_> =
        (names.iter()).map(|name| home.command(&["user", "create", name, "--no-password"]).spawn().unwrap()).collect();
    for mut child in begun {
        assert!(child.wait().unwrap().success());
    }
    let users = home.json(&["user", "list"]);
    let kept: Vec<&str> =
        users["users"].as_array().unwrap().iter().map(|user| user["user_name"].as_str().unwrap()).collect();
    assert_eq!(kept, names);
    home.vmfa(&["audit", "verify"]).ok();
}

#[test]
fn a_newer_database_is_refused_by_name_and_version() {
    let home = Home::with_alice();
    let database = home.data().join("verifier/vmfa.db");
    rusqlite::Connection::open(&database).unwrap().execute_batch("PRAGMA user_version = 7").unwrap();
    let message = home.vmfa(&["user", "list"]).failed(1);
    assert!(message.contains("schema version 7, and this program knows versions up to"), "{message}");
}

/// Attack cases 56 and 57.
#[test]
fn a_changed_or_moved_seed_ends_the_program_with_exit_1_and_the_record_named() {
    let home = Home::with_alice();
    home.vmfa(&["user", "create", "mallory", "--no-password"]).ok();
    let mallory = home.enroll("mallory");
    let alice = home.enroll("alice");
    let database = rusqlite::Connection::open(home.data().join("verifier/vmfa.db")).unwrap();
    let verify = |phone: &Phone| home.vmfa(&["verify", "alice", "--code", &phone.code(30)]).failed(1);
    for sql in [
        "UPDATE login_states SET devices = replace(devices, 'seed\":\"AQ', 'seed\":\"AR') WHERE folded = 'alice'",
        "UPDATE login_states SET (devices, tag) = (SELECT devices, tag FROM login_states WHERE folded = 'mallory') \
         WHERE folded = 'alice'",
    ] {
        database.execute_batch(sql).unwrap();
        for phone in [&alice, &mallory] {
            let message = verify(phone);
            let told = message.starts_with("error: the record of login_states:alice was altered outside vmfa");
            assert!(told && message.contains("\nhint: `vmfa check` names"), "{message}");
        }
    }
    assert_eq!(home.vmfa(&["audit", "list"]).ok().matches("refused: damaged record").count(), 4);
}

/// Attack case 60.
#[test]
fn in_a_folder_that_cannot_be_written_nobody_logs_in_and_nothing_is_lost() {
    let home = Home::with_alice();
    let phone = home.enroll("alice");
    let next = phone.code(30);
    // The superuser writes anywhere, so another user takes its place: `nobody`, whose the folder then is.
    let is_root = is_root();
    let program = home.path("vmfa");
    std::fs::copy(env!("CARGO_BIN_EXE_vmfa"), &program).unwrap();
    let verifier = home.data().join("verifier");
    if is_root {
        for path in
            [home.dir.path(), &program, &home.data(), &verifier, &verifier.join("keys"), &verifier.join("vmfa.db")]
        {
            chown(path, Some(65534), Some(65534)).unwrap();
        }
    }
    let run = || {
        let mut command = if is_root { Command::new("setpriv") } else { Command::new(&program) };
        if is_root {
            command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(&program);
        }
        command.env("VMFA_DATA_DIR", home.data()).args(["verify", "alice", "--code", &next]).output().unwrap()
    };
    set_mode(&verifier, 0o500);
    set_mode(&verifier.join("vmfa.db"), 0o400);
    let refused = run();
    let message = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{message}");
    assert!(message.starts_with("error: cannot open the database `") && message.contains("vmfa.db"), "{message}");
    set_mode(&verifier, 0o700);
    set_mode(&verifier.join("vmfa.db"), 0o600);
    let accepted = run();
    assert_eq!(accepted.status.code(), Some(0), "{}", String::from_utf8_lossy(&accepted.stderr));
}

/// Attack case 60. A limit on the size of a file stops a write in the middle, as a full disk does.
#[test]
fn on_a_full_disk_the_login_fails_and_the_code_is_accepted_once_there_is_room_again() {
    let home = Home::with_alice();
    let mut refused = None;
    // While somebody else has the database open, its log is not folded back and grows, towards the limit.
    let other = rusqlite::Connection::open(home.data().join("verifier/vmfa.db")).unwrap();
    other.query_row("SELECT count(*) FROM users", [], |row| row.get::<_, i64>(0)).unwrap();
    for round in 0..200 {
        let user = format!("user{round}");
        home.vmfa(&["user", "create", &user, "--no-password"]).ok();
        let phone = home.enroll(&user);
        let next = phone.code(30);
        // SIGXFSZ is ignored, so that the write fails with an error instead of ending the process.
        let script = "trap '' XFSZ; ulimit -f 300; exec \"$@\"";
        let mut limited = Command::new("bash");
        limited.args(["-c", script, "bash", env!("CARGO_BIN_EXE_vmfa"), "verify", &user, "--code", &next]);
        let output = limited.env("VMFA_DATA_DIR", home.data()).output().unwrap();
        if output.status.success() {
            continue;
        }
        refused = Some((output, user, next));
        break;
    }
    let (output, user, next) = refused.unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.starts_with("error: ") && message.contains("the database"), "{message}");
    home.vmfa(&["verify", &user, "--code", &next]).ok();
    home.vmfa(&["verify", &user, "--code", &next]).failed(3);
    home.vmfa(&["audit", "verify"]).ok();
}
