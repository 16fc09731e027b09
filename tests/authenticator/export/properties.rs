//! What is exported and read again is the same, whatever is in the vault; and what is not the same was named.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::Value;
use vmfa::authenticator::export::google::Export;
use vmfa::authenticator::export::{Form, Part, aegis, lost, obstacle, text};
use vmfa::authenticator::import::{self, Found, Opened};
use vmfa::authenticator::{Entries, Entry, NewEntry, Passphrase};
use vmfa::entropy::SystemEntropy;
use vmfa::otp::{Algorithm, CodeFormat, Digits, KeyUri, Kind, Period, SharedSecret, Totp};
use vmfa::time::UnixTime;
use zeroize::Zeroizing;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn uris_come_back_as_they_were_but_for_what_was_named(new in vec(entry(), 1..12)) {
        let vault = vault(new);
        let entries: Vec<&Entry> = vault.iter().collect();
        let uris: Vec<_> = entries.iter().map(|entry| entry.to_uri()).collect();
        same_but_for_what_was_named(&entries, Form::Uri, read(&text::lines(&uris)));
    }

    #[test]
    fn googles_batches_come_back_as_they_were_but_for_what_was_named(new in vec(entry(), 1..30), per_batch in 1_usize..12) {
        let vault = vault(new);
        let entries: Vec<&Entry> = vault.iter().filter(|entry| obstacle(entry, Form::Google).is_none()).collect();
        prop_assume!(!entries.is_empty());
        let export = Export::of(&entries, &SystemEntropy).unwrap();
        let batches = export.batches(per_batch.try_into().unwrap()).unwrap();
        prop_assert_eq!(batches.len(), entries.len().div_ceil(per_batch));
        same_but_for_what_was_named(&entries, Form::Google, read(&text::lines(&batches)));
    }

    #[test]
    fn vmfas_own_form_brings_everything_back(new in vec(entry(), 1..12)) {
        let vault = vault(new);
        let entries: Vec<&Entry> = vault.iter().collect();
        let read = read(&text::json(&entries).unwrap());
        prop_assert_eq!(read.len(), entries.len());
        for (entry, read) in entries.iter().zip(read) {
            prop_assert_eq!(lost(entry, Form::Own), vec![]);
            prop_assert_eq!((&entry.name, &entry.key, &entry.tags, &entry.note), (&read.name, &read.key, &read.tags, &read.note));
        }
    }

    #[test]
    fn aegis_is_told_everything_but_what_was_named(new in vec(entry(), 1..12)) {
        let vault = vault(new);
        let entries: Vec<&Entry> = vault.iter().filter(|entry| obstacle(entry, Form::Aegis).is_none()).collect();
        let file: Value = serde_json::from_slice(&aegis::write(&entries, None, &SystemEntropy).unwrap()).unwrap();
        let groups = file["db"]["groups"].as_array().unwrap();
        let written = file["db"]["entries"].as_array().unwrap();
        prop_assert_eq!(written.len(), entries.len());
        for (entry, written) in entries.iter().zip(written) {
            let named = lost(entry, Form::Aegis);
            let only_label = entry.key.label().is_empty();
            prop_assert_eq!(named.contains(&Part::Name), entry.name.is_some() && !only_label);
            prop_assert_eq!(named.contains(&Part::Alias), entry.key.alias.is_some());
            let name = entry.name.as_deref().filter(|_| only_label).unwrap_or(&entry.key.account);
            prop_assert_eq!((&written["name"], &written["issuer"]), (&name.into(), &entry.key.issuer.as_str().into()));
            prop_assert_eq!(&written["note"], entry.note.as_deref().unwrap_or_default());
            let secret = entry.key.secret.to_base32();
            prop_assert_eq!(&written["info"]["secret"], secret.as_str());
            let mut tags: Vec<&str> = entry.tags.iter().map(String::as_str).collect();
            let mut grouped: Vec<&str> = written["groups"].as_array().unwrap().iter().map(|uuid| {
                groups.iter().find(|group| group["uuid"] == *uuid).unwrap()["name"].as_str().unwrap()
            }).collect();
            tags.sort_unstable();
            grouped.sort_unstable();
            prop_assert_eq!(tags, grouped);
        }
    }
}

/// A vault's entries; those that contradict an earlier one are left away.
fn vault(new: Vec<NewEntry>) -> Entries {
    let mut entries = Entries::default();
    for new in new {
        let _ = entries.add(new, UnixTime::from_secs(1_700_000_000), &SystemEntropy);
    }
    entries
}

/// What the importer finds in a file; nothing of it may be damaged.
fn read(file: &[u8]) -> Vec<NewEntry> {
    let Opened::Plain(import) = import::open(file).unwrap() else { panic!("it is not encrypted") };
    assert_eq!(import.notes, Vec::<String>::new());
    let entries = import.found.into_iter().map(|found| match found {
        Found::Entry(imported) => imported.new,
        Found::Skipped(skipped) => panic!("{skipped:?}"),
    });
    entries.collect()
}

fn same_but_for_what_was_named(entries: &[&Entry], form: Form, read: Vec<NewEntry>) {
    assert_eq!(read.len(), entries.len());
    for (entry, read) in entries.iter().zip(read) {
        let lost = lost(entry, form);
        let key = match &entry.name {
            Some(name) if entry.key.label().is_empty() => KeyUri { account: name.clone(), ..entry.key.clone() },
            _ => entry.key.clone(),
        };
        assert_eq!((read.key.kind, read.key.secret.as_bytes()), (key.kind, key.secret.as_bytes()));
        let label = |key: &KeyUri| (key.issuer.clone(), key.account.clone());
        assert_eq!(lost.contains(&Part::Label), label(&read.key) != label(&key), "{read:?} {entry:?}");
        assert_eq!(lost.contains(&Part::Alias), read.key.alias != key.alias, "{read:?} {entry:?}");
        assert_eq!(lost.contains(&Part::Name), entry.name.is_some() && !entry.key.label().is_empty());
        assert_eq!(lost.contains(&Part::Tags), !entry.tags.is_empty());
        assert_eq!(lost.contains(&Part::Note), entry.note.is_some());
    }
}

#[test]
fn an_age_file_comes_back_with_its_password_and_with_no_other() {
    use vmfa::authenticator::export::sealed::{Readers, encrypt};
    use vmfa::authenticator::import::ImportError;
    let vault = vault(vec![NewEntry {
        name: Some("work".to_owned()),
        key: KeyUri::read("otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQ&issuer=GitHub").unwrap().uri,
        tags: vec!["a".to_owned(), "나".to_owned()],
        note: Some("line\nline".to_owned()),
        serial: Some("arn:aws:iam::123456789012:mfa/alice".to_owned()),
        offset: "-302".parse().unwrap(),
    }]);
    let entries: Vec<&Entry> = vault.iter().collect();
    let password = |text: &str| Passphrase::new(text).unwrap();
    let file = encrypt(&text::json(&entries).unwrap(), &Readers::Passphrase(password("비밀"))).unwrap();
    let Opened::Locked(locked) = import::open(&file).unwrap() else { panic!("it is encrypted") };
    assert!(matches!(locked.unlock(&password("secret")), Err(ImportError::WrongPassword { format: "age" })));
    let import = locked.unlock(&password("비밀")).unwrap();
    let [Found::Entry(imported)] = import.found.as_slice() else { panic!("{import:?}") };
    let (entry, new) = (entries[0], &imported.new);
    assert_eq!((&entry.name, &entry.key, &entry.tags, &entry.note), (&new.name, &new.key, &new.tags, &new.note));

    let recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p".parse().unwrap();
    let file = encrypt(b"{}", &Readers::Recipients(vec![recipient])).unwrap();
    assert!(matches!(import::open(&file), Ok(Opened::Addressed(_))), "for whoever has an identity of it");
    for damaged in [&file[..30], &b"age-encryption.org/v2\n"[..]] {
        assert!(matches!(import::open(damaged), Err(ImportError::Damaged { format: "age", .. })));
    }
}

#[test]
fn vmfas_own_json_of_another_version_or_damaged_is_refused_by_its_place() {
    use vmfa::authenticator::import::ImportError;
    let entry = r#""id":"00000000000000ff","type":"totp","algorithm":"SHA1","digits":6,"period":30,"secret":"GEZDGNBV","created":1"#;
    let whole = format!("{{\"version\":1,\"newer\":1,\"entries\":[{{{entry},\"future\":2}}]}}");
    let Opened::Plain(import) = import::open(whole.as_bytes()).unwrap() else { panic!("it is not encrypted") };
    assert_eq!(
        import.notes,
        ["a newer vmfa wrote `future`, which is left out", "a newer vmfa wrote `newer`, which is left out"]
    );
    let newer = import::open(whole.replace("\"version\":1", "\"version\":2").as_bytes()).unwrap_err();
    assert!(matches!(&newer, ImportError::Unsupported { version, .. } if version == "2"), "{newer}");
    for (from, to) in [("\"digits\":6", "\"digits\":0"), ("GEZDGNBV", "GEZD1NBV"), ("\"totp\"", "\"motp\"")] {
        let error = import::open(whole.replace(from, to).as_bytes()).unwrap_err();
        assert!(matches!(error, ImportError::Damaged { format: "vmfa", .. }), "{error}");
        assert!(error.to_string().contains("line 1, column ") && !error.to_string().contains("GEZD"), "{error}");
    }
}

fn entry() -> impl Strategy<Value = NewEntry> {
    (option::of(name(1)), key(), vec(name(1), 0..3), option::of(".{1,30}"))
        .prop_map(|(name, key, tags, note)| NewEntry { name, tags, note, ..NewEntry::of(key) })
}

fn key() -> impl Strategy<Value = KeyUri> {
    let names = (name(0), name(0), option::weighted(0.2, name(1)));
    (names, vec(any::<u8>(), 1..40), kind()).prop_map(|((issuer, account, alias), bytes, kind)| {
        let secret = SharedSecret::from_bytes(Zeroizing::new(bytes)).unwrap();
        KeyUri { issuer, account, alias, secret, kind }
    })
}

/// Names as a person may type them: with spaces at the ends, colons, and letters in pieces.
fn name(least: usize) -> impl Strategy<Value = String> {
    let any =
        proptest::string::string_regex(&format!("[a-zA-Z0-9@.+:/ #?&=%가-힣\u{1100}\u{1161}\"\\\\\n-]{{{least},12}}"));
    let shown = |text: &String| !text.trim().is_empty();
    any.unwrap().prop_filter("tags are trimmed", move |text| least == 0 || shown(text))
}

fn kind() -> impl Strategy<Value = Kind> {
    let algorithm =
        || prop_oneof![3 => Just(Algorithm::Sha1), 1 => Just(Algorithm::Sha256), 1 => Just(Algorithm::Sha512)];
    let digits = || prop_oneof![4 => Just(6_u8), 1 => 1_u8..=10].prop_map(|count| Digits::new(count).unwrap());
    let period = prop_oneof![4 => Just(30_u32), 1 => 1_u32..=86_400].prop_map(|secs| Period::from_secs(secs).unwrap());
    let counter = prop_oneof![4 => 0..=i64::MAX as u64, 1 => any::<u64>()];
    prop_oneof![
        4 => (algorithm(), digits(), period).prop_map(|(algorithm, digits, period)| {
            Kind::Totp(Totp { algorithm, format: CodeFormat::Decimal(digits), period })
        }),
        1 => Just(Kind::Totp(Totp::STEAM)),
        2 => (algorithm(), digits(), counter).prop_map(|(algorithm, digits, counter)| Kind::Hotp { algorithm, digits, counter }),
    ]
}
