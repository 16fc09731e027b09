//! The cases under `vectors/`, which are data: from the RFCs, from other programs, or made by the `make.py` beside them.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vmfa::otp::migration::{self, Batch, Export, WriteError};
use vmfa::otp::{Algorithm, CodeFormat, Digits, HotpKey, KeyUri, Kind, SharedSecret, Totp};
use vmfa::time::UnixTime;
use zeroize::Zeroizing;

/// Each file with the test that reads it. A file that stands here is read, and `every_file_is_read` finds those that do not.
macro_rules! vectors {
    ($($name:ident: $path:literal => $check:expr;)*) => {
        const READ: &[&str] = &[$($path),*];
        $(
            #[test]
            fn $name() {
                $check(&load($path));
            }
        )*
    };
}

vectors! {
    hotp_gives_the_codes_of_rfc_4226_appendix_d: "otp/rfc4226.json" => rfc4226;
    totp_gives_the_codes_of_rfc_6238_appendix_b_with_every_hash: "otp/rfc6238.json" => rfc6238;
    steam_codes_are_those_of_other_programs: "otp/steam.json" => steam;
    zeros_in_front_are_kept: "otp/leading_zeros.json" => leading_zeros;
    counters_beyond_32_bits_count: "otp/hotp_big_counter.json" => hotp_big_counter;
    codes_of_1_to_10_digits_are_pythons: "otp/digits.json" => digits;
    uris_met_in_the_wild_are_read_as_meant: "uris/wild.json" => wild_uris;
    uris_are_read_by_the_rules: "uris/rules.json" => rule_uris;
    migration_batches_are_read_and_written_as_google_does: "migration/batches.json" => batches;
}

/// Folders of vectors that other test files read and watch.
const ELSEWHERE: &[&str] = &["data_folder_1", "found", "import", "import_others", "qr", "reports", "reports_verifier"];

#[test]
fn every_file_is_read() {
    let mut found = BTreeSet::new();
    list(&root(), &mut found);
    let read = READ.iter().map(|path| (*path).to_owned()).collect();
    assert_eq!(found, read, "left: files under vectors/, right: files that a test here reads");
}

fn rfc4226(file: &Value) {
    let key = hotp(Algorithm::Sha1, 6, b"12345678901234567890");
    let codes = array(&file["codes"]);
    assert_eq!(codes.len(), 10);
    for (counter, expected) in (0..).zip(codes) {
        assert_eq!(key.code(counter).as_str(), text(expected), "counter {counter}");
    }
}

fn rfc6238(file: &Value) {
    let cases = array(&file["cases"]);
    assert_eq!(cases.len(), 6);
    for case in cases {
        for (algorithm, name, length) in
            [(Algorithm::Sha1, "sha1", 20), (Algorithm::Sha256, "sha256", 32), (Algorithm::Sha512, "sha512", 64)]
        {
            let key: Vec<u8> = b"1234567890".iter().copied().cycle().take(length).collect();
            let totp = Totp { algorithm, format: CodeFormat::Decimal(Digits::EIGHT), ..Totp::default() };
            let code = totp.keyed(&secret(key)).code_at(UnixTime::from_secs(number(&case["t"])));
            assert_eq!(code.as_str(), text(&case[name]), "{name} at {}", case["t"]);
        }
    }
}

fn steam(file: &Value) {
    for case in array(&file["cases"]) {
        let code = Totp::STEAM.keyed(&base32(case)).code_at(UnixTime::from_secs(number(&case["t"])));
        assert_eq!(code.as_str(), text(&case["code"]), "{case}");
    }
}

fn leading_zeros(file: &Value) {
    for case in array(&file["cases"]) {
        let code = Totp::default().keyed(&base32(case)).code_at(UnixTime::from_secs(number(&case["t"])));
        assert_eq!(code.as_str(), text(&case["code"]), "{case}");
    }
}

fn hotp_big_counter(file: &Value) {
    for case in array(&file["cases"]) {
        let key = HotpKey::new(Algorithm::Sha1, CodeFormat::default(), &base32(case));
        assert_eq!(key.code(number(&case["counter"])).as_str(), text(&case["code"]), "{case}");
    }
}

fn digits(file: &Value) {
    for case in array(&file["cases"]) {
        let digits = u8::try_from(number(&case["digits"])).unwrap();
        let key = hotp(text(&case["algorithm"]).parse().unwrap(), digits, &unhex(text(&case["key"])));
        assert_eq!(key.code(number(&case["counter"])).as_str(), text(&case["code"]), "{case}");
    }
}

/// The lists of warnings in this file are by topic: `short-secret` and `ga-ignores-parameter` stand only in cases
/// that are about them, although they apply to many. So each warning that is listed must be given, and one that is not may
/// only be one of these two.
fn wild_uris(file: &Value) {
    assert_eq!(array(file).len(), 49);
    for case in array(file) {
        if let Some(warnings) = check_uri(case, &["ok", "type", "issuer", "account", "secret_hex"]) {
            let expected: BTreeSet<&str> = array(&case["warnings"]).iter().map(text).collect();
            let unlisted = warnings.iter().map(String::as_str).filter(|name| !expected.contains(name));
            let surprising: Vec<&str> =
                unlisted.filter(|name| !["short-secret", "ga-ignores-parameter"].contains(name)).collect();
            assert_eq!(surprising, Vec::<&str>::new(), "{case}");
            assert!(expected.iter().all(|name| warnings.contains(*name)), "{warnings:?} of {case}");
        }
    }
}

/// Here the lists of warnings are complete.
fn rule_uris(file: &Value) {
    for case in array(file) {
        if let Some(warnings) = check_uri(case, &["ok", "type", "issuer", "account", "secret_hex", "alias"]) {
            assert_eq!(warnings, array(&case["warnings"]).iter().map(|name| text(name).to_owned()).collect(), "{case}");
        }
    }
}

/// Compares the reading of a case with what it expects, and gives the warnings if it is to be read at all.
fn check_uri(case: &Value, fields: &[&str]) -> Option<BTreeSet<String>> {
    let uri = text(&case["uri"]);
    if !case["ok"].as_bool().unwrap() {
        let error = KeyUri::read(uri).expect_err(&case.to_string()).to_string();
        if let Some(expected) = case["error"].as_str() {
            assert_eq!(error, expected, "{case}");
        }
        return None;
    }
    let reading = KeyUri::read(uri).unwrap_or_else(|error| panic!("{error}: {case}"));
    let read = describe(&reading.uri);
    for field in fields.iter().chain(&DERIVED) {
        assert_eq!(read[*field], case[*field], "`{field}` of {case}");
    }
    let again = KeyUri::read(&reading.uri.write()).unwrap().uri;
    assert_eq!(again, reading.uri, "written and read again: {case}");
    Some(reading.warnings.iter().map(|warning| warning.name().to_owned()).collect())
}

const DERIVED: [&str; 6] = ["algorithm", "digits", "period", "counter", "code_at_1700000000", "code_at_counter"];

fn describe(key: &KeyUri) -> Value {
    let (kind, algorithm, format, period, counter, at_time, at_counter) = match key.kind {
        Kind::Totp(totp) => {
            let kind = if totp.format == CodeFormat::Steam { "steam" } else { "totp" };
            let code = totp.keyed(&key.secret).code_at(UnixTime::from_secs(1_700_000_000)).as_str().to_owned();
            (kind, totp.algorithm, totp.format, Some(totp.period.as_secs()), None, Some(code), None)
        }
        Kind::Hotp { algorithm, digits, counter } => {
            let format = CodeFormat::Decimal(digits);
            let code = HotpKey::new(algorithm, format, &key.secret).code(counter).as_str().to_owned();
            ("hotp", algorithm, format, None, Some(counter), None, Some(code))
        }
    };
    let digits = match format {
        CodeFormat::Decimal(digits) => digits.count(),
        CodeFormat::Steam => 5,
    };
    json!({
        "ok": true, "type": kind, "issuer": key.issuer, "account": key.account, "alias": key.alias,
        "secret_hex": hex(key.secret.as_bytes()), "algorithm": algorithm.as_str(), "digits": digits, "period": period,
        "counter": counter, "code_at_1700000000": at_time, "code_at_counter": at_counter,
    })
}

fn batches(file: &Value) {
    for case in array(&file["read"]) {
        let read =
            array(&case["texts"]).iter().map(|one| Batch::read(text(one)).unwrap_or_else(|e| panic!("{e}: {case}")));
        let exports: Vec<Value> = Export::collect(read).iter().map(describe_export).collect();
        assert_eq!(json!(exports), case["exports"], "{}", case["name"]);
    }
    for case in array(&file["refused"]) {
        let error = Batch::read(text(&case["text"])).expect_err(&case.to_string());
        assert_eq!(error.to_string(), text(&case["error"]), "{}", case["name"]);
    }
    for case in array(&file["written"]) {
        let entries: Vec<KeyUri> = array(&case["uris"]).iter().map(key_uri).collect();
        let batch_id = i32::try_from(case["batch_id"].as_i64().unwrap()).unwrap();
        let per_batch = NonZeroUsize::new(usize::try_from(number(&case["per_batch"])).unwrap()).unwrap();
        let texts = migration::write(&entries, batch_id, per_batch).unwrap();
        assert_eq!(json!(texts.iter().map(|one| one.as_str()).collect::<Vec<_>>()), case["texts"], "{}", case["name"]);
    }
    not_carried(array(&file["not_carried"]));
}

fn not_carried(cases: &[Value]) {
    let entries: Vec<KeyUri> = cases.iter().map(|case| key_uri(&case[0])).collect();
    let Err(WriteError::CannotCarry(error)) = migration::write(&entries, 1, migration::ENTRIES_PER_BATCH) else {
        panic!("entries that cannot be carried were written");
    };
    let expected: Vec<(usize, String, String)> = (0..)
        .zip(cases.iter().zip(&entries))
        .filter(|(_, (case, _))| !case[1].is_null())
        .map(|(index, (case, key))| (index, key.label(), text(&case[1]).to_owned()))
        .collect();
    let found: Vec<(usize, String, String)> =
        error.entries.iter().map(|entry| (entry.index, entry.label.clone(), entry.obstacle.to_string())).collect();
    assert_eq!(found, expected);
    assert_eq!(
        error.to_string(),
        "Google Authenticator's format cannot carry `Acme:a` (its codes last 60 seconds, not 30), `b` (its codes have 7 \
         digits, not 6 or 8), `Steam:c` (its codes are Steam's), `d` (its counter is too large), `e` (its codes have 10 \
         digits, not 6 or 8)"
    );
}

fn describe_export(export: &Export) -> Value {
    let entries: Vec<Value> = export
        .entries
        .iter()
        .map(|entry| match entry {
            Ok(key) => {
                let mut described = describe(key);
                let fields = described.as_object_mut().unwrap();
                fields
                    .retain(|field, _| !["ok", "period", "code_at_1700000000", "code_at_counter"].contains(&&**field));
                let secret = fields.remove("secret_hex").unwrap();
                fields.insert("secret".to_owned(), secret);
                described
            }
            Err(error) => {
                json!({ "position": error.position, "name": error.name, "problem": error.problem.to_string() })
            }
        })
        .collect();
    json!({ "id": export.id, "size": export.size, "missing": export.missing, "entries": entries })
}

fn key_uri(value: &Value) -> KeyUri {
    KeyUri::read(text(value)).unwrap().uri
}

fn hotp(algorithm: Algorithm, digits: u8, key: &[u8]) -> HotpKey {
    HotpKey::new(algorithm, CodeFormat::Decimal(Digits::new(digits).unwrap()), &secret(key.to_vec()))
}

fn secret(bytes: Vec<u8>) -> SharedSecret {
    SharedSecret::from_bytes(Zeroizing::new(bytes)).unwrap()
}

fn base32(case: &Value) -> SharedSecret {
    SharedSecret::from_base32(text(&case["secret"])).unwrap()
}

fn load(path: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(root().join(path)).unwrap()).unwrap()
}

fn list(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            if !ELSEWHERE.contains(&name.as_str()) {
                list(&path, found);
            }
        } else if path.file_name().unwrap() != "make.py" {
            found.insert(name);
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
