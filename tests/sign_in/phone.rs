//! A person with a phone, at a real terminal.

use std::os::unix::fs::PermissionsExt;

use rexpect::session::PtySession;

use crate::home::{Home, PASSWORD, Phone, end, scan, secret_of};
use crate::screen::{BLACK_ON_WHITE, RED_ON_RED, WHITE_ON_BLACK, photograph, show};

#[test]
fn a_newcomer_scans_types_two_codes_and_logs_in_with_the_next_one_once() {
    let home = Home::new();
    let mut session = home.on_terminal(&["user", "create", "alice"]);
    for prompt in ["new password: ", "new password, again: "] {
        session.exp_string(prompt).unwrap();
        session.send_line(PASSWORD).unwrap();
    }
    let (shown, exit) = end(session);
    assert_eq!(exit, 0, "{shown}");
    assert!(!shown.contains(PASSWORD), "{shown}");

    let png = home.path("code.png");
    let mut session = home.on_terminal(&["enroll", "alice", "--qr-png", png.to_str().unwrap()]);
    session.exp_string("first code").unwrap();
    let phone = Phone::scanning(&png);
    assert_eq!(phone.secret.len(), 64);
    session.send_line(&phone.code(-30)).unwrap();
    session.exp_string("the next code appears").unwrap();
    session.exp_string("second code: ").unwrap();
    let second = phone.code(0);
    session.send_line(&second).unwrap();
    let (shown, exit) = end(session);
    assert_eq!(exit, 0, "{shown}");
    assert!(shown.contains("is enabled for user `alice`"), "{shown}");

    let refused = home.log_in("alice", &second).failed(3);
    let next = phone.code(30);
    let mut session = home.on_terminal(&["login", "alice"]);
    session.exp_string("password: ").unwrap();
    session.send_line(PASSWORD).unwrap();
    session.exp_string("code: ").unwrap();
    session.send_line(&next).unwrap();
    let (shown, exit) = end(session);
    assert_eq!(exit, 0, "{shown}");
    assert!(shown.contains(":user/alice (with MFA)"), "{shown}");

    assert_eq!(home.log_in("alice", &next).failed(3), refused);
    assert_eq!(home.log_in("alice", "000000").failed(3), refused);
    assert!(refused.starts_with("error: the code was not accepted\nhint: wait for the next code"), "{refused}");
    let log = home.vmfa(&["audit", "list"]).ok();
    assert_eq!(log.matches("refused: replay").count(), 2, "{log}");
    assert_eq!(log.matches("refused: wrong code").count(), 1, "{log}");
    assert!(home.vmfa(&["audit", "verify"]).ok().contains("none missing or altered"));
}

#[test]
fn the_setup_key_is_shown_on_request_and_gives_the_codes_of_the_qr_code() {
    let home = Home::with_alice();
    let png = home.path("code.png");
    let mut session = home.on_terminal(&["enroll", "alice", "--qr-png", png.to_str().unwrap()]);
    session.exp_string("first code").unwrap();
    session.send_line("key").unwrap();
    session.exp_string("setup key: ").unwrap();
    let key = session.read_line().unwrap();
    assert_eq!(key.trim().replace(' ', ""), secret_of(&scan(&png)));
    assert_eq!(key.trim().split(' ').count(), 16);
}

/// The program in a terminal of a given size.
fn in_window(home: &Home, columns: u16, rows: u16, args: &[&str]) -> PtySession {
    let program = env!("CARGO_BIN_EXE_vmfa");
    let mut command = home.command(&[]);
    let environment: Vec<_> =
        command.get_envs().map(|(name, value)| (name.to_owned(), value.unwrap().to_owned())).collect();
    command = std::process::Command::new("bash");
    let script = format!("PATH=/usr/bin:/bin stty cols {columns} rows {rows}; exec {program} {}", args.join(" "));
    command.env_clear().envs(environment).args(["-c", &script]);
    rexpect::session::spawn_command(command, Some(60_000)).unwrap()
}

#[test]
fn a_phone_scans_the_code_from_a_window_of_80_by_24_whatever_its_colours() {
    let home = Home::with_alice();
    let mut session = in_window(&home, 80, 24, &["enroll", "alice"]);
    session.exp_string("for a file)\r\n").unwrap();
    // The session gives each byte as a character.
    let bytes = session.exp_string("first code").unwrap().chars().map(|byte| u8::try_from(byte).unwrap()).collect();
    let drawing = String::from_utf8(bytes).unwrap().replace('\r', "");
    session.send_line("key").unwrap();
    session.exp_string("setup key: ").unwrap();
    let key = session.read_line().unwrap().trim().replace(' ', "");
    let account = home.json(&["account", "show"])["account_id"].as_str().unwrap().to_owned();
    for theme in [BLACK_ON_WHITE, WHITE_ON_BLACK, RED_ON_RED] {
        let picture = home.path("photograph.png");
        std::fs::write(&picture, photograph(&show(&drawing, 80, 24), theme)).unwrap();
        let expected = format!("otpauth://totp/vmfa:alice@{account}?secret={key}&issuer=vmfa");
        assert_eq!(scan(&picture), expected, "{theme:?}");
    }
}

#[test]
fn a_window_that_is_too_narrow_is_told_what_the_code_needs_and_what_to_do_instead() {
    let home = Home::with_alice();
    let mut session = in_window(&home, 40, 20, &["enroll", "alice"]);
    let shown = session.exp_string("first code").unwrap().replace(['\r', '\n'], "");
    assert!(
        shown.contains("this window has 40x20: enlarge it and type `qr`, type `png` for a file, or `key`"),
        "{shown}"
    );
    assert!(!shown.contains('█'), "{shown}");
}

#[test]
fn at_the_prompt_the_code_is_written_into_a_file_that_a_phone_scans_and_nothing_is_overwritten() {
    let home = Home::with_alice();
    let png = home.path("alice.png");
    let mut command = home.command(&["enroll", "alice"]);
    command.current_dir(home.dir.path());
    let mut session = rexpect::session::spawn_command(command, Some(60_000)).unwrap();
    session.exp_string("first code").unwrap();
    session.send_line("png").unwrap();
    session.exp_string("the QR code is in alice.png; delete the file after the scan").unwrap();
    let phone = Phone::scanning(&png);
    session.send_line("png").unwrap();
    session.exp_string("`alice.png` exists already").unwrap();
    session.send_line(&phone.code(-30)).unwrap();
    session.exp_string("second code: ").unwrap();
    session.send_line(&phone.code(0)).unwrap();
    assert_eq!(end(session).1, 0);
    assert_eq!(std::fs::metadata(&png).unwrap().permissions().mode() & 0o777, 0o600);
}

/// Attack case 45.
#[test]
fn one_code_typed_twice_enrolls_nothing_and_may_be_mended_at_the_prompt() {
    let home = Home::with_alice();
    let png = home.path("code.png");
    let mut session = home.on_terminal(&["enroll", "alice", "--qr-png", png.to_str().unwrap()]);
    session.exp_string("first code").unwrap();
    let phone = Phone::scanning(&png);
    let now = phone.code(0);
    session.send_line(&now).unwrap();
    session.exp_string("second code: ").unwrap();
    session.send_line(&now).unwrap();
    session.exp_string("this is the same code twice").unwrap();
    session.exp_string("first code").unwrap();
    session.send_line("12345").unwrap();
    session.exp_string("a code is exactly 6 digits").unwrap();
    session.exp_string("first code").unwrap();
    assert_eq!(home.json(&["device", "list"])["virtual_mfa_devices"].as_array().unwrap().len(), 0);
    session.send_line(&phone.code(-30)).unwrap();
    session.exp_string("second code: ").unwrap();
    session.send_line(&phone.code(0)).unwrap();
    assert_eq!(end(session).1, 0);
}

#[test]
fn an_enrollment_that_is_broken_off_leaves_nothing_behind_and_can_be_begun_again() {
    let home = Home::with_alice();
    // Whoever runs the tests in the background has SIGINT ignored, and children inherit that.
    let mut command = std::process::Command::new("env");
    let program = home.command(&["enroll", "alice"]);
    command.env_clear().envs(program.get_envs().map(|(name, value)| (name, value.unwrap())));
    command.arg("--default-signal=INT").arg(program.get_program()).args(program.get_args());
    let mut session = rexpect::session::spawn_command(command, Some(60_000)).unwrap();
    session.exp_string("first code").unwrap();
    session.send_control('c').unwrap();
    session.exp_eof().unwrap();
    assert_eq!(home.json(&["device", "list"])["virtual_mfa_devices"].as_array().unwrap().len(), 0);
    assert!(home.vmfa(&["login", "alice", "--password-file", &home.name("password")]).ok().contains("without MFA"));
    home.enroll("alice");
}

#[test]
fn vmfas_own_authenticator_takes_the_secret_and_shows_the_code_that_logs_in() {
    let home = Home::with_alice();
    let passphrase = ["--passphrase-file", &home.name("passphrase")];
    home.vmfa(&[&["enroll", "alice", "--to-vault"][..], &passphrase].concat()).ok();
    let shown = home.vmfa(&[&["code", "alice", "--next"][..], &passphrase].concat()).ok();
    assert_eq!(shown.len(), 7, "{shown:?}");
    home.log_in("alice", shown.trim()).ok();
    home.log_in("alice", shown.trim()).failed(3);
}

#[test]
fn an_enrollment_that_cannot_be_completed_leaves_no_entry_in_the_vault() {
    let home = Home::with_alice();
    let passphrase = ["--passphrase-file", &home.name("passphrase")];
    let enroll = || home.vmfa(&[&["enroll", "alice", "--to-vault"][..], &passphrase].concat());
    enroll().ok();
    let message = enroll().failed(1);
    assert!(message.contains("already") && message.contains("--device-name"), "{message}");
    assert_eq!(home.vmfa(&[&["list"][..], &passphrase].concat()).ok().lines().count(), 1);
}
