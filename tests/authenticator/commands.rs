//! `add`, `list`, `remove`, `export` and `passphrase`.

use serde_json::json;

use crate::setup::{Home, SECRET};

#[test]
fn list_aligns_columns_by_cells_and_shows_no_secret() {
    let home = Home::with(&[
        &["--issuer", "카카오", "--account", "민수"],
        &["--issuer", "GitHub", "--account", "alice", "--algorithm", "SHA256", "--digits", "8", "--period", "60"],
        &["--name", "game", "--type", "steam"],
    ]);
    assert_eq!(
        home.vmfa(&["list"]).ok(),
        "카카오:민수   카카오  민수   totp\n\
         GitHub:alice  GitHub  alice  totp, SHA256, 8 digits, 60 s\n\
         game                         steam\n"
    );
    let listed = home.json(&["list"]);
    let keys = |index: usize| listed["entries"][index].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        keys(0),
        ["account", "algorithm", "alias", "created", "digits", "id", "issuer", "name", "period", "type"]
    );
    assert_eq!(keys(2), ["account", "algorithm", "alias", "created", "id", "issuer", "name", "period", "type"]);
    assert!(!listed.to_string().contains(SECRET));
}

#[test]
fn a_label_from_outside_cannot_steer_the_terminal() {
    let home = Home::with(&[&["--issuer", "\u{1b}]0;owned\u{7}", "--account", "alice"]]);
    assert!(!home.vmfa(&["list"]).ok().contains('\u{1b}'));
    assert!(!home.vmfa(&["remove", "\u{1b}", "--yes"]).failed(4).contains('\u{1b}'));
}

#[test]
fn adding_twice_is_the_same_and_a_contradiction_is_refused() {
    let home = Home::with(&[&["--issuer", "GitHub", "--account", "alice"]]);
    let before = home.contents();
    let again = home.add(SECRET, &["--issuer", "GitHub", "--account", "alice"]);
    assert!(again.stderr.contains("same: GitHub:alice"), "{}", again.stderr);
    let other = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let message = home.add(other, &["--issuer", "GitHub", "--account", "alice"]).failed(1);
    assert!(message.contains("another secret") && !message.contains("JBSW"), "{message}");
    assert_eq!(home.contents(), before);
    home.add(other, &["--issuer", "GitHub", "--account", "alice", "--name", "second"]).ok();
    assert!(home.add(other, &["--account", "bob", "--name", "Second"]).failed(1).contains("`Second`"));
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 2);
}

#[test]
fn an_added_entry_is_reported_in_json() {
    let home = Home::unlocked();
    let done = home.vmfa_with(&["add", "--secret-file", "-", "--name", "weak", "--output", "json"], "JBSWY3DPEHPK3PXP");
    let added: serde_json::Value = serde_json::from_str(&done.ok()).unwrap();
    let entry = &added["entries"][0];
    assert_eq!(
        (&entry["outcome"], &entry["line"], &entry["entry"]["name"]),
        (&json!("new"), &json!(null), &json!("weak"))
    );
    assert!(entry["warnings"][0].as_str().unwrap().contains("80 bits"));
}

#[test]
fn a_secret_among_the_arguments_is_refused_and_not_repeated() {
    let home = Home::unlocked();
    for argument in [SECRET, "otpauth://totp/a?secret=GEZDGNBV"] {
        let message = home.vmfa(&["add", argument]).failed(2);
        assert!(message.contains("not taken from an argument") && !message.contains("GEZD"), "{message}");
    }
}

#[test]
fn options_that_mean_nothing_for_a_type_are_usage_errors() {
    let home = Home::unlocked();
    for options in [
        &["--type", "steam", "--digits", "6"][..],
        &["--type", "steam", "--algorithm", "SHA1"],
        &["--type", "hotp", "--period", "30"],
        &["--counter", "1"],
        &["--digits", "4"],
        &["--digits", "11"],
        &["--digits", "+6"],
        &["--period", "0"],
        &["--period", "86401"],
        &["--algorithm", "MD5"],
        &["--name", ""],
    ] {
        home.add(SECRET, &[&["--account", "a"], options].concat()).failed(2);
    }
    assert!(
        home.vmfa_with(&["add", "--secret-file", "-", "--passphrase-file", "-"], SECRET)
            .failed(2)
            .contains("one thing")
    );
    assert_eq!(home.vmfa(&["list"]).ok(), "");
}

#[test]
fn remove_takes_a_whole_name_only() {
    let home =
        Home::with(&[&["--issuer", "GitHub", "--account", "alice"], &["--issuer", "GitLab", "--account", "bob"]]);
    home.vmfa(&["remove", "git", "--yes"]).failed(4);
    home.vmfa(&["remove", "GitHub"]).failed(2);
    let removed = home.json(&["remove", "github:alice", "--yes"]);
    assert_eq!(removed["removed"]["account"], "alice");
    assert_eq!(home.vmfa(&["list"]).ok(), "GitLab:bob  GitLab  bob  totp\n");
}
