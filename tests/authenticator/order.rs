//! In which order entries are listed, and what is kept of their use.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::setup::{Home, SECRET};

/// The names in the order of `list`, by its text and by its JSON.
fn listed(home: &Home, sort: &str) -> Vec<String> {
    let text = home.vmfa(&["list", "--sort", sort]).ok();
    let names: Vec<String> = text.lines().map(|line| line.split_whitespace().next().unwrap().to_owned()).collect();
    let json = home.json(&["list", "--sort", sort]);
    let entries = json["entries"].as_array().unwrap();
    assert!(entries.iter().map(|entry| entry["name"].as_str().unwrap()).eq(names.iter().map(String::as_str)), "{text}");
    names
}

fn home(names: &[&str]) -> Home {
    let home = Home::unlocked();
    for name in names {
        home.add(SECRET, &["--name", name]).ok();
    }
    home
}

#[test]
fn by_name_is_as_people_read_and_by_default_it_is_as_added() {
    let added = ["하나", "db10", "Éva", "가나", "db2", "Zoo", "eva-2", "alice"];
    let home = home(&added);
    assert_eq!(listed(&home, "name"), ["alice", "db2", "db10", "Éva", "eva-2", "Zoo", "가나", "하나"]);
    assert_eq!(listed(&home, "added"), added);
    assert_eq!(home.vmfa(&["list"]).ok(), home.vmfa(&["list", "--sort", "added"]).ok());
    // Nothing was used yet.
    assert_eq!(listed(&home, "use"), added);
    home.vmfa(&["list", "--sort", "size"]).failed(2);
}

#[test]
fn by_use_the_entry_comes_first_whose_code_was_shown_last_be_it_by_time_or_by_counter() {
    let home = home(&["a", "b", "c"]);
    home.add(SECRET, &["--name", "counts", "--type", "hotp"]).ok();
    for (used, expected) in [
        ("b", ["b", "a", "c", "counts"]),
        ("counts", ["counts", "b", "a", "c"]),
        ("b", ["b", "counts", "a", "c"]),
        ("b", ["b", "counts", "a", "c"]),
        ("a", ["a", "b", "counts", "c"]),
    ] {
        home.vmfa(&["code", used]).ok();
        assert_eq!(listed(&home, "use"), expected, "after {used}");
    }
    home.vmfa(&["code", "counts", "--counter", "7"]).ok();
    assert_eq!(listed(&home, "use"), ["counts", "a", "b", "c"]);
    // A code of another time is of no use now.
    home.vmfa(&["code", "c", "--at", "59"]).ok();
    assert_eq!(listed(&home, "use"), ["counts", "a", "b", "c"]);
    home.vmfa(&["code", "c", "--fresh"]).ok();
    assert_eq!(listed(&home, "use"), ["c", "counts", "a", "b"]);
}

#[test]
fn what_is_kept_of_uses_is_the_ids_alone_and_the_vault_is_not_written_for_it() {
    let home = home(&["a", "b"]);
    let before = fs::read(home.vault("vault.age")).unwrap();
    let json = home.json(&["list"]);
    let [a, b] = [0, 1].map(|index| json["entries"][index]["id"].as_str().unwrap().to_owned());
    home.vmfa(&["code", "b"]).ok();
    home.vmfa(&["code", "a"]).ok();
    assert_eq!(fs::read_to_string(home.vault("recently-used")).unwrap(), format!("{a}\n{b}\n"));
    assert_eq!(fs::metadata(home.vault("recently-used")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read(home.vault("vault.age")).unwrap(), before);
    // An entry that is gone is forgotten.
    home.vmfa(&["remove", "a", "--yes"]).ok();
    home.add(SECRET, &["--name", "c"]).ok();
    home.vmfa(&["code", "c"]).ok();
    let kept = fs::read_to_string(home.vault("recently-used")).unwrap();
    assert!(kept.ends_with(&format!("\n{b}\n")) && kept.lines().count() == 2, "{kept}");
}

#[test]
fn eight_processes_that_show_codes_at_once_are_all_remembered() {
    let names: Vec<String> = (0..8).map(|number| format!("n{number}")).collect();
    let home = home(&names.iter().map(String::as_str).collect::<Vec<_>>());
    std::thread::scope(|scope| {
        names.iter().for_each(|name| drop(scope.spawn(|| home.vmfa(&["code", name]).ok())));
    });
    let mut used = listed(&home, "use");
    assert_eq!(fs::read_to_string(home.vault("recently-used")).unwrap().lines().count(), 8);
    used.sort();
    assert_eq!(used, names);
}

#[test]
fn a_damaged_file_of_uses_is_told_by_the_doctor_alone_and_mended_by_the_next_code() {
    let home = home(&["a", "b"]);
    home.vmfa(&["code", "b"]).ok();
    let id = fs::read_to_string(home.vault("recently-used")).unwrap();
    for (damage, expected, line) in [
        (b"\0\xff\0\xff".to_vec(), ["a", "b"], 1),
        ([id.as_bytes(), b"+123456789abcdef\n"].concat(), ["b", "a"], 2),
        ([b"../../etc/passwd\n", id.as_bytes()].concat(), ["b", "a"], 1),
    ] {
        home.write("damage", &damage);
        fs::rename(home.path("damage"), home.vault("recently-used")).unwrap();
        assert_eq!(listed(&home, "use"), expected);
        let doctor = home.vmfa(&["doctor"]).ok();
        let expected = format!("note  recently-used: line {line} is damaged");
        assert!(doctor.contains(&expected) && doctor.contains("hint: `--sort use`"), "{doctor}");
        let done = home.vmfa(&["code", "a"]);
        assert_eq!(done.stderr, "");
        done.ok();
        let doctor = home.vmfa(&["doctor"]).ok();
        assert!(doctor.contains("ok    recently-used"), "{doctor}");
    }
}

#[test]
fn where_uses_cannot_be_written_down_codes_are_shown_all_the_same() {
    let home = home(&["a", "b"]);
    // In the way of what is written, for root too.
    fs::create_dir(home.vault("recently-used")).unwrap();
    let done = home.vmfa(&["code", "b"]);
    assert_eq!(done.stderr, "");
    done.ok();
    let done = home.vmfa(&["list", "--sort", "use"]);
    assert!(done.stderr.starts_with("note: ") && done.stderr.contains("recently-used"), "{}", done.stderr);
    assert_eq!(done.ok(), home.vmfa(&["list"]).ok());
    let doctor = home.vmfa(&["doctor"]);
    assert!(doctor.exit == 1 && doctor.stdout.contains("wrong recently-used"), "{}", doctor.stdout);
}

#[test]
fn what_a_power_cut_has_left_of_the_codes_that_were_shown_is_told_by_the_doctor_too() {
    let home = home(&["a"]);
    home.vmfa(&["code"]).ok();
    assert!(home.vmfa(&["doctor"]).ok().contains("ok    handed-out"));
    home.write("damage", b"\0\0\0\0");
    fs::rename(home.path("damage"), home.vault("handed-out")).unwrap();
    let doctor = home.vmfa(&["doctor"]).ok();
    assert!(doctor.contains("note  handed-out: line 1 is damaged") && doctor.contains("`code --fresh`"), "{doctor}");
}
