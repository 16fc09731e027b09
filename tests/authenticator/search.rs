//! Which entry a query means, as `code`, `list`, `export`, `edit` and `remove` take it.

use crate::setup::{Home, SECRET, oathtool};

/// As in a report of the kind "a search typed without accents".
const CAFE: &str =
    "otpauth://totp/Caf%C3%A9%20Z%C3%BCrich:ana?secret=CNB4WQ3NSSFGJ4PRWVZPF2OXJCFGQ24O&issuer=Caf%C3%A9%20Z%C3%BCrich";

fn home() -> Home {
    let home = Home::with(&[
        &["--issuer", "Zürcher Kantonalbank", "--account", "ana"],
        &["--issuer", "GitHub", "--account", "alice@example.com"],
        &["--issuer", "GitLab", "--account", "alice@example.com"],
        &["--issuer", "Сергей", "--account", "почта"],
        &["--issuer", "ガス", "--account", "각"],
    ]);
    home.vmfa_with(&["add", "--uri-file", "-"], CAFE).ok();
    home
}

fn listed(home: &Home, query: &str) -> Vec<String> {
    let listing = home.json(&["list", query]);
    let issuer = |entry: &serde_json::Value| entry["issuer"].as_str().unwrap().to_owned();
    listing["entries"].as_array().unwrap().iter().map(issuer).collect()
}

#[test]
fn what_is_typed_without_accents_is_found_where_nothing_else_fits() {
    let home = home();
    let secret = CAFE.split(['=', '&']).nth(1).unwrap();
    let code = oathtool(&["--totp", "-N", "@1700000000"], secret);
    for query in ["cafe zurich", "zurich cafe", "CAFÉ ZURICH:ANA", "cafe\u{301}", "ana caf"] {
        assert_eq!(home.vmfa(&["code", query, "--at", "1700000000"]).ok(), code, "{query}");
        assert_eq!(listed(&home, query), ["Café Zürich"], "{query}");
        assert_eq!(home.vmfa(&["export", query]).ok().lines().count(), 1, "{query}");
    }
    let several = home.vmfa(&["code", "ur"]).failed(5);
    assert!(several.contains("Café Zürich:ana") && several.contains("Zürcher Kantonalbank:ana"), "{several}");
    for query in ["сергеи", "カス", "가", "\u{1100}", "cafe geneve"] {
        assert!(home.vmfa(&["code", query]).failed(4).contains("no entry fits"), "{query}");
        assert_eq!(listed(&home, query), Vec::<String>::new(), "{query}");
    }
}

#[test]
fn several_words_narrow_what_is_found_in_any_order() {
    let home = home();
    assert_eq!(listed(&home, "alice hub"), ["GitHub"]);
    assert_eq!(listed(&home, "example git"), ["GitHub", "GitLab"]);
    let code = oathtool(&["--totp", "-N", "@59"], SECRET);
    assert_eq!(home.vmfa(&["code", "alice lab", "--at", "59"]).ok(), code);
    assert_eq!(home.vmfa(&["code", "  lab\talice ", "--at", "59"]).ok(), code);
    assert!(home.vmfa(&["code", "git alice"]).failed(5).contains("GitLab:alice@example.com"));
    home.vmfa(&["code", "alice bank"]).failed(4);
}

#[test]
fn what_changes_an_entry_takes_the_whole_of_a_name_with_its_accents() {
    let home = home();
    let before = home.contents();
    for query in ["cafe zurich", "cafe zurich:ana", "zürich ana", "Café", "alice hub"] {
        home.vmfa(&["remove", query, "--yes"]).failed(4);
        home.vmfa(&["edit", query, "--note", "n"]).failed(4);
    }
    assert_eq!(home.contents(), before);
    home.vmfa(&["edit", "CAFÉ ZU\u{308}RICH", "--note", "n"]).ok();
    home.vmfa(&["remove", "cafe\u{301} zürich:ana", "--yes"]).ok();
}
