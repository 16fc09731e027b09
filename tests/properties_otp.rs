//! What holds for every input of `otp`: parsers answer and do not panic, what was written is read again, and nothing but
//! ASCII digits is a code.

#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test fails by panicking")]

use proptest::collection::vec;
use proptest::prelude::*;
use vmfa::otp::migration::{self, Batch, Export};
use vmfa::otp::{Algorithm, Code, CodeFormat, Digits, KeyUri, Kind, Period, SharedSecret, Totp};
use zeroize::Zeroizing;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn any_text_is_read_or_refused(text in ".*") {
        let _ = Batch::read(&text).map(|batch| Export::collect([batch]));
        let _ = SharedSecret::from_base32(&text);
        let _ = text.parse::<Algorithm>();
        let _ = text.parse::<Digits>();
        let _ = text.parse::<Period>();
        prop_assert!(Code::parse(&text, Digits::SIX).is_err() || is_code(&text));
        let key = text.trim().get(..5).is_some_and(|start| ["otpau", "steam"].contains(&start.to_lowercase().as_str()));
        prop_assert!(KeyUri::read(&text).is_err() || key);
    }

    #[test]
    fn any_text_made_of_a_uris_parts_is_read_or_refused(parts in vec(part(), 0..24)) {
        let text = parts.concat();
        if let Ok(reading) = KeyUri::read(&format!("otpauth://totp/{text}")) {
            let uri = &reading.uri;
            prop_assert_eq!(uri.issuer.trim(), &uri.issuer);
            prop_assert_eq!(uri.account.trim(), &uri.account);
            prop_assert!(uri.alias.as_ref() != Some(&uri.issuer));
            let again = KeyUri::read(&uri.write()).unwrap().uri;
            prop_assert_eq!(&again.secret.as_bytes(), &uri.secret.as_bytes());
            prop_assert_eq!((&again.issuer, &again.kind), (&uri.issuer, &uri.kind));
        }
    }

    #[test]
    fn any_batch_is_read_or_refused(bytes in vec(any::<u8>(), 0..64), text in "[A-Za-z0-9+/=%_ -]{0,80}") {
        let escaped: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
        for data in [escaped, text] {
            if let Ok(batch) = Batch::read(&format!("otpauth-migration://offline?data={data}")) {
                prop_assert!(batch.index < batch.size && !batch.entries.is_empty());
            }
        }
    }

    #[test]
    fn a_key_uri_that_was_written_is_read_the_same(key in key_uri()) {
        let text = key.write();
        prop_assert!(text.is_ascii() && !text.contains(['+', ' ', '#']));
        prop_assert_eq!(KeyUri::read(&text).unwrap().uri, key);
    }

    #[test]
    fn an_export_that_was_written_is_read_the_same(
        keys in vec(portable_key_uri(), 1..25), id in any::<i32>(), per_batch in 1_usize..12, rotate in 0_usize..24,
    ) {
        let texts = migration::write(&keys, id, per_batch.try_into().unwrap()).unwrap();
        prop_assert_eq!(texts.len(), keys.len().div_ceil(per_batch));
        let mut batches: Vec<Batch> = texts.iter().map(|text| Batch::read(text).unwrap()).collect();
        let middle = rotate % batches.len();
        batches.rotate_left(middle);
        let exports = Export::collect(batches);
        prop_assert_eq!(exports.len(), 1);
        prop_assert_eq!((exports[0].id, &exports[0].missing), (id, &vec![]));
        let read: Vec<KeyUri> = exports[0].entries.iter().map(|entry| entry.clone().unwrap()).collect();
        prop_assert_eq!(read, keys);
    }

    #[test]
    fn a_secret_that_was_written_in_base32_is_read_the_same(bytes in vec(any::<u8>(), 1..130), group in 1_usize..9) {
        let secret = SharedSecret::from_bytes(Zeroizing::new(bytes.clone())).unwrap();
        let text = secret.to_base32();
        let read = SharedSecret::from_base32(&text).unwrap();
        prop_assert_eq!(read.as_bytes(), &bytes);
        let typed: Vec<String> = text.to_lowercase().as_bytes().chunks(group).map(|part| String::from_utf8(part.to_vec()).unwrap()).collect();
        let read = SharedSecret::from_base32(&typed.join(" - ")).unwrap();
        prop_assert_eq!(read.as_bytes(), &bytes);
    }

    #[test]
    fn no_error_and_no_debug_shows_a_secret(secret in "[A-Z2-7]{16,64}", place in 0_usize..9) {
        let text = match place {
            0 => format!("otpauth://{secret}?secret=a1"),
            1 => format!("otpauth://totp/a?secret={secret}1"),
            2 => format!("otpauth://totp/a?secret={secret}&secret=AAAA"),
            3 => format!("otpauth://totp/a?secret={secret}&digits={secret}"),
            4 => format!("otpauth://totp/a?secret={secret}&algorithm={secret}"),
            5 => format!("otpauth://hotp/a?secret={secret}&counter={secret}"),
            6 => format!("otpauth-migration://offline?data={secret}"),
            7 => secret.clone(),
            _ => format!("otpauth://totp/a?secret={secret}"),
        };
        let shown = match KeyUri::read(&text) {
            Ok(reading) => format!("{reading:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        prop_assert!(!shown.contains(&secret), "{shown}");
        prop_assert_eq!(place == 8, shown.starts_with("Reading"), "{}", shown);
        let shown = format!("{:?}", Batch::read(&text).map(|batch| batch.entries.len()));
        prop_assert!(!shown.contains(&secret), "{shown}");
    }

    /// Attack case 20.
    #[test]
    fn a_code_is_ascii_digits_and_nothing_else(text in "[0-9٠-٩０-９+_.exX\u{a0}\0 \t-]{0,12}", count in 1_u8..=10) {
        let digits: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let is_code = digits.len() == usize::from(count) && digits.bytes().all(|b| b.is_ascii_digit());
        let read = Code::parse(&text, Digits::new(count).unwrap()).map(|code| code.as_str().to_owned());
        prop_assert_eq!(read.ok(), is_code.then_some(digits));
    }
}

/// Attack case 19.
#[test]
fn white_space_of_ascii_is_dropped_from_a_code_and_no_other_is() {
    for typed in ["123456", " 123456", "123456 ", "123 456", "\t123456", "123456\n", "123456\r\n", "1 2 3 4 5 6"] {
        assert_eq!(Code::parse(typed, Digits::SIX).unwrap().as_str(), "123456", "{typed:?}");
    }
    for typed in [
        "123\u{a0}456",
        "\u{a0}123456",
        "123456\0",
        "123\u{2009}456",
        "123\u{200b}456",
        "\u{feff}123456",
        "123\u{b}456",
    ] {
        assert!(Code::parse(typed, Digits::SIX).is_err(), "{typed:?}");
    }
}

/// Attack case 20.
#[test]
fn other_scripts_digits_signs_and_notations_are_not_a_code() {
    let typed = [
        "١٢٣٤٥٦",
        "１２３４５６",
        "१२३४५६",
        "𝟏𝟐𝟑𝟒𝟓𝟔",
        "12345６",
        "+123456",
        "-123456",
        "+12345",
        "123_456",
        "123-456",
        "123.456",
        "1e5",
        "1e0005",
        "0x1e24",
        "0x1e240",
        "000123456",
        "0123456",
        "12345a",
        "12345O",
    ];
    for typed in typed {
        assert!(Code::parse(typed, Digits::SIX).is_err(), "{typed:?}");
    }
}

/// Attack case 21.
#[test]
fn a_code_of_another_length_is_refused_however_long() {
    for typed in ["", " ", "12345", "1234567", "null", "[]", "{}"] {
        assert!(Code::parse(typed, Digits::SIX).is_err(), "{typed:?}");
    }
    let ten_megabytes = 10 << 20;
    for unit in ["1", " ", "가", "1 "] {
        assert!(Code::parse(&unit.repeat(ten_megabytes / unit.len()), Digits::SIX).is_err(), "{unit:?}");
    }
}

/// A quarter of a megabyte of each character that the reader looks for: with a square this would not end.
#[test]
fn the_time_to_read_a_uri_does_not_grow_with_its_square() {
    for unit in [":", "%3A", "://", "#", "a+", "%", "&", "&amp;", "?", "\u{1100}\u{1161}"] {
        let long = unit.repeat((1 << 18) / unit.len());
        for uri in [
            format!("otpauth://totp/{long}?secret=AAAAAAAA&issuer=a:b"),
            format!("otpauth://totp/a:b?secret=AAAAAAAA&issuer={long}"),
            format!("otpauth://totp/{long}?secret=AAAAAAAA&issuer={long}"),
        ] {
            // A `?` in the label hides the parameters, a `&` in the issuer ends it.
            assert_eq!(KeyUri::read(&uri).is_ok(), unit != "?" || uri.starts_with("otpauth://totp/a:b"), "{unit}");
        }
    }
}

#[test]
fn base32_of_any_length_drops_the_bits_that_are_left_over() {
    // RFC 4648 section 10: `fooba` is MZXW6YTB. Cut to n symbols it has 5n/8 whole bytes.
    let (symbols, bytes) = ("MZXW6YTBMZXW6YTB", b"foobafooba");
    assert!(SharedSecret::from_base32("M").is_err());
    for count in 2..=symbols.len() {
        let read = SharedSecret::from_base32(&symbols[..count]).unwrap();
        assert_eq!(read.as_bytes(), &bytes[..count * 5 / 8], "{count} symbols");
    }
}

#[test]
fn base32_is_written_as_in_rfc_4648_section_10() {
    for (bytes, expected) in [
        ("f", "MY"),
        ("fo", "MZXQ"),
        ("foo", "MZXW6"),
        ("foob", "MZXW6YQ"),
        ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ] {
        let secret = SharedSecret::from_bytes(Zeroizing::new(bytes.as_bytes().to_vec())).unwrap();
        assert_eq!(secret.to_base32().as_str(), expected);
    }
}

#[test]
fn uris_are_written_as_apps_read_them() {
    let secret = || SharedSecret::from_base32("JBSWY3DPEHPK3PXP").unwrap();
    let write = |issuer: &str, account: &str, kind: Kind| {
        let uri =
            KeyUri { issuer: issuer.to_owned(), account: account.to_owned(), alias: None, secret: secret(), kind };
        uri.write().to_string()
    };
    let totp = Kind::Totp(Totp::default());
    assert_eq!(
        write("Amazon Web Services", "jane@my-alias", totp),
        "otpauth://totp/Amazon%20Web%20Services:jane@my-alias?secret=JBSWY3DPEHPK3PXP&issuer=Amazon%20Web%20Services"
    );
    // The AWS IAM API's form: `$virtualMFADeviceName@$AccountName`.
    assert_eq!(write("", "phone@123456789012", totp), "otpauth://totp/phone@123456789012?secret=JBSWY3DPEHPK3PXP");
    assert_eq!(
        write("A+T&T", "가/#?", totp),
        "otpauth://totp/A%2BT%26T:%EA%B0%80%2F%23%3F?secret=JBSWY3DPEHPK3PXP&issuer=A%2BT%26T"
    );
    let all = Totp {
        algorithm: Algorithm::Sha256,
        format: CodeFormat::Decimal(Digits::EIGHT),
        period: Period::from_secs(60).unwrap(),
    };
    assert_eq!(
        write("", "a", Kind::Totp(all)),
        "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&algorithm=SHA256&digits=8&period=60"
    );
    assert_eq!(
        write("", "a", Kind::Totp(Totp::STEAM)),
        "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=5&encoder=steam"
    );
    let five = Kind::Totp(Totp { format: decimal(5), ..Totp::default() });
    assert_eq!(write("", "a", five), "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=5");
    assert_eq!(
        write("Steam", "a", five),
        "otpauth://totp/Steam:a?secret=JBSWY3DPEHPK3PXP&issuer=Steam&digits=5&steam=false"
    );
    let hotp = Kind::Hotp { algorithm: Algorithm::Sha1, digits: Digits::SIX, counter: 0 };
    assert_eq!(write("", "a", hotp), "otpauth://hotp/a?secret=JBSWY3DPEHPK3PXP&counter=0");
}

/// Pieces that mean something to the reader, and some that do not.
fn part() -> impl Strategy<Value = String> {
    let pieces = [
        ":",
        "%3A",
        "/",
        "//",
        "?",
        "&",
        "&amp;",
        "=",
        "#",
        "+",
        "%",
        "%2B",
        "%20",
        "%ff",
        " ",
        "secret=",
        "secret=AAAAAAAA",
        "?secret=MZXW6YTB",
        "issuer=",
        "&issuer=a",
        "&issuer=a:b",
        "digits=",
        "&digits=7",
        "&period=60",
        "algorithm=SHA512",
        "encoder=steam",
        "&steam",
        "arn:aws",
        "://",
        "a",
        "가",
        "\u{1100}\u{1161}",
        "0",
        "5",
        "Steam",
        "\0",
    ];
    prop_oneof![4 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => ".{0,4}"]
}

/// A key URI whose names are in the form in which names are kept.
fn key_uri() -> impl Strategy<Value = KeyUri> {
    let totp =
        (algorithm(), prop_oneof![9 => (1_u8..=10).prop_map(decimal), 1 => Just(CodeFormat::Steam)], 1_u32..=86_400)
            .prop_map(|(algorithm, format, seconds)| Totp {
                algorithm,
                format,
                period: Period::from_secs(seconds).unwrap(),
            });
    let hotp = (algorithm(), 1_u8..=10, any::<u64>()).prop_map(|(algorithm, digits, counter)| Kind::Hotp {
        algorithm,
        digits: Digits::new(digits).unwrap(),
        counter,
    });
    with_names(prop_oneof![totp.prop_map(Kind::Totp), hotp])
}

/// A key URI that Google's format can carry.
fn portable_key_uri() -> impl Strategy<Value = KeyUri> {
    let digits = || prop_oneof![Just(Digits::SIX), Just(Digits::EIGHT)];
    let totp = (algorithm(), digits()).prop_map(|(algorithm, digits)| {
        Kind::Totp(Totp { algorithm, format: CodeFormat::Decimal(digits), period: Period::THIRTY_SECONDS })
    });
    let hotp = (algorithm(), digits(), 0..=i64::MAX as u64).prop_map(|(algorithm, digits, counter)| Kind::Hotp {
        algorithm,
        digits,
        counter,
    });
    with_names(prop_oneof![totp, hotp])
}

fn with_names(kind: impl Strategy<Value = Kind>) -> impl Strategy<Value = KeyUri> {
    (name(), name(), proptest::option::of(name()), vec(any::<u8>(), 1..65), kind).prop_map(
        |(issuer, account, alias, bytes, kind)| {
            // A label's prefix other than the issuer ends at its first colon.
            let alias = alias.map(|text| text.replace(':', "").trim().to_owned());
            let alias = alias.filter(|text| !text.is_empty() && !issuer.is_empty() && *text != issuer);
            let secret = SharedSecret::from_bytes(Zeroizing::new(bytes)).unwrap();
            KeyUri { issuer, account, alias, secret, kind }
        },
    )
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-zA-Z0-9@.+:/ #?&=%가-힣-]{1,20}".prop_map(|text| text.trim().to_owned()),
        Just("arn:aws:iam::123456789012:mfa/jane".to_owned()),
        Just("https://git.example.com:3000".to_owned()),
        Just("Steam".to_owned()),
    ]
}

fn algorithm() -> impl Strategy<Value = Algorithm> {
    prop_oneof![Just(Algorithm::Sha1), Just(Algorithm::Sha256), Just(Algorithm::Sha512)]
}

fn decimal(count: u8) -> CodeFormat {
    CodeFormat::Decimal(Digits::new(count).unwrap())
}

fn is_code(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit())
}
