use proptest::collection::vec;
use proptest::prelude::*;
use zeroize::Zeroizing;

use super::*;
use crate::authenticator::{Addition, EditError, NewEntry};
use crate::entropy::SystemEntropy;
use crate::otp::{KeyUri, Kind, SharedSecret, Totp};
use crate::time::UnixTime;

fn entries(labels: &[(Option<&str>, &str, &str)]) -> Entries {
    let mut entries = Entries::default();
    for (name, issuer, account) in labels {
        let key = KeyUri {
            issuer: (*issuer).to_owned(),
            account: (*account).to_owned(),
            alias: None,
            kind: Kind::Totp(Totp::default()),
            secret: SharedSecret::from_bytes(Zeroizing::new(b"12345678901234567890".to_vec())).unwrap(),
        };
        let new = NewEntry { name: name.map(str::to_owned), ..NewEntry::of(key) };
        let added = entries.add(new, UnixTime::default(), &SystemEntropy).unwrap();
        assert!(matches!(added, Addition::New(_)));
    }
    entries
}

fn found(entries: &Entries, query: &str, how: Match) -> Vec<String> {
    match entries.find(query, how) {
        Found::Nothing => Vec::new(),
        Found::One(entry) => vec![entry.label()],
        Found::Several(several) => several.iter().map(|entry| entry.label()).collect(),
    }
}

#[test]
fn an_exact_name_beats_a_prefix_and_a_prefix_beats_a_part() {
    let entries = entries(&[
        (None, "AWS", "alice"),
        (None, "AWS-2", "alice2"),
        (Some("mail"), "My AWS", "bob"),
        (None, "카카오", "민수"),
    ]);
    for (query, expected) in [
        ("aws", vec!["AWS:alice"]),
        ("aws:alice", vec!["AWS:alice"]),
        ("aw", vec!["AWS:alice", "AWS-2:alice2"]),
        ("y aw", vec!["mail"]),
        ("MAIL", vec!["mail"]),
        ("ws", vec!["AWS:alice", "AWS-2:alice2", "mail"]),
        ("카카", vec!["카카오:민수"]),
        ("\u{1106}\u{1175}\u{11ab}\u{1109}\u{116e}", vec!["카카오:민수"]),
        ("nobody", vec![]),
    ] {
        assert_eq!(found(&entries, query, Match::Best), expected, "{query}");
    }
    assert_eq!(found(&entries, "aw", Match::Exact), Vec::<String>::new());
    assert_eq!(found(&entries, "AWS", Match::Exact), vec!["AWS:alice"]);
}

#[test]
fn an_arn_finds_its_device_and_never_one_that_begins_like_it() {
    let mut entries = entries(&[
        (None, "Amazon Web Services", "alice@123456789012"),
        (None, "Amazon Web Services", "ale-2@123456789012"),
        (None, "Amazon Web Services", "bob@acme"),
        (None, "arn:aws:iam::123456789012:mfa/carol-2", ""),
    ]);
    let bob = entries.iter().nth(2).unwrap().id;
    let serial = |entry: &mut Entry| {
        entry.serial = Some("arn:aws:iam::210987654321:mfa/team/bob".to_owned());
        Ok::<(), EditError>(())
    };
    entries.edit(bob, serial).unwrap();
    for (query, expected) in [
        ("arn:aws:iam::123456789012:mfa/alice", vec!["Amazon Web Services:alice@123456789012"]),
        ("arn:aws-cn:iam::123456789012:mfa/team/Alice", vec!["Amazon Web Services:alice@123456789012"]),
        ("arn:aws:iam::210987654321:mfa/team/bob", vec!["Amazon Web Services:bob@acme"]),
        ("arn:aws:iam::210987654321:mfa/bob", vec![]),
        ("arn:aws:iam::123456789012:mfa/ale", vec![]),
        ("arn:aws:iam::123456789013:mfa/alice", vec![]),
        ("arn:aws:iam::123456789012:user/alice", vec![]),
        ("arn:aws:iam::123456789012:mfa/carol", vec![]),
        ("arn:aws:iam::123456789012:mfa/carol-2", vec!["arn:aws:iam::123456789012:mfa/carol-2"]),
    ] {
        assert_eq!(found(&entries, query, Match::Best), expected, "{query}");
        assert_eq!(found(&entries, query, Match::Exact), expected, "{query}");
    }
}

#[test]
fn what_is_typed_fits_the_whole_the_beginning_or_a_part_of_a_text() {
    let entries = entries(&[(None, "카카오", "민수"), (Some("Mail"), "My AWS", "bob")]);
    let fit = |index: usize, text: &str| Texts::of(entries.iter().nth(index).unwrap()).fit(&Query::new(text));
    for (index, text, expected) in [
        (0, "카카오", Some(Fit::Whole)),
        // In pieces, as macOS types it; the last letter is not done yet.
        (0, "\u{110f}\u{1161}\u{110f}\u{1161}", Some(Fit::Beginning)),
        (0, "오:민", Some(Fit::Part)),
        (1, "MAIL", Some(Fit::Whole)),
        (1, "my aws:b", Some(Fit::Beginning)),
        (1, "y A", Some(Fit::Part)),
        (1, "카", None),
    ] {
        assert_eq!(fit(index, text), expected, "{text}");
    }
    assert!(fit(0, "").is_some() && fit(1, "").is_some());
}

#[test]
fn an_id_names_one_entry_where_labels_do_not() {
    let entries = entries(&[(Some("a"), "GitHub", "alice"), (Some("b"), "GitHub", "alice")]);
    assert_eq!(found(&entries, "github:alice", Match::Best), vec!["a", "b"]);
    let id = entries.iter().last().unwrap().id.to_string();
    assert_eq!(found(&entries, &id, Match::Exact), vec!["b"]);
}

#[test]
fn the_beginning_of_an_id_counts_from_six_digits_on() {
    let entries = entries(&[(None, "GitHub", "alice"), (None, "Canada", "bob")]);
    let id = entries.iter().next().unwrap().id.to_string();
    for digits in [6, 7, 15] {
        assert_eq!(
            found(&entries, &id.get(..digits).unwrap().to_uppercase(), Match::Best),
            ["GitHub:alice"],
            "{digits}"
        );
        assert_eq!(found(&entries, id.get(..digits).unwrap(), Match::Exact), Vec::<String>::new(), "{digits}");
    }
    // Fewer are likelier to be a word, and one entry in 256 has an id that begins with `ad`.
    let digits = |id: u64| Query::new(format!("{id:016x}").get(..5).unwrap());
    for entry in entries.iter() {
        assert!(Texts::of(entry).fit(&digits(entry.id.into())).is_none() && !digits(entry.id.into()).is_part_of(entry));
    }
}

#[test]
fn several_words_fit_in_any_order_after_all_that_one_text_fits() {
    let entries = entries(&[
        (None, "GitHub", "alice@example.com"),
        (None, "GitLab", "alice@example.com"),
        (Some("alice's git"), "Gitea", "a"),
        (Some("git alice"), "Codeberg", "b"),
        (None, "My git alice", "c"),
        (None, "카카오 뱅크", "민수"),
    ]);
    for (query, expected) in [
        ("git alice", vec!["git alice"]),
        ("it alice", vec!["git alice", "My git alice:c"]),
        ("alice hub", vec!["GitHub:alice@example.com"]),
        ("  ALICE\tlab ", vec!["GitLab:alice@example.com"]),
        (
            "alice git",
            vec!["GitHub:alice@example.com", "GitLab:alice@example.com", "alice's git", "git alice", "My git alice:c"],
        ),
        ("민수 뱅크", vec!["카카오 뱅크:민수"]),
        ("\u{1106}\u{1175}\u{11ab} 카카", vec!["카카오 뱅크:민수"]),
        // The first letter of a syllable is not its beginning.
        ("\u{1106} 카카", vec![]),
        ("git alice nobody", vec![]),
        // Each word is in some text of some entry, and all of them in none.
        ("뱅크 alice", vec![]),
    ] {
        assert_eq!(found(&entries, query, Match::Best), expected, "{query}");
    }
    assert_eq!(found(&entries, "alice hub", Match::Exact), Vec::<String>::new());
}

#[test]
fn accents_are_left_out_only_if_nothing_fits_with_those_that_were_typed() {
    let entries = entries(&[
        (None, "Café Zürich", "ana"),
        (None, "Zurich Insurance", "ana"),
        (None, "Łódź", "piotr"),
        (None, "Σχολή", "νίκος"),
        (None, "Алёна", "Сергей"),
        (None, "카카오", "민수"),
        (None, "ガス", "が"),
        (None, "naïve", "x"),
        (None, "naive", "y"),
    ]);
    for (query, expected) in [
        ("cafe zurich", vec!["Café Zürich:ana"]),
        ("zürich", vec!["Café Zürich:ana"]),
        ("zurich", vec!["Zurich Insurance:ana"]),
        ("zurich cafe", vec!["Café Zürich:ana"]),
        ("ana çafe", vec!["Café Zürich:ana"]),
        ("ŻURICH INSURANCE", vec!["Zurich Insurance:ana"]),
        ("lodz", vec!["Łódź:piotr"]),
        ("ΣΧΟΛΗ", vec!["Σχολή:νίκος"]),
        ("νικος", vec!["Σχολή:νίκος"]),
        ("алена", vec!["Алёна:Сергей"]),
        ("сергеи", vec![]),
        ("카카", vec!["카카오:민수"]),
        ("\u{110f}\u{1161}\u{110f}", vec![]),
        ("カ", vec![]),
        ("か", vec![]),
        ("naive", vec!["naive:y"]),
        // With other accents than either has, both fit, and nothing decides.
        ("nàive", vec!["naïve:x", "naive:y"]),
    ] {
        assert_eq!(found(&entries, query, Match::Best), expected, "{query}");
        let listed: Vec<String> = entries.filter(Some(query), None).iter().map(|entry| entry.label()).collect();
        assert!(expected.iter().all(|label| listed.iter().any(|other| other == label)), "{query}: {listed:?}");
        assert_eq!(listed.is_empty(), expected.is_empty(), "{query}");
    }
    for query in ["cafe zurich:ana", "lodz", "алена", "ΣΧΟΛΗ"] {
        assert_eq!(found(&entries, query, Match::Exact), Vec::<String>::new(), "{query}");
    }
    assert_eq!(found(&entries, "CAFE\u{301} ZÜRICH:Ana", Match::Exact), ["Café Zürich:ana"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn an_entry_is_ruled_out_only_if_none_of_its_texts_fits(
        names in vec("[aAbBéÉøßıİ가각\u{1100}\u{1161}\u{301} :ad]{0,5}", 4),
        typed in "[aAbBéÉøßıİ가각\u{1100}\u{1161}\u{301} :ad]{0,4}",
    ) {
        let mut entries = entries(&[(Some("name"), "issuer", "account")]);
        let id = entries.iter().next().unwrap().id;
        let edit = |entry: &mut Entry| {
            entry.name = Some(format!("n{}", names[0]));
            entry.key.issuer.clone_from(&names[1]);
            entry.key.account.clone_from(&names[2]);
            entry.key.alias = Some(names[3].clone());
            Ok::<(), EditError>(())
        };
        entries.edit(id, edit).unwrap();
        let entry = entries.iter().next().unwrap();
        for query in [Query::new(&typed), Query::new(&typed).without_accents()] {
            prop_assert_eq!(query.is_part_of(entry), Texts::of(entry).fit(&query).is_some(), "{:?} {:?}", query, entry);
        }
    }
}
