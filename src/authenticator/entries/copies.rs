//! What the entries of a vault and those of a copy of it have in common.

use super::{Changed, Entries, makes_the_codes_of};
use crate::authenticator::{Entry, EntryId};
use crate::otp::{KeyUri, Kind};

impl Entries {
    /// The entry with this id if it makes the codes of `key`, whatever it is called and wherever its counter stands.
    pub(in crate::authenticator) fn twin(&self, id: EntryId, key: &KeyUri) -> Option<&Entry> {
        self.get(id).filter(|entry| makes_the_codes_of(entry, key))
    }

    /// Moves the counter of a HOTP entry on to where it stands in `other`, and gives where it stood; `None` if it stands there
    /// or further on. A counter never goes back: the codes before it were shown.
    pub fn move_counter_on(&mut self, id: EntryId, other: Kind) -> Option<u64> {
        let Kind::Hotp { counter: to, .. } = other else { return None };
        let entry = self.list.iter_mut().find(|entry| entry.id == id)?;
        let Kind::Hotp { counter, .. } = &mut entry.key.kind else { return None };
        if *counter >= to {
            return None;
        }
        let from = std::mem::replace(counter, to);
        self.changed = self.changed.max(Changed::Spent);
        Some(from)
    }
}
