//! An item of a password manager: a title, a user name, and codes in any number of its fields.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::lines::Spot;
use super::login::{Login, drop_shared_names, without_a_code};
use super::record::{Record, tidy};
use super::{Found, Import, Imported, MAX_FOUND, Skipped, json};

/// What an item says of itself.
#[derive(Default)]
pub(super) struct Item<'a> {
    pub title: &'a str,
    pub username: &'a str,
    /// The address that it is for, which names it where there is no title.
    pub url: &'a str,
    pub tags: Vec<String>,
    /// What is to be known of it, such as that it was put away.
    pub warnings: Vec<&'static str>,
}

/// All that is read of a password manager's file. Most of its items have no code: they are counted and not listed.
pub(super) struct Items {
    found: Vec<Found>,
    without: usize,
    number: usize,
    what: &'static str,
}

impl Items {
    /// `what` is the program's word for an item.
    pub(super) const fn called(what: &'static str) -> Self {
        Self { found: Vec::new(), without: 0, number: 0, what }
    }

    /// Reads an item of a JSON text by itself: an odd one is skipped by name and does not cost the others.
    pub(super) fn read<'de, T: Deserialize<'de>>(
        &mut self,
        raw: &'de RawValue,
        read: impl FnOnce(T, &str) -> Vec<Found>,
    ) {
        self.number += 1;
        let place = format!("{} {}", self.what, self.number);
        let found = json::one(raw).map(|item| read(item, &place));
        self.take(found.unwrap_or_else(|| vec![Found::Skipped(Skipped::odd(place))]));
    }

    /// Takes what an item holds.
    pub(super) fn take(&mut self, codes: Vec<Found>) {
        self.without += usize::from(codes.is_empty());
        // One too many is enough for the file to be refused.
        if self.found.len() <= MAX_FOUND {
            self.found.extend(codes);
        }
    }

    pub(super) fn import(mut self, format: &'static str) -> Import {
        drop_shared_names(&mut self.found);
        Import { format, found: self.found, notes: without_a_code(self.without) }
    }
}

/// One code of an item.
pub(super) struct Code<'a> {
    /// What its field is called: that tells several codes of one item apart.
    pub label: &'a str,
    pub content: Content<'a>,
}

pub(super) enum Content<'a> {
    /// A URI or a bare secret.
    Text(&'a str),
    /// Parameters in fields of their own. Issuer, account and tags are the item's.
    Record(Record<'a>),
    /// It cannot be read, and why.
    Unreadable(&'static str),
}

impl<'a> Content<'a> {
    /// A URI that was found in a text, unless it is of another scheme: `steam://` is the address of many a game too.
    pub(super) fn found(spot: &Spot<'a>) -> Option<Self> {
        let is_ours =
            spot.encoded || spot.text.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME));
        let content = match spot {
            Spot { broken: true, .. } => Self::Unreadable(BROKEN),
            Spot { encoded: true, .. } => Self::Unreadable(ENCODED),
            Spot { text, .. } => Self::Text(text),
        };
        is_ours.then_some(content)
    }
}

const SCHEME: &str = "otpauth://";
const ENCODED: &str = "it has the URI of an account within another address: copy that text into a file and import it";
const BROKEN: &str = "it has a URI that may go on in the next line: put the whole URI on one line";

/// More codes, tags and characters of a name than any item has. Each code gets all of the item's names and tags, so that
/// a hostile file could make much of little.
const MAX_CODES: usize = 100;
const MAX_TAGS: usize = 50;
const LONGEST_NAME: usize = 1000;

fn cut(name: &str) -> &str {
    let name = name.trim();
    name.char_indices().nth(LONGEST_NAME).and_then(|(end, _)| name.get(..end)).unwrap_or(name)
}

impl Item<'_> {
    /// Its entries, of which there are none without a code. `place` is what it is called if it has no name.
    ///
    /// A secret that stands in several fields comes in once, as it stands in the first.
    pub(super) fn read<'a>(&self, codes: impl IntoIterator<Item = Code<'a>>, place: &str) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let mut entries = 0;
        let mut codes = codes.into_iter();
        for code in codes.by_ref().take(MAX_CODES) {
            let is_bare = matches!(code.content, Content::Text(text) if !text.contains("://"));
            let mut one = self.read_one(code.content, place);
            if let Found::Entry(imported) = &mut one {
                if is_there(&mut found, imported, is_bare) {
                    continue;
                }
                entries += 1;
                if entries > 1 {
                    imported.new.name = Some(self.name_of_another(code.label, entries, place));
                }
            }
            found.push(one);
        }
        if codes.next().is_some() {
            found.push(self.skipped(place, "it has more than 100 codes, of which only the first were looked at"));
        }
        found
    }

    fn read_one(&self, content: Content<'_>, place: &str) -> Found {
        let (title, host) = (cut(self.own_title()), cut(host(self.url)));
        let name = if title.is_empty() { host } else { title };
        let (username, tags) = (cut(self.username), self.tags.iter().take(MAX_TAGS).cloned().collect());
        let mut found = match content {
            Content::Text(totp) => Login { title: name, username, totp, tags, note: "" }.read(place),
            Content::Record(record) => Record { issuer: name, account: username, tags, ..record }.read(place),
            Content::Unreadable(reason) => return self.skipped(place, reason),
        };
        if let Found::Entry(imported) = &mut found {
            if title.is_empty() {
                // An address is the name of many accounts and says nothing that the URI does not.
                imported.new.name = None;
            }
            imported.warnings.extend(self.warnings.iter().map(|warning| (*warning).to_owned()));
        }
        found
    }

    /// The title that a person gave it. Browsers make one of the host, and Apple one of the host and the user name.
    fn own_title(&self) -> &str {
        let (title, username) = (self.title.trim(), self.username.trim());
        let made = format!(" ({username})");
        let title = title.strip_suffix(&made).filter(|_| !username.is_empty()).unwrap_or(title);
        if title.trim_start_matches("www.").eq_ignore_ascii_case(host(self.url)) { "" } else { title }
    }

    fn label(&self, place: &str) -> String {
        let names = [self.own_title(), self.username.trim(), host(self.url), place];
        tidy(cut(names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()))
    }

    fn skipped(&self, place: &str, reason: &str) -> Found {
        Found::Skipped(Skipped { label: self.label(place), reason: reason.to_owned() })
    }

    /// The name of a code that is not the first of the item.
    fn name_of_another(&self, label: &str, number: usize, place: &str) -> String {
        match tidy(cut(label)).as_str() {
            "" => format!("{} ({number})", self.label(place)),
            label => format!("{} {label}", self.label(place)),
        }
    }
}

/// Whether one of the entries has the secret already. If it has other parameters, that is said there; a bare secret has none.
fn is_there(found: &mut [Found], new: &Imported, is_bare: bool) -> bool {
    let entries = found.iter_mut().filter_map(|one| match one {
        Found::Entry(entry) => Some(entry),
        Found::Skipped(_) => None,
    });
    let secret = new.new.key.secret.as_bytes();
    let Some(there) = entries.into_iter().find(|entry| entry.new.key.secret.as_bytes() == secret) else { return false };
    if !is_bare && there.new.key.kind != new.new.key.kind {
        there.warnings.push(OTHER_PARAMETERS.to_owned());
    }
    true
}

const OTHER_PARAMETERS: &str =
    "another field has the same secret with other parameters: compare a code with the old program";

/// The host of an address, without what nobody calls it by.
fn host(url: &str) -> &str {
    let url = url.trim();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(host, _)| host);
    host.strip_prefix("www.").unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_that_a_browser_made_of_the_host_and_the_user_name_is_none() {
        for (title, username, url, expected) in [
            ("forge.example (ana)", "ana", "https://forge.example/", ""),
            ("www.forge.example", "ana", "https://www.forge.example:8443/a?b#c", ""),
            ("Forge.example", "", "https://user@forge.example", ""),
            ("Forge (ana)", "ana", "https://forge.example/", "Forge"),
            ("Forge (bob)", "ana", "https://forge.example/", "Forge (bob)"),
            ("Forge ()", "", "", "Forge ()"),
            ("ana", "ana", "", "ana"),
            ("(ana)", "ana", "", "(ana)"),
            ("", "ana", "", ""),
        ] {
            let item = Item { title, username, url, ..Item::default() };
            assert_eq!(item.own_title(), expected, "{title} {username} {url}");
        }
    }
}
