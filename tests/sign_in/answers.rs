//! The exit codes and streams that scripts rely on.

use crate::home::Home;

#[test]
fn every_shell_gets_completions_and_every_command_a_manual_page() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = home.vmfa(&["completions", shell]).ok();
        assert!(script.contains("enroll") && script.contains("set-password"), "{shell}");
        // What `unlock` and `code --copy` start is nobody's to type.
        let words: Vec<&str> =
            script.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let hidden = words.contains(&"agent") || words.windows(2).any(|pair| pair == ["clear", "clipboard"]);
        assert!(!hidden, "{shell}: {script}");
    }
    let pages = home.path("man");
    home.vmfa(&["man", "--out-dir", pages.to_str().unwrap()]).ok();
    for page in ["vmfa.1", "vmfa-login.1", "vmfa-device-enable.1", "vmfa-user-set-password.1"] {
        let text = std::fs::read_to_string(pages.join(page)).unwrap();
        assert!(text.starts_with(".ie") || text.contains(".TH vmfa"), "{page}: {text}");
    }
    for hidden in ["agent", "clear-clipboard", "complete-names"] {
        assert!(!pages.join(format!("vmfa-{hidden}.1")).exists(), "{hidden}");
        let page = std::fs::read_to_string(pages.join("vmfa.1")).unwrap().replace('\\', "");
        assert!(page.contains("vmfa-unlock(1)") && !page.contains(&format!("vmfa-{hidden}(1)")), "{page}");
    }
    assert!(!home.data().exists());
}

#[test]
fn names_that_iam_does_not_have_are_usage_errors_that_name_the_rule() {
    let home = Home::new();
    for name in ["", "a b", "ålice", "a/b", &"a".repeat(65)] {
        let message = home.vmfa(&["user", "create", "--no-password", "--", name]).failed(2);
        assert!(message.contains("is not a user name: it has 1 to 64 letters"), "{name:?}: {message}");
    }
    assert!(!home.data().exists());
}

#[test]
fn an_answer_whose_reader_is_gone_is_broken_off_in_silence() {
    let home = Home::with_alice();
    // Gone before the command begins: one that is quick would else have answered.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = home.command(&["audit", "list"]).stdout(writer).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(message, "");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn every_command_that_changes_something_answers_a_program_with_one_document() {
    let home = Home::with_alice();
    let phone = home.enroll("alice");
    let serial = home.json(&["device", "list"])["virtual_mfa_devices"][0]["serial_number"].as_str().unwrap().to_owned();
    let codes = ["--code1", &phone.code(30), "--code2", &phone.code(60)];
    let password = ["--password-file", &home.name("password")];
    let steps: [(Vec<&str>, &str, serde_json::Value); 8] = [
        (vec!["account", "set-alias", "example"], "account_alias", "example".into()),
        ([&["user", "set-password", "alice"], &password[..]].concat(), "password_enabled", true.into()),
        ([&["device", "resync", "alice"], &codes[..]].concat(), "serial_number", serial.as_str().into()),
        (vec!["user", "unlock", "alice"], "failed_attempts", 0.into()),
        (vec!["device", "deactivate", "alice"], "mfa_devices_left", 0.into()),
        (
            vec!["device", "delete", "--serial-number", &serial],
            "deleted",
            serde_json::json!({ "serial_number": serial }),
        ),
        (vec!["user", "delete", "alice"], "deleted", serde_json::json!({ "user_name": "alice" })),
        (vec!["audit", "verify"], "whole", true.into()),
    ];
    for (args, key, value) in steps {
        assert_eq!(home.json(&args)[key], value, "{args:?}");
    }
    let database = rusqlite::Connection::open(home.data().join("verifier/vmfa.db")).unwrap();
    database.execute_batch("UPDATE audit SET target = 'x' WHERE number = 3").unwrap();
    let broken = home.vmfa(&["audit", "verify", "--output", "json"]);
    assert_eq!(broken.code, 1);
    let answer: serde_json::Value = serde_json::from_str(&broken.stdout).unwrap();
    let fault = "event 3 of the audit log is missing, altered or out of place";
    assert_eq!((&answer["whole"], &answer["faults"][0]), (&false.into(), &fault.into()));
    let told: serde_json::Value = serde_json::from_str(&broken.stderr).unwrap();
    assert_eq!((&told["error"]["code"], &told["error"]["message"]), (&"altered_log".into(), &fault.into()));
}

#[test]
fn recovery_codes_are_on_disk_before_they_are_shown_and_a_failure_to_show_them_says_which_ones_count() {
    let home = Home::with_alice();
    let phone = home.enroll("alice");
    let old = home.vmfa(&["recovery-codes", "create", "alice"]).ok();
    let mut command = home.command(&["recovery-codes", "create", "alice"]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let failed = command.stdout(full).output().unwrap();
    let message = String::from_utf8(failed.stderr).unwrap();
    assert_eq!(failed.status.code(), Some(1));
    assert!(message.contains("hint: these codes are valid, and the earlier ones are not"), "{message}");
    home.vmfa(&["verify", "alice", "--code", old.lines().next().unwrap()]).failed(3);
    let new = home.vmfa(&["recovery-codes", "create", "alice"]).ok();
    home.vmfa(&["verify", "alice", "--code", new.lines().next().unwrap()]).ok();
    home.vmfa(&["verify", "alice", "--code", &phone.code(30)]).ok();
}
