//! Other programs' files: the vectors under `vectors/import_others`, made by the scripts beside them, and what hostile hands make of them.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vmfa::authenticator::import::{Found, Import, ImportError, Imported, Opened, open};
use vmfa::authenticator::{Passphrase, Vault};
use vmfa::otp::{CodeFormat, HotpKey, Kind};
use vmfa::time::UnixTime;

/// What stands in the files and is nobody's business: passwords, notes, a scratch code, secrets.
const PRIVATE: [&str; 6] =
    ["hunter2", "correct horse", "a note about", "secret password", "pass\"word", "JBSWY3DPEHPK3PXP"];

/// A file and what is expected of it.
struct Vector {
    name: String,
    bytes: Vec<u8>,
    expected: Value,
}

impl Vector {
    fn read(&self) -> Result<Import, ImportError> {
        read(&self.bytes, self.expected["password"].as_str())
    }
}

/// All vectors. A file without an expectation, or an expectation without a file, fails every test here.
fn vectors() -> Vec<Vector> {
    let files: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("make") && name != "__pycache__")
        .collect();
    let (expectations, named): (Vec<String>, Vec<String>) =
        files.into_iter().partition(|name| name.ends_with(".expected.json"));
    let expected_of: Vec<&str> = expectations.iter().map(|name| name.trim_end_matches(".expected.json")).collect();
    assert_eq!(named, expected_of, "left: files, right: files that something is expected of");
    let vector = |name: String| Vector {
        bytes: fs::read(folder().join(&name)).unwrap(),
        expected: serde_json::from_slice(&fs::read(folder().join(format!("{name}.expected.json"))).unwrap()).unwrap(),
        name,
    };
    named.into_iter().map(vector).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/import_others")
}

fn vector(name: &str) -> Vector {
    vectors().into_iter().find(|vector| vector.name == name).unwrap()
}

fn read(bytes: &[u8], password: Option<&str>) -> Result<Import, ImportError> {
    match open(bytes)? {
        Opened::Plain(import) => {
            assert!(password.is_none(), "a file with a password was read without it");
            Ok(import)
        }
        Opened::Locked(locked) => locked.unlock(&Passphrase::new(password.expect("a password")).unwrap()),
        Opened::Addressed(file) => {
            let dir = tempfile::tempdir().unwrap();
            Vault::create(&dir.path().join("vault"), &Passphrase::new("x").unwrap()).unwrap().open_addressed(&file)
        }
    }
}

#[test]
fn every_file_is_read_to_the_entries_that_python_put_into_it() {
    let vectors = vectors();
    assert!(vectors.len() >= 78, "only {} files", vectors.len());
    let mut others = Vec::new();
    for vector in &vectors {
        let read = match vector.read() {
            Ok(import) => {
                let found: Vec<Value> = import.found.iter().map(describe).collect();
                let password = vector.expected["password"].clone();
                json!({ "format": import.format, "password": password, "found": found, "notes": import.notes })
            }
            Err(error) => json!({ "error": error.to_string(), "password": vector.expected["password"] }),
        };
        if read != vector.expected {
            others.push(format!("{}: read\n{read:#}\nexpected\n{:#}", vector.name, vector.expected));
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
}

fn describe(found: &Found) -> Value {
    let Imported { new, warnings } = match found {
        Found::Entry(imported) => imported,
        Found::Skipped(skipped) => return json!({ "label": skipped.label, "skipped": skipped.reason }),
    };
    let key = &new.key;
    let (kind, algorithm, format, period, counter, code) = match key.kind {
        Kind::Totp(totp) => {
            let kind = if totp.format == CodeFormat::Steam { "steam" } else { "totp" };
            let code = totp.keyed(&key.secret).code_at(UnixTime::from_secs(1_700_000_000));
            (kind, totp.algorithm, totp.format, Some(totp.period.as_secs()), None, code)
        }
        Kind::Hotp { algorithm, digits, counter } => {
            let format = CodeFormat::Decimal(digits);
            let code = HotpKey::new(algorithm, format, &key.secret).code(counter);
            ("hotp", algorithm, format, None, Some(counter), code)
        }
    };
    let digits = match format {
        CodeFormat::Decimal(digits) => digits.count(),
        CodeFormat::Steam => 5,
    };
    let secret: String = key.secret.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "name": new.name, "issuer": key.issuer, "account": key.account, "alias": key.alias, "type": kind,
        "algorithm": algorithm.as_str(), "digits": digits, "period": period, "counter": counter, "secret_hex": secret,
        "tags": new.tags, "note": new.note, "code": code.as_str(), "warnings": warnings,
    })
}

#[test]
fn a_file_is_the_same_with_a_byte_order_mark() {
    for name in ["bitwarden-plain.json", "keepassxc.csv", "freeotp-1.xml", "aws-seed", "google-authenticator-totp"] {
        let vector = vector(name);
        let marked = [b"\xef\xbb\xbf".as_slice(), &vector.bytes].concat();
        let found: Vec<Value> = read(&marked, None).unwrap().found.iter().map(describe).collect();
        assert_eq!(json!(found), vector.expected["found"], "{name}");
    }
}

#[test]
fn a_file_that_was_cut_off_is_said_to_be_damaged_where_its_form_shows_it() {
    for vector in vectors().iter().filter(|vector| vector.expected["found"].is_array()) {
        let whole: Vec<Value> = vector.expected["found"].as_array().unwrap().clone();
        for eighths in 1..8 {
            let cut = &vector.bytes[..vector.bytes.len() * eighths / 8];
            match open(cut) {
                // Texts of lines have no end that could be missing, and of a secret alone nobody knows how long it was.
                Ok(Opened::Plain(import)) if import.format != "bare secret" => {
                    let found: Vec<Value> = import.found.iter().map(describe).collect();
                    let lines = ["list of URIs", "google-authenticator (PAM)", "totp-cli"].contains(&import.format)
                        || import.format.contains("CSV");
                    assert!(lines && found.len() <= whole.len() + 1, "{} cut to {eighths}/8: {found:#?}", vector.name);
                }
                Ok(_) => {}
                Err(error) => assert!(
                    matches!(error, ImportError::Damaged { .. } | ImportError::Unknown | ImportError::NoCodes { .. }),
                    "{} cut to {eighths}/8: {error}",
                    vector.name
                ),
            }
        }
    }
}

#[test]
fn no_change_of_a_bit_and_no_cut_makes_it_panic_or_show_what_is_private() {
    for vector in vectors() {
        // The bomb costs its 64 MiB each time.
        let places = if vector.name.contains("bomb") { 8 } else { 150 };
        let step = (vector.bytes.len() / places).max(1);
        for at in (0..vector.bytes.len()).step_by(step) {
            let mut flipped = vector.bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            say_nothing_private(&flipped, &vector.name);
            say_nothing_private(&vector.bytes[..at], &vector.name);
        }
        say_nothing_private(&vector.bytes, &vector.name);
    }
}

fn say_nothing_private(bytes: &[u8], name: &str) {
    let said = match open(bytes) {
        Ok(Opened::Plain(import)) => {
            let skipped = import.found.iter().map(|one| match one {
                Found::Entry(imported) => imported.warnings.join("\n"),
                Found::Skipped(skipped) => format!("{}\n{}", skipped.label, skipped.reason),
            });
            let said: Vec<String> = skipped.chain(import.notes).collect();
            said.join("\n")
        }
        Ok(Opened::Locked(locked)) => format!("{locked:?}"),
        Ok(Opened::Addressed(file)) => format!("{file:?}"),
        Err(error) => format!("{error}\n{error:?}"),
    };
    for private in PRIVATE {
        assert!(!said.contains(private), "{name}: {said}");
    }
}

#[test]
fn an_encrypted_file_with_a_changed_bit_gives_one_error_and_a_second_try_is_possible() {
    // Proton's costs little, so that many places can be tried.
    let vector = vector("proton-encrypted.json");
    let text = String::from_utf8(vector.bytes).unwrap();
    let password = vector.expected["password"].as_str();
    for at in (70..text.len() - 4).step_by(97) {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let error = read(&changed, password).unwrap_err();
        assert!(matches!(error, ImportError::WrongPassword { .. } | ImportError::Damaged { .. }), "{at}: {error}");
    }
    let Opened::Locked(locked) = open(text.as_bytes()).unwrap() else { panic!("not locked") };
    locked.unlock(&Passphrase::new("guess").unwrap()).unwrap_err();
    assert_eq!(locked.unlock(&Passphrase::new(password.unwrap()).unwrap()).unwrap().found.len(), 4);
}

#[test]
fn ten_megabytes_of_nesting_are_refused_wherever_they_stand() {
    let deep = "[".repeat(10 << 20);
    let objects = "{\"a\":".repeat(2 << 20);
    for before in [
        "",
        "{\"encrypted\":false,\"items\":",
        "{\"encrypted\":false,\"items\":[{\"login\":",
        "{\"encrypted\":true,\"passwordProtected\":",
        "{\"tokenOrder\":",
        "{\"tokens\":[{\"secret\":",
        "{\"version\":1,\"entries\":",
        "{\"version\":1,\"entries\":[{\"content\":",
        "{\"version\":3,\"accounts\":[{\"secret\":",
        "{\"version\":1,\"salt\":\"\",\"content\":",
        "{\"version\":2,\"elements\":[{\"secret\":",
        "{\"version\":1,\"nonce\":\"\",\"salt\":\"\",\"cipher\":",
        "{\"items\":[\"otpauth://totp/a\",",
        "[{\"kind\":\"TOTP\",\"timer\":\"30\",\"secret\":",
        "[{\"name\":\"\",\"uri\":\"\",\"secret\":",
    ] {
        for nested in [&deep, &objects] {
            let error = open(format!("{before}{nested}").as_bytes()).unwrap_err();
            assert!(matches!(error, ImportError::Damaged { .. }), "{before}: {error}");
        }
    }
    let error = open("<map name=\"tokenOrder\">".repeat(1 << 18).as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "this FreeOTP preferences file is damaged: its elements are nested deeper than 256 levels"
    );
}

#[test]
fn rubbish_is_in_no_form_that_is_known() {
    let mut state = 1_u64;
    for length in [1, 10, 100, 1000, 100_000] {
        // Not by chance the bracket with which JSON begins.
        let mut rubbish = vec![0];
        while rubbish.len() < length {
            // Knuth's generator; the upper bits are the random ones.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            rubbish.push(state.to_be_bytes()[0]);
        }
        // A form without any mark can only be told by trying a password.
        let opened = open(&rubbish);
        let unknown = matches!(opened, Err(ImportError::Unknown) | Ok(Opened::Locked(_)));
        assert!(unknown, "{length} bytes: {opened:?}");
    }
}

#[test]
fn a_zip_archive_that_lies_about_its_sizes_is_not_believed() {
    let mut bytes = vector("1password-bomb.1pux").bytes;
    // The stated size of what is packed, in both of its places, becomes 16 bytes.
    let stated = (64_u32 * 1024 * 1024 + 1).to_le_bytes();
    let places: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..*at + 4] == stated).collect();
    assert_eq!(places.len(), 2);
    for at in places {
        bytes[at..at + 4].copy_from_slice(&16_u32.to_le_bytes());
    }
    let error = open(&bytes).unwrap_err();
    assert!(matches!(error, ImportError::TooLarge { .. } | ImportError::Damaged { .. }), "{error}");
}

#[test]
fn a_pass_entry_gives_its_account_and_none_of_its_other_lines() {
    let broken = b"hunter2\notpauth://totp/Example:alice?secret=hunter2!&issuer=Example\nhunter2 again\n";
    let import = read(broken, None).unwrap();
    let [Found::Skipped(skipped)] = import.found.as_slice() else { panic!("{import:?}") };
    assert_eq!(skipped.label, "line 2");
    say_nothing_private(broken, "a broken entry");
    say_nothing_private(b"hunter2\nno code here\n", "an entry without a code");
    assert!(!format!("{:?}", vector("pass-entry.txt").read().unwrap()).contains("hunter2"));
}
