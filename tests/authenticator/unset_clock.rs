//! A machine whose clock was never set says so where codes go by it, as `faketime` makes one.

use std::process::Command;

use crate::setup::{Done, Home, SECRET, on_terminal, run, tool};

/// A command of `vmfa` on a machine that shows this time.
fn command_at(home: &Home, time: &str, args: &[&str]) -> Command {
    let vmfa = home.command(args);
    let mut faketime = tool("faketime", "faketime");
    faketime.env_clear().env("VMFA_DATA_DIR", home.path("data")).env("VMFA_IDENTITY_FILE", home.path("key"));
    faketime.arg(time).arg(vmfa.get_program()).args(vmfa.get_args());
    faketime
}

fn at(home: &Home, time: &str, args: &[&str]) -> Done {
    run(command_at(home, time, args), "")
}

/// How often it says so.
fn warnings(done: &Done) -> usize {
    done.stderr.matches("warning: this machine's clock shows ").count()
}

const UNSET: &str = "2001-01-01 12:00:00";

#[test]
fn a_code_by_a_clock_that_was_never_set_comes_with_one_warning() {
    let home = Home::with(&[&["--account", "alice"], &["--account", "counted", "--type", "hotp"]]);
    for (time, count) in
        [("1970-01-02 12:00:00", 1), (UNSET, 1), ("2019-12-30 12:00:00", 1), ("2020-01-03 12:00:00", 0)]
    {
        let done = at(&home, time, &["code", "alice"]);
        assert_eq!(warnings(&done), count, "{time}: {}", done.stderr);
        if count > 0 {
            assert!(
                done.stderr.contains(&format!("shows {}T", time.get(..10).unwrap()))
                    && done.stderr.contains("hint: set it"),
                "{}",
                done.stderr
            );
        }
        assert_eq!(done.ok().len(), "287082\n".len());
    }
    for args in [&["code", "alice", "--at", "59"][..], &["code", "counted"], &["list"]] {
        assert_eq!(warnings(&at(&home, UNSET, args)), 0, "{args:?}");
    }
}

#[test]
fn an_offset_that_sets_it_right_is_allowed_for() {
    let home = Home::with(&[&["--account", "alice"]]);
    // 25 years.
    home.vmfa(&["offset", "set", "+788940000"]).ok();
    assert_eq!(warnings(&at(&home, UNSET, &["code", "alice"])), 0);
    home.vmfa(&["offset", "clear"]).ok();
    home.vmfa(&["edit", "alice", "--offset", "+788940000"]).ok();
    assert_eq!(warnings(&at(&home, UNSET, &["code", "alice"])), 0);
}

#[test]
fn watch_says_so_once() {
    let home = Home::with(&[&["--account", "alice"]]);
    let mut command = command_at(&home, UNSET, &["watch"]);
    command.env("TERM", "xterm-256color");
    let mut session = on_terminal(command);
    session.exp_string("warning: this machine's clock shows 2001-01-01T").unwrap();
    session.exp_string("alice").unwrap();
    session.send("\u{1b}").unwrap();
    session.flush().unwrap();
    let rest = session.exp_eof().unwrap();
    assert!(!rest.contains("warning: "), "{rest}");
}

#[test]
fn a_verifier_whose_clock_was_never_set_says_so_wherever_it_judges_a_code() {
    let home = Home::with(&[]);
    let password = home.write("password", b"Correct-Horse-9");
    let password = password.to_str().unwrap();
    at(&home, UNSET, &["user", "create", "alice", "--password-file", password]).ok();
    at(&home, UNSET, &["user", "create", "bob", "--no-password"]).ok();
    at(&home, UNSET, &["device", "create", "--device-name", "spare"]).ok();
    for (args, exit) in [
        (&["login", "alice", "--password-file", password][..], 0),
        (&["enroll", "bob", "--to-vault"], 0),
        (&["verify", "bob", "--code", "000000"], 3),
        (&["device", "enable", "alice", "--serial-number", "spare", "--code1", "000000", "--code2", "000001"], 3),
        (&["device", "resync", "bob", "--code1", "000000", "--code2", "000001"], 3),
    ] {
        let done = at(&home, UNSET, args);
        assert_eq!((done.exit, warnings(&done)), (exit, 1), "{args:?}: {}", done.stderr);
    }
    assert_eq!(warnings(&at(&home, UNSET, &["user", "show", "bob"])), 0);
    assert_eq!(warnings(&home.vmfa(&["verify", "bob", "--code", SECRET])), 0);
}
