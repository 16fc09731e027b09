//! A vault that is unlocked for a while: what works meanwhile, and what ends it.

use std::fs;
use std::os::unix::fs::symlink;

use rustix::process::Signal;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

use crate::session::{Session, expected};
use crate::setup::{Home, PASSPHRASE, SECRET, answer_hidden, on_terminal, run};

fn now() -> i64 {
    clock_gettime(ClockId::Realtime).tv_sec
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn while_it_is_unlocked_every_command_opens_the_vault_without_the_passphrase() {
    let session = Session::new();
    session.is_locked();
    session.unlock(&[]).ok();
    assert_eq!(session.code().ok(), expected());
    let mut add = session.command(&["add", "--secret-file", "-", "--account", "counted", "--type", "hotp"]);
    add.env_remove("VMFA_PASSPHRASE_FILE");
    run(add, SECRET).ok();
    assert_eq!(session.vmfa(&["code", "counted"]).ok(), crate::setup::oathtool(&["-c", "0"], SECRET));
    assert_eq!(session.vmfa(&["code", "counted"]).ok(), crate::setup::oathtool(&["-c", "1"], SECRET));
    assert_eq!(session.vmfa(&["list"]).ok().lines().count(), 2);
    assert_eq!(session.vmfa(&["export"]).ok().matches("otpauth://").count(), 2);
    session.vmfa(&["remove", "counted", "--yes"]).ok();
    // What was written is for the vault's owner, as age sees it.
    let written = session.home.decrypt_vault(&session.home.path("key"));
    assert_eq!(written["entries"].as_array().unwrap().len(), 1);
    session.vmfa(&["lock"]).ok();
    session.is_locked();
}

#[test]
fn it_says_until_when_and_the_text_alone_is_for_people() {
    let session = Session::new();
    for (args, seconds) in [(&["--output", "json"][..], 900), (&["--output", "json", "--for", "1h30m"], 5400)] {
        let before = now();
        let done = session.unlock(args);
        let after = now();
        assert!(done.stderr.starts_with("the vault is unlocked until "), "{}", done.stderr);
        let expires = json_of(&done.ok())["expires_at"].as_i64().unwrap();
        assert!((before + seconds..=after + seconds).contains(&expires), "{before} {expires} {after}");
    }
    assert_eq!(session.unlock(&[]).ok(), "");
}

#[test]
fn a_wrong_length_of_time_or_a_wrong_passphrase_unlocks_nothing() {
    let session = Session::new();
    assert!(session.unlock(&["--for", "15"]).failed(2).contains("not a length of time such as 90s, 15m or 1h30m"));
    assert!(session.unlock(&["--for", "25h"]).failed(2).contains("the longest is 24h"));
    session.home.write("passphrase", b"wrong");
    session.unlock(&[]).failed(3);
    assert!(session.vmfa(&["unlock"]).failed(2).contains("`--passphrase-file`"));
    assert_eq!(session.agents(), Vec::<i32>::new());
    let nowhere = Home::empty();
    let mut command = nowhere.command(&["unlock"]);
    command.env("VMFA_PASSPHRASE_FILE", nowhere.path("passphrase"));
    run(command, "").failed(4);
}

#[test]
fn lock_says_whether_there_was_anything_to_lock_and_is_content_with_either() {
    let session = Session::new();
    let lock = || {
        let done = session.vmfa(&["lock", "--output", "json"]);
        (done.stderr.clone(), json_of(&done.ok()))
    };
    let nothing = ("the vault was not unlocked\n".to_owned(), json!({"was_unlocked": false}));
    assert_eq!(lock(), nothing);
    session.unlock(&[]).ok();
    let agent = session.agent();
    assert_eq!(lock(), ("the vault is locked\n".to_owned(), json!({"was_unlocked": true})));
    assert_eq!(session.sockets(), Vec::<std::path::PathBuf>::new());
    session.wait_for_the_end_of(agent);
    assert_eq!(lock(), nothing);
    let nowhere = Home::empty();
    let done = run(nowhere.command(&["lock"]), "");
    assert_eq!((done.stderr.as_str(), done.exit), ("the vault was not unlocked\n", 0));
}

#[test]
fn unlocking_once_more_replaces_what_was_left() {
    let session = Session::new();
    session.unlock(&["--for", "24h"]).ok();
    let first = session.agent();
    let expires = json_of(&session.unlock(&["--for", "30s", "--output", "json"]).ok())["expires_at"].as_i64().unwrap();
    assert!(expires <= now() + 30);
    session.wait_for_the_end_of(first);
    assert_ne!(session.agent(), first);
    assert_eq!(session.code().ok(), expected());
}

#[test]
fn unlocks_at_the_same_time_leave_one_agent_that_answers() {
    let session = Session::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| session.unlock(&[]).ok());
        }
    });
    // Those that were replaced have answered that they end, and are perhaps still at it.
    for _ in 0..3000 {
        if session.agents().len() == 1 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let agent = session.agent();
    session.socket();
    assert_eq!(session.code().ok(), expected());
    session.vmfa(&["lock"]).ok();
    session.wait_for_the_end_of(agent);
    session.is_locked();
}

#[test]
fn what_a_killed_agent_leaves_behind_is_in_nobodys_way() {
    let session = Session::new();
    session.unlock(&[]).ok();
    let kill = || {
        let agent = session.agent();
        session.signal(agent, Signal::KILL);
        session.wait_for_the_end_of(agent);
    };
    kill();
    let left = session.socket();
    session.is_locked();
    session.unlock(&[]).ok();
    assert_eq!(session.socket(), left);
    assert_eq!(session.code().ok(), expected());
    kill();
    assert_eq!(session.vmfa(&["lock"]).stderr, "the vault was not unlocked\n");
    assert_eq!(session.sockets(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn it_ends_by_itself_when_its_time_is_up_and_takes_its_socket_away() {
    let session = Session::new();
    let mut agent = session.start_agent("1");
    session.wait_for_the_end_of(agent.id().try_into().unwrap());
    assert!(agent.wait().unwrap().success());
    assert_eq!(session.sockets(), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_signal_to_end_ends_it_and_takes_its_socket_away() {
    let session = Session::new();
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        session.unlock(&[]).ok();
        let agent = session.agent();
        session.signal(agent, signal);
        session.wait_for_the_end_of(agent);
        assert_eq!(session.sockets(), Vec::<std::path::PathBuf>::new(), "{signal:?}");
        session.is_locked();
    }
}

#[test]
fn it_ends_when_its_socket_is_gone_since_nobody_could_end_it_any_more() {
    let session = Session::new();
    session.unlock(&[]).ok();
    let agent = session.agent();
    // As a system does at a logout.
    fs::remove_dir_all(session.runtime()).unwrap();
    session.wait_for_the_end_of(agent);
}

#[test]
fn an_unlocked_vault_gets_no_new_passphrase_without_the_old_one() {
    let session = Session::new();
    session.unlock(&[]).ok();
    session.home.write("new", b"the thief's");
    let before = session.home.contents();
    let new = session.home.path("new");
    let change = ["passphrase", "--new-passphrase-file", new.to_str().unwrap()];
    let message = session.vmfa(&change).failed(2);
    assert!(message.contains("`--passphrase-file`"), "{message}");
    assert_eq!(session.home.contents(), before);
    // Its owner can, and stays unlocked: the identity is the same.
    session.home.locked(&change, "").ok();
    assert_eq!(session.code().ok(), expected());
    session.vmfa(&["lock"]).ok();
    session.unlock(&[]).failed(3);
    session.home.write("passphrase", b"the thief's");
    session.unlock(&[]).ok();
}

#[test]
fn a_file_that_is_named_goes_before_the_agent() {
    let session = Session::new();
    session.unlock(&[]).ok();
    let wrong = session.home.write("wrong", b"wrong");
    let wrong = wrong.to_str().unwrap();
    session.vmfa(&["code", "--passphrase-file", wrong]).failed(3);
    session.vmfa(&["code", "--identity-file", wrong]).failed(1);
    session.vmfa(&["code", "--identity-file", "missing"]).failed(4);
}

#[test]
fn another_vault_in_the_same_place_needs_its_own_passphrase_and_is_not_written_to() {
    let session = Session::new();
    session.unlock(&[]).ok();
    let other = Home::empty();
    other.locked(&["add", "--secret-file", "-", "--account", "bob"], SECRET).ok();
    for name in ["identity.age", "vault.age"] {
        fs::copy(other.vault(name), session.home.vault(name)).unwrap();
    }
    let note = "note: the vault is not the one that was unlocked; the passphrase is needed\n";
    assert!(session.is_locked().starts_with(note));
    assert_eq!(session.home.locked(&["list"], "").ok().lines().count(), 1);
    // Nor is one whose making has only begun: what an agent wrote there would be closed to its owner.
    fs::remove_file(session.home.vault("vault.age")).unwrap();
    let _ = fs::remove_file(session.home.vault("vault.age.bak"));
    let message = run(session.command(&["add", "--secret-file", "-", "--account", "carol"]), SECRET).failed(2);
    assert!(message.starts_with(note), "{message}");
    assert!(!session.home.vault("vault.age").exists());
}

#[test]
fn the_agents_of_two_data_folders_do_not_mix() {
    let session = Session::new();
    let other = Home::with(&[&["--account", "alice"]]);
    let there = |args: &[&str]| {
        let mut command = session.command(args);
        command.env("VMFA_DATA_DIR", other.path("data"));
        run(command, "")
    };
    session.unlock(&[]).ok();
    assert!(there(&["code", "alice"]).failed(2).contains("`--passphrase-file`"));
    assert_eq!(there(&["lock"]).stderr, "the vault was not unlocked\n");
    assert_eq!(session.code().ok(), expected());
    // Another way to say the same folder is the same vault.
    let link = session.home.path("link");
    symlink(session.home.path("data"), &link).unwrap();
    let code = session.vmfa(&["code", "alice", "--at", "59", "--data-dir", link.to_str().unwrap()]);
    assert_eq!(code.ok(), expected());
}

#[test]
fn without_a_folder_for_sockets_the_socket_lies_in_the_vault_and_is_found_from_everywhere() {
    let session = Session::new();
    let outside = |args: &[&str]| {
        let mut command = session.command(args);
        command.env_remove("XDG_RUNTIME_DIR").env("VMFA_PASSPHRASE_FILE", session.home.path("passphrase"));
        run(command, "")
    };
    outside(&["unlock"]).ok();
    let socket = session.home.vault("agent.sock");
    assert!(socket.exists() && session.sockets().is_empty());
    assert_eq!(session.code().ok(), expected());
    // One in the session's folder replaces it, and the other way round.
    let first = session.agent();
    session.unlock(&[]).ok();
    session.wait_for_the_end_of(first);
    session.socket();
    assert!(!socket.exists());
    assert_eq!(session.vmfa(&["lock"]).stderr, "the vault is locked\n");
    outside(&["unlock"]).ok();
    assert_eq!(session.vmfa(&["lock"]).stderr, "the vault is locked\n");
    assert!(!socket.exists());
}

#[test]
fn a_path_that_is_too_long_for_a_socket_is_said_and_hinders_nothing_else() {
    let session = Session::new();
    let long = session.home.path(&"long".repeat(30));
    fs::rename(session.home.path("data"), &long).unwrap();
    let there = |args: &[&str]| {
        let mut command = session.command(args);
        command.env_remove("XDG_RUNTIME_DIR").env("VMFA_DATA_DIR", &long);
        command.env("VMFA_PASSPHRASE_FILE", session.home.path("passphrase"));
        run(command, "")
    };
    let message = there(&["unlock"]).failed(1);
    assert!(message.contains("too long") && message.contains("XDG_RUNTIME_DIR"), "{message}");
    assert_eq!(there(&["code", "alice", "--at", "59"]).ok(), expected());
    assert_eq!(there(&["lock"]).stderr, "the vault was not unlocked\n");
    assert_eq!(session.agents(), Vec::<i32>::new());
}

#[test]
fn the_agent_holds_on_to_no_terminal_on_which_it_was_started() {
    let session = Session::new();
    let mut command = session.home.command(&["unlock"]);
    command.env("XDG_RUNTIME_DIR", session.runtime());
    let mut terminal = on_terminal(command);
    terminal.exp_string("passphrase of the vault: ").unwrap();
    answer_hidden(&mut terminal, PASSPHRASE);
    // The terminal closes only when nobody has it open any more.
    let rest = terminal.exp_eof().unwrap();
    assert!(rest.contains("the vault is unlocked until ") && !rest.contains(PASSPHRASE), "{rest}");
    let agent = session.agent();
    let stat = fs::read_to_string(format!("/proc/{agent}/stat")).unwrap();
    // proc(5): after the name in parentheses come state, ppid, pgrp, session, tty_nr.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let own = agent.to_string();
    assert_eq!(fields[2..5], [own.as_str(), own.as_str(), "0"]);
    assert_eq!(session.code().ok(), expected());
}
