//! What fuzzing has found (fuzz/README.md), under `vectors/found`: files whose entries came back from a URI as others.
//! `make.py` beside them has read the files with Python, and says what is in them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vmfa::authenticator::import::{Found, Opened, open};
use vmfa::otp::{CodeFormat, HotpKey, KeyUri, Kind};
use vmfa::time::UnixTime;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/found")
}

/// The files, each of which has an expectation beside it.
fn names() -> Vec<String> {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = files.filter(|name| name != "make.py").collect();
    let (expectations, names): (Vec<_>, Vec<_>) = files.into_iter().partition(|name| name.ends_with(".expected.json"));
    assert_eq!(expectations, names.iter().map(|name| format!("{name}.expected.json")).collect::<Vec<_>>());
    names
}

/// An account in the words of `make.py`, without a name.
fn describe(key: &KeyUri) -> Value {
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
        "issuer": key.issuer, "account": key.account, "alias": key.alias, "type": kind, "algorithm": algorithm.as_str(),
        "digits": digits, "period": period, "counter": counter, "secret_hex": secret, "code": code.as_str(),
    })
}

#[test]
fn what_was_found_is_read_as_python_reads_it_and_comes_back_from_a_uri_as_the_same() {
    let names = names();
    assert!(names.len() >= 4, "only {names:?}");
    for name in names {
        let expected: Value =
            serde_json::from_slice(&fs::read(folder().join(format!("{name}.expected.json"))).unwrap()).unwrap();
        let Opened::Plain(import) = open(&fs::read(folder().join(&name)).unwrap()).unwrap() else {
            panic!("{name} is encrypted")
        };
        let (mut entries, mut skipped) = (Vec::new(), Vec::new());
        for found in &import.found {
            match found {
                Found::Entry(imported) => {
                    let key = &imported.new.key;
                    let again = KeyUri::read(&key.write()).unwrap().uri;
                    let mut entry = describe(key);
                    let mut expected_again = entry.clone();
                    expected_again["alias"] = json!(again.alias);
                    assert_eq!(describe(&again), expected_again, "{name}");
                    entry["name"] = json!(imported.new.name);
                    entry["alias_in_uri"] = json!(again.alias);
                    entries.push(entry);
                }
                Found::Skipped(entry) => skipped.push(json!({ "label": entry.label, "reason": entry.reason })),
            }
        }
        assert_eq!(json!({ "entries": entries, "skipped": skipped }), expected, "{name}");
    }
}
