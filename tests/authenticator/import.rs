//! Other programs' files: those of `vectors/import`, which other libraries encrypted, and the ways in which files are broken.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use vmfa::authenticator::import::{self, Found, Import, ImportError, Opened};
use vmfa::authenticator::{NewEntry, Passphrase};
use vmfa::otp::{CodeFormat, HotpKey, Kind};
use vmfa::time::UnixTime;

use crate::setup::{Done, Home, SECRET, answer_hidden, oathtool, on_terminal, run, tool};

/// A file of `vectors/import`, and what is to be read from it.
struct Vector {
    name: String,
    path: PathBuf,
    bytes: Vec<u8>,
    expected: Value,
}

impl Vector {
    /// All of them. The scripts that made them stand beside them.
    fn all() -> Vec<Self> {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/import"));
        let names: BTreeSet<String> =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        let is_script = |name: &str| name.starts_with("make_") && name.ends_with(".py");
        let is_file = |name: &&String| !is_script(name) && !name.ends_with(EXPECTED);
        let files: Vec<&String> = names.iter().filter(is_file).collect();
        for name in names.iter().filter_map(|name| name.strip_suffix(EXPECTED)) {
            assert!(names.contains(name), "{name} is expected and not there");
        }
        files.into_iter().map(|name| Self::read(folder.join(name), name)).collect()
    }

    fn read(path: PathBuf, name: &str) -> Self {
        let expected = fs::read(path.with_file_name(format!("{name}{EXPECTED}")));
        let expected =
            expected.unwrap_or_else(|_| panic!("{name} is not read by any test: {name}{EXPECTED} is missing"));
        let expected = serde_json::from_slice(&expected).unwrap();
        Self { name: name.to_owned(), bytes: fs::read(&path).unwrap(), path, expected }
    }

    fn named(name: &str) -> Self {
        Self::all().into_iter().find(|vector| vector.name == name).unwrap()
    }

    fn is_refused(&self) -> bool {
        self.expected.get("exit").is_some()
    }

    fn password(&self) -> Option<&str> {
        self.expected.get("password").and_then(Value::as_str)
    }

    /// Runs `vmfa import` on these bytes, with a password that may be this file's.
    fn import(&self, home: &Home, bytes: &[u8], password: &str, options: &[&str]) -> Done {
        let (file, password) = (home.write(&self.name, bytes), home.write("its password", password.as_bytes()));
        let mut args = vec!["import", file.to_str().unwrap()];
        args.extend(["--import-password-file", password.to_str().unwrap()]);
        home.vmfa(&[&args, options].concat())
    }
}

const EXPECTED: &str = ".expected.json";

fn open(bytes: &[u8], password: Option<&str>) -> Result<Import, ImportError> {
    match import::open(bytes)? {
        Opened::Plain(import) => Ok(import),
        Opened::Locked(locked) => locked.unlock(&Passphrase::new(password.unwrap_or("x")).unwrap()),
        Opened::Addressed(file) => panic!("no vector is {file:?}"),
    }
}

/// An entry with its code, as the vectors have it.
fn as_expected(new: &NewEntry, warnings: &[String], at: u64) -> Value {
    let NewEntry { key, tags, note, .. } = new;
    let (kind, algorithm, format, period, counter, code) = match key.kind {
        Kind::Totp(totp) => {
            let kind = if totp.format == CodeFormat::Steam { "steam" } else { "totp" };
            let code = totp.keyed(&key.secret).code_at(UnixTime::from_secs(at));
            (kind, totp.algorithm, totp.format, Some(totp.period.as_secs()), None, code)
        }
        Kind::Hotp { algorithm, digits, counter } => {
            let format = CodeFormat::Decimal(digits);
            let code = HotpKey::new(algorithm, format, &key.secret).code(counter);
            ("hotp", algorithm, format, None, Some(counter), code)
        }
    };
    let digits = if let CodeFormat::Decimal(digits) = format { Some(digits.count()) } else { None };
    json!({
        "type": kind, "issuer": key.issuer, "account": key.account, "alias": key.alias,
        "secret": *key.secret.to_base32(), "algorithm": algorithm.as_str(), "digits": digits, "period": period,
        "counter": counter, "tags": tags, "note": note, "warnings": warnings, "code": code.as_str(),
    })
}

#[test]
fn files_of_other_programs_are_read_as_other_libraries_wrote_them() {
    let vectors = Vector::all();
    assert!(vectors.len() >= 45, "only {} files", vectors.len());
    for vector in vectors.iter().filter(|vector| !vector.is_refused()) {
        let import = open(&vector.bytes, vector.password()).unwrap_or_else(|error| panic!("{}: {error}", vector.name));
        assert_eq!(import.format, vector.expected["format"].as_str().unwrap(), "{}", vector.name);
        let at = vector.expected["at"].as_u64().unwrap();
        let (mut entries, mut skipped) = (Vec::new(), Vec::new());
        for found in &import.found {
            match found {
                Found::Entry(entry) => entries.push(as_expected(&entry.new, &entry.warnings, at)),
                Found::Skipped(left) => skipped.push(json!({"label": left.label, "reason": left.reason})),
            }
        }
        let expected = vector.expected["entries"].as_array().unwrap();
        for (entry, expected) in entries.iter().zip(expected) {
            assert_eq!(entry, expected, "{}", vector.name);
        }
        assert_eq!(entries.len(), expected.len(), "{}", vector.name);
        assert_eq!(json!(skipped), vector.expected["skipped"], "{}", vector.name);
    }
}

#[test]
fn every_file_is_in_the_vault_after_its_import_and_the_exit_code_says_whether_all_of_it() {
    for vector in Vector::all().iter().filter(|vector| !vector.is_refused()) {
        let home = Home::unlocked();
        let before = fs::read(home.vault("vault.age")).unwrap();
        let skipped = vector.expected["skipped"].as_array().unwrap();
        let done = vector.import(&home, &vector.bytes, vector.password().unwrap_or("x"), &["--yes"]);
        assert_eq!(done.exit, if skipped.is_empty() { 0 } else { 6 }, "{}: {}", vector.name, done.stderr);
        assert_eq!(done.stdout, "");
        for left in skipped {
            let line =
                format!("  skipped: {}: {}\n", left["label"].as_str().unwrap(), left["reason"].as_str().unwrap());
            assert!(done.stderr.contains(&line), "{line} of {}", done.stderr);
        }
        assert_eq!(fs::read(home.vault("vault.age.bak")).unwrap(), before, "{}", vector.name);

        let vault = home.decrypt_vault(&home.path("key"));
        let entries = vault["entries"].as_array().unwrap();
        let expected = vector.expected["entries"].as_array().unwrap();
        assert_eq!(entries.len(), expected.len(), "{}", vector.name);
        for (entry, expected) in entries.iter().zip(expected) {
            for key in
                ["type", "issuer", "account", "alias", "secret", "algorithm", "digits", "period", "counter", "note"]
            {
                assert_eq!(entry[key], expected[key], "{key} in {}", vector.name);
            }
            let tags = entry.get("tags").cloned().unwrap_or_else(|| json!([]));
            assert_eq!(tags, expected["tags"], "{}", vector.name);
        }
    }
}

#[test]
fn hostile_and_unknown_files_give_one_error_and_leave_the_vault_as_it_is() {
    let home = Home::with(&[&["--account", "alice"]]);
    let before = home.contents();
    for vector in Vector::all().iter().filter(|vector| vector.is_refused()) {
        let exit = i32::try_from(vector.expected["exit"].as_i64().unwrap()).unwrap();
        let message = vector.import(&home, &vector.bytes, vector.password().unwrap_or("x"), &["--yes"]).failed(exit);
        let error = vector.expected["error"].as_str().unwrap();
        assert!(message.contains(error) && message.contains(&vector.name), "{}: {message}", vector.name);
        assert_eq!(home.contents(), before, "{}", vector.name);
    }
}

#[test]
fn a_wrong_password_exits_3_and_changes_nothing() {
    let home = Home::with(&[&["--account", "alice"]]);
    let before = home.contents();
    let locked = |vector: &&Vector| !vector.is_refused() && vector.password().is_some();
    let vectors = Vector::all();
    assert!(vectors.iter().filter(locked).count() >= 10);
    for vector in vectors.iter().filter(locked) {
        let message = vector.import(&home, &vector.bytes, "another password", &["--yes"]).failed(3);
        assert!(!message.contains("another password"), "{message}");
        assert_eq!(home.contents(), before, "{}", vector.name);
    }
}

/// Files that are lines of text have no end to miss.
fn is_lines(vector: &Vector) -> bool {
    let format = vector.expected.get("format").and_then(Value::as_str);
    ["Ente", "list of URIs"].contains(&format.unwrap_or_default())
}

#[test]
fn a_file_that_breaks_off_anywhere_is_refused() {
    let home = Home::with(&[&["--account", "alice"]]);
    let before = home.contents();
    for vector in Vector::all().iter().filter(|vector| !vector.is_refused() && !is_lines(vector)) {
        let length = vector.bytes.len();
        // Where nothing has to be derived from a password, everywhere.
        let step = if std::str::from_utf8(&vector.bytes).is_ok() { 1 } else { length / 5 };
        for end in (0..length).step_by(step) {
            let outcome = open(&vector.bytes[..end], vector.password());
            assert!(outcome.is_err(), "{} bytes of {}", end, vector.name);
        }
        for end in [length / 3, length - 1] {
            let done = vector.import(&home, &vector.bytes[..end], vector.password().unwrap_or("x"), &["--yes"]);
            assert!([1, 3].contains(&done.exit), "{} bytes of {}: {}", end, vector.name, done.stderr);
            done_with_one_error(&done);
        }
        assert_eq!(home.contents(), before, "{}", vector.name);
    }
}

#[test]
fn a_bit_flipped_in_what_is_encrypted_is_noticed() {
    let home = Home::with(&[&["--account", "alice"]]);
    let before = home.contents();
    for vector in Vector::all().iter().filter(|vector| !vector.is_refused() && vector.password().is_some()) {
        let length = vector.bytes.len();
        let places = match vector.bytes.rsplit(|byte| *byte == b'"').max_by_key(|part| part.len()) {
            // The longest text of a JSON file is the ciphertext.
            Some(longest) if vector.bytes.starts_with(b"{") => {
                let start = vector.bytes.windows(longest.len()).position(|window| window == longest).unwrap();
                vec![start, start + longest.len() / 2, start + longest.len() - 4]
            }
            _ => vec![0, 3, 20, 40, length / 2, length - 20, length - 1],
        };
        for place in places {
            let mut flipped = vector.bytes.clone();
            flipped[place] ^= 1;
            let done = vector.import(&home, &flipped, vector.password().unwrap(), &["--yes"]);
            assert!([1, 3].contains(&done.exit), "byte {place} of {}: {}", vector.name, done.stderr);
            done_with_one_error(&done);
            assert_eq!(home.contents(), before, "{}", vector.name);
        }
    }
}

#[test]
fn a_bit_flipped_in_a_plain_file_never_ends_in_a_panic() {
    for vector in Vector::all().iter().filter(|vector| vector.password().is_none()) {
        let mut seen = 0;
        for place in 0..vector.bytes.len() {
            for bit in [0, 4, 7] {
                let mut flipped = vector.bytes.clone();
                flipped[place] ^= 1 << bit;
                // What is read must still be an answer of the form; a letter of a name may have become another.
                seen += usize::from(matches!(import::open(&flipped), Ok(Opened::Plain(_)) | Err(_)));
            }
        }
        assert!(seen * 10 >= vector.bytes.len() * 3 * 9, "{}", vector.name);
    }
}

#[test]
fn ten_megabytes_of_nested_brackets_are_refused_wherever_they_stand() {
    let home = Home::with(&[&["--account", "alice"]]);
    let before = home.contents();
    let deep = "[".repeat(5_000_000);
    let closed = format!("{deep}{}", "]".repeat(5_000_000));
    let objects = r#"{"a":"#.repeat(2_000_000);
    for (name, text) in [
        ("open", format!("{deep}{deep}")),
        ("closed", closed.clone()),
        ("objects", objects),
        ("db", format!(r#"{{"version":1,"header":{{"slots":null,"params":null}},"db":{closed}}}"#)),
        ("slots", format!(r#"{{"version":1,"header":{{"slots":{closed},"params":null}},"db":"AAAA"}}"#)),
        (
            "entry",
            format!(
                r#"{{"version":1,"header":{{"slots":null,"params":null}},"db":{{"version":3,"entries":{closed}}}}}"#
            ),
        ),
        ("services", format!(r#"{{"schemaVersion":4,"services":{{"a":{closed}}}}}"#)),
        ("display", format!("otpauth://totp/a?secret=AAAA&issuer=\u{1}&period=0&codeDisplay={{\"tags\":{closed}}}")),
    ] {
        let file = home.write(name, text.as_bytes());
        let done = home.vmfa(&["import", "--yes", file.to_str().unwrap()]);
        if ["entry", "display"].contains(&name) {
            // One entry that is nothing; the file around it is whole.
            assert_eq!(done.exit, 6, "{name}: {}", done.stderr);
            assert!(done.stderr.contains("  skipped: "), "{name}");
        } else {
            assert_eq!(done.exit, 1, "{name}: {}", done.stderr);
        }
        done_with_one_error(&done);
        assert_eq!(home.contents(), before, "{name}");
    }
}

fn done_with_one_error(done: &Done) {
    assert_eq!((done.stderr.matches("error: ").count(), done.stdout.as_str()), (1, ""), "{}", done.stderr);
}

#[test]
fn files_that_are_too_large_or_not_there_are_named() {
    let home = Home::unlocked();
    let large = home.write("large", b"");
    fs::OpenOptions::new().write(true).open(&large).unwrap().set_len((64 << 20) + 1).unwrap();
    let message = home.vmfa(&["import", "--yes", large.to_str().unwrap()]).failed(1);
    assert!(message.contains("larger than 64 MiB"), "{message}");
    assert!(home.vmfa(&["import", "--yes", "/nowhere"]).failed(1).contains("`/nowhere`"));
    assert!(home.vmfa(&["import", "--yes", "/"]).failed(1).contains("`/`"));
    let many = format!("otpauth://totp/a?secret={SECRET}\n").repeat(10_001);
    assert!(home.vmfa_with(&["import", "--yes", "-"], &many).failed(1).contains("more than 10000 entries"));
}

#[test]
fn the_plan_comes_first_and_a_dry_run_stops_there() {
    let (home, vector) = (Home::empty(), Vector::named("aegis_plain_3.json"));
    let path = vector.path.to_str().unwrap();
    let done = home.locked(&["import", "--dry-run", path], "");
    assert_eq!((done.exit, done.stdout.as_str()), (0, ""), "{}", done.stderr);
    for line in [
        "  new: GitHub:alice@example.com\n",
        "  new: 카카오:민수\n",
        "  skipped: Old:mo: mOTP",
        "6 new, 0 same, 0 in conflict, 4 skipped\n",
    ] {
        assert!(done.stderr.contains(line), "{line} of {}", done.stderr);
    }
    assert!(done.stderr.contains("  new: no issuer\n    warning: the secret is shorter"), "{}", done.stderr);
    assert!(!home.path("data").exists());

    let message = home.locked(&["import", path], "").failed(2);
    assert!(message.contains("`--yes`"), "{message}");
    let done = home.locked(&["import", "--yes", path], "");
    assert_eq!(done.exit, 6, "{}", done.stderr);
    assert!(done.stderr.contains("a new vault was made") && done.stderr.contains("6 entries imported"));

    let before = home.contents();
    let again = home.locked(&["import", "--yes", path], "");
    assert_eq!(again.exit, 6, "{}", again.stderr);
    assert!(again.stderr.contains("0 new, 6 same") && again.stderr.contains("nothing to write"), "{}", again.stderr);
    assert_eq!(home.contents(), before);
}

const ALICE: &str = "otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub\n";
const OTHER_ALICE: &str = "otpauth://totp/GitHub:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=GitHub\n";
const BOB: &str = "otpauth://totp/GitHub:bob?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=GitHub\n";

#[test]
fn a_conflict_keeps_all_out_unless_it_is_said_what_to_do() {
    let home = Home::with(&[&["--issuer", "GitHub", "--account", "alice"]]);
    let before = home.contents();
    let uris = format!("{OTHER_ALICE}{BOB}");
    let done = home.vmfa_with(&["import", "--yes", "-"], &uris);
    let message = done.failed(1);
    for part in [
        "  conflict: GitHub:alice: ",
        "  new: GitHub:bob\n",
        "1 new, 0 same, 1 in conflict",
        "`--keep-both`",
        "`--skip-conflicts`",
    ] {
        assert!(message.contains(part), "{part} of {message}");
    }
    assert_eq!(home.contents(), before);
    assert_eq!(home.vmfa_with(&["import", "--dry-run", "-"], &uris).exit, 0);

    home.vmfa_with(&["import", "--yes", "--skip-conflicts", "-"], &uris).ok();
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 2);
    assert_eq!(home.vmfa(&["code", "GitHub:alice", "--at", "59"]).ok(), "287082\n");

    let both = |stdin: &str| home.vmfa_with(&["import", "--yes", "--keep-both", "-"], stdin);
    let done = both(&uris);
    assert!(
        done.stderr.contains("  new: GitHub:alice (2)\n") && done.stderr.contains("  same: GitHub:bob\n"),
        "{}",
        done.stderr
    );
    done.ok();
    let seconds = oathtool(&["--totp", "--now=@59"], "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
    assert_eq!(home.vmfa(&["code", "GitHub:alice (2)", "--at", "59"]).ok(), seconds);
    // What came in under a name is there already the next time.
    assert!(both(&uris).stderr.contains("0 new, 2 same"));
    both(&OTHER_ALICE.replace("JBSW", "KBSW")).ok();
    assert!(home.vmfa(&["list"]).ok().contains("GitHub:alice (3)"));
}

#[test]
fn two_entries_of_one_file_that_contradict_each_other_are_a_conflict_too() {
    let home = Home::unlocked();
    let uris = format!("{ALICE}{OTHER_ALICE}{ALICE}");
    assert!(home.vmfa_with(&["import", "--yes", "-"], &uris).failed(1).contains("1 new, 1 same, 1 in conflict"));
    home.vmfa_with(&["import", "--yes", "--keep-both", "-"], &uris).ok();
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 2);
}

#[test]
fn several_files_come_in_together_or_not_at_all() {
    let home = Home::unlocked();
    let (uris, broken) = (home.write("uris", ALICE.as_bytes()), home.write("broken", b"{"));
    let (uris, broken) = (uris.to_str().unwrap(), broken.to_str().unwrap());
    let before = home.contents();
    assert!(home.vmfa(&["import", "--yes", uris, broken]).failed(1).contains("broken"));
    assert_eq!(home.contents(), before);
    let [aegis, stratum] = ["aegis_encrypted_3.json", "stratum_encrypted.authpro"].map(Vector::named);
    let password = home.write("its password", format!("{}\n", aegis.password().unwrap()).as_bytes());
    let args =
        ["import", "--yes", "--skip-conflicts", uris, aegis.path.to_str().unwrap(), stratum.path.to_str().unwrap()];
    let done = home.vmfa(&[&args[..], &["--import-password-file", password.to_str().unwrap()]].concat());
    assert_eq!(done.exit, 6, "{}", done.stderr);
    // The two hold the same four accounts, of which the first file has one under another secret's label.
    assert!(done.stderr.contains("7 new, 4 same, 0 in conflict, 8 skipped"), "{}", done.stderr);
}

#[test]
fn the_plan_is_told_to_programs_under_keys_that_stay() {
    let home = Home::with(&[&["--issuer", "GitHub", "--account", "alice"]]);
    let uris = format!("{ALICE}{OTHER_ALICE}{BOB}otpauth://totp/x\n");
    let planned = home.vmfa_with(&["import", "--dry-run", "--output", "json", "-"], &uris);
    let planned: Value = serde_json::from_str(&planned.ok()).unwrap();
    let outcomes: Vec<&Value> = planned["entries"].as_array().unwrap().iter().map(|entry| &entry["outcome"]).collect();
    assert_eq!(json!(outcomes), json!(["same", "conflict", "new", "skipped"]));
    assert_eq!(planned["files"], json!([{"file": "-", "format": "list of URIs", "notes": []}]));
    let counts = ["written", "new", "same", "conflict", "skipped"].map(|key| &planned[key]);
    assert_eq!(json!(counts), json!([false, 1, 1, 1, 1]));
    assert_eq!(
        planned["entries"][2],
        json!({
            "file": "-", "outcome": "new", "label": "GitHub:bob", "reason": null, "warnings": [],
            "entry": {
                "id": null, "name": null, "issuer": "GitHub", "account": "bob", "alias": null, "type": "totp",
                "algorithm": "SHA1", "digits": 6, "period": 30, "tags": [],
            },
        })
    );
    assert_eq!(
        planned["entries"][3],
        json!({"file": "-", "outcome": "skipped", "label": "line 4", "reason": "missing secret", "warnings": [], "entry": null})
    );
    let done = home.vmfa_with(&["import", "--yes", "--skip-conflicts", "--output", "json", "-"], &uris);
    assert_eq!(done.exit, 6, "{}", done.stderr);
    let written: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(written["written"], true);
    let listed = home.json(&["list"]);
    assert_eq!(written["entries"][2]["entry"]["id"], listed["entries"][1]["id"]);
}

#[test]
fn a_part_of_googles_export_that_is_missing_is_noted() {
    let home = Home::unlocked();
    // One entry, version 1, two batches, this is the first of them.
    let done = home.vmfa_with(
        &["import", "--dry-run", "-"],
        "otpauth-migration://offline?data=Ch8KFDEyMzQ1Njc4OTAxMjM0NTY3ODkwEgFhIAEoATACEAEYAiAAKAE%3D\n",
    );
    assert!(done.stderr.contains("  note: part 2 of 2 of Google's export is missing\n"), "{}", done.stderr);
    done.ok();
}

#[test]
fn stdin_carries_one_thing_and_cannot_be_asked_besides() {
    let home = Home::unlocked();
    for args in [
        &["import", "--yes", "-", "-"][..],
        &["import", "--yes", "-", "--import-password-file", "-"],
        &["import", "--yes", "-", "--passphrase-file", "-"],
    ] {
        assert!(home.vmfa_with(args, ALICE).failed(2).contains("one thing"), "{args:?}");
    }
    home.vmfa_with(&["import", "--yes", "--dry-run", "-"], ALICE).failed(2);
    home.vmfa_with(&["import", "--keep-both", "--skip-conflicts", "-"], ALICE).failed(2);
    home.vmfa(&["import"]).failed(2);
    let vector = Vector::named("2fas_encrypted_ios.2fas");
    let mut setsid = tool("setsid", "util-linux");
    setsid.env_clear().env("VMFA_DATA_DIR", home.path("data")).arg("--wait").arg(env!("CARGO_BIN_EXE_vmfa"));
    setsid.args(["import", "--yes", vector.path.to_str().unwrap()]);
    assert!(run(setsid, "").failed(2).contains("`--import-password-file`"));
    let done = home.vmfa_with(
        &["import", "--yes", vector.path.to_str().unwrap(), "--import-password-file", "-"],
        vector.password().unwrap(),
    );
    assert_eq!(done.exit, 6, "{}", done.stderr);
}

#[test]
fn a_person_is_asked_for_the_files_password_and_for_a_yes() {
    let vector = Vector::named("aegis_encrypted_2.json");
    let ask = |home: &Home, passwords: &[&str], answer: Option<&str>| {
        let mut command = home.command(&["import", vector.path.to_str().unwrap()]);
        command.env("VMFA_IDENTITY_FILE", home.path("key"));
        let mut session = on_terminal(command);
        let mut seen = String::new();
        for password in passwords {
            seen += &session.exp_string("(Aegis, encrypted): ").unwrap();
            answer_hidden(&mut session, password);
        }
        if let Some(answer) = answer {
            seen += &session.exp_string("import 6 entries? [y/N] ").unwrap();
            session.send_line(answer).unwrap();
        }
        seen += &session.exp_eof().unwrap();
        match session.process().wait().unwrap() {
            rexpect::process::WaitStatus::Exited(_, code) => (seen, code),
            other => panic!("{other:?}"),
        }
    };
    let home = Home::unlocked();
    let before = home.contents();
    let right = vector.password().unwrap();
    let (seen, exit) = ask(&home, &["a slip", right], Some("n"));
    assert_eq!(exit, 1, "{seen}");
    assert!(seen.contains("wrong; try again") && seen.contains("nothing was imported"), "{seen}");
    let (seen, exit) = ask(&home, &["a slip", "another slip", "a third slip"], None);
    assert_eq!(exit, 3, "{seen}");
    assert_eq!(home.contents(), before);
    let (seen, exit) = ask(&home, &[right], Some("y"));
    assert_eq!(exit, 6, "{seen}");
    assert!(!seen.contains(right) && !seen.contains("slip"), "{seen}");
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 6);
}

#[test]
fn neither_plan_nor_report_holds_a_secret_or_a_note() {
    let vector = Vector::named("aegis_encrypted_3.json");
    let home = Home::unlocked();
    let secrets: Vec<String> = vector.expected["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["secret"].as_str().unwrap().to_owned())
        .collect();
    let mut outputs = Vec::new();
    for options in [&["--dry-run"][..], &["--yes", "--output", "json"], &["--yes"]] {
        outputs.push(vector.import(&home, &vector.bytes, vector.password().unwrap(), options));
    }
    outputs.push(vector.import(&home, &vector.bytes, "wrong", &["--yes"]));
    for done in outputs {
        let text = format!("{}{}", done.stdout, done.stderr);
        for secret in secrets.iter().map(String::as_str).chain(["behind the painting", "pass wörd", "GEZD0NBV"]) {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
