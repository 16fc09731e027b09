use unicode_normalization::UnicodeNormalization as _;
use vmfa::otp::{Code, CodeFormat, HotpKey, KeyUri, Kind};
use vmfa::time::UnixTime;

/// Reads a key URI, and what it was read as a second time.
pub fn key_uri(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(reading) = KeyUri::read(text) else { return };
    for warning in &reading.warnings {
        assert!(!warning.to_string().is_empty());
    }
    is_written_and_read_the_same(&reading.uri);
}

/// The account comes back as it is, and has a code.
pub fn is_written_and_read_the_same(key: &KeyUri) {
    let text = key.write();
    assert!(text.is_ascii() && !text.contains(['+', ' ', '#']), "what is written has one reading");
    let again = KeyUri::read(&text).expect("what was written can be read").uri;
    // An alias with a colon has no place in a URI of its own, and is left out by name when one is exported.
    assert!(again.kind == key.kind, "{:?} became {:?}", key, again);
    // Of the names a white space or a colon may be respelled, letters composed, and an alias left out; an export names the entry that this happens to.
    assert!(letters(&again) == letters(key), "{:?} became {:?}", letters(key), letters(&again));
    assert!(again.secret.as_bytes() == key.secret.as_bytes());
    let code = code(key);
    assert!(code.as_str().len() == length(key) && code.as_str().is_ascii());
}

/// The names' letters, without what a reader may take for a border.
fn letters(key: &KeyUri) -> String {
    let names = format!("{}{}", key.issuer, key.account);
    names.nfc().filter(|letter| !letter.is_whitespace() && !letter.is_control() && *letter != ':').collect()
}

fn code(key: &KeyUri) -> Code {
    match key.kind {
        Kind::Totp(totp) => totp.keyed(&key.secret).code_at(UnixTime::from_secs(1_700_000_000)),
        Kind::Hotp { algorithm, digits, counter } => {
            HotpKey::new(algorithm, CodeFormat::Decimal(digits), &key.secret).code(counter)
        }
    }
}

fn length(key: &KeyUri) -> usize {
    match key.kind {
        Kind::Totp(totp) => match totp.format {
            CodeFormat::Decimal(digits) => digits.count().into(),
            CodeFormat::Steam => 5,
        },
        Kind::Hotp { digits, .. } => digits.count().into(),
    }
}
