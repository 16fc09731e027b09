//! The files of the vault, damaged, moved, or left open to others.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Output, Stdio};

use crate::setup::{Home, SECRET, tool};

#[test]
fn a_vault_with_any_byte_flipped_is_refused_and_left_as_it_is() {
    let home = Home::with(&[&["--account", "alice"]]);
    let whole = fs::read(home.vault("vault.age")).unwrap();
    for index in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[index] ^= 1;
        home.write("data/vault/vault.age", &flipped);
        let message = home.vmfa(&["code", "alice"]).failed(1);
        assert!(message.contains("damaged") && message.contains("vault.age.bak"), "byte {index}: {message}");
        assert_eq!(fs::read(home.vault("vault.age")).unwrap(), flipped);
    }
    let before = home.contents();
    home.add(SECRET, &["--account", "bob"]).failed(1);
    home.vmfa(&["remove", "alice", "--yes"]).failed(1);
    assert_eq!(home.contents(), before);
}

#[test]
fn a_truncated_vault_is_refused() {
    let home = Home::with(&[&["--account", "alice"]]);
    let whole = fs::read(home.vault("vault.age")).unwrap();
    for length in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        home.write("data/vault/vault.age", &whole[..length]);
        assert!(home.vmfa(&["list"]).failed(1).contains("damaged"), "{length} bytes");
    }
}

#[test]
fn a_vault_of_several_chunks_that_is_cut_between_two_or_goes_on_after_the_last_is_refused() {
    /// What age encrypts at once, with its tag (age-encryption.org/v1, payload).
    const CHUNK: usize = (64 << 10) + 16;
    let home = Home::with(&[&["--account", "alice"]]);
    let note = home.write("note", "x".repeat(200_000).as_bytes());
    home.vmfa(&["edit", "alice", "--note-file", note.to_str().unwrap()]).ok();
    let whole = fs::read(home.vault("vault.age")).unwrap();
    let header = whole.windows(5).position(|bytes| bytes == b"\n--- ").unwrap();
    let payload = header + 5 + whole[header + 5..].iter().position(|byte| *byte == b'\n').unwrap() + 1 + 16;
    for chunks in 0..=3 {
        home.write("data/vault/vault.age", &whole[..payload + chunks * CHUNK]);
        assert!(home.vmfa(&["list"]).failed(1).contains("damaged"), "{chunks} chunks");
    }
    for more in [&b"\n"[..], &whole[payload..payload + CHUNK]] {
        home.write("data/vault/vault.age", &[&whole, more].concat());
        assert!(home.vmfa(&["list"]).failed(1).contains("damaged"), "{} bytes more", more.len());
    }
    home.write("data/vault/vault.age", &whole);
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 1);
}

#[test]
fn what_the_hint_says_brings_the_earlier_vault_back() {
    let home = Home::with(&[&["--account", "alice"], &["--account", "bob"]]);
    home.write("data/vault/vault.age", b"");
    home.vmfa(&["list"]).failed(1);
    fs::copy(home.vault("vault.age.bak"), home.vault("vault.age")).unwrap();
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 1);
}

#[test]
fn files_and_folders_are_the_owners_alone() {
    let home = Home::empty();
    home.locked(&["add", "--secret-file", "-", "--account", "alice"], SECRET).ok();
    home.decrypt_identity(crate::setup::PASSPHRASE);
    home.add(SECRET, &["--account", "bob"]).ok();
    let mode = |name: &str| fs::metadata(home.vault(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(""), 0o700);
    for name in ["identity.age", "vault.age", "vault.age.bak", "lock"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
}

#[test]
fn a_file_that_others_can_read_is_refused_with_the_command_that_mends_it() {
    let home = Home::with(&[&["--account", "alice"]]);
    for (name, open, closed) in
        [("data/vault/vault.age", 0o640, 0o600), ("key", 0o604, 0o600), ("data/vault", 0o750, 0o700)]
    {
        let path = home.path(name);
        fs::set_permissions(&path, Permissions::from_mode(open)).unwrap();
        let message = home.vmfa(&["code"]).failed(1);
        assert!(message.contains(&format!("open to others (mode {open:03o})")), "{message}");
        assert!(message.contains(&format!("chmod {closed:o} '{}'", path.display())), "{message}");
        fs::set_permissions(&path, Permissions::from_mode(closed)).unwrap();
        assert_eq!(home.vmfa(&["code"]).exit, 0);
    }
    let identity = home.vault("identity.age");
    fs::set_permissions(&identity, Permissions::from_mode(0o644)).unwrap();
    assert!(home.locked(&["code"], "").failed(1).contains("identity.age"));
    home.write("data/vault/recipients.txt", b"");
    fs::set_permissions(home.vault("recipients.txt"), Permissions::from_mode(0o666)).unwrap();
    assert!(home.add(SECRET, &["--account", "bob"]).failed(1).contains("recipients.txt"));
}

#[test]
fn a_symbolic_link_in_place_of_a_file_is_refused() {
    let home = Home::with(&[&["--account", "alice"]]);
    for (name, args) in [("data/vault/vault.age", &["code"][..]), ("key", &["code"])] {
        let (path, aside) = (home.path(name), home.path("aside"));
        fs::rename(&path, &aside).unwrap();
        symlink(&aside, &path).unwrap();
        assert!(home.vmfa(args).failed(1).contains("is a symbolic link"), "{name}");
        fs::rename(&aside, &path).unwrap();
    }
    fs::remove_file(home.vault("vault.age")).unwrap();
    fs::create_dir(home.vault("vault.age")).unwrap();
    assert!(home.vmfa(&["code"]).failed(1).contains("is not a regular file"));
}

#[test]
fn what_a_crashed_writer_left_is_ignored_and_swept_away_by_the_next() {
    let home = Home::with(&[&["--account", "alice"]]);
    let leftover = home.write("data/vault/vault.age.new", b"half of a vau");
    assert_eq!(home.vmfa(&["code", "--at", "59"]).ok(), "287082\n");
    home.add(SECRET, &["--account", "bob"]).ok();
    assert!(!leftover.exists());
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 2);
}

/// Adds the account `new` and kills the process as it begins the `number`th system call of this name; strace counts them.
fn add_killed_at(home: &Home, call: &str, number: u32) -> Output {
    let secret = home.write("secret", SECRET.as_bytes());
    let mut strace = tool("strace", "strace");
    strace.env_clear().env("VMFA_DATA_DIR", home.path("data")).env("VMFA_IDENTITY_FILE", home.path("key"));
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}")]);
    strace.args(["-e", &format!("inject={call}:signal=KILL:when={number}"), env!("CARGO_BIN_EXE_vmfa")]);
    strace.args(["add", "--account", "new", "--secret-file"]).arg(secret).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn a_change_that_is_killed_at_any_of_its_writes_leaves_the_old_entries_or_the_new_ones() {
    let mut left = Vec::new();
    for call in ["write", "fsync", "rename"] {
        for number in 1.. {
            let home = Home::with(&[&["--account", "old"]]);
            let output = add_killed_at(&home, call, number);
            if output.status.code().is_some() {
                assert!(output.status.success() && number > 1, "{call}: {output:?}");
                break;
            }
            let accounts = home.vmfa(&["list"]).ok().lines().count();
            assert!([1, 2].contains(&accounts), "{call} {number}: {accounts} entries");
            assert!(accounts == 2 || output.stderr.is_empty(), "{call} {number}: acknowledged and lost");
            assert_eq!(home.vmfa(&["code", "old", "--at", "59"]).ok(), "287082\n", "{call} {number}");
            home.add(SECRET, &["--account", "later"]).ok();
            assert_eq!(home.vmfa(&["list"]).ok().lines().count(), accounts + 1, "{call} {number}");
            left.push(accounts);
        }
    }
    assert!(left.len() > 8 && left.contains(&1) && left.contains(&2), "{left:?}");
}

#[test]
fn a_vault_file_that_is_missing_beside_its_backup_is_named() {
    let home = Home::with(&[&["--account", "alice"]]);
    fs::remove_file(home.vault("vault.age")).unwrap();
    for done in [
        home.vmfa(&["list"]),
        home.locked(&["list"], ""),
        home.locked(&["add", "--secret-file", "-", "--name", "x"], SECRET),
    ] {
        let message = done.failed(1);
        assert!(message.contains("`vault.age` is missing") && message.contains("vault.age.bak"), "{message}");
    }
}

#[test]
fn a_wrong_passphrase_exits_3_and_an_empty_one_2() {
    let home = Home::with(&[&["--account", "alice"]]);
    let before = home.contents();
    home.write("passphrase", b"correct horse battery stable\n");
    assert!(home.locked(&["code"], "").failed(3).contains("the passphrase is wrong"));
    home.write("passphrase", b"\n");
    home.locked(&["code"], "").failed(2);
    assert_eq!(home.contents(), before);
}

#[test]
fn without_a_vault_there_is_nothing_to_open_and_nothing_is_made() {
    let home = Home::empty();
    for args in [&["list"][..], &["code"], &["remove", "x", "--yes"], &["export"], &["passphrase"]] {
        assert!(home.locked(args, "").failed(4).contains("no vault"), "{args:?}");
    }
    assert!(!home.path("data").exists());
}

#[test]
fn an_identity_file_that_is_none_is_refused_by_its_line() {
    let home = Home::with(&[&["--account", "alice"]]);
    home.write("key", b"# comment\nAGE-SECRET-KEY-1NOTREALLY\n");
    let message = home.vmfa(&["code"]).failed(1);
    assert!(message.contains("line 2") && !message.contains("NOTREALLY"), "{message}");
    home.write("key", b"# nothing\n");
    assert!(home.vmfa(&["code"]).failed(1).contains("no age identity"));
    fs::remove_file(home.path("key")).unwrap();
    home.vmfa(&["code"]).failed(4);
}
