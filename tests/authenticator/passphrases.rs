//! A passphrase that one system composes and another one takes to pieces: the same keys open the same vault.

use std::fs;

use crate::session::Session;
use crate::setup::{Done, Home, SECRET, answer_hidden, on_terminal, run, tool};

/// `grüne Äpfel zählen`, as keyboards compose it (NFC) and as macOS writes names of files (NFD).
const COMPOSED: &str = "gr\u{fc}ne \u{c4}pfel z\u{e4}hlen";
const IN_PIECES: &str = "gru\u{308}ne A\u{308}pfel za\u{308}hlen";

/// Runs a command on the vault that this passphrase opens.
fn with(home: &Home, passphrase: &str, args: &[&str], stdin: &str) -> Done {
    home.write("passphrase", format!("{passphrase}\n").as_bytes());
    home.locked(args, stdin)
}

#[test]
fn a_new_vault_is_under_the_composed_passphrase_and_opens_by_either() {
    for typed in [COMPOSED, IN_PIECES] {
        let home = Home::empty();
        with(&home, typed, &["add", "--secret-file", "-", "--account", "alice"], SECRET).ok();
        // To age, which does not compose, it is this and no other.
        home.decrypt_identity(COMPOSED);
        assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 1);
        for other in [COMPOSED, IN_PIECES] {
            assert_eq!(with(&home, other, &["code", "alice", "--at", "59"], "").ok(), "287082\n");
        }
        with(&home, "grune Apfel zahlen", &["list"], "").failed(3);
        assert!(with(&home, "", &["list"], "").failed(2).contains("is empty"));
    }
}

#[test]
fn a_new_passphrase_is_composed_too() {
    let home = Home::with(&[&["--account", "alice"]]);
    let new = home.write("new", IN_PIECES.as_bytes());
    home.vmfa(&["passphrase", "--new-passphrase-file", new.to_str().unwrap()]).ok();
    fs::remove_file(home.path("key")).unwrap();
    home.decrypt_identity(COMPOSED);
    with(&home, IN_PIECES, &["list"], "").ok();
}

/// Has `age` itself encrypt a file under a passphrase, which it takes as it is.
fn encrypt(from: &std::path::Path, to: &std::path::Path, passphrase: &str) {
    let mut age = tool("age", "age");
    age.arg("-p").arg("-o").arg(to).arg(from);
    let mut session = on_terminal(age);
    session.exp_string("passphrase").unwrap();
    answer_hidden(&mut session, passphrase);
    session.exp_string("onfirm").unwrap();
    answer_hidden(&mut session, passphrase);
    session.exp_eof().unwrap();
}

#[test]
fn a_vault_that_an_earlier_version_made_under_a_passphrase_in_pieces_still_opens() {
    let home = Home::with(&[&["--account", "alice"]]);
    fs::remove_file(home.vault("identity.age")).unwrap();
    encrypt(&home.path("key"), &home.vault("identity.age"), IN_PIECES);
    fs::set_permissions(home.vault("identity.age"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    for typed in [IN_PIECES, COMPOSED] {
        assert_eq!(with(&home, typed, &["list"], "").ok().lines().count(), 1);
    }
}

#[test]
fn another_programs_file_opens_by_its_password_in_either_form() {
    let vectors = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/import");
    // Its password is `pass wörd`, composed; the last has no mark of its own by which a wrong one could be told.
    for (file, password) in [
        ("aegis_encrypted_3.json", "pass wo\u{308}rd"),
        ("2fas_encrypted_android.2fas", "pass wo\u{308}rd"),
        ("andotp.json.aes", "pass wo\u{308}rd"),
    ] {
        let home = Home::with(&[&["--account", "alice"]]);
        let password = home.write("password", password.as_bytes());
        let file = vectors.join(file);
        let args =
            ["import", "--dry-run", file.to_str().unwrap(), "--import-password-file", password.to_str().unwrap()];
        home.vmfa(&args).ok();
    }
    let home = Home::with(&[&["--account", "alice"]]);
    let uris = home.write("uris", format!("otpauth://totp/bob?secret={SECRET}\n").as_bytes());
    encrypt(&uris, &home.path("uris.age"), IN_PIECES);
    for (typed, exit) in [(COMPOSED, 0), (IN_PIECES, 0), ("grune", 3)] {
        let password = home.write("password", typed.as_bytes());
        let file = home.path("uris.age");
        let args =
            ["import", "--dry-run", file.to_str().unwrap(), "--import-password-file", password.to_str().unwrap()];
        assert_eq!(home.vmfa(&args).exit, exit, "{typed}");
    }
}

#[test]
fn an_export_is_under_the_composed_password_and_that_is_said() {
    let home = Home::with(&[&["--account", "alice"]]);
    for (typed, said) in [(IN_PIECES, true), (COMPOSED, false)] {
        let password = home.write("password", typed.as_bytes());
        let out = home.path("accounts.age");
        let args = ["export", "--format", "age", "--out", out.to_str().unwrap()];
        let done = home.vmfa(&[&args[..], &["--export-password-file", password.to_str().unwrap()]].concat());
        assert_eq!(done.stderr.contains("note: the password came in pieces"), said, "{}", done.stderr);
        done.ok();
        let mut age = tool("age", "age");
        age.arg("-d").arg(&out);
        let mut session = on_terminal(age);
        session.exp_string("passphrase").unwrap();
        answer_hidden(&mut session, COMPOSED);
        session.exp_string(SECRET).unwrap();
        session.exp_eof().unwrap();
        fs::remove_file(&out).unwrap();
    }
}

#[test]
fn an_export_for_aegis_is_under_what_a_phone_types() {
    let home = Home::with(&[&["--account", "alice"]]);
    let password = home.write("password", IN_PIECES.as_bytes());
    let sealed = home.vmfa(&["export", "--format", "aegis", "--export-password-file", password.to_str().unwrap()]).ok();
    crate::export::forms::open_aegis(&sealed, COMPOSED).ok();
    assert!(crate::export::forms::open_aegis(&sealed, IN_PIECES).stderr.contains("InvalidTag"));
}

#[test]
fn without_a_terminal_unlock_is_named_as_one_more_way_where_it_is_one() {
    let session = Session::new();
    let message = session.is_locked();
    assert!(message.contains("hint: or unlock the vault first, in a terminal, with `vmfa unlock`"), "{message}");
    for args in [&["unlock"][..], &["passphrase"]] {
        let message = session.vmfa(args).failed(2);
        assert!(message.contains("`--passphrase-file` is needed") && !message.contains("hint"), "{args:?}: {message}");
    }
    // There is nothing to unlock yet.
    let empty = Home::empty();
    let mut add = session.command(&["add", "--secret-file", "-", "--account", "x"]);
    add.env("VMFA_DATA_DIR", empty.path("data"));
    assert!(!run(add, SECRET).failed(2).contains("vmfa unlock"));
}
