use thiserror::Error;

use super::{Changed, Entries, has_name, has_serial, same_account};
use crate::authenticator::{Entry, EntryId};

impl Entries {
    /// Lets `edit` change an entry, all of it or nothing. What stays as it was is not written anew.
    ///
    /// Names, tags and serial number are kept in the form of [`name::tidy`](crate::otp::name::tidy). The entry keeps its id.
    ///
    /// # Errors
    /// What `edit` returns, or [`EditError`] if the entry would contradict another one or could not be found again.
    pub fn edit<E: From<EditError>>(
        &mut self,
        id: EntryId,
        edit: impl FnOnce(&mut Entry) -> Result<(), E>,
    ) -> Result<(), E> {
        let index = self.list.iter().position(|entry| entry.id == id).ok_or(EditError::Gone)?;
        let before = self.list.get(index).ok_or(EditError::Gone)?;
        let mut after = before.clone();
        edit(&mut after)?;
        after.id = id;
        after.tidy();
        if same(before, &after) {
            return Ok(());
        }
        self.refuse_contradiction(before, &after)?;
        if let Some(place) = self.list.get_mut(index) {
            *place = after;
            self.changed = Changed::ByHand;
            self.index = None;
        }
        Ok(())
    }

    /// As when an entry is added: one name and one serial number mean one entry, and so does a label without a name.
    fn refuse_contradiction(&self, before: &Entry, after: &Entry) -> Result<(), EditError> {
        if after.label().is_empty() {
            return Err(EditError::Nameless);
        }
        let mut others = self.list.iter().filter(|entry| entry.id != after.id);
        if let Some(serial) = &after.serial
            && !has_serial(before, serial)
            && others.clone().any(|entry| has_serial(entry, serial))
        {
            return Err(EditError::SerialTaken { serial: serial.clone() });
        }
        // Two that had one name or label before, as an earlier version let them, may stay so.
        if let Some(name) = &after.name {
            return match !has_name(before, name) && others.any(|entry| has_name(entry, name)) {
                true => Err(EditError::NameTaken { name: name.clone() }),
                false => Ok(()),
            };
        }
        let relabelled = before.name.is_some() || !same_account(&before.key, &after.key);
        if relabelled && others.any(|entry| same_account(&entry.key, &after.key)) {
            return Err(EditError::LabelTaken { label: after.key.label() });
        }
        Ok(())
    }
}

/// Whether nothing that can be edited differs.
fn same(before: &Entry, after: &Entry) -> bool {
    before.name == after.name
        && before.key == after.key
        && before.tags == after.tags
        && before.note == after.note
        && before.serial == after.serial
        && before.offset == after.offset
}

/// An entry cannot be as it was to be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EditError {
    /// It is not in the vault any more.
    #[error("the entry is gone")]
    Gone,
    /// Nothing would be left to call it by.
    #[error("the entry would have neither a name nor an issuer nor an account")]
    Nameless,
    /// Another entry has the name.
    #[error("another entry is named `{name}`")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// Another entry has the same issuer and account.
    #[error("another entry is `{label}`")]
    LabelTaken {
        /// The issuer and account.
        label: String,
    },
    /// Another entry is of the device that the service calls so.
    #[error("another entry has the serial number `{serial}`")]
    SerialTaken {
        /// The serial number.
        serial: String,
    },
}
