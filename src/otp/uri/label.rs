//! The label: `account`, or an issuer, a colon and the account.

use super::percent::{decode, encode};
use crate::otp::name;

/// The names of an account, as [`KeyUri`](super::KeyUri) keeps them.
pub(in crate::otp) struct Names {
    pub issuer: String,
    pub account: String,
    pub alias: Option<String>,
}

impl Names {
    /// The names in a label that is not percent-encoded, with what is said of the issuer beside it: tidied, or empty.
    pub fn of_text(label: &str, issuer: String) -> Self {
        Self::of_label(Label::split(&encode(label).to_string(), &issuer), issuer)
    }

    /// The names in a label. What is said of the issuer beside it is believed; the prefix is then for show, and so it is
    /// another one if it differs in case only.
    pub fn of_label(label: Label, issuer: String) -> Self {
        let Label { prefix, account } = label;
        if issuer.is_empty() {
            Self { issuer: prefix, account, alias: None }
        } else {
            let alias = (!prefix.is_empty() && prefix != issuer).then_some(prefix);
            Self { issuer, account, alias }
        }
    }
}

/// The two parts of a label, tidied.
pub(in crate::otp) struct Label {
    /// What stands before the colon, or empty. It is `issuer` itself where it only spells it differently.
    pub prefix: String,
    /// What stands after it, or the whole label.
    pub account: String,
}

impl Label {
    /// Splits a label before it is decoded, since a decoded `%2B` could not be told from a raw `+`.
    ///
    /// `issuer` is the parameter, tidied, or empty. If it opens the label, the account is what follows, and may
    /// hold colons, as may the issuer. Otherwise the first colon divides the two.
    pub fn split(raw: &str, issuer: &str) -> Self {
        // A prefix that is the issuer has as many colons as the issuer, so one place only has to be looked at.
        if !issuer.is_empty()
            && let Some((prefix, account)) = separators(raw).nth(issuer.matches(':').count())
            && spells(prefix, issuer)
        {
            return Self { prefix: issuer.to_owned(), account: text(account, b'+') };
        }
        match separators(raw).find(|(before, after)| !is_of_web_address(before, after)) {
            Some((prefix, after)) if !is_arn(prefix, after) => {
                Self { prefix: issuer_name(prefix), account: text(after, b'+') }
            }
            _ => Self { prefix: String::new(), account: text(raw, b'+') },
        }
    }
}

/// Whether a label of these two is read as these two again, beside `issuer`.
pub(super) fn comes_apart(prefix: &str, account: &str, issuer: &str) -> bool {
    let label = format!("{}:{}", encode(prefix), encode(account));
    Label::split(&label, issuer).account == tidy(account.as_bytes())
}

/// A name in the form in which it is kept.
pub(in crate::otp) fn tidy(bytes: &[u8]) -> String {
    name::tidy(&String::from_utf8_lossy(bytes))
}

/// The places where `raw` has a colon, `:` or `%3A`, as what is before and what is after.
fn separators(raw: &str) -> impl Iterator<Item = (&str, &str)> {
    raw.match_indices([':', '%']).filter_map(|(at, _)| {
        let (before, rest) = raw.split_at_checked(at)?;
        let after = [":", "%3A", "%3a"].iter().find_map(|colon| rest.strip_prefix(colon))?;
        Some((before, after))
    })
}

/// Whether the colon between the two belongs to a web address such as `https://git.example.com`, which is an issuer to Gitea.
fn is_of_web_address(before: &str, after: &str) -> bool {
    let slash = |text| ["/", "%2F", "%2f"].iter().find_map(|slash| str::strip_prefix(text, slash));
    (before.ends_with("http") || before.ends_with("https")) && slash(after).and_then(slash).is_some()
}

/// Whether this is `arn:aws:…`, the serial number of a virtual MFA device: an account as a whole.
fn is_arn(prefix: &str, after: &str) -> bool {
    prefix.trim() == "arn" && after.starts_with("aws")
}

fn spells(prefix: &str, issuer: &str) -> bool {
    issuer_name(prefix) == issuer || text(prefix, b'+') == issuer || text(prefix, b' ') == issuer
}

fn text(raw: &str, plus: u8) -> String {
    tidy(&decode(raw, plus))
}

/// An issuer's name. In a path `+` is a plus sign, but Microsoft writes `Some+Company`: between two words it is a space.
fn issuer_name(raw: &str) -> String {
    let mut name = String::with_capacity(raw.len());
    for (index, part) in raw.split('+').enumerate() {
        let bytes = decode(part, b'+');
        let part = String::from_utf8_lossy(&bytes);
        if index > 0 {
            let between_words = name.ends_with(char::is_alphanumeric) && part.starts_with(char::is_alphanumeric);
            name.push(if between_words { ' ' } else { '+' });
        }
        name.push_str(&part);
    }
    tidy(name.as_bytes())
}
