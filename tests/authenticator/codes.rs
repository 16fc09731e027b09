//! `vmfa code`: what oathtool says, and exactly that.

use serde_json::json;

use crate::setup::{Done, Home, SECRET, oathtool};

#[test]
fn codes_are_oathtools_for_every_algorithm_length_period_and_time() {
    // RFC 6238 appendix B's times, and the edges of a step.
    let times = ["0", "29", "30", "59", "1111111109", "1111111111", "1234567890", "2000000000", "20000000000"];
    for (algorithm, digits, period) in [
        ("SHA1", "6", "30"),
        ("SHA256", "8", "30"),
        ("SHA512", "8", "60"),
        ("SHA1", "7", "1"),
        ("SHA512", "6", "86400"),
    ] {
        let options = ["--account", "a", "--algorithm", algorithm, "--digits", digits, "--period", period];
        let home = Home::with(&[&options]);
        for time in times {
            let how = [
                &format!("--totp={}", algorithm.to_lowercase()),
                "-d",
                digits,
                "-s",
                &format!("{period}s"),
                "-N",
                &format!("@{time}"),
            ];
            assert_eq!(home.vmfa(&["code", "--at", time]).ok(), oathtool(&how, SECRET), "{options:?} at {time}");
        }
    }
}

#[test]
fn codes_of_five_to_ten_digits_are_the_ends_of_rfc_4226s_truncated_value() {
    // Appendix D's for the counter 1, which is the step of 59 s. oathtool has no codes of 5, 9 and 10 digits.
    let truncated = "1094287082";
    for digits in 5..=10 {
        let home = Home::with(&[&["--account", "a", "--digits", &digits.to_string()]]);
        let code = home.vmfa(&["code", "--at", "59"]).ok();
        assert_eq!((code.trim_end().len(), truncated.ends_with(code.trim_end())), (digits, true), "{code}");
    }
}

#[test]
fn the_setup_key_is_read_as_people_type_it() {
    for typed in ["gezd gnbv gy3t qojq gezd gnbv gy3t qojq", "GEZDGNBV-GY3TQOJQ-GEZDGNBV-GY3TQOJQ====\n"] {
        let home = Home::unlocked();
        home.add(typed, &["--account", "alice"]).ok();
        assert_eq!(home.vmfa(&["code", "--at", "59"]).ok(), "287082\n", "{typed}");
    }
}

#[test]
fn steam_codes_are_those_of_steam() {
    // From yubikey-manager's tests.
    let home = Home::unlocked();
    home.add("63BEDWCQZKTQWPESARIERL5DTTQFCJTK", &["--issuer", "Steam", "--type", "steam"]).ok();
    assert_eq!(home.vmfa(&["code", "--at", "1511200518"]).ok(), "FR8RV\n");
    assert_eq!(home.vmfa(&["code", "--at", "1511200714"]).ok(), "9P3VP\n");
}

#[test]
fn a_time_is_given_in_unix_seconds_or_as_rfc_3339() {
    let home = Home::with(&[&["--account", "alice"]]);
    assert_eq!(home.vmfa(&["code", "--at", "1970-01-01T00:00:59Z"]).ok(), "287082\n");
    assert_eq!(home.vmfa(&["code", "--at", "1970-01-01T09:00:59+09:00"]).ok(), "287082\n");
    home.vmfa(&["code", "--at", "noon"]).failed(2);
    home.vmfa(&["code", "--at", "1969-01-01T00:00:00Z"]).failed(2);
}

#[test]
fn next_is_the_code_of_the_following_step() {
    let home = Home::with(&[&["--account", "alice"]]);
    assert_eq!(home.vmfa(&["code", "--next", "--at", "29"]).ok(), oathtool(&["--totp", "-N", "@30"], SECRET));
}

#[test]
fn min_valid_takes_the_following_code_when_too_little_is_left() {
    let home = Home::with(&[&["--account", "alice"]]);
    let (present, following) = (oathtool(&["--totp", "-N", "@59"], SECRET), oathtool(&["--totp", "-N", "@60"], SECRET));
    assert_eq!(home.vmfa(&["code", "--min-valid", "1", "--at", "59"]).ok(), present);
    assert_eq!(home.vmfa(&["code", "--min-valid", "2", "--at", "59"]).ok(), following);
    assert_eq!(home.vmfa(&["code", "--min-valid", "30", "--at", "60"]).ok(), following);
    assert!(home.vmfa(&["code", "--min-valid", "31", "--at", "60"]).failed(2).contains("each lasts 30 s"));
}

#[test]
fn json_has_the_documented_keys() {
    let home = Home::with(&[
        &["--name", "work", "--issuer", "GitHub", "--account", "alice"],
        &["--account", "counted", "--type", "hotp", "--counter", "7"],
    ]);
    assert_eq!(
        home.json(&["code", "work", "--at", "59"]),
        json!({"code": "287082", "type": "totp", "name": "work", "issuer": "GitHub", "account": "alice", "period": 30,
               "valid_from": 30, "valid_until": 60, "remaining": 1, "next": "359152"})
    );
    let next = home.json(&["code", "work", "--next", "--at", "59"]);
    assert_eq!((&next["code"], &next["valid_from"], &next["remaining"]), (&"359152".into(), &60.into(), &31.into()));
    assert_eq!(
        home.json(&["code", "counted"]),
        json!({"code": "162583", "type": "hotp", "name": null, "issuer": "", "account": "counted", "counter": 7})
    );
}

#[test]
fn a_counter_moves_on_with_each_code_and_is_oathtools() {
    let home = Home::with(&[&["--account", "alice", "--type", "hotp", "--counter", "5", "--digits", "8"]]);
    for counter in ["5", "6", "7"] {
        assert_eq!(home.vmfa(&["code"]).ok(), oathtool(&["--hotp", "-d", "8", "-c", counter], SECRET));
    }
    assert_eq!(home.decrypt_vault(&home.path("key"))["entries"][0]["counter"], 8);
    for option in [&["--next"][..], &["--at", "59"], &["--min-valid", "3"]] {
        home.vmfa(&[&["code"], option].concat()).failed(2);
    }
    assert_eq!(home.decrypt_vault(&home.path("key"))["entries"][0]["counter"], 8);
}

#[test]
fn a_counter_at_its_end_gives_no_code_twice() {
    let last = u64::MAX.to_string();
    let home = Home::with(&[&["--account", "alice", "--type", "hotp", "--counter", &last]]);
    assert!(home.vmfa(&["code"]).failed(1).contains("come to its end"));
}

#[test]
fn eight_processes_at_once_never_show_the_code_of_one_counter() {
    let home = Home::with(&[&["--account", "alice", "--type", "hotp"]]);
    let mut counters: Vec<u64> = std::thread::scope(|scope| {
        let processes: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| (0..5).map(|_| home.json(&["code"])["counter"].as_u64().unwrap()).collect::<Vec<_>>())
            })
            .collect();
        processes.into_iter().flat_map(|process| process.join().unwrap()).collect()
    });
    counters.sort_unstable();
    assert_eq!(counters, (0..40).collect::<Vec<_>>());
    assert_eq!(home.vmfa(&["code"]).ok(), oathtool(&["--hotp", "-c", "40"], SECRET));
}

#[test]
fn a_name_that_fits_several_entries_exits_5_and_one_that_fits_none_exits_4() {
    let home = Home::unlocked();
    assert!(home.vmfa(&["code"]).failed(4).contains("the vault is empty"));
    for (issuer, account) in [("AWS", "alice"), ("AWS-2", "alice"), ("카카오", "민수")] {
        home.add(SECRET, &["--issuer", issuer, "--account", account]).ok();
    }
    assert_eq!(home.vmfa(&["code", "aws", "--at", "59"]).ok(), "287082\n");
    assert_eq!(home.vmfa(&["code", "카카", "--at", "59"]).ok(), "287082\n");
    home.vmfa(&["code", "nobody"]).failed(4);
    home.vmfa(&["code", ""]).failed(2);
    for ambiguous in [&["code", "alice"][..], &["code"]] {
        let message = home.vmfa(ambiguous).failed(5);
        assert!(message.contains("AWS:alice") && message.contains("AWS-2:alice"), "{message}");
    }
    assert!(!home.vmfa(&["code", "alice"]).failed(5).contains("카카오"));
}

#[test]
fn the_code_is_the_only_thing_on_stdout_and_nothing_is_on_stderr() {
    let home = Home::with(&[&["--account", "alice"]]);
    let Done { exit, stdout, stderr } = home.vmfa(&["code", "alice", "--at", "59"]);
    assert_eq!((exit, stdout.as_str(), stderr.as_str()), (0, "287082\n", ""));
}
