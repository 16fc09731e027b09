//! `code --fresh`, `--no-wait` and `--wait-next`: no code is handed out twice.

use serde_json::{Value, json};

use crate::setup::{Home, SECRET, oathtool};

/// An entry whose codes last a day, so that no step ends while a test runs.
const A_DAY: [&str; 4] = ["--account", "alice", "--period", "86400"];

#[test]
fn a_code_that_was_shown_is_not_fresh_and_without_waiting_that_exits_3() {
    let home = Home::with(&[&A_DAY, &["--account", "bob", "--period", "86400"]]);
    let shown = home.vmfa(&["code", "alice"]).ok();
    let message = home.vmfa(&["code", "alice", "--fresh", "--no-wait"]).failed(3);
    assert!(message.contains("`alice` was shown already") && !message.contains(shown.trim()), "{message}");
    // Another entry's codes are its own, and --next is another code.
    let fresh = home.vmfa(&["code", "bob", "--fresh", "--no-wait"]).ok();
    assert_eq!(fresh, shown, "the same secret");
    home.vmfa(&["code", "bob", "--fresh", "--no-wait"]).failed(3);
    home.vmfa(&["code", "alice", "--fresh", "--no-wait", "--next"]).ok();
    home.vmfa(&["code", "alice", "--fresh", "--no-wait", "--next"]).failed(3);
    // Without --fresh it is shown as often as one likes.
    assert_eq!(home.vmfa(&["code", "alice"]).ok(), shown);
}

#[test]
fn a_code_of_another_time_is_not_handed_out() {
    let home = Home::with(&[&A_DAY]);
    home.vmfa(&["code", "--at", "59"]).ok();
    home.vmfa(&["code", "--at", "99999999999"]).ok();
    home.vmfa(&["code", "--fresh", "--no-wait"]).ok();
    home.vmfa(&["code", "--fresh", "--at", "59"]).failed(2);
    home.vmfa(&["code", "--no-wait"]).failed(2);
    home.vmfa(&["code", "--wait-next", "--next"]).failed(2);
}

#[test]
fn eight_processes_that_ask_for_a_fresh_code_at_once_get_it_once() {
    let home = Home::with(&[&A_DAY]);
    let mut exits: Vec<i32> = std::thread::scope(|scope| {
        let ask = || home.vmfa(&["code", "--fresh", "--no-wait"]).exit;
        let processes: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        processes.into_iter().map(|process| process.join().unwrap()).collect()
    });
    exits.sort_unstable();
    assert_eq!(exits, [0, 3, 3, 3, 3, 3, 3, 3]);
}

#[test]
fn four_processes_that_wait_for_fresh_codes_get_four_in_a_row() {
    // Codes of a second each: the waiting is the program's own.
    let home = Home::with(&[&["--account", "alice", "--period", "1"]]);
    let mut starts: Vec<u64> = std::thread::scope(|scope| {
        let ask = || home.json(&["code", "--fresh"]);
        let processes: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        let codes = processes.into_iter().map(|process| process.join().unwrap());
        codes.map(|code| is_oathtools(&code)).collect()
    });
    starts.sort_unstable();
    starts.windows(2).for_each(|pair| assert!(pair[0] < pair[1], "{starts:?}"));
}

#[test]
fn wait_next_shows_the_code_of_a_period_that_has_just_begun() {
    let home = Home::with(&[&["--account", "alice", "--period", "2"]]);
    let first = is_oathtools(&home.json(&["code"]));
    let waited = home.json(&["code", "--wait-next"]);
    assert!(is_oathtools(&waited) > first);
    let done = home.vmfa(&["code", "--wait-next"]);
    assert!(done.stderr.contains("the next code comes in "), "{}", done.stderr);
    assert_eq!(done.ok().len(), "287082\n".len());
}

/// When the code begins, which is the one that oathtool gives for then.
fn is_oathtools(code: &Value) -> u64 {
    let from = code["valid_from"].as_u64().unwrap();
    let period = format!("{}s", code["period"]);
    let expected = oathtool(&["--totp", "-s", &period, "-N", &format!("@{from}")], SECRET);
    assert_eq!(code["code"], json!(expected.trim()));
    from
}

#[test]
fn the_code_of_a_counter_is_always_fresh() {
    let home = Home::with(&[&["--account", "alice", "--type", "hotp"]]);
    for counter in ["0", "1"] {
        assert_eq!(home.vmfa(&["code", "--fresh", "--no-wait"]).ok(), oathtool(&["--hotp", "-c", counter], SECRET));
    }
    home.vmfa(&["code", "--wait-next"]).failed(2);
}

#[test]
fn what_was_handed_out_far_ahead_of_the_clock_is_named_and_forgotten_by_a_plain_code() {
    let home = Home::with(&[&A_DAY]);
    home.vmfa(&["offset", "set", "+31557600"]).ok();
    home.vmfa(&["code", "--fresh"]).ok();
    home.vmfa(&["offset", "clear"]).ok();
    let message = home.vmfa(&["code", "--fresh"]).failed(1);
    assert!(message.contains("far ahead of this clock") && message.contains("hint: "), "{message}");
    home.vmfa(&["code"]).ok();
    home.vmfa(&["code", "--fresh", "--no-wait"]).failed(3);
}

#[test]
fn where_nothing_can_be_written_a_code_is_shown_with_a_note_and_a_fresh_one_is_not() {
    let home = Home::with(&[&A_DAY]);
    // In the way of what is written, for root too.
    std::fs::create_dir(home.vault("handed-out")).unwrap();
    let done = home.vmfa(&["code"]);
    assert!(done.stderr.starts_with("note: `--fresh` will not know"), "{}", done.stderr);
    assert_eq!(done.ok().len(), 7);
    assert!(home.vmfa(&["code", "--fresh"]).failed(1).contains("handed-out"));
}

#[test]
fn what_is_remembered_holds_no_secret_and_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::with(&[&A_DAY]);
    let code = home.json(&["code"]);
    let id = home.json(&["list"])["entries"][0]["id"].as_str().unwrap().to_owned();
    let remembered = std::fs::read_to_string(home.vault("handed-out")).unwrap();
    assert_eq!(remembered, format!("{id} {}\n", code["valid_until"]));
    assert_eq!(std::fs::metadata(home.vault("handed-out")).unwrap().permissions().mode() & 0o777, 0o600);
    // And the vault itself was not written.
    assert_eq!(home.vmfa(&["undo", "--list"]).ok().lines().filter(|line| !line.starts_with(' ')).count(), 1);
}
