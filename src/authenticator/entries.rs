mod copies;
pub(super) mod edit;
mod index;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use thiserror::Error;

use self::index::Index;
use super::entry::{Entry, EntryId, NewEntry};
use crate::entropy::{Entropy, EntropyError};
use crate::otp::{Code, CodeFormat, HotpKey, KeyUri, Kind, name};
use crate::time::UnixTime;

/// The entries of a vault, in the order in which they came.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Entries {
    list: Vec<Entry>,
    #[serde(skip)]
    changed: Changed,
    /// Made by the first of many that are added, and dropped when what it says may be true no longer.
    #[serde(skip)]
    index: Option<Index>,
}

/// What was done to the entries since they were read, and with it whether they must be written and the earlier ones kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Changed {
    /// Nothing.
    #[default]
    Nothing,
    /// A code was spent. There is no way back from that, so the entries as they were are of no use.
    Spent,
    /// The person has changed something, and may want it back.
    ByHand,
}

impl Entries {
    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.list.iter()
    }

    /// The entry with this id.
    #[must_use]
    pub fn get(&self, id: EntryId) -> Option<&Entry> {
        self.list.iter().find(|entry| entry.id == id)
    }

    /// The entry that holds this account with this secret and these parameters, wherever its counter stands.
    #[must_use]
    pub fn holding(&self, key: &KeyUri) -> Option<&Entry> {
        self.list.iter().find(|entry| same_account(&entry.key, key) && makes_the_codes_of(entry, key))
    }

    /// Takes an entry in.
    ///
    /// Adding what is there already changes nothing, so an interrupted import can be repeated. One secret may stand
    /// under several labels; one label has one secret, unless the newcomer brings a name of its own. Its names are kept
    /// in the form of [`name::tidy`], and compared as [`name::same`] says.
    ///
    /// # Errors
    /// [`AddError`] if it contradicts an entry that is there.
    pub fn add(&mut self, mut new: NewEntry, now: UnixTime, entropy: &dyn Entropy) -> Result<Addition, AddError> {
        new.tidy();
        let index = self.index.get_or_insert_with(|| Index::of(&self.list));
        let mut of_account = index.of_account(&new.key).iter().filter_map(|place| self.list.get(*place));
        if let Some(there) = of_account.find(|entry| is(entry, &new)) {
            return Ok(Addition::Same(there.id));
        }
        refuse_conflict(index, &new)?;
        let NewEntry { name, key, tags, note, serial, offset } = new;
        let id = EntryId::draw(entropy)?;
        // To the second, as the file keeps it.
        let created = UnixTime::from_secs(now.as_secs());
        let unknown = serde_json::Map::new();
        let entry = Entry { id, name, key, tags, note, serial, offset, created, unknown };
        index.insert(self.list.len(), &entry);
        self.list.push(entry);
        self.changed = Changed::ByHand;
        Ok(Addition::New(id))
    }

    /// Takes an entry out.
    pub fn remove(&mut self, id: EntryId) -> Option<Entry> {
        let index = self.list.iter().position(|entry| entry.id == id)?;
        self.changed = Changed::ByHand;
        self.index = None;
        Some(self.list.remove(index))
    }

    /// The code for the counter where a HOTP entry stands, and that counter; the entry moves on to the next one.
    ///
    /// Whoever calls this shows the code only after the change was saved.
    ///
    /// # Errors
    /// [`CounterError`] if there is no such HOTP entry, or if its counter has come to the end.
    pub fn spend_counter(&mut self, id: EntryId) -> Result<(Code, u64), CounterError> {
        let entry = self.list.iter_mut().find(|entry| entry.id == id).ok_or(CounterError::Gone)?;
        let Kind::Hotp { algorithm, digits, counter } = &mut entry.key.kind else { return Err(CounterError::Gone) };
        let spent = *counter;
        let next = spent.checked_add(1).ok_or(CounterError::Exhausted)?;
        let code = HotpKey::new(*algorithm, CodeFormat::Decimal(*digits), &entry.key.secret).code(spent);
        *counter = next;
        self.changed = self.changed.max(Changed::Spent);
        Ok((code, spent))
    }

    /// The code of a HOTP entry for some counter. The entry's own counter stays where it is.
    ///
    /// # Errors
    /// [`CounterError::Gone`] if there is no such HOTP entry.
    pub fn code_at(&self, id: EntryId, counter: u64) -> Result<Code, CounterError> {
        let key = &self.get(id).ok_or(CounterError::Gone)?.key;
        let Kind::Hotp { algorithm, digits, .. } = key.kind else { return Err(CounterError::Gone) };
        Ok(HotpKey::new(algorithm, CodeFormat::Decimal(digits), &key.secret).code(counter))
    }

    /// Moves each counter on to where it stands in any of `others`, if that is further. Where an entry had another secret,
    /// its counter counted other codes.
    pub(super) fn advance_counters(&mut self, others: &[Self]) {
        for entry in &mut self.list {
            let Kind::Hotp { counter, .. } = &mut entry.key.kind else { continue };
            let same = others.iter().filter_map(|entries| entries.get(entry.id));
            let same = same.filter(|other| other.key.secret.ct_eq(&entry.key.secret).into());
            let counters = same.filter_map(|entry| match entry.key.kind {
                Kind::Hotp { counter, .. } => Some(counter),
                Kind::Totp(_) => None,
            });
            *counter = counters.max().unwrap_or_default().max(*counter);
        }
    }

    pub(super) const fn changed(&self) -> Changed {
        self.changed
    }
}

fn refuse_conflict(index: &Index, new: &NewEntry) -> Result<(), AddError> {
    if let Some(serial) = new.serial.as_ref().filter(|serial| index.has_serial(serial)) {
        return Err(AddError::SerialTaken { serial: serial.clone() });
    }
    match &new.name {
        Some(name) if index.has_name(name) => Err(AddError::NameTaken { name: name.clone() }),
        None if !index.of_account(&new.key).is_empty() => Err(AddError::Conflict { label: new.key.label() }),
        _ => Ok(()),
    }
}

fn has_name(entry: &Entry, name: &str) -> bool {
    entry.name.as_ref().is_some_and(|there| name::same(there, name))
}

fn has_serial(entry: &Entry, serial: &str) -> bool {
    entry.serial.as_ref().is_some_and(|there| name::same(there, serial))
}

/// Whether an entry of the newcomer's account is the newcomer already.
fn is(entry: &Entry, new: &NewEntry) -> bool {
    new.name.as_ref().is_none_or(|name| has_name(entry, name)) && makes_the_codes_of(entry, &new.key)
}

/// Where a counter stands does not matter: the vault's own is further on.
fn makes_the_codes_of(entry: &Entry, key: &KeyUri) -> bool {
    same_parameters(entry.key.kind, key.kind) && bool::from(entry.key.secret.ct_eq(&key.secret))
}

/// Whether both name the same account. The alias is only for show.
fn same_account(one: &KeyUri, other: &KeyUri) -> bool {
    name::same(&one.issuer, &other.issuer) && name::same(&one.account, &other.account)
}

/// Whether both make the same codes from the same secret, wherever their counters stand.
fn same_parameters(one: Kind, other: Kind) -> bool {
    match (one, other) {
        (Kind::Totp(one), Kind::Totp(other)) => one == other,
        (Kind::Hotp { algorithm, digits, .. }, Kind::Hotp { algorithm: a, digits: d, .. }) => {
            algorithm == a && digits == d
        }
        _ => false,
    }
}

/// What became of an entry that was to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Addition {
    /// It is in the vault now.
    New(EntryId),
    /// It was there already, under this id.
    Same(EntryId),
}

/// An entry contradicts one in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddError {
    /// The same issuer and account stand there with another secret or other parameters.
    #[error("`{label}` is in the vault with another secret or other parameters")]
    Conflict {
        /// The issuer and account.
        label: String,
    },
    /// Another entry has the name.
    #[error("another entry is named `{name}`")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// Another entry is of the device that the service calls so.
    #[error("another entry has the serial number `{serial}`")]
    SerialTaken {
        /// The serial number.
        serial: String,
    },
    /// No id could be drawn.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// No counter could be spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CounterError {
    /// The entry is not in the vault, or not HOTP.
    #[error("the entry is gone")]
    Gone,
    /// There is no number after the last.
    #[error("the counter has come to its end")]
    Exhausted,
}
