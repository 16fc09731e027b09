use serde_json::{Value, json};

use super::*;
use crate::otp::Kind;

/// An entry on a line of its own, as any tool may lay the JSON out.
const ENTRY: &str = r#"{"id":"00000000000000ff","name":"work","issuer":"GitHub","account":"alice","alias":"github.com","type":"totp","algorithm":"SHA256","digits":8,"period":60,"secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","tags":["a","b"],"note":"n","serial":"arn:aws:iam::123456789012:mfa/a","offset":-302,"created":1700000000}"#;

fn document(entries: &[&str]) -> String {
    format!("{{\"version\":1,\"recipient\":\"age1\",\"entries\":[\n{}\n]}}\n", entries.join(",\n"))
}

fn parse(json: &str) -> Result<Document, ReadDocumentError> {
    Document::parse(json.as_bytes())
}

fn with(from: &str, to: &str) -> String {
    assert!(ENTRY.contains(from), "{from}");
    ENTRY.replacen(from, to, 1)
}

#[test]
fn every_key_is_read_and_written_as_it_was() {
    let hotp = r#"{"id":"0123456789abcdef","issuer":"","account":"counted","type":"hotp","algorithm":"SHA1","digits":6,"counter":18446744073709551615,"secret":"GEZDGNBV","created":0,"newer":{"a":[1,null]},"older":"o"}"#;
    let steam = r#"{"id":"fedcba9876543210","issuer":"Steam","account":"gamer","type":"steam","algorithm":"SHA1","period":30,"secret":"GE","created":1}"#;
    let json = document(&[ENTRY, hotp, steam]).replacen("\"version\"", "\"newest\":\"x\",\"version\"", 1);
    let document = parse(&json).unwrap();
    let written: Value = serde_json::from_slice(&serde_json::to_vec(&document).unwrap()).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(&json).unwrap());
    let kinds: Vec<&str> = document
        .entries
        .iter()
        .map(|entry| match entry.key.kind {
            Kind::Totp(totp) if totp == crate::otp::Totp::STEAM => "steam",
            Kind::Totp(_) => "totp",
            Kind::Hotp { .. } => "hotp",
        })
        .collect();
    assert_eq!(kinds, ["totp", "hotp", "steam"]);
}

#[test]
fn escapes_order_and_layout_of_the_json_mean_nothing() {
    let odd = "{ \"created\" : 1700000000 , \"\\u0069d\":\"00000000000000f\\u0066\", \"secret\":\"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ\\u0051\",\
               \"\\u0074ype\":\"\\u0074otp\",\"algorithm\":\"SHA\\u0032\\u00356\", \"period\":60,\r\n\t\"digits\":8,\
               \"tags\":[\"\\u0061\",\"b\"],\"name\":\"w\\u006frk\",\"account\":\"al\\u0069ce\",\"issuer\":\"GitHub\",\
               \"alias\":\"github.com\",\"note\":\"\\u006e\",\"serial\":\"arn:aws:iam::123456789012:mfa\\/a\",\"offset\":-302}";
    let plain = parse(&document(&[ENTRY])).unwrap();
    let read = parse(&document(&[odd])).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), serde_json::to_value(&plain).unwrap());
}

#[test]
fn a_secret_that_somebody_typed_is_read_as_people_type_it_and_written_in_one_form() {
    for typed in ["gezd gnbv gy3t qojq gezd gnbv gy3t qojq", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ====="] {
        let read = parse(&document(&[&with("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", typed)])).unwrap();
        let written = serde_json::to_value(&read).unwrap();
        assert_eq!(written["entries"][0]["secret"], "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }
    // Bits after the last whole byte are dropped.
    for (typed, kept) in [("GF", "GE"), ("GEZ", "GE"), ("GEZDGNBVG", "GEZDGNBV")] {
        let read = parse(&document(&[&with("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", typed)])).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap()["entries"][0]["secret"], kept, "{typed}");
    }
}

#[test]
fn what_may_be_absent_may_be_null_and_comes_out_absent() {
    let mut json: Value = serde_json::from_str(ENTRY).unwrap();
    for key in ["name", "alias", "note", "serial", "counter"] {
        json[key] = Value::Null;
    }
    let read = parse(&document(&[&json.to_string()])).unwrap();
    let written = serde_json::to_value(&read).unwrap();
    for key in ["name", "alias", "note", "serial", "counter"] {
        assert_eq!(written["entries"][0].get(key), None, "{key}");
    }
    let bare = r#"{"id":"00000000000000ff","type":"steam","algorithm":"SHA1","period":30,"secret":"GE","created":1}"#;
    let read = serde_json::to_value(parse(&document(&[bare])).unwrap()).unwrap();
    assert_eq!((&read["entries"][0]["issuer"], &read["entries"][0]["account"]), (&json!(""), &json!("")));
}

#[test]
fn one_damaged_entry_among_good_ones_refuses_the_document_by_its_line() {
    let bad = [
        with("\"00000000000000ff\"", "\"+0000000000000ff\""),
        with("\"id\":\"00000000000000ff\",", ""),
        with("\"totp\"", "\"TOTP\""),
        with("\"type\":\"totp\",", ""),
        with("SHA256", "MD5"),
        with("\"algorithm\":\"SHA256\",", ""),
        with("\"digits\":8,", ""),
        with("\"digits\":8", "\"digits\":0"),
        with("\"digits\":8", "\"digits\":264"),
        with("\"digits\":8", "\"digits\":null"),
        with("\"digits\":8", "\"digits\":\"8\""),
        with("\"period\":60,", ""),
        with("\"period\":60", "\"period\":86401"),
        with("\"period\":60", "\"period\":60.5"),
        with("\"type\":\"totp\"", "\"type\":\"hotp\""),
        with("GEZDGNBV", "GEZD1NBV"),
        with("\"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\"", "\"\""),
        with("\"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\"", "null"),
        with("\"secret\"", "\"sekret\""),
        with("\"created\":1700000000", "\"created\":-1"),
        with(",\"created\":1700000000", ""),
        with("\"issuer\":\"GitHub\"", "\"issuer\":null"),
        with("\"name\":\"work\"", "\"name\":7"),
        with("[\"a\",\"b\"]", "[\"a\",1]"),
        with("[\"a\",\"b\"]", "null"),
        with("\"offset\":-302", "\"offset\":99999999999"),
        // A key that comes twice could be meant in two ways, be the value the same or not.
        with("\"name\":\"work\"", "\"name\":\"work\",\"name\":null"),
        with("\"secret\":", "\"secret\":\"GEZDGNBV\",\"secret\":"),
        with("\"digits\":8", "\"digits\":8,\"digits\":8"),
        with("\"created\":", "\"created\":1,\"created\":"),
        with("\"note\":\"n\"", "\"note\":\"\\ud800\""),
        with("\"note\":\"n\"", "\"note\":\"\u{1}\""),
        "[]".to_owned(),
        "null".to_owned(),
        "7".to_owned(),
    ];
    for bad in &bad {
        for place in [0, 7, 19] {
            let mut entries = vec![ENTRY; 20];
            *entries.get_mut(place).unwrap() = bad;
            match parse(&document(&entries)) {
                Err(ReadDocumentError::NotADocument { line, .. }) if line == place + 2 => {}
                other => panic!("{bad} at {place}: {other:?}"),
            }
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_by_line_and_column() {
    let whole = document(&[ENTRY, ENTRY]).into_bytes();
    let account = whole.windows(5).rposition(|bytes| bytes == b"alice").unwrap();
    let column = account - whole.get(..account).unwrap().iter().rposition(|byte| *byte == b'\n').unwrap();
    for bytes in [&b"\xff"[..], b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80"] {
        let json = [whole.get(..account).unwrap(), bytes, whole.get(account..).unwrap()].concat();
        let error = Document::parse(&json).unwrap_err();
        assert_eq!(error, ReadDocumentError::NotADocument { line: 3, column });
    }
    assert_eq!(Document::parse(b"\xff").unwrap_err(), ReadDocumentError::NotADocument { line: 1, column: 1 });
}
