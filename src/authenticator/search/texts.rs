use super::query::{Accents, Query};
use crate::authenticator::{Entry, EntryId};
use crate::otp::name;

/// How much of an entry's texts a query is, the better fit first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// All of one.
    Whole,
    /// The beginning of one.
    Beginning,
    /// Any part of one.
    Part,
    /// Each of its words is a part of one, in whatever order.
    Words,
}

/// An entry's texts, ready to be compared with many queries: whoever types searches with each letter.
#[derive(Clone, Debug)]
pub struct Texts {
    id: EntryId,
    with_accents: Vec<String>,
    /// Empty if they are the same.
    without_accents: Vec<String>,
}

impl Texts {
    /// The texts by which [`Entries::find`](crate::authenticator::Entries::find) finds `entry`.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        let key = &entry.key;
        let labelled = |prefix: &String| format!("{prefix}:{}", key.account);
        let mut texts = vec![key.issuer.clone(), key.account.clone(), labelled(&key.issuer)];
        texts.extend(entry.name.clone());
        texts.extend(key.alias.iter().flat_map(|alias| [alias.clone(), labelled(alias)]));
        let fold = |accents: Accents| texts.iter().map(|text| accents.fold(text)).collect();
        let have_none = texts.iter().all(|text| name::folds_as_ascii(text));
        let without_accents = if have_none { Vec::new() } else { fold(Accents::AreLeftOut) };
        Self { id: entry.id, with_accents: fold(Accents::Count), without_accents }
    }

    /// How well `query` fits, if it does.
    #[must_use]
    pub fn fit(&self, query: &Query) -> Option<Fit> {
        let texts = match query.accents() {
            Accents::AreLeftOut if !self.without_accents.is_empty() => &self.without_accents,
            Accents::AreLeftOut | Accents::Count => &self.with_accents,
        };
        let any = |fits: &dyn Fn(&str) -> bool| texts.iter().any(|text| fits(text));
        let (whole, id) = (query.text(), query.id().filter(|id| id.begins(self.id)));
        if any(&|text| text == whole) || id.is_some_and(|id| id.is_whole()) {
            Some(Fit::Whole)
        } else if any(&|text| text.starts_with(whole)) || id.is_some() {
            Some(Fit::Beginning)
        } else if any(&|text| text.contains(whole)) {
            Some(Fit::Part)
        } else {
            let words = query.words();
            (!words.is_empty() && words.iter().all(|word| any(&|text| text.contains(word.as_str()))))
                .then_some(Fit::Words)
        }
    }
}
