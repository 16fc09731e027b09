use super::accents;
use crate::authenticator::{Entry, EntryId};
use crate::otp::name;

/// A query, ready to be compared with many entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    typed: String,
    accents: Accents,
    /// What was typed, folded.
    text: String,
    /// Its words, if it has several.
    words: Vec<String>,
    id: Option<IdBeginning>,
}

/// Whether accents count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accents {
    Count,
    AreLeftOut,
}

impl Query {
    /// The query that `text` is, be it empty, which any entry fits.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self::with(text, Accents::Count)
    }

    /// The same query, of which accents are no part: for when no entry fits it with those that were typed.
    #[must_use]
    pub fn without_accents(&self) -> Self {
        Self::with(&self.typed, Accents::AreLeftOut)
    }

    fn with(typed: &str, accents: Accents) -> Self {
        let text = accents.fold(typed);
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        let words = if words.len() > 1 { words } else { Vec::new() };
        Self { typed: typed.to_owned(), accents, id: IdBeginning::read(&text), text, words }
    }

    /// Whether nothing was typed but white space.
    pub(super) const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn words(&self) -> &[String] {
        &self.words
    }

    pub(super) const fn accents(&self) -> Accents {
        self.accents
    }

    pub(super) fn id(&self) -> Option<&IdBeginning> {
        self.id.as_ref()
    }

    /// Whether the query is any part of a text of the entry, or each of its words is, or it begins the entry's id. It
    /// gives the same answer as [`Texts::fit`](super::Texts::fit), and puts no texts together for it.
    pub(super) fn is_part_of(&self, entry: &Entry) -> bool {
        self.is_in(&self.text, entry)
            || (!self.words.is_empty() && self.words.iter().all(|word| self.is_in(word, entry)))
            || self.id.as_ref().is_some_and(|id| id.begins(entry.id))
    }

    fn is_in(&self, needle: &str, entry: &Entry) -> bool {
        let key = &entry.key;
        let in_text = |text: &str| self.accents.contains(text, needle);
        // Only what has a colon can reach from an issuer into the account.
        let in_label = |prefix: &str| match needle.contains(':') {
            true => in_text(&[prefix, ":", &key.account].concat()),
            false => in_text(prefix) || in_text(&key.account),
        };
        in_label(&key.issuer)
            || entry.name.as_deref().is_some_and(in_text)
            || key.alias.as_deref().is_some_and(in_label)
    }
}

impl Accents {
    pub(super) fn fold(self, text: &str) -> String {
        // What folds as ASCII has no accents.
        if self == Self::AreLeftOut && !name::folds_as_ascii(text) { accents::without(text) } else { name::fold(text) }
    }

    /// Whether `needle`, which is folded, is a part of `text`, which is not.
    fn contains(self, text: &str, needle: &str) -> bool {
        if !name::folds_as_ascii(text) {
            return self.fold(text).contains(needle);
        }
        // The same for most texts, and much sooner: one search looks at those of every entry.
        needle.is_empty()
            || text.as_bytes().windows(needle.len()).any(|part| part.eq_ignore_ascii_case(needle.as_bytes()))
    }
}

/// The beginning of an id, long enough to be meant: any shorter one is that of some entry by chance, and is likelier to be
/// a word, such as `ad` or `cafe`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IdBeginning {
    /// The digits, with zeros after them.
    digits: u64,
    /// How many bits they are.
    bits: u32,
}

impl IdBeginning {
    const LEAST_DIGITS: usize = 6;

    fn read(text: &str) -> Option<Self> {
        if text.len() < Self::LEAST_DIGITS {
            return None;
        }
        let id: EntryId = format!("{text:0<16}").parse().ok()?;
        Some(Self { digits: id.into(), bits: u32::try_from(text.len() * 4).ok()? })
    }

    pub(super) fn begins(self, id: EntryId) -> bool {
        let differing = self.digits ^ u64::from(id);
        differing.leading_zeros() >= self.bits
    }

    pub(super) const fn is_whole(self) -> bool {
        self.bits == u64::BITS
    }
}
