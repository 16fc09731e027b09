//! What is asked on a real terminal, and that nothing typed there shows.

use rexpect::session::PtySession;

use crate::setup::{Home, SECRET, answer_hidden, on_terminal, run};

/// The rest of what the terminal shows, and the exit code.
fn end(mut session: PtySession) -> (String, i32) {
    let rest = session.exp_eof().unwrap();
    match session.process().wait().unwrap() {
        rexpect::process::WaitStatus::Exited(_, code) => (rest, code),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_first_add_asks_for_everything_and_shows_none_of_the_secrets() {
    let home = Home::empty();
    let mut session = on_terminal(home.command(&["add"]));
    let mut seen = session.exp_string("setup key").unwrap();
    answer_hidden(&mut session, "gezd gnbv gy3t qojq gezd gnbv gy3t qojq");
    seen += &session.exp_string("issuer").unwrap();
    session.send_line("GitHub").unwrap();
    seen += &session.exp_string("account").unwrap();
    session.send_line("alice").unwrap();
    for (prompt, answer) in [
        ("new passphrase for the vault: ", "a first try"),
        ("new passphrase for the vault, again: ", "a slip"),
        ("new passphrase for the vault: ", "one that lasts"),
        ("new passphrase for the vault, again: ", "one that lasts"),
    ] {
        seen += &session.exp_string(prompt).unwrap();
        answer_hidden(&mut session, answer);
    }
    let (rest, exit) = end(session);
    seen += &rest;
    assert_eq!(exit, 0, "{seen}");
    assert!(seen.contains("the two do not match") && seen.contains("new: GitHub:alice"), "{seen}");
    for secret in ["gezd", "GEZD", "first try", "slip", "lasts"] {
        assert!(!seen.contains(secret), "{seen}");
    }

    // The answer alone is on stdout, though stdin and stdout are no terminal: the prompt is on /dev/tty.
    let mut session = on_terminal(home.command(&["code", "github", "--at", "59"]));
    session.exp_string("passphrase of the vault: ").unwrap();
    answer_hidden(&mut session, "one that lasts");
    let (rest, exit) = end(session);
    assert_eq!((rest.trim(), exit), ("287082", 0));
}

#[test]
fn an_illegal_character_in_the_setup_key_is_named_with_its_place() {
    let home = Home::empty();
    let mut session = on_terminal(home.command(&["add", "--account", "alice"]));
    session.exp_string("setup key").unwrap();
    answer_hidden(&mut session, "gezd 0nbv");
    let (rest, exit) = end(session);
    assert_eq!(exit, 2);
    assert!(rest.contains("illegal base32 character `0` at position 6") && !rest.contains("gezd"), "{rest}");
    assert!(!home.path("data").exists());
}

#[test]
fn remove_asks_first_and_takes_only_a_yes() {
    let home = Home::with(&[&["--account", "alice"]]);
    let mut command = home.command(&["remove", "alice"]);
    command.env("VMFA_IDENTITY_FILE", home.path("key"));
    let mut session = on_terminal(command);
    session.exp_string("remove `alice`").unwrap();
    session.send_line("").unwrap();
    assert_eq!(end(session).1, 1);
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 1);

    let mut command = home.command(&["remove", "alice"]);
    command.env("VMFA_IDENTITY_FILE", home.path("key"));
    let mut session = on_terminal(command);
    session.exp_string("remove `alice`").unwrap();
    session.send_line("y").unwrap();
    assert_eq!(end(session).1, 0);
    assert_eq!(home.vmfa(&["list"]).ok(), "");
}

#[test]
fn the_passphrase_is_changed_by_prompt_and_the_old_one_opens_nothing_more() {
    let home = Home::with(&[&["--account", "alice"]]);
    let mut command = home.command(&["passphrase"]);
    command.env("VMFA_PASSPHRASE_FILE", home.path("passphrase"));
    let vault = std::fs::read(home.vault("vault.age")).unwrap();
    let mut session = on_terminal(command);
    for prompt in ["new passphrase for the vault: ", "new passphrase for the vault, again: "] {
        session.exp_string(prompt).unwrap();
        answer_hidden(&mut session, "another one");
    }
    let (rest, exit) = end(session);
    assert_eq!(exit, 0, "{rest}");
    assert!(!rest.contains("another one"), "{rest}");
    assert_eq!(std::fs::read(home.vault("vault.age")).unwrap(), vault);
    home.locked(&["list"], "").failed(3);
    home.write("passphrase", b"another one");
    home.locked(&["list"], "").ok();
}

#[test]
fn without_a_terminal_a_missing_value_is_a_usage_error_that_names_the_option() {
    let home = Home::with(&[&["--account", "alice"]]);
    let detached = |args: &[&str]| {
        // A session of its own has no controlling terminal.
        let mut setsid = crate::setup::tool("setsid", "util-linux");
        setsid.env_clear().env("VMFA_DATA_DIR", home.path("data"));
        setsid.arg("--wait").arg(env!("CARGO_BIN_EXE_vmfa")).args(args);
        run(setsid, SECRET)
    };
    for (args, option) in [
        (&["code"][..], "`--passphrase-file`"),
        (&["add", "--account", "x"], "`--secret-file`"),
        (&["add", "--secret-file", "-"], "`--name`"),
        (&["remove", "alice"], "`--yes`"),
    ] {
        let message = detached(args).failed(2);
        assert!(message.contains(option), "{message}");
    }
    let key = home.path("key");
    let passphrase = ["passphrase", "--identity-file", key.to_str().unwrap()];
    assert!(detached(&passphrase).failed(2).contains("`--new-passphrase-file`"));
}
