//! A copy of the vault that a sync program has left beside it: `doctor` finds it, `import` merges it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::session::Session;
use crate::setup::{Done, Home, SECRET, answer_hidden, oathtool, on_terminal, run, tool};

const NAME: &str = "vault.sync-conflict-20261125-120000-AAAAAAA.age";

/// How the programs name the second file, and what stands in the way of a name in a shell.
const NAMES: [&str; 11] = [
    NAME,
    "vault (somebody's conflicted copy 2026-11-25).age",
    "vault (conflicted copy 2026-11-25 120000).age",
    "vault-MYHOST.age",
    "vault (1).age",
    "vault 2.age",
    "vault.age~",
    "vault (SFConflict alice@example.com 2026-11-25-12-00-00).age",
    "vault.age.sync-conflict-20261125-120000-AAAAAAA.bak",
    "vault.age.conflict1",
    "복사본 vault.age",
];

/// A vault with `alice`, `renamed` and the HOTP entry `counted`. The copy is what `there` made of it, and the vault what
/// `here` did.
fn diverged(there: &[&[&str]], here: &[&[&str]]) -> (Home, PathBuf) {
    let home = Home::with(&[
        &["--account", "alice"],
        &["--issuer", "Forge", "--account", "ana"],
        &["--account", "counted", "--type", "hotp", "--counter", "5"],
    ]);
    let before = fs::read(home.vault("vault.age")).unwrap();
    let perform = |commands: &[&[&str]]| {
        for command in commands {
            home.vmfa_with(command, "BMC3PLACTKK77SBUIA3SWJO6WDFIVLOX").ok();
        }
    };
    perform(there);
    let copy = home.vault(NAME);
    fs::rename(home.vault("vault.age"), &copy).unwrap();
    home.write("data/vault/vault.age", &before);
    perform(here);
    (home, copy)
}

const ADD_BOB: [&str; 5] = ["add", "--secret-file", "-", "--account", "bob"];

fn import(home: &Home, copy: &Path, options: &[&str]) -> Done {
    home.vmfa(&[&["import", "--yes", copy.to_str().unwrap()], options].concat())
}

fn checks(home: &Home, args: &[&str]) -> (Vec<Value>, i32) {
    let done = home.vmfa(&[&["doctor", "--output", "json"], args].concat());
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    (report["checks"].as_array().unwrap().clone(), done.exit)
}

fn check(checks: &[Value], what: &str) -> Value {
    checks.iter().find(|check| check["what"] == what).unwrap_or_else(|| panic!("{what}: {checks:?}")).clone()
}

#[test]
fn doctor_names_a_copy_by_whatever_name_and_gives_a_command_that_a_shell_takes() {
    let home = Home::with(&[&["--account", "alice"], &["--account", "bob"]]);
    for name in NAMES {
        fs::copy(home.vault("vault.age"), home.vault(name)).unwrap();
    }
    let (said, exit) = checks(&home, &[]);
    assert_eq!(exit, 0, "{said:?}");
    for name in NAMES {
        let check = check(&said, name);
        assert_eq!(check["result"], "note", "{check}");
        assert!(check["detail"].as_str().unwrap().starts_with("an age file that is none of the vault's"), "{check}");
        let hint = check["hint"].as_str().unwrap();
        let command = format!("{} --dry-run", hint.strip_prefix('`').unwrap().split('`').next().unwrap());
        let mut shell = tool("sh", "dash");
        shell.env_clear().env("VMFA_DATA_DIR", home.path("data")).env("VMFA_IDENTITY_FILE", home.path("key"));
        shell.args(["-c", &command.replacen("vmfa", &format!("{} ", env!("CARGO_BIN_EXE_vmfa")), 1)]).arg("x");
        shell.env("PATH", "/nowhere");
        let done = run(shell, "");
        // The shell has found the file: all of it is in the vault, and nothing is asked.
        assert!(done.stderr.contains("0 new, 2 same"), "{command}: {}", done.stderr);
    }
}

#[test]
fn doctor_tells_copies_of_the_identity_temporary_files_leftovers_and_others_apart() {
    let home = Home::with(&[&["--account", "alice"]]);
    fs::copy(home.vault("identity.age"), home.vault("identity (1).age")).unwrap();
    let temporary = [
        ".syncthing.vault.age.tmp",
        "~syncthing~vault.age.tmp",
        ".vault.age.Xk3v9Q",
        ".vault.age.~1f2e",
        "vault.age.part",
    ];
    let strangers = ["notes.txt", "foreign.new", ".vault.age.old", "vault.age.bak.11", "\u{1b}[31m"];
    for name in temporary {
        fs::copy(home.vault("vault.age"), home.vault(name)).unwrap();
    }
    for name in strangers {
        fs::write(home.vault(name), "age-encryption.org/v2\n").unwrap();
    }
    fs::write(home.vault("recipients.txt.new"), "half").unwrap();
    fs::create_dir(home.vault(".stversions")).unwrap();
    symlink(home.vault("vault.age"), home.vault("linked.age")).unwrap();
    run(
        {
            let mut mkfifo = tool("mkfifo", "coreutils");
            mkfifo.arg(home.vault("pipe.age"));
            mkfifo
        },
        "",
    )
    .ok();
    fs::write(home.vault("agent.sock"), "").unwrap();
    let (said, exit) = checks(&home, &["--open"]);
    assert_eq!(exit, 0, "{said:?}");
    let detail = |what: &str| check(&said, what)["detail"].as_str().unwrap().to_owned();
    assert!(detail("identity (1).age").contains("under a passphrase"), "{said:?}");
    for name in temporary {
        assert!(detail(name).contains("has not finished it"), "{name}");
    }
    for name in [
        "notes.txt",
        "foreign.new",
        ".vault.age.old",
        "vault.age.bak.11",
        "\u{fffd}[31m",
        ".stversions",
        "linked.age",
        "pipe.age",
    ] {
        assert_eq!(detail(name), "it is none of the vault's files", "{name}");
    }
    assert!(detail("recipients.txt.new").contains("a writer that died has left it"));
    assert!(said.iter().all(|check| check["what"] != "agent.sock"), "{said:?}");
}

#[test]
fn a_copy_that_was_written_as_text_is_known_too() {
    let home = Home::with(&[&["--account", "alice"]]);
    let vault = home.decrypt_vault(&home.path("key"));
    let mut age = tool("age", "age");
    age.args(["-a", "-r", vault["recipient"].as_str().unwrap()]).arg("-o").arg(home.vault("vault.txt"));
    run(age, &vault.to_string()).ok();
    assert!(check(&checks(&home, &[]).0, "vault.txt")["detail"].as_str().unwrap().starts_with("an age file"));
    let (said, exit) = checks(&home, &["--open"]);
    assert_eq!((exit, &check(&said, "vault.txt")["result"]), (0, &json!("note")));
    assert!(check(&said, "vault.txt")["detail"].as_str().unwrap().ends_with("it can be deleted"));
}

#[test]
fn doctor_lists_so_many_files_and_counts_the_others() {
    let home = Home::with(&[&["--account", "alice"]]);
    for number in 0..53 {
        fs::write(home.vault(&format!("file {number:02}")), "").unwrap();
    }
    let (said, _) = checks(&home, &[]);
    let strangers: Vec<&Value> =
        said.iter().filter(|check| check["detail"].as_str().unwrap().contains("none of the vault's")).collect();
    assert_eq!(strangers.len(), 51);
    assert!(strangers[50]["detail"].as_str().unwrap().starts_with("3 files more"), "{}", strangers[50]);
}

#[test]
fn opened_a_copy_is_wrong_while_it_has_something_that_the_vault_lacks() {
    let (home, copy) = diverged(&[&ADD_BOB, &["code", "counted"], &["edit", "alice", "--name", "mine"]], &[]);
    let (said, exit) = checks(&home, &["--open"]);
    let lacking = check(&said, NAME);
    assert_eq!((exit, &lacking["result"]), (1, &json!("wrong")));
    assert_eq!(lacking["detail"], "a copy that has 1 entry that the vault lacks, and 1 counter further on");
    assert!(lacking["hint"].as_str().unwrap().starts_with("`vmfa import '"), "{lacking}");
    import(&home, &copy, &[]).ok();
    let (said, exit) = checks(&home, &["--open"]);
    assert_eq!((exit, &check(&said, NAME)["result"]), (0, &json!("note")));
    assert!(check(&said, NAME)["detail"].as_str().unwrap().ends_with("it can be deleted"));
    // Somebody else's, and a damaged one.
    fs::write(&copy, addressed_to_others(&home)).unwrap();
    assert!(check(&checks(&home, &["--open"]).0, NAME)["detail"].as_str().unwrap().contains("encrypted to recipients"));
    let mut damaged = fs::read(home.vault("vault.age")).unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(&copy, damaged).unwrap();
    assert!(check(&checks(&home, &["--open"]).0, NAME)["detail"].as_str().unwrap().contains("damaged"));
}

#[test]
fn a_copy_is_merged_with_the_identity_file_the_passphrase_asked_for_once_or_an_agent() {
    let (home, copy) = diverged(&[&ADD_BOB], &[]);
    let expected = oathtool(&["--totp", "-N", "@1700000000"], "BMC3PLACTKK77SBUIA3SWJO6WDFIVLOX");
    let has_bob = |home: &Home| home.vmfa(&["code", "bob", "--at", "1700000000"]).ok() == expected;
    let done = import(&home, &copy, &[]);
    assert!(done.stderr.contains("1 new, 3 same, 0 in conflict, 0 skipped"), "{}", done.stderr);
    assert_eq!(done.exit, 0);
    assert!(has_bob(&home));

    home.vmfa(&["remove", "bob", "--yes"]).ok();
    home.locked(&["import", "--yes", copy.to_str().unwrap()], "").ok();
    assert!(has_bob(&home));

    home.vmfa(&["remove", "bob", "--yes"]).ok();
    let mut session = on_terminal(home.command(&["import", copy.to_str().unwrap()]));
    session.exp_string("passphrase of the vault: ").unwrap();
    answer_hidden(&mut session, crate::setup::PASSPHRASE);
    session.exp_string("import 1 entry? [y/N] ").unwrap();
    session.send_line("y").unwrap();
    session.exp_string("1 entry imported").unwrap();
    session.exp_eof().unwrap();
    assert!(has_bob(&home));
}

#[test]
fn a_copy_is_merged_by_the_agent_and_from_stdin() {
    let session = Session::new();
    let before = fs::read(session.home.vault("vault.age")).unwrap();
    session.unlock(&[]).ok();
    run(session.command(&ADD_BOB), SECRET).ok();
    let copy = session.home.vault(NAME);
    fs::rename(session.home.vault("vault.age"), &copy).unwrap();
    session.home.write("data/vault/vault.age", &before);
    let mut command = session.command(&["import", "--yes", "-"]);
    command.stdin(fs::File::open(&copy).unwrap());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(session.vmfa(&["list"]).ok().lines().count(), 2);
}

#[test]
fn a_counter_moves_on_to_where_it_is_furthest_and_never_back() {
    let code = ["code", "counted"];
    let (home, copy) = diverged(&[&code, &code, &code], &[&code]);
    let dry = home.vmfa(&["import", "--dry-run", copy.to_str().unwrap()]);
    assert!(dry.stderr.contains("  same: counted: its counter moves on from 6 to 8\n"), "{}", dry.stderr);
    assert_eq!(home.json(&["list", "counted"])["entries"][0]["counter"], 6);
    let done = import(&home, &copy, &["--output", "json"]);
    assert!(done.stderr.contains("1 counter moved on"), "{}", done.stderr);
    let said: Value = serde_json::from_str(&done.ok()).unwrap();
    assert_eq!((&said["written"], &said["new"], &said["same"]), (&json!(true), &json!(0), &json!(3)));
    assert_eq!(said["entries"][2]["reason"], "its counter moves on from 6 to 8");
    assert_eq!(home.vmfa(&code).ok(), oathtool(&["-c", "8"], SECRET));
    // By now the vault is further on than the copy.
    let done = import(&home, &copy, &[]);
    assert!(done.stderr.contains("there is nothing to write"), "{}", done.stderr);
    assert_eq!(home.vmfa(&code).ok(), oathtool(&["-c", "9"], SECRET));
}

#[test]
fn a_counter_moves_on_by_another_programs_file_too() {
    let home = Home::with(&[&["--account", "counted", "--type", "hotp", "--counter", "5"]]);
    for (counter, next) in [(9, "9"), (7, "10")] {
        let file = home.write("uris", format!("otpauth://hotp/counted?secret={SECRET}&counter={counter}\n").as_bytes());
        home.vmfa(&["import", "--yes", file.to_str().unwrap()]).ok();
        assert_eq!(home.vmfa(&["code", "counted"]).ok(), oathtool(&["-c", next], SECRET));
    }
}

#[test]
fn an_entry_that_was_renamed_or_changed_there_stays_as_it_is_here_and_the_plan_says_so() {
    let (home, copy) = diverged(
        &[
            &["edit", "forge", "--name", "work", "--note", "theirs", "--tag", "there"],
            &["edit", "alice", "--account", "alicia"],
        ],
        &[&["edit", "forge", "--note", "ours"]],
    );
    let before = home.json(&["list", "--notes"]);
    let done = import(&home, &copy, &[]);
    for said in [
        "  same: Forge:ana\n    warning: the copy calls it `work`; what the vault calls it stays\n",
        "    warning: the copy has other tags, another note; what the vault has stays\n",
        "  same: alice\n    warning: the copy calls it `alicia`; what the vault calls it stays\n",
        "0 new, 3 same, 0 in conflict, 0 skipped\n",
    ] {
        assert!(done.stderr.contains(said), "{said}: {}", done.stderr);
    }
    done.ok();
    assert_eq!(home.json(&["list", "--notes"]), before);
}

#[test]
fn what_was_removed_there_stays_and_what_was_removed_here_comes_back_as_the_plan_says() {
    let (home, copy) = diverged(&[&["remove", "alice", "--yes"]], &[&["remove", "forge", "--yes"]]);
    let done = import(&home, &copy, &[]);
    assert!(done.stderr.contains("  new: Forge:ana\n  same: counted\n"), "{}", done.stderr);
    assert!(
        done.stderr.contains("  note: the vault has what the copy has not, and keeps it: `alice`\n"),
        "{}",
        done.stderr
    );
    done.ok();
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 3);
    home.vmfa(&["undo", "--yes"]).ok();
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 2);
}

#[test]
fn a_label_that_got_another_secret_there_is_a_conflict() {
    let there: [&[&str]; 2] = [&["remove", "alice", "--yes"], &["add", "--secret-file", "-", "--account", "alice"]];
    let (home, copy) = diverged(&there, &[]);
    let before = home.contents();
    let message = import(&home, &copy, &[]).failed(1);
    assert!(message.contains("  conflict: alice"), "{message}");
    assert_eq!(home.contents(), before);
    import(&home, &copy, &["--keep-both"]).ok();
    let code = oathtool(&["--totp", "-N", "@1700000000"], "BMC3PLACTKK77SBUIA3SWJO6WDFIVLOX");
    assert_eq!(home.vmfa(&["code", "alice (2)", "--at", "1700000000"]).ok(), code);
}

#[test]
fn the_offset_of_the_other_machines_clock_is_left_out_and_said() {
    let (home, copy) = diverged(&[&["offset", "set", "+40"], &ADD_BOB], &[]);
    let done = import(&home, &copy, &[]);
    assert!(done.stderr.contains("  note: the offset of its machine's clock, +40 s, is left out\n"), "{}", done.stderr);
    assert!(!done.stderr.contains("a newer vmfa"), "{}", done.stderr);
    done.ok();
    assert_eq!(home.vmfa(&["offset", "show"]).ok(), "0\n");
}

#[test]
fn a_copy_of_an_empty_vault_is_read() {
    let home = Home::unlocked();
    fs::copy(home.vault("vault.age"), home.vault(NAME)).unwrap();
    home.add(SECRET, &["--account", "alice"]).ok();
    let done = import(&home, &home.vault(NAME), &[]);
    assert!(done.stderr.contains("keeps it: `alice`") && done.exit == 0, "{}", done.stderr);
}

/// An age file of entries, encrypted by `age` to an identity that nobody has here.
fn addressed_to_others(home: &Home) -> Vec<u8> {
    let mut keygen = tool("age-keygen", "age");
    keygen.arg("-o").arg(home.path("others"));
    let public = run(keygen, "").stderr;
    fs::remove_file(home.path("others")).unwrap();
    let mut age = tool("age", "age");
    age.args(["-r", public.trim().strip_prefix("Public key: ").unwrap()]).arg("-o").arg(home.path("sealed"));
    run(age, &format!("otpauth://totp/secret?secret={SECRET}\n")).ok();
    fs::read(home.path("sealed")).unwrap()
}

#[test]
fn a_file_that_is_encrypted_to_somebody_else_is_refused_by_name() {
    let home = Home::with(&[&["--account", "alice"]]);
    let file = home.write("their file.age", &addressed_to_others(&home));
    let before = home.contents();
    let message = import(&home, &file, &[]).failed(1);
    assert!(
        message.contains(&format!("cannot import `{}`: this age file is encrypted to recipients", file.display())),
        "{message}"
    );
    assert!(message.contains("hint: pipe it in decrypted"), "{message}");
    assert_eq!(home.contents(), before);
}

#[test]
fn without_a_vault_it_is_said_what_to_do_and_nothing_is_made() {
    let home = Home::empty();
    let file = home.write("vault (1).age", &addressed_to_others(&home));
    let message = home.locked(&["import", "--yes", file.to_str().unwrap()], "").failed(1);
    assert!(
        message.contains("there is no vault that could be one of them") && message.contains("hint: if it is a copy"),
        "{message}"
    );
    assert!(!home.path("data").exists());
}

#[test]
fn any_form_in_an_age_file_to_the_vaults_recipient_is_read() {
    let home = Home::with(&[&["--account", "alice"]]);
    let recipient = home.decrypt_vault(&home.path("key"))["recipient"].as_str().unwrap().to_owned();
    for (content, exit, said) in [
        (format!("otpauth://totp/bob?secret={SECRET}\n"), 0, "1 new"),
        ("nothing that is known\n".to_owned(), 1, "in no form that is known"),
        (String::from_utf8_lossy(b"age-encryption.org/v1\n-> X25519 x\n").into_owned(), 1, "damaged"),
    ] {
        let mut age = tool("age", "age");
        age.args(["-r", &recipient]).arg("-o").arg(home.path("sealed.age"));
        run(age, &content).ok();
        let done = import(&home, &home.path("sealed.age"), &[]);
        assert!(done.exit == exit && done.stderr.contains(said), "{content}: {}", done.stderr);
        fs::remove_file(home.path("sealed.age")).unwrap();
    }
}
