//! `undo`: earlier states of the vault come back, and go again.

use serde_json::json;

use crate::setup::{Home, SECRET, on_terminal};

#[test]
fn undo_brings_a_removed_entry_back_and_the_next_undo_takes_it_away_again() {
    let home = Home::with(&[&["--account", "alice"], &["--account", "bob"]]);
    let before = home.decrypt_vault(&home.path("key"));
    home.vmfa(&["remove", "alice", "--yes"]).ok();
    let done = home.vmfa(&["undo", "--yes"]);
    assert!(done.stderr.contains("`alice` comes back"), "{}", done.stderr);
    assert_eq!(done.ok(), "");
    assert_eq!(home.decrypt_vault(&home.path("key")), before);
    let again = home.json(&["undo", "--yes"]);
    assert_eq!(again["undone"]["away"][0]["account"], "alice");
    assert_eq!((&again["undone"]["back"], &again["undone"]["changed"]), (&json!([]), &json!([])));
    assert_eq!(home.vmfa(&["list"]).ok(), "bob    bob  totp\n");
}

#[test]
fn the_list_shows_what_each_state_would_bring_back_and_ten_are_kept() {
    let home = Home::unlocked();
    for number in 1..=12 {
        home.add(SECRET, &["--name", &format!("entry {number}")]).ok();
    }
    home.vmfa(&["edit", "entry 12", "--name", "twelfth", "--note", "hidden"]).ok();
    home.vmfa(&["offset", "set", "5"]).ok();
    let states = home.json(&["undo", "--list"]);
    let numbers: Vec<u64> =
        states["states"].as_array().unwrap().iter().map(|state| state["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    assert_eq!(states["states"][0]["offset"], 0);
    assert_eq!(
        states["states"][1]["changed"][0]["changes"],
        json!([{"field": "name", "before": "twelfth", "after": "entry 12"}, {"field": "note"}])
    );
    // Eight of the twelve were added after the oldest state.
    assert_eq!(states["states"][9]["away"].as_array().unwrap().len(), 8);
    let text = home.vmfa(&["undo", "--list"]).ok();
    assert!(
        text.contains("\n   `twelfth`: name changes from `twelfth` to `entry 12`\n   `twelfth`: note changes\n"),
        "{text}"
    );
    assert!(!text.contains("hidden") && !text.contains(SECRET), "{text}");

    home.vmfa(&["undo", "--to", "10", "--yes"]).ok();
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 4);
    home.vmfa(&["undo", "--yes"]).ok();
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 12);
    assert!(home.vmfa(&["undo", "--to", "11", "--yes"]).failed(4).contains("no earlier state 11"));
}

#[test]
fn undo_asks_first_and_takes_only_a_yes() {
    let home = Home::with(&[&["--account", "alice"]]);
    home.vmfa(&["remove", "alice", "--yes"]).ok();
    let ask = |answer: &str| {
        let mut command = home.command(&["undo"]);
        command.env("VMFA_IDENTITY_FILE", home.path("key"));
        let mut session = on_terminal(command);
        session.exp_string("`alice` comes back").unwrap();
        session.exp_string("[y/N]").unwrap();
        session.send_line(answer).unwrap();
        session.exp_eof().unwrap()
    };
    assert!(ask("").contains("nothing was undone"));
    assert_eq!(home.vmfa(&["list"]).ok(), "");
    ask("y");
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 1);
    assert!(home.vmfa(&["undo"]).failed(2).contains("`--yes`"));
}

#[test]
fn without_an_earlier_state_there_is_nothing_to_undo() {
    let home = Home::unlocked();
    assert!(home.vmfa(&["undo", "--yes"]).failed(4).contains("no earlier state 1"));
    assert!(home.vmfa(&["undo", "--list"]).stderr.contains("there is no earlier state"));
    assert_eq!(home.json(&["undo", "--list"]), json!({"states": []}));
}

#[test]
fn a_damaged_backup_is_shown_as_such_and_the_others_can_be_brought_back() {
    let home = Home::with(&[&["--account", "alice"], &["--account", "bob"]]);
    home.write("data/vault/vault.age.bak", b"age-encryption.org/v1\nnot any more");
    let text = home.vmfa(&["undo", "--list"]).ok();
    assert_eq!(text.lines().nth(1), Some("   cannot be read"), "{text}");
    assert!(home.vmfa(&["undo", "--yes"]).failed(1).contains("cannot be read"));
    home.vmfa(&["undo", "--to", "2", "--yes"]).ok();
    assert_eq!(home.vmfa(&["list"]).ok(), "");
}

#[test]
fn age_alone_opens_an_earlier_state() {
    let home = Home::with(&[&["--account", "alice"], &["--account", "bob"]]);
    std::fs::copy(home.vault("vault.age.bak"), home.path("copy")).unwrap();
    std::fs::copy(home.path("copy"), home.vault("vault.age")).unwrap();
    let accounts = home.decrypt_vault(&home.path("key"))["entries"].as_array().unwrap().len();
    assert_eq!(accounts, 1);
}
