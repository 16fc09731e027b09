use super::entries::Entries;
use super::entry::Entry;
use crate::otp::name::fold;

/// How much of an entry's texts a query must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// All of one: its id, name, issuer, account, `issuer:account`, or serial number.
    Exact,
    /// All of one; if there is none such, the beginning of one; if there is none such either, any part of one.
    Best,
}

/// The entries that a query means.
#[derive(Debug)]
#[must_use]
pub enum Found<'a> {
    /// None.
    Nothing,
    /// One.
    One(&'a Entry),
    /// Several fit equally well.
    Several(Vec<&'a Entry>),
}

impl Entries {
    /// The entries that `query` means, compared as [names](crate::otp::name) are. One without any letter means none.
    ///
    /// A serial number means its device as a whole only: `…:mfa/alice` is not `…:mfa/alice-2`.
    pub fn find(&self, query: &str, how: Match) -> Found<'_> {
        let query = fold(query);
        if query.is_empty() {
            // It would be the whole of each issuer and account that is not given.
            return Found::Nothing;
        }
        let devices: Vec<&Entry> = self.iter().filter(|entry| is_device(entry, &query)).collect();
        if !devices.is_empty() {
            return Found::from(devices);
        }
        let texts: Vec<(&Entry, Vec<String>)> = self.iter().map(|entry| (entry, texts(entry))).collect();
        let fitting = |fits: fn(&str, &str) -> bool| -> Vec<&Entry> {
            texts
                .iter()
                .filter(|(_, texts)| texts.iter().any(|text| fits(text, &query)))
                .map(|(entry, _)| *entry)
                .collect()
        };
        let levels: &[fn(&str, &str) -> bool] = match how {
            Match::Exact => &[is],
            // Who names a device by its ARN means that one, and no other whose name has the same beginning.
            Match::Best if query.starts_with(ARN) => &[is],
            Match::Best => &[is, starts_with, contains],
        };
        levels
            .iter()
            .map(|level| fitting(*level))
            .find(|entries| !entries.is_empty())
            .map_or(Found::Nothing, Found::from)
    }

    /// The entries of which `query` is any part, and that have the tag; `None` leaves out the one condition or the other.
    pub fn filter<'a>(&'a self, query: Option<&str>, tag: Option<&str>) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let (query, tag) = (query.map(fold), tag.map(str::to_owned));
        self.iter().filter(move |entry| {
            let tagged = tag.as_ref().is_none_or(|tag| entry.has_tag(tag));
            let fits = |query: &String| is_device(entry, query) || texts(entry).iter().any(|text| text.contains(query));
            tagged && query.as_ref().is_none_or(fits)
        })
    }

    /// The entry that is meant when no query is given: the only one there is.
    pub fn only(&self) -> Found<'_> {
        Found::from(self.iter().collect::<Vec<_>>())
    }
}

impl<'a> From<Vec<&'a Entry>> for Found<'a> {
    fn from(entries: Vec<&'a Entry>) -> Self {
        match entries.as_slice() {
            [] => Self::Nothing,
            [entry] => Self::One(entry),
            _ => Self::Several(entries),
        }
    }
}

/// A query, ready to be compared with many entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query(String);

impl Query {
    /// The query that `text` is, be it empty, which any entry fits.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(fold(text))
    }
}

/// How much of an entry's texts a query is, the better fit first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// All of one.
    Whole,
    /// The beginning of one.
    Beginning,
    /// Any part of one.
    Part,
}

/// An entry's texts, ready to be compared with many queries: whoever types searches with each letter.
#[derive(Clone, Debug)]
pub struct Texts(Vec<String>);

impl Texts {
    /// The texts by which [`Entries::find`] finds `entry`.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        Self(texts(entry))
    }

    /// How well `query` fits, if it does.
    #[must_use]
    pub fn fit(&self, query: &Query) -> Option<Fit> {
        let fits = |fits: fn(&str, &str) -> bool| self.0.iter().any(|text| fits(text, &query.0));
        if fits(is) {
            Some(Fit::Whole)
        } else if fits(starts_with) {
            Some(Fit::Beginning)
        } else {
            fits(contains).then_some(Fit::Part)
        }
    }
}

fn texts(entry: &Entry) -> Vec<String> {
    let key = &entry.key;
    let mut texts = vec![
        entry.id.to_string(),
        fold(&key.issuer),
        fold(&key.account),
        fold(&key.label()),
        fold(&format!("{}:{}", key.issuer, key.account)),
    ];
    texts.extend([&entry.name, &key.alias].into_iter().flatten().map(|text| fold(text)));
    texts
}

/// Whether `query` is the serial number of the entry's device.
fn is_device(entry: &Entry, query: &str) -> bool {
    match &entry.serial {
        Some(serial) => fold(serial) == *query,
        None => arn_names_account(query, &fold(&entry.key.account)),
    }
}

/// Whether an MFA device's ARN says what the account does, which AWS writes as `DEVICE@ACCOUNT-NUMBER` into its QR codes
/// where the AWS account has no alias: `arn:aws:iam::123456789012:mfa/alice` is `alice@123456789012`.
fn arn_names_account(query: &str, account: &str) -> bool {
    let Some((device, number)) = account.rsplit_once('@') else { return false };
    let is_number = number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = query.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", owner, resource] if is_number && *owner == number => {
            // The path between is not part of the device's name, which is its own in the AWS account without it.
            resource.strip_prefix("mfa/").and_then(|path| path.rsplit('/').next()) == Some(device)
        }
        _ => false,
    }
}

const ARN: &str = "arn:";

fn is(text: &str, query: &str) -> bool {
    text == query
}

fn starts_with(text: &str, query: &str) -> bool {
    text.starts_with(query)
}

fn contains(text: &str, query: &str) -> bool {
    text.contains(query)
}

#[cfg(test)]
mod tests {
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
}
