//! `edit --secret-file`: the service has given the account another secret.

use serde_json::{Value, json};

use crate::setup::{Home, SECRET, answer_hidden, oathtool, on_terminal};

const NEW: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// Replaces the secret of an entry by what is on stdin.
fn replace(home: &Home, query: &str, secret: &str, options: &[&str]) -> crate::setup::Done {
    home.vmfa_with(&[&["edit", query, "--secret-file", "-"], options].concat(), secret)
}

fn code_at_59(home: &Home, query: &str) -> String {
    home.vmfa(&["code", query, "--at", "59"]).ok()
}

#[test]
fn a_new_secret_makes_other_codes_and_all_else_about_the_entry_stays() {
    let labels = ["--issuer", "GitHub", "--account", "alice", "--name", "gh", "--tag", "work", "--note", "hidden"];
    let device = ["--serial", "arn:aws:iam::123456789012:mfa/alice", "--digits", "8", "--algorithm", "SHA256"];
    let home = Home::with(&[&[&labels[..], &device].concat()]);
    home.vmfa(&["edit", "gh", "--offset", "+30"]).ok();
    let before = home.decrypt_vault(&home.path("key"))["entries"][0].clone();
    let done = replace(&home, "gh", "jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxp\n", &["--output", "json"]);
    assert_eq!(done.stderr, "`gh`: secret changed\n");
    let edited: Value = serde_json::from_str(&done.ok()).unwrap();
    assert_eq!((&edited["changes"], &edited["warnings"]), (&json!([{"field": "secret"}]), &json!([])));
    assert!(!edited.to_string().contains("JBSW") && !edited.to_string().contains("GEZD"), "{edited}");

    let mut expected = before;
    expected["secret"] = json!(NEW);
    assert_eq!(home.decrypt_vault(&home.path("key"))["entries"][0], expected);
    let expected = oathtool(&["--totp=sha256", "-d", "8", "-N", "@89"], NEW);
    assert_eq!(code_at_59(&home, "gh"), expected, "the offset too");
}

#[test]
fn undo_says_that_the_secret_changes_and_brings_the_old_one_back() {
    let home = Home::with(&[&["--account", "alice"]]);
    replace(&home, "alice", NEW, &[]).ok();
    let list = home.vmfa(&["undo", "--list"]).ok();
    assert_eq!(list.lines().nth(1), Some("   `alice`: secret changes"), "{list}");
    assert!(!list.contains("GEZD") && !list.contains("JBSW"), "{list}");
    assert_eq!(home.json(&["undo", "--yes"])["undone"]["changed"][0]["changes"], json!([{"field": "secret"}]));
    assert_eq!(code_at_59(&home, "alice"), oathtool(&["--totp", "-N", "@59"], SECRET));
    home.vmfa(&["undo", "--yes"]).ok();
    assert_eq!(code_at_59(&home, "alice"), oathtool(&["--totp", "-N", "@59"], NEW));
}

#[test]
fn the_secret_that_is_there_already_changes_nothing() {
    let home = Home::with(&[&["--account", "alice"], &["--account", "counted", "--type", "hotp", "--counter", "7"]]);
    let before = home.contents();
    for entry in ["alice", "counted"] {
        let done = replace(&home, entry, &SECRET.to_lowercase(), &[]);
        assert_eq!(done.stderr, format!("`{entry}` is unchanged\n"));
        done.ok();
    }
    assert_eq!(home.contents(), before);
}

#[test]
fn a_new_secret_counts_from_0_or_from_where_it_is_told() {
    let home = Home::with(&[&["--account", "alice", "--type", "hotp", "--counter", "57"]]);
    let done = replace(&home, "alice", NEW, &[]);
    assert!(done.stderr.contains("`alice`: counter changed from `57` to `0`"), "{}", done.stderr);
    assert_eq!(home.vmfa(&["code"]).ok(), oathtool(&["--hotp", "-c", "0"], NEW));
    replace(&home, "alice", SECRET, &["--counter", "9"]).ok();
    assert_eq!(home.vmfa(&["code"]).ok(), oathtool(&["--hotp", "-c", "9"], SECRET));
}

#[test]
fn each_secret_keeps_its_own_counter_when_undo_brings_it_back() {
    let home = Home::with(&[&["--account", "alice", "--type", "hotp", "--counter", "57"]]);
    assert_eq!(home.vmfa(&["code"]).ok(), oathtool(&["--hotp", "-c", "57"], SECRET));
    replace(&home, "alice", NEW, &[]).ok();
    assert_eq!(home.vmfa(&["code"]).ok(), oathtool(&["--hotp", "-c", "0"], NEW));
    home.vmfa(&["undo", "--yes"]).ok();
    assert_eq!(home.vmfa(&["code"]).ok(), oathtool(&["--hotp", "-c", "58"], SECRET));
    home.vmfa(&["undo", "--yes"]).ok();
    assert_eq!(home.vmfa(&["code"]).ok(), oathtool(&["--hotp", "-c", "1"], NEW));
}

#[test]
fn a_code_of_a_new_secret_is_fresh_though_one_of_the_old_was_shown_and_other_entries_are_remembered() {
    // Codes that last a day, so that no step ends while the test runs.
    let a_day = ["--period", "86400"];
    let home =
        Home::with(&[&[&["--account", "alice"], &a_day[..]].concat(), &[&["--account", "bob"], &a_day[..]].concat()]);
    for entry in ["alice", "bob"] {
        home.vmfa(&["code", entry]).ok();
    }
    replace(&home, "alice", NEW, &[]).ok();
    home.vmfa(&["code", "alice", "--fresh", "--no-wait"]).ok();
    home.vmfa(&["code", "alice", "--fresh", "--no-wait"]).failed(3);
    home.vmfa(&["code", "bob", "--fresh", "--no-wait"]).failed(3);
    // Another change of the entry is no reason to forget.
    home.vmfa(&["edit", "alice", "--name", "al"]).ok();
    home.vmfa(&["code", "al", "--fresh", "--no-wait"]).failed(3);
}

#[test]
fn a_secret_that_is_short_or_another_entrys_comes_with_a_warning() {
    let home = Home::with(&[&["--account", "alice"], &["--account", "bob"]]);
    let done = replace(&home, "alice", "JBSWY3DPEHPK3PXP", &["--output", "json"]);
    let edited: Value = serde_json::from_str(&done.stdout).unwrap();
    assert!(edited["warnings"][0].as_str().unwrap().contains("80 bits"), "{edited}");
    assert!(done.stderr.starts_with("warning: the secret has 80 bits"), "{}", done.stderr);
    let done = replace(&home, "alice", SECRET, &[]);
    assert_eq!(done.stderr, "warning: `bob` has the same secret\n`alice`: secret changed\n");
    done.ok();
}

#[test]
fn what_is_no_setup_key_changes_nothing_and_is_not_repeated() {
    let home = Home::with(&[&["--account", "alice"]]);
    let before = home.contents();
    let uri = format!("otpauth://totp/alice?secret={NEW}");
    for (text, problem) in [(uri.as_str(), "this is a URI"), ("JBSWY3DP!", "not base32"), ("", "the secret is empty")] {
        let message = replace(&home, "alice", text, &[]).failed(2);
        assert!(message.contains(problem) && !message.contains("JBSW"), "{message}");
        let added = home.add(text, &["--account", "bob"]).failed(2);
        assert!(added.contains(problem) && !added.contains("JBSW"), "{added}");
    }
    for other in ["--note-file", "--passphrase-file"] {
        assert!(replace(&home, "alice", NEW, &[other, "-"]).failed(2).contains("stdin carries one thing"));
    }
    replace(&home, "nobody", NEW, &[]).failed(4);
    assert_eq!(home.contents(), before);
}

#[test]
fn on_a_terminal_the_setup_key_is_asked_for_and_not_shown() {
    let home = Home::with(&[&["--account", "alice"]]);
    let mut command = home.command(&["edit", "alice", "--secret-file", "-"]);
    command.env("VMFA_IDENTITY_FILE", home.path("key"));
    let mut session = on_terminal(command);
    session.exp_string("setup key (not shown): ").unwrap();
    answer_hidden(&mut session, NEW);
    let rest = session.exp_eof().unwrap();
    assert!(rest.contains("`alice`: secret changed") && !rest.contains("JBSW"), "{rest}");
    assert_eq!(code_at_59(&home, "alice"), oathtool(&["--totp", "-N", "@59"], NEW));
}
