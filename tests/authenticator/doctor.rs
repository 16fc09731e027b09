//! `doctor`: what is wrong with the vault's files and with the clock.

mod server_clock;

use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::setup::{Done, Home, SECRET, run, tool};

/// What it says, as JSON, and its exit code.
fn report(home: &Home, args: &[&str]) -> (Value, i32) {
    let done = home.vmfa(&[&["doctor", "--output", "json"], args].concat());
    (serde_json::from_str(&done.stdout).unwrap(), done.exit)
}

/// The check of one thing.
fn check<'a>(report: &'a Value, what: &str) -> &'a Value {
    let mut checks = report["checks"].as_array().unwrap().iter();
    checks.find(|check| check["what"] == what).unwrap_or_else(|| panic!("{what}: {report}"))
}

#[test]
fn a_vault_in_good_order_passes_and_nothing_is_changed_by_looking() {
    let home = Home::with(&[&["--account", "alice"], &["--account", "bob"]]);
    let before = home.contents();
    let (plain, exit) = report(&home, &[]);
    assert_eq!(exit, 0, "{plain}");
    assert!(plain["checks"].as_array().unwrap().iter().all(|check| check["result"] == "ok"), "{plain}");
    let (opened, exit) = report(&home, &["--open"]);
    assert_eq!((exit, &check(&opened, "vault")["detail"]), (0, &json!("it opens, and has 2 entries")));
    assert_eq!(check(&opened, "backups")["detail"], "2 open");
    for key in ["clock_behind_by", "clock_certain"] {
        assert_eq!(opened[key], Value::Null, "{key}");
    }
    assert_eq!(opened["clock_answers"], json!([]));
    assert_eq!(home.contents(), before);
    assert!(home.vmfa(&["doctor"]).ok().contains("ok    vault.age: there, and yours alone\n"));
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_what_mends_it() {
    let home = Home::with(&[&["--account", "alice"], &["--account", "bob"]]);
    fs::set_permissions(home.vault("vault.age"), Permissions::from_mode(0o644)).unwrap();
    home.write("data/vault/vault.age.bak", b"something else");
    home.write("data/vault/vault.age.new", b"half");
    let (said, exit) = report(&home, &[]);
    assert_eq!(exit, 1);
    assert!(check(&said, "vault.age")["detail"].as_str().unwrap().contains("open to others (mode 644)"));
    assert!(check(&said, "vault.age")["hint"].as_str().unwrap().contains("chmod 600"));
    assert!(check(&said, "vault.age.bak")["detail"].as_str().unwrap().contains("damaged"));
    assert_eq!(check(&said, "vault.age.new")["result"], "note");
    assert_eq!(check(&said, "identity.age")["result"], "ok");
    let Done { stdout, stderr, .. } = home.vmfa(&["doctor"]);
    assert!(stdout.contains("wrong vault.age: ") && stdout.contains("\n      hint: `chmod 600"), "{stdout}");
    assert!(stderr.contains("error: 2 of ") && stderr.contains(" checks failed\n"), "{stderr}");

    fs::remove_file(home.vault("vault.age")).unwrap();
    let (said, _) = report(&home, &[]);
    assert_eq!(check(&said, "vault.age")["detail"], "it is missing");
    assert!(check(&said, "vault.age")["hint"].as_str().unwrap().contains("`vault.age.bak`"), "{said}");
    fs::set_permissions(home.vault(""), Permissions::from_mode(0o755)).unwrap();
    let (said, exit) = report(&home, &[]);
    assert_eq!((exit, said["checks"].as_array().unwrap().len()), (1, 2), "the folder and the clock: {said}");
}

#[test]
fn where_there_is_no_vault_that_is_what_is_wrong() {
    let home = Home::empty();
    let (said, exit) = report(&home, &[]);
    assert_eq!((exit, &said["checks"][0]["detail"]), (1, &json!("there is no vault")));
    assert!(!home.path("data").exists());
}

#[test]
fn a_vault_that_does_not_open_and_a_backup_that_does_not_are_told_apart() {
    let home = Home::with(&[&["--account", "alice"], &["--account", "bob"]]);
    let mut backup = fs::read(home.vault("vault.age.bak")).unwrap();
    *backup.last_mut().unwrap() ^= 1;
    home.write("data/vault/vault.age.bak", &backup);
    let (said, exit) = report(&home, &["--open"]);
    assert_eq!(
        (exit, &check(&said, "vault")["result"], &check(&said, "state 1")["result"]),
        (1, &json!("ok"), &json!("wrong"))
    );
    home.write("data/vault/vault.age", &backup);
    let (said, _) = report(&home, &["--open"]);
    assert!(check(&said, "vault")["detail"].as_str().unwrap().contains("damaged"), "{said}");
}

#[test]
fn a_clock_that_stands_before_the_vault_was_written_cannot_be_right() {
    let home = Home::with(&[&["--account", "alice"]]);
    let file = File::options().write(true).open(home.vault("vault.age")).unwrap();
    file.set_modified(now() + Duration::from_secs(3600)).unwrap();
    let (said, exit) = report(&home, &[]);
    assert_eq!((exit, &check(&said, "clock")["result"]), (1, &json!("wrong")));
    file.set_modified(now() + Duration::from_secs(20)).unwrap();
    assert_eq!(report(&home, &[]).1, 0);
}

/// How often `doctor` asks a server for the time.
const ASKED: usize = 3;

/// A server that gives so many answers, which the function makes of the answer's number, each on a connection of its own
/// that it keeps open until the other side closes it. It gives back what it was asked.
fn server(asked: usize, answer: impl Fn(usize) -> String + Send + 'static) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let serve = move |number| {
        let (mut connection, _) = listener.accept().unwrap();
        let mut request = String::new();
        let mut reader = BufReader::new(connection.try_clone().unwrap());
        while reader.read_line(&mut request).unwrap() > 2 {}
        // Whoever has heard enough closes the connection.
        let _ = connection.write_all(answer(number).as_bytes());
        let _ = reader.read_line(&mut String::new());
        request
    };
    (url, std::thread::spawn(move || (0..asked).map(serve).collect()))
}

/// The time `seconds` from now in the form of HTTP, as `date` writes it.
fn date(seconds: i64) -> String {
    let since = now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let mut date = tool("date", "coreutils");
    date.env("LC_ALL", "C").arg("-u").arg(format!("--date=@{}", since.checked_add_signed(seconds).unwrap()));
    date.arg("+%a, %d %b %Y %H:%M:%S GMT");
    run(date, "").ok().trim().to_owned()
}

#[test]
fn a_slow_clock_is_measured_against_a_server_and_the_offset_to_store_is_named() {
    let home = Home::with(&[&["--account", "alice"]]);
    for (off, word) in [(302, "slow"), (-4000, "fast")] {
        // Not a 200, and with more after the headers.
        let answer = move |_| format!("HTTP/1.1 301 Moved\r\nServer: x\r\ndate: {}\r\n\r\nbody", date(off));
        let (url, served) = server(ASKED, answer);
        let (said, exit) = report(&home, &["--server", &url]);
        for request in served.join().unwrap() {
            assert!(request.starts_with("HEAD / HTTP/1.1\r\nHost: 127.0.0.1:"), "{request}");
            assert!(request.contains("\r\nCache-Control: no-cache\r\nPragma: no-cache\r\n"), "{request}");
        }
        let behind = said["clock_behind_by"].as_i64().unwrap();
        assert!((behind - off).abs() <= 1 && exit == 1, "{said}");
        assert_eq!(said["clock_certain"], true, "{said}");
        let server = check(&said, &format!("clock of {}", url.trim_start_matches("http://").trim_end_matches('/')));
        assert!(server["detail"].as_str().unwrap().ends_with(&format!("{} s {word}", behind.abs())), "{server}");
        assert!(server["hint"].as_str().unwrap().ends_with(&format!("`vmfa offset set {behind:+}`")), "{server}");
        home.vmfa(&["offset", "set", &format!("{behind:+}")]).ok();
        assert_eq!(home.vmfa(&["offset", "show"]).ok(), format!("{behind:+}\n"));
    }
    assert_eq!(check(&report(&home, &["--open"]).0, "offset")["result"], "note");
}

#[test]
fn a_clock_that_is_right_passes() {
    let home = Home::with(&[&["--account", "alice"]]);
    let (url, served) = server(ASKED, |_| format!("HTTP/1.0 200 OK\r\nDate: {}\r\n\r\n", date(0)));
    let (said, exit) = report(&home, &["--server", &url]);
    served.join().unwrap();
    assert_eq!(exit, 0, "{said}");
    assert!(said["clock_behind_by"].as_i64().unwrap().abs() <= 1, "{said}");
}

#[test]
fn a_server_that_tells_no_time_or_is_not_there_or_speaks_tls_is_an_error() {
    let home = Home::with(&[&["--account", "alice"]]);
    for headers in ["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nDate: yesterday\r\n\r\n", "SSH-2.0-x\r\n\r\n"] {
        let (url, served) = server(1, |_| headers.to_owned());
        let (said, exit) = report(&home, &["--server", &url]);
        served.join().unwrap();
        assert_eq!((exit, &said["clock_behind_by"]), (1, &Value::Null), "{headers}");
        assert!(said.to_string().contains("does not say what time it has"), "{said}");
    }
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (said, exit) = report(&home, &["--server", &format!("http://{closed}")]);
    assert!(exit == 1 && said.to_string().contains("cannot ask"), "{said}");
    let message = home.vmfa(&["doctor", "--server", "https://example.com"]).failed(2);
    assert!(message.contains("only http://"), "{message}");
}

#[test]
fn the_report_holds_no_secret() {
    let home = Home::with(&[&["--account", "alice"]]);
    let done = home.vmfa(&["doctor", "--open"]);
    assert!(done.stdout.contains("it opens, and has 1 entry\n"), "{}", done.stdout);
    assert!(!format!("{}{}", done.stdout, done.stderr).contains(SECRET));
}

#[expect(clippy::disallowed_methods, reason = "the program under test reads the real clock too")]
fn now() -> SystemTime {
    SystemTime::now()
}
