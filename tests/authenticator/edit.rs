//! `edit`, tags and notes, the filters of `list`, and clocks that are off.

use std::time::SystemTime;

use serde_json::json;

use crate::setup::{Home, SECRET, oathtool};

#[test]
fn edit_changes_what_is_named_and_says_what_changed() {
    let home = Home::with(&[&["--issuer", "GitHub", "--account", "alice", "--tag", "work", "--note", "old"]]);
    let before = home.decrypt_vault(&home.path("key"))["entries"][0].clone();
    let note = home.write("note", "first line\nsecond 줄\n".as_bytes());
    let arguments = [
        &["edit", "github:alice", "--name", "gh", "--account", "bob", "--tag", "Money", "--untag", "WORK"][..],
        &["--note-file", note.to_str().unwrap(), "--digits", "8", "--period", "60", "--algorithm", "SHA256"],
        &["--offset", "-30", "--serial", "arn:aws:iam::123456789012:mfa/bob"],
    ]
    .concat();
    let edited = home.json(&arguments);
    assert_eq!(
        edited["changes"],
        json!([
            {"field": "name", "after": "gh"},
            {"field": "account", "before": "alice", "after": "bob"},
            {"field": "algorithm", "before": "SHA1", "after": "SHA256"},
            {"field": "digits", "before": "6", "after": "8"},
            {"field": "period", "before": "30", "after": "60"},
            {"field": "tags", "before": "work", "after": "Money"},
            {"field": "serial", "after": "arn:aws:iam::123456789012:mfa/bob"},
            {"field": "offset", "after": "-30"},
            {"field": "note"},
        ])
    );
    assert_eq!((&edited["entry"]["tags"], &edited["entry"]["offset"]), (&json!(["Money"]), &json!(-30)));
    // What age says that the vault holds.
    let after = home.decrypt_vault(&home.path("key"))["entries"][0].clone();
    assert_eq!(
        after,
        json!({"id": before["id"], "name": "gh", "issuer": "GitHub", "account": "bob", "type": "totp",
               "algorithm": "SHA256", "digits": 8, "period": 60, "secret": SECRET, "tags": ["Money"],
               "note": "first line\nsecond 줄", "serial": "arn:aws:iam::123456789012:mfa/bob", "offset": -30,
               "created": before["created"]})
    );
    let cleared = ["edit", "gh", "--no-name", "--no-note", "--no-serial", "--untag", "money", "--offset", "0"];
    let done = home.vmfa(&cleared);
    assert!(done.stderr.contains("`gh`: name removed\n"), "{}", done.stderr);
    assert_eq!(done.ok(), "");
    let after = home.decrypt_vault(&home.path("key"))["entries"][0].clone();
    let keys: Vec<&String> = after.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["account", "algorithm", "created", "digits", "id", "issuer", "period", "secret", "type"]);
}

#[test]
fn an_edit_that_changes_nothing_writes_nothing_and_one_that_names_nothing_is_a_usage_error() {
    let home = Home::with(&[&["--issuer", "GitHub", "--account", "alice", "--tag", "work"]]);
    let before = home.contents();
    let done = home.vmfa(&["edit", "github", "--issuer", "GitHub", "--tag", "Work", "--digits", "6"]);
    assert!(done.stderr.contains("`GitHub:alice` is unchanged"), "{}", done.stderr);
    done.ok();
    home.vmfa(&["edit", "github"]).failed(2);
    home.vmfa(&["edit", "github", "--name", "x", "--no-name"]).failed(2);
    home.vmfa(&["edit", "github", "--name", ""]).failed(2);
    assert!(home.vmfa(&["edit", "github", "--untag", "play"]).failed(4).contains("has no tag `play`"));
    home.vmfa(&["edit", "git", "--name", "x"]).failed(4);
    assert_eq!(home.contents(), before);
}

#[test]
fn an_edit_that_contradicts_another_entry_is_refused_whole() {
    let home = Home::with(&[
        &["--issuer", "GitHub", "--account", "alice", "--name", "gh"],
        &["--issuer", "GitLab", "--account", "bob", "--serial", "arn:aws:iam::123456789012:mfa/bob"],
        &["--name", "bare"],
    ]);
    let before = home.contents();
    for (arguments, named) in [
        (&["gitlab", "--tag", "x", "--name", "GH"][..], "`GH`"),
        (&["gitlab", "--issuer", "GitHub", "--account", "alice"], "`GitHub:alice`"),
        (&["gh", "--serial", "ARN:aws:iam::123456789012:mfa/bob"], "`ARN:aws:iam::123456789012:mfa/bob`"),
        (&["bare", "--no-name"], "neither a name nor an issuer nor an account"),
    ] {
        let message = home.vmfa(&[&["edit"], arguments].concat()).failed(1);
        assert!(message.contains(named), "{message}");
    }
    let serial = ["--account", "carol", "--serial", "arn:aws:iam::123456789012:mfa/bob"];
    assert!(home.add(SECRET, &serial).failed(1).contains("serial number"));
    assert_eq!(home.contents(), before);
    // With a name of its own, a label may stand twice, as when it is added.
    home.vmfa(&["edit", "gitlab", "--issuer", "GitHub", "--account", "alice", "--name", "second"]).ok();
}

#[test]
fn options_that_mean_nothing_for_a_type_are_usage_errors() {
    let home = Home::with(&[
        &["--account", "timed"],
        &["--account", "counted", "--type", "hotp"],
        &["--account", "game", "--type", "steam"],
    ]);
    let before = home.contents();
    for arguments in [
        &["timed", "--counter", "3"][..],
        &["counted", "--period", "60"],
        &["counted", "--offset", "+3"],
        &["game", "--digits", "6"],
        &["game", "--algorithm", "SHA1"],
        &["game", "--period", "60"],
        &["timed", "--offset", "1.5"],
        &["timed", "--offset", "99999999999"],
        &["timed", "--digits", "4"],
        &["timed", "--serial", "short"],
        &["timed", "--serial", "with a blank in it"],
    ] {
        home.vmfa(&[&["edit"], arguments].concat()).failed(2);
    }
    assert_eq!(home.contents(), before);
}

#[test]
fn a_counter_that_ran_away_is_set_and_a_code_of_another_counter_spends_nothing() {
    let home = Home::with(&[&["--account", "counted", "--type", "hotp", "--counter", "500"], &["--account", "timed"]]);
    let code = |counter: &str| oathtool(&["--hotp", "-c", counter], SECRET);
    assert_eq!(home.vmfa(&["code", "counted", "--counter", "7"]).ok(), code("7"));
    assert_eq!(home.json(&["code", "counted", "--counter", "8"])["counter"], 8);
    assert_eq!(home.vmfa(&["code", "counted"]).ok(), code("500"));
    home.vmfa(&["edit", "counted", "--counter", "7"]).ok();
    assert_eq!(home.vmfa(&["code", "counted"]).ok(), code("7"));
    assert_eq!(home.vmfa(&["code", "counted"]).ok(), code("8"));
    home.vmfa(&["code", "timed", "--counter", "7"]).failed(2);
}

#[test]
fn an_edited_issuer_is_what_is_shown_even_if_the_uri_had_another_prefix() {
    let home = Home::unlocked();
    let uri = "otpauth://totp/Proper%20Name:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=example.com";
    home.vmfa_with(&["add", "--uri-file", "-"], uri).ok();
    home.vmfa(&["edit", "example.com", "--issuer", "Mine"]).ok();
    assert_eq!(home.vmfa(&["list"]).ok(), "Mine:alice  Mine  alice  totp\n");
}

#[test]
fn list_filters_by_tag_and_by_any_part_and_shows_notes_only_when_asked() {
    let home = Home::with(&[
        &["--issuer", "GitHub", "--account", "alice", "--tag", "work", "--tag", "Code", "--note", "one\ntwo"],
        &["--issuer", "GitLab", "--account", "bob", "--tag", "업무"],
        &["--name", "bank", "--tag", "money"],
    ]);
    let names = |arguments: &[&str]| -> Vec<String> {
        let listed = home.json(&[&["list"], arguments].concat());
        let label = |entry: &serde_json::Value| format!("{}{}", entry["issuer"], entry["name"]).replace("null", "");
        listed["entries"].as_array().unwrap().iter().map(|entry| label(entry).replace('"', "")).collect()
    };
    assert_eq!(names(&["--tag", "WORK"]), ["GitHub"]);
    // In pieces, as macOS types it.
    assert_eq!(names(&["--tag", "\u{110b}\u{1165}\u{11b8}\u{1106}\u{116e}"]), ["GitLab"]);
    assert_eq!(names(&["git"]), ["GitHub", "GitLab"]);
    assert_eq!(names(&["hub", "--tag", "code"]), ["GitHub"]);
    assert_eq!(names(&["lab", "--tag", "code"]), Vec::<String>::new());
    assert!(home.vmfa(&["list", "--tag", "none"]).stderr.contains("no entry fits"));
    assert_eq!(
        home.vmfa(&["list", "git"]).ok(),
        "GitHub:alice  GitHub  alice  totp  #work #Code\nGitLab:bob    GitLab  bob    totp  #업무\n"
    );
    assert_eq!(
        home.vmfa(&["list", "hub", "--notes"]).ok(),
        "GitHub:alice  GitHub  alice  totp  #work #Code\n    one\n    two\n"
    );
    assert_eq!(home.json(&["list", "hub", "--notes"])["entries"][0]["note"], "one\ntwo");
    assert_eq!(home.json(&["list", "hub"])["entries"][0].get("note"), None);
}

#[test]
fn tags_and_a_note_come_in_with_add_and_a_note_is_for_one_entry() {
    let home = Home::unlocked();
    let uris = "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\notpauth://totp/b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n";
    home.vmfa_with(&["add", "--uri-file", "-", "--tag", "moved"], uris).ok();
    assert_eq!(home.vmfa(&["list", "--tag", "moved"]).ok().lines().count(), 2);
    for option in ["--note", "--serial"] {
        let message =
            home.vmfa_with(&["add", "--uri-file", "-", option, "arn:aws:iam::123456789012:mfa/a"], uris).failed(2);
        assert!(message.contains("for one entry"), "{message}");
    }
}

#[test]
fn the_offsets_of_the_machine_and_of_the_entry_are_added_to_the_clock_and_to_at() {
    let home = Home::with(&[&["--account", "alice"], &["--account", "bob"]]);
    home.vmfa(&["edit", "bob", "--offset", "-302"]).ok();
    home.vmfa(&["offset", "set", "+3602"]).ok();
    assert_eq!(home.vmfa(&["offset", "show"]).ok(), "+3602\n");
    let at = |time: &str| oathtool(&["--totp", "-N", time], SECRET);
    assert_eq!(home.vmfa(&["code", "alice", "--at", "1111111109"]).ok(), at("@1111114711"));
    assert_eq!(home.vmfa(&["code", "bob", "--at", "1111111109"]).ok(), at("@1111114409"));
    // The times that programs are told are those of this machine's clock.
    let code = home.json(&["code", "alice", "--at", "1111111109"]);
    assert_eq!(
        (&code["valid_from"], &code["valid_until"], &code["remaining"]),
        (&json!(1_111_111_108), &json!(1_111_111_138), &json!(29))
    );

    // So that it does not matter whether a step ends between the two.
    let shown = home.json(&["code", "bob"]);
    let from = shown["valid_from"].as_u64().unwrap();
    let expected = at(&format!("@{}", from + 3602 - 302));
    assert_eq!(shown["code"].as_str().unwrap(), expected.trim());
    assert!(now().abs_diff(from) < 60);

    assert_eq!(home.decrypt_vault(&home.path("key"))["offset"], 3602);
    assert_eq!(home.json(&["offset", "clear"]), json!({"offset": 0}));
    assert_eq!(home.vmfa(&["code", "alice", "--at", "1111111109"]).ok(), at("@1111111109"));
    assert_eq!(home.vmfa(&["code", "bob", "--at", "100"]).ok(), at("@0"), "before 1970 there is nothing");
    home.vmfa(&["offset", "set", "soon"]).failed(2);
    assert!(!home.decrypt_vault(&home.path("key")).as_object().unwrap().contains_key("offset"));
}

#[expect(clippy::disallowed_methods, reason = "the program under test reads the real clock too")]
fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}
