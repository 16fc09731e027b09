//! Scripts and other programs.

use crate::home::{Home, PASSWORD, Phone, scan, secret_of, tool};

#[test]
fn nothing_prompts_where_stdin_is_no_terminal_and_the_missing_option_is_named() {
    let home = Home::with_alice();
    home.enroll("alice");
    for (args, option) in [
        (&["user", "create", "bob"][..], "--password-file"),
        (&["user", "set-password", "alice"], "--password-file"),
        (&["enroll", "alice"], "--to-vault"),
        (&["login", "alice"], "--password-file"),
        (&["login", "alice", "--password-file", &home.name("password")], "--code"),
        (&["device", "resync", "alice"], "--code1"),
        (&["device", "resync", "alice", "--code1", "123456"], "--code2"),
    ] {
        let message = home.vmfa(args).failed(2);
        assert!(
            message.contains(&format!("`{option}` is needed where stdin is not a terminal")),
            "{args:?}: {message}"
        );
    }
}

#[test]
fn an_entry_that_was_enrolled_is_found_by_its_arn_and_its_spent_code_is_not_fresh() {
    let home = Home::with_alice();
    let passphrase = home.name("passphrase");
    let arn = home.vmfa(&["enroll", "alice", "--to-vault", "--passphrase-file", &passphrase]).ok();
    let arn = arn.trim();
    assert!(arn.starts_with("arn:aws:iam::") && arn.ends_with(":mfa/alice"), "{arn}");
    let code = home.vmfa(&["code", arn, "--fresh", "--next", "--passphrase-file", &passphrase]).ok();
    home.vmfa_with(&["verify", "alice"], &code).ok();
    let listed = home.json(&["list", arn, "--passphrase-file", &passphrase]);
    assert_eq!(listed["entries"][0]["serial"], arn);
    home.vmfa(&["code", arn.trim_end_matches('e'), "--passphrase-file", &passphrase]).failed(4);
}

#[test]
fn verify_takes_the_code_from_stdin_and_says_by_its_exit_code_what_became_of_it() {
    let home = Home::with_alice();
    let phone = home.enroll("alice");
    let next = format!("{}\n", phone.code(30));
    home.vmfa_with(&["verify", "alice"], &next).ok();
    home.vmfa_with(&["verify", "alice"], &next).failed(3);
    home.vmfa_with(&["verify", "alice"], "").failed(3);
    home.vmfa_with(&["verify", "nobody"], "123456").failed(3);
}

/// Attack case 65, as far as text and exit code go.
#[test]
fn a_wrong_and_a_spent_code_an_unknown_user_and_one_without_device_are_refused_in_the_same_words() {
    let home = Home::with_alice();
    home.vmfa(&["user", "create", "bob", "--no-password"]).ok();
    let phone = home.enroll("alice");
    let verify = |user: &str, code: &str| home.vmfa(&["verify", user, "--code", code]).failed(3);
    let spent = verify("alice", &phone.code(0));
    let others =
        [verify("alice", "000000"), verify("nobody", "000000"), verify("bob", "000000"), verify("alice", "000001")];
    for _ in 0..3 {
        verify("alice", "000000");
    }
    let throttled = verify("alice", &phone.code(30));
    assert_eq!(others, [spent.as_str(); 4]);
    // That nothing was looked at says nothing about the code, and a program must know when to ask again.
    assert!(throttled.starts_with("error: the code was not checked, after too many failures;"), "{throttled}");
    let told = home.vmfa(&["verify", "alice", "--code", "000000", "--output", "json"]).failed(3);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["error"]["code"], "throttled", "{told}");
    assert!(told["error"]["retry_after"].as_str().is_some_and(|until| until.ends_with('Z')), "{told}");
    let log = home.json(&["audit", "list"]);
    let events = log["events"].as_array().unwrap();
    let reasons: Vec<&str> = events.iter().filter_map(|event| event["reason"].as_str()).collect();
    assert_eq!(reasons[..4], ["replay", "wrong code", "unknown user", "no device"]);
    assert_eq!(*reasons.last().unwrap(), "throttled");
}

#[test]
fn a_device_goes_through_its_life_without_a_question() {
    let home = Home::with_alice();
    let png = home.path("code.png");
    let made = home.json(&["device", "create", "alice", "--device-name", "phone", "--qr-png", png.to_str().unwrap()]);
    let serial = made["serial_number"].as_str().unwrap();
    assert!(serial.starts_with("arn:aws:iam::") && serial.ends_with(":mfa/phone"), "{serial}");
    let uri = made["otpauth_uri"].as_str().unwrap();
    assert_eq!(scan(&png), uri);
    let secret = made["secret"].as_str().unwrap();
    assert_eq!(secret_of(uri), secret);
    let listed = home.json(&["device", "list"]);
    assert_eq!(listed["virtual_mfa_devices"][0]["user_name"], serde_json::Value::Null);
    assert!(!listed.to_string().contains(secret));

    let phone = Phone::with(secret);
    let codes = |first: i64| [phone.code(first), phone.code(first + 30)];
    let enable = |[first, second]: [String; 2]| {
        home.vmfa(&["device", "enable", "alice", "--serial-number", serial, "--code1", &first, "--code2", &second])
    };
    let message = enable([phone.code(0), phone.code(0)]).failed(3);
    assert!(message.contains("the two codes were not accepted") && message.contains("hint: "), "{message}");
    enable(codes(-30)).ok();
    enable(codes(30)).failed(1);
    home.vmfa(&["device", "delete", "--serial-number", serial]).failed(1);
    home.vmfa(&["user", "delete", "alice"]).failed(1);
    let [first, second] = codes(60);
    home.vmfa(&["device", "resync", "ALICE", "--code1", &first, "--code2", &second]).ok();
    assert_eq!(home.json(&["user", "show", "alice"])["mfa_devices"][0]["drift_seconds"], 90);
    home.vmfa(&["device", "deactivate", "alice"]).ok();
    assert!(home.vmfa(&["login", "alice", "--password-file", &home.name("password")]).ok().contains("without MFA"));
    home.vmfa(&["device", "delete", "--serial-number", "PHONE"]).ok();
    home.vmfa(&["user", "delete", "alice"]).ok();
    home.vmfa(&["user", "show", "alice"]).failed(4);
    home.vmfa(&["device", "delete", "--serial-number", serial]).failed(4);
}

#[test]
fn a_login_in_json_says_who_signed_in_and_by_which_device() {
    let home = Home::with_alice();
    let phone = home.enroll("alice");
    home.log_in("alice", "000000").failed(3);
    let password = home.name("password");
    let next = phone.code(30);
    let session = home.json(&["login", "Alice", "--password-file", &password, "--code", &next]);
    let account = home.json(&["account", "show"])["account_id"].clone();
    let account = account.as_str().unwrap();
    assert_eq!(session["account_id"], account);
    assert_eq!(session["arn"], format!("arn:aws:iam::{account}:user/alice"));
    assert_eq!(session["user_name"], "alice");
    assert_eq!(session["mfa_authenticated"], true);
    assert_eq!(session["mfa_serial_number"], format!("arn:aws:iam::{account}:mfa/alice"));
    assert_eq!(session["failed_attempts_before"], 1);
}

#[test]
fn the_accounts_alias_stands_in_the_qr_code_instead_of_its_number() {
    let home = Home::with_alice();
    home.vmfa(&["account", "set-alias", "my-company"]).ok();
    let made = home.json(&["device", "create", "alice", "--issuer", "우리은행"]);
    let uri = made["otpauth_uri"].as_str().unwrap();
    let issuer = "%EC%9A%B0%EB%A6%AC%EC%9D%80%ED%96%89";
    assert!(uri.starts_with(&format!("otpauth://totp/{issuer}:alice@my-company?secret=")), "{uri}");
    assert!(uri.ends_with(&format!("&issuer={issuer}")), "{uri}");
    for alias in ["ab", "UPPER", "a--b", "-ab", "ab-", "a b"] {
        home.vmfa(&["account", "set-alias", "--", alias]).failed(2);
    }
}

#[test]
fn a_weak_or_illegal_imported_secret_is_refused_and_the_character_named() {
    let home = Home::with_alice();
    let create = |secret: &str| home.vmfa_with(&["device", "create", "alice", "--secret-file", "-"], secret);
    let message = create("JBSWY3DPEHPK3PXP").failed(1);
    assert!(message.contains("80 bits") && message.contains("128"), "{message}");
    let message = create("GEZDGNBVGY3TQ0JQGEZDGNBVGY3TQOJQ").failed(2);
    assert!(message.contains("illegal base32 character `0` at position 14: is it the letter O?"), "{message}");
    let made = create("gezd gnbv gy3t qojq gezd gnbv gy3t qojq").ok();
    assert!(made.contains("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{made}");
}

#[test]
fn a_weak_password_is_refused_with_the_rule_it_breaks_and_the_old_one_stays() {
    let home = Home::with_alice();
    let set = |password: &str| home.vmfa_with(&["user", "set-password", "alice", "--password-file", "-"], password);
    let message = set("short").failed(1);
    assert!(message.contains("the password has 5 characters: it must have 8 to 128"), "{message}");
    home.vmfa(&["login", "alice", "--password-file", &home.name("password")]).ok();
    set("A new one 8").ok();
    let message = home.vmfa_with(&["login", "alice", "--password-file", "-"], PASSWORD).failed(3);
    assert!(message.starts_with("error: wrong user name or password\nhint: "), "{message}");
    home.vmfa_with(&["login", "alice", "--password-file", "-"], "A new one 8").ok();
}

/// Attack case 41.
#[test]
fn nobody_tells_the_verifier_what_time_it_is() {
    let home = Home::with_alice();
    let phone = home.enroll("alice");
    // A code that is not spent and would be right in an hour.
    let later = phone.code(3600);
    for command in ["login", "verify"] {
        for option in ["--at", "--time", "--now"] {
            home.vmfa(&[command, "alice", "--code", &later, option, "0"]).failed(2);
        }
    }
    let in_an_hour = tool("date", "coreutils", &["-d", "1 hour", "+%s"]);
    let mut command = home.command(&["verify", "alice", "--code", &later]);
    for variable in ["VMFA_TIME", "VMFA_NOW", "VMFA_AT", "VMFA_CLOCK", "SOURCE_DATE_EPOCH", "FAKETIME"] {
        command.env(variable, in_an_hour.trim());
    }
    assert_eq!(command.output().unwrap().status.code(), Some(3));
    assert!(home.vmfa(&["audit", "list"]).ok().contains("refused: wrong code"));
}
