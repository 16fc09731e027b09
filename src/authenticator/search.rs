pub(super) mod accents;
mod device;
mod query;
mod texts;

pub use self::query::Query;
pub use self::texts::{Fit, Texts};

use self::device::Device;
use super::entries::Entries;
use super::entry::Entry;

/// How much of an entry's texts a query must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// All of one: its id, name, issuer, account, `issuer:account`, or serial number.
    Exact,
    /// As much as any entry has it: all of a text, the beginning of one, any part of one, or all words of it in parts of
    /// some, in this order. If nothing has it so, accents are left out on both sides, and the same order holds.
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
        let query = Query::new(query);
        if query.is_empty() {
            // It would be the whole of each issuer and account that is not given.
            return Found::Nothing;
        }
        let device = Device::new(query.text());
        let devices: Vec<&Entry> = self.iter().filter(|entry| device.is_of(entry)).collect();
        if !devices.is_empty() {
            return Found::from(devices);
        }
        // Who names a device by its ARN means that one, and no other whose name has the same beginning.
        let least = if how == Match::Exact || device.is_arn() { Fit::Whole } else { Fit::Words };
        let found = self.best(&query, least);
        if !found.is_empty() || least == Fit::Whole {
            return Found::from(found);
        }
        Found::from(self.best(&query.without_accents(), least))
    }

    /// The entries of which `query` is any part, or each of its words, or that are the device it names; and that have the
    /// tag. `None` leaves out the one condition or the other. Accents are left out if no entry has them so.
    #[must_use]
    pub fn filter(&self, query: Option<&str>, tag: Option<&str>) -> Vec<&Entry> {
        let tagged = self.iter().filter(|entry| tag.is_none_or(|tag| entry.has_tag(tag)));
        let Some(query) = query.map(Query::new) else { return tagged.collect() };
        let device = Device::new(query.text());
        let found: Vec<&Entry> =
            tagged.clone().filter(|entry| device.is_of(entry) || query.is_part_of(entry)).collect();
        if !found.is_empty() {
            return found;
        }
        let query = query.without_accents();
        tagged.filter(|entry| query.is_part_of(entry)).collect()
    }

    /// The entry that is meant when no query is given: the only one there is.
    pub fn only(&self) -> Found<'_> {
        Found::from(self.iter().collect::<Vec<_>>())
    }

    /// The entries that the query fits best, and no worse than `least`.
    fn best(&self, query: &Query, least: Fit) -> Vec<&Entry> {
        let (mut best, mut found) = (least, Vec::new());
        // Most entries are ruled out before their texts are put together.
        for entry in self.iter().filter(|entry| query.is_part_of(entry)) {
            match Texts::of(entry).fit(query) {
                Some(fit) if fit < best => {
                    best = fit;
                    found = vec![entry];
                }
                Some(fit) if fit == best => found.push(entry),
                _ => {}
            }
        }
        found
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

#[cfg(test)]
mod tests;
