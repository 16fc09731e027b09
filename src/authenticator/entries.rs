pub(super) mod edit;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use thiserror::Error;

use super::entry::{Entry, EntryId, NewEntry};
use crate::entropy::{Entropy, EntropyError};
use crate::otp::{Code, CodeFormat, HotpKey, KeyUri, Kind};
use crate::time::UnixTime;

/// The entries of a vault, in the order in which they came.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Entries {
    list: Vec<Entry>,
    #[serde(skip)]
    changed: Changed,
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
        self.list.iter().find(|entry| holds(entry, key))
    }

    /// Takes an entry in.
    ///
    /// Adding what is there already changes nothing, so an interrupted import can be repeated. One secret may stand
    /// under several labels; one label has one secret, unless the newcomer brings a name of its own.
    ///
    /// # Errors
    /// [`AddError`] if it contradicts an entry that is there.
    pub fn add(&mut self, new: NewEntry, now: UnixTime, entropy: &dyn Entropy) -> Result<Addition, AddError> {
        if let Some(there) = self.list.iter().find(|entry| same(entry, &new)) {
            return Ok(Addition::Same(there.id));
        }
        self.refuse_conflict(&new)?;
        let NewEntry { name, key, tags, note, serial, offset } = new;
        let tags = distinct(&tags);
        let id = EntryId::draw(entropy)?;
        // To the second, as the file keeps it.
        let created = UnixTime::from_secs(now.as_secs());
        let unknown = serde_json::Map::new();
        self.list.push(Entry { id, name, key, tags, note, serial, offset, created, unknown });
        self.changed = Changed::ByHand;
        Ok(Addition::New(id))
    }

    /// Takes an entry out.
    pub fn remove(&mut self, id: EntryId) -> Option<Entry> {
        let index = self.list.iter().position(|entry| entry.id == id)?;
        self.changed = Changed::ByHand;
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

    fn refuse_conflict(&self, new: &NewEntry) -> Result<(), AddError> {
        if let Some(serial) = &new.serial
            && self.list.iter().any(|entry| has_serial(entry, serial))
        {
            return Err(AddError::SerialTaken { serial: serial.clone() });
        }
        if let Some(name) = &new.name {
            if self.list.iter().any(|entry| has_name(entry, name)) {
                return Err(AddError::NameTaken { name: name.clone() });
            }
            return Ok(());
        }
        if self.list.iter().any(|entry| same_account(&entry.key, &new.key)) {
            return Err(AddError::Conflict { label: new.key.label() });
        }
        Ok(())
    }
}

/// The tags without those that differ from an earlier one in case only, and without empty ones.
fn distinct(tags: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(tags.len());
    for tag in tags.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty()) {
        if kept.iter().all(|other| other.to_lowercase() != tag.to_lowercase()) {
            kept.push(tag.to_owned());
        }
    }
    kept
}

/// Whether an entry has the name. Case does not matter.
fn has_name(entry: &Entry, name: &str) -> bool {
    entry.name.as_ref().is_some_and(|there| there.to_lowercase() == name.to_lowercase())
}

fn has_serial(entry: &Entry, serial: &str) -> bool {
    entry.serial.as_ref().is_some_and(|there| there.to_lowercase() == serial.to_lowercase())
}

/// Whether an entry is the newcomer already.
fn same(entry: &Entry, new: &NewEntry) -> bool {
    (new.name.is_none() || entry.name == new.name) && holds(entry, &new.key)
}

/// Where a counter stands does not matter: the vault's own is further on.
fn holds(entry: &Entry, key: &KeyUri) -> bool {
    same_account(&entry.key, key)
        && same_parameters(entry.key.kind, key.kind)
        && bool::from(entry.key.secret.ct_eq(&key.secret))
}

/// Whether both name the same account. The alias is only for show.
fn same_account(one: &KeyUri, other: &KeyUri) -> bool {
    one.issuer == other.issuer && one.account == other.account
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
    /// Another entry has the name. Names are compared without case.
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
