//! One name in two spellings is one name: Hangul and accents in pieces, as macOS writes them, capitals, and space around it.

use serde_json::{Value, json};

use crate::setup::{Done, Home, SECRET};

/// A name as a phone writes it, and as macOS does (Unicode Standard Annex 15).
const SPELLINGS: [(&str, &str); 2] =
    [("민수", "\u{1106}\u{1175}\u{11ab}\u{1109}\u{116e}"), ("Café Zürich", "Cafe\u{301} Zu\u{308}rich")];

/// Another secret than [`SECRET`].
const OTHER: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

const SERIAL: &str = "arn:aws:iam::123456789012:mfa/alice";

/// What the vault holds of its first entry, as `age` decrypts it.
fn first(home: &Home) -> Value {
    home.decrypt_vault(&home.path("key"))["entries"][0].clone()
}

fn count(home: &Home) -> usize {
    home.vmfa(&["list"]).ok().lines().count()
}

/// A vault as an earlier version wrote it, with every text as it was typed.
fn earlier(texts: &[&str]) -> Home {
    let home = Home::unlocked();
    let mut vault = home.decrypt_vault(&home.path("key"));
    let entries = texts.iter().enumerate().map(|(number, text)| {
        json!({
            "id": format!("{number:016x}"), "name": text, "issuer": format!("{text} "), "account": text, "alias": text,
            "type": "totp", "algorithm": "SHA1", "digits": 6, "period": 30, "secret": SECRET,
            "tags": [text], "created": 1_700_000_000, "newer": text,
        })
    });
    vault["entries"] = entries.collect();
    home.encrypt_vault(&vault);
    home
}

#[test]
fn what_is_typed_in_pieces_is_kept_whole_and_added_once() {
    for (whole, pieces) in SPELLINGS {
        let spaced = format!(" {pieces}\u{3000}");
        let typed = ["--name", &spaced, "--issuer", &spaced, "--account", &spaced, "--tag", &spaced, "--tag", whole];
        let home = Home::unlocked();
        home.add(SECRET, &[&typed[..], &["--serial", &format!(" {SERIAL} ")]].concat()).ok();
        let kept = first(&home);
        for key in ["name", "issuer", "account"] {
            assert_eq!(kept[key], whole, "{key}");
        }
        assert_eq!((&kept["tags"], &kept["serial"]), (&json!([whole]), &json!(SERIAL)));

        let again = home.add(SECRET, &["--name", &whole.to_uppercase(), "--issuer", whole, "--account", whole]);
        assert!(again.stderr.contains(&format!("same: {whole}")), "{}", again.stderr);
        let taken = home.add(OTHER, &["--name", pieces]).failed(1);
        assert!(taken.contains(&format!("another entry is named `{whole}`")), "{taken}");
        let conflict = home.add(OTHER, &["--issuer", pieces, "--account", &whole.to_lowercase()]).failed(1);
        assert!(conflict.contains("with another secret"), "{conflict}");
        let serial = home.add(OTHER, &["--name", "b", "--serial", &SERIAL.to_uppercase()]).failed(1);
        assert!(serial.contains("another entry has the serial number"), "{serial}");
        assert_eq!(count(&home), 1);
    }
}

#[test]
fn a_name_of_white_space_alone_is_refused_and_names_no_entry() {
    let home = Home::with(&[&["--account", "alice"]]);
    for option in ["--name", "--tag"] {
        let message = home.add(OTHER, &["--account", "bob", option, " \u{3000}"]).failed(2);
        assert!(message.contains(option) && message.contains("can be seen"), "{message}");
        home.vmfa(&["edit", "alice", option, "\t"]).failed(2);
    }
    // The entry has an empty issuer, and what is removed must have been named.
    for command in [&["remove", "--yes", " "][..], &["edit", " ", "--note", "n"], &["code", " "], &["export", " "]] {
        assert!(home.vmfa(command).failed(4).contains("no entry fits"), "{command:?}");
    }
    assert_eq!(count(&home), 1);
}

#[test]
fn a_file_with_names_in_pieces_brings_in_what_is_there_as_the_same() {
    for (whole, pieces) in SPELLINGS {
        let home = Home::with(&[&["--issuer", whole, "--account", whole]]);
        let import = |text: &Value, options: &[&str]| -> Done {
            let file = home.write("file.json", text.to_string().as_bytes());
            home.vmfa(&[&["import", "--yes", file.to_str().unwrap()], options].concat())
        };
        let own = |secret: &str, account: &str| {
            json!({"version": 1, "entries": [{
                "id": "00000000000000ff", "issuer": pieces, "account": account, "type": "totp", "algorithm": "SHA1",
                "digits": 6, "period": 30, "secret": secret, "tags": [pieces, whole], "created": 1,
            }]})
        };
        let same = import(&own(SECRET, pieces), &[]);
        assert!(same.stderr.contains("0 new, 1 same, 0 in conflict"), "{}", same.stderr);
        let conflict = import(&own(OTHER, &pieces.to_uppercase()), &[]).failed(1);
        assert!(conflict.contains("1 entry in conflict"), "{conflict}");
        let both = import(&own(OTHER, pieces), &["--keep-both", "--output", "json"]).ok();
        let plan: Value = serde_json::from_str(&both).unwrap();
        assert_eq!(plan["entries"][0]["label"], format!("{whole}:{whole} (2)"));
        let entry = &plan["entries"][0]["entry"];
        assert_eq!((&entry["account"], &entry["tags"]), (&json!(whole), &json!([whole])));

        let item = |title: &str, user: &str| json!({"type": 1, "name": title, "login": {"username": user, "totp": format!("otpauth://totp/{user}?secret={OTHER}&issuer=X")}});
        let items = json!({"encrypted": false, "folders": [], "items": [item(whole, "a"), item(pieces, "b")]});
        let shared = import(&items, &[]);
        assert_eq!(shared.stderr.matches("the name was left out").count(), 2, "{}", shared.stderr);
        assert_eq!(count(&home), 4);
    }
}

#[test]
fn an_entry_that_an_earlier_version_kept_in_pieces_is_the_same_as_the_whole() {
    for (whole, pieces) in SPELLINGS {
        let home = earlier(&[pieces]);
        let again = home.add(SECRET, &["--issuer", whole, "--account", whole]);
        assert!(again.stderr.contains(&format!("same: {whole}")), "{}", again.stderr);
        let entry = &home.json(&["list", whole])["entries"][0];
        for key in ["name", "issuer", "account", "alias"] {
            assert_eq!(entry[key], whole, "{key}");
        }
        home.vmfa(&["code", pieces, "--at", "59"]).ok();
        assert_eq!(first(&home)["name"], pieces, "looking has written nothing");
        home.vmfa(&["edit", whole, "--note", "n"]).ok();
        assert_eq!(first(&home)["name"], whole);
        assert_eq!(first(&home)["newer"], pieces, "what is not known is kept as it is");
    }
}

#[test]
fn an_edit_compares_names_and_tags_and_keeps_them_whole() {
    for (whole, pieces) in SPELLINGS {
        let home = earlier(&[pieces]);
        home.add(OTHER, &["--name", "other"]).ok();
        let before = home.contents();
        let done = home.vmfa(&["edit", whole, "--name", pieces, "--account", whole, "--tag", whole]);
        assert!(done.stderr.contains("is unchanged"), "{}", done.stderr);
        assert_eq!(home.contents(), before);

        let changes = home.json(&["edit", pieces, "--note", "n"]);
        assert_eq!(changes["changes"], json!([{"field": "note"}]));
        let upper = whole.to_uppercase();
        let taken = home.vmfa(&["edit", "other", "--name", &upper]).failed(1);
        assert!(taken.contains("another entry is named"), "{taken}");
        home.vmfa(&["edit", "other", "--issuer", pieces, "--tag", pieces]).ok();
        let entry = &home.json(&["list", "other"])["entries"][0];
        assert_eq!((&entry["issuer"], &entry["tags"]), (&json!(whole), &json!([whole])));
        home.vmfa(&["edit", "other", "--untag", &upper]).ok();
        assert_eq!(home.json(&["list", "other"])["entries"][0]["tags"], Value::Null);
        let label = home.vmfa(&["edit", "other", "--no-name", "--account", &upper]).failed(1);
        assert!(label.contains(&format!("another entry is `{whole}:{upper}`")), "{label}");
    }
}

#[test]
fn twins_of_an_earlier_version_may_stay_and_each_can_be_edited_by_its_id() {
    for (whole, pieces) in SPELLINGS {
        let home = earlier(&[whole, pieces]);
        let message = home.vmfa(&["code", whole]).failed(5);
        assert!(message.contains("0000000000000000") && message.contains("0000000000000001"), "{message}");
        home.vmfa(&["edit", "0000000000000001", "--note", "n"]).ok();
        home.vmfa(&["edit", "0000000000000001", "--name", "second"]).ok();
        assert!(home.vmfa(&["edit", "second", "--name", pieces]).failed(1).contains("another entry is named"));
        home.vmfa(&["code", "second"]).ok();
    }
}

#[test]
fn tags_in_pieces_limit_a_list_and_an_export() {
    for (whole, pieces) in SPELLINGS {
        let home = earlier(&[pieces]);
        home.add(OTHER, &["--name", "other"]).ok();
        for tag in [whole, pieces, &whole.to_uppercase(), &format!(" {pieces} ")] {
            assert_eq!(home.json(&["list", "--tag", tag])["entries"].as_array().unwrap().len(), 1, "{tag}");
            assert_eq!(home.vmfa(&["export", "--tag", tag]).ok().lines().count(), 1, "{tag}");
            assert_eq!(home.vmfa(&["export", tag]).ok().lines().count(), 1, "{tag}");
        }
        home.vmfa(&["export", "--tag", "민주"]).failed(4);
    }
}

#[test]
fn undo_sees_no_change_in_a_name_that_an_earlier_version_kept_in_pieces() {
    for (whole, pieces) in SPELLINGS {
        let home = earlier(&[pieces]);
        home.vmfa(&["edit", whole, "--note", "n"]).ok();
        let state = &home.json(&["undo", "--list"])["states"][0];
        assert_eq!((&state["back"], &state["away"]), (&json!([]), &json!([])));
        assert_eq!(state["changed"][0]["changes"], json!([{"field": "note"}]));
        home.vmfa(&["edit", whole, "--name", "renamed"]).ok();
        let undone = home.json(&["undo", "--yes"]);
        let change = json!([{"field": "name", "before": "renamed", "after": whole}]);
        assert_eq!(undone["undone"]["changed"][0]["changes"], change);
        assert_eq!(first(&home)["name"], whole);
    }
}
