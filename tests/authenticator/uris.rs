//! URIs in and out.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::setup::{Home, SECRET, on_terminal, run, tool};

const THREE: &str = "\
otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub

otpauth://hotp/counted?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=5
otpauth://totp/%EC%B9%B4%EC%B9%B4%EC%98%A4:%EB%AF%BC%EC%88%98?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%EC%B9%B4%EC%B9%B4%EC%98%A4&algorithm=SHA256&digits=8&period=60
";

#[test]
fn many_uris_come_in_together_and_each_line_is_reported() {
    let home = Home::unlocked();
    let done = home.vmfa_with(&["add", "--uri-file", "-"], THREE);
    for line in ["line 1: new: GitHub:alice", "line 3: new: counted", "line 4: new: 카카오:민수"] {
        assert!(done.stderr.contains(line), "{}", done.stderr);
    }
    assert_eq!(done.ok(), "");
    assert_eq!(home.vmfa(&["code", "github", "--at", "59"]).ok(), "287082\n");
    assert_eq!(home.vmfa(&["code", "counted"]).ok(), "254676\n", "RFC 4226 appendix D, count 5");

    let again = home.vmfa_with(&["add", "--uri-file", "-", "--output", "json"], THREE);
    let report: Value = serde_json::from_str(&again.ok()).unwrap();
    let outcomes: Vec<_> =
        report["entries"].as_array().unwrap().iter().map(|entry| (&entry["line"], &entry["outcome"])).collect();
    assert_eq!(json!(outcomes), json!([[1, "same"], [3, "same"], [4, "same"]]));
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 3);
}

#[test]
fn one_contradiction_or_one_bad_line_keeps_all_out() {
    let home = Home::with(&[&["--issuer", "GitHub", "--account", "alice", "--digits", "8"]]);
    let before = home.contents();
    let message = home.vmfa_with(&["add", "--uri-file", "-"], THREE).failed(1);
    for line in ["line 1: conflict: `GitHub:alice`", "line 3: new: counted", "line 4: new: 카카오:민수"] {
        assert!(message.contains(line), "{message}");
    }
    let bad = THREE.replace("counter=5", "counter=-5").replace("digits=8", "digits=99");
    let message = home.vmfa_with(&["add", "--uri-file", "-"], &bad).failed(2);
    assert!(message.contains("line 3: ") && message.contains("line 4: ") && !message.contains("line 1: "), "{message}");
    assert!(!message.contains("GEZD"), "{message}");
    home.vmfa_with(&["add", "--uri-file", "-"], "\n").failed(2);
    home.vmfa_with(&["add", "--uri-file", "-"], SECRET).failed(2);
    assert_eq!(home.contents(), before);
}

#[test]
fn what_was_guessed_in_a_uri_is_said() {
    let home = Home::unlocked();
    let uri = home.write("uri", b"otpauth://hotp/alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    let done = home.vmfa(&["add", "--uri-file", uri.to_str().unwrap(), "--name", "bank"]);
    assert!(done.stderr.contains("warning: line 1: ") && done.stderr.contains("counter"), "{}", done.stderr);
    assert_eq!(home.vmfa(&["code", "bank"]).ok(), "755224\n", "RFC 4226 appendix D, count 0");
    let several = home.vmfa_with(&["add", "--uri-file", "-", "--name", "x"], THREE);
    assert!(several.failed(2).contains("for one entry"));
}

#[test]
fn an_entry_without_any_label_gets_a_name() {
    let home = Home::unlocked();
    let uris = "otpauth://totp/?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\notpauth://totp?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n";
    home.vmfa_with(&["add", "--uri-file", "-"], uris).ok();
    let listed = home.json(&["list"]);
    let names: Vec<_> = listed["entries"].as_array().unwrap().iter().map(|entry| &entry["name"]).collect();
    assert_eq!(json!(names), json!(["unnamed", "unnamed 2"]));
}

#[test]
fn googles_migration_uris_come_in_too() {
    let home = Home::unlocked();
    home.vmfa_with(&["add", "--uri-file", "-"], &migration()).ok();
    assert_eq!(home.vmfa(&["code", "alice", "--at", "59"]).ok(), "287082\n");
    assert_eq!(home.vmfa(&["code", "bob", "--at", "59"]).ok(), "287082\n");
}

/// A migration URI, its protocol buffer written out by hand: two TOTP entries of SHA1 and six digits.
fn migration() -> String {
    let entry = |name: &str| {
        let length = char::from(u8::try_from(name.len()).unwrap());
        let fields = format!("\x0a\x1412345678901234567890\x12{length}{name}\x20\x01\x28\x01\x30\x02");
        let length = char::from(u8::try_from(fields.len()).unwrap());
        format!("\x0a{length}{fields}")
    };
    let payload = format!("{}{}\x10\x01\x18\x01\x20\0\x28\x01", entry("GitHub:alice"), entry("GitHub:bob"));
    let mut base64 = tool("base64", "coreutils");
    base64.arg("--wrap=0");
    let data = run(base64, &payload).ok().replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("otpauth-migration://offline?data={data}\n")
}

#[test]
fn what_is_exported_and_added_again_is_the_same() {
    let home = Home::unlocked();
    home.vmfa_with(&["add", "--uri-file", "-"], THREE).ok();
    home.add("63BEDWCQZKTQWPESARIERL5DTTQFCJTK", &["--issuer", "Steam", "--account", "gamer", "--type", "steam"]).ok();
    let out = home.path("exported");
    assert_eq!(home.vmfa(&["export", "--out", out.to_str().unwrap()]).ok(), "");
    assert_eq!(fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    let exported = fs::read_to_string(&out).unwrap();
    assert_eq!(exported.lines().next().unwrap(), THREE.lines().next().unwrap());
    assert_eq!(home.vmfa(&["export", "--format", "uri"]).ok(), exported);
    assert_eq!(json!(exported.lines().collect::<Vec<_>>()), home.json(&["export"])["uris"]);

    let report = home.json(&["add", "--uri-file", out.to_str().unwrap()]);
    assert!(report["entries"].as_array().unwrap().iter().all(|entry| entry["outcome"] == "same"), "{report}");
    let other = Home::unlocked();
    other.vmfa(&["add", "--uri-file", out.to_str().unwrap()]).ok();
    assert_eq!(other.vmfa(&["list"]).ok(), home.vmfa(&["list"]).ok());
    assert_eq!(other.vmfa(&["code", "steam", "--at", "1511200518"]).ok(), "FR8RV\n");
}

#[test]
fn export_overwrites_nothing_and_shows_secrets_on_a_terminal_only_when_asked() {
    let home = Home::with(&[&["--name", "work", "--account", "alice"]]);
    let there = home.write("there", b"precious");
    home.vmfa(&["export", "--out", there.to_str().unwrap()]).failed(1);
    assert_eq!(fs::read(&there).unwrap(), b"precious");
    assert!(home.vmfa(&["export"]).stderr.contains("does not carry the name `work`"));

    let on_screen = |args: &[&str]| {
        let mut command = home.command(args);
        command.env("VMFA_PASSPHRASE_FILE", home.path("passphrase"));
        on_terminal(command).exp_eof().unwrap()
    };
    let refused = on_screen(&["export"]);
    assert!(refused.contains("would show") && !refused.contains("GEZD"), "{refused}");
    assert!(on_screen(&["export", "--out", "-"]).contains(SECRET));
}

#[test]
fn a_name_given_for_the_only_label_is_exported_as_the_account() {
    let home = Home::with(&[&["--name", "work"]]);
    assert_eq!(home.vmfa(&["export"]).ok(), format!("otpauth://totp/work?secret={SECRET}\n"));
}
