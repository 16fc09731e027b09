//! The exit codes and streams that scripts rely on.

use crate::home::Home;

#[test]
fn every_shell_gets_completions_and_every_command_a_manual_page() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = home.vmfa(&["completions", shell]).ok();
        assert!(script.contains("enroll") && script.contains("set-password"), "{shell}");
    }
    let pages = home.path("man");
    home.vmfa(&["man", "--out-dir", pages.to_str().unwrap()]).ok();
    for page in ["vmfa.1", "vmfa-login.1", "vmfa-device-enable.1", "vmfa-user-set-password.1"] {
        let text = std::fs::read_to_string(pages.join(page)).unwrap();
        assert!(text.starts_with(".ie") || text.contains(".TH vmfa"), "{page}: {text}");
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
fn an_answer_whose_reader_is_gone_is_no_panic() {
    let home = Home::with_alice();
    let mut command = home.command(&["audit", "list"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(!message.contains("panicked"), "{message}");
    assert_eq!(output.status.code(), Some(1));
}
