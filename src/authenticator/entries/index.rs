use std::collections::{HashMap, HashSet};

use crate::authenticator::Entry;
use crate::otp::{KeyUri, name};

/// What the entries are called, so that a file of thousands is not compared with each of them for each of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// The places of the entries of an account.
    accounts: HashMap<(String, String), Vec<usize>>,
    names: HashSet<String>,
    serials: HashSet<String>,
}

impl Index {
    pub(super) fn of(entries: &[Entry]) -> Self {
        let mut index = Self::default();
        entries.iter().enumerate().for_each(|(place, entry)| index.insert(place, entry));
        index
    }

    pub(super) fn insert(&mut self, place: usize, entry: &Entry) {
        self.accounts.entry(account(&entry.key)).or_default().push(place);
        self.names.extend(entry.name.as_deref().map(name::fold));
        self.serials.extend(entry.serial.as_deref().map(name::fold));
    }

    /// The places of the entries that are of the same account.
    pub(super) fn of_account(&self, key: &KeyUri) -> &[usize] {
        self.accounts.get(&account(key)).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn has_name(&self, name: &str) -> bool {
        self.names.contains(&name::fold(name))
    }

    pub(super) fn has_serial(&self, serial: &str) -> bool {
        self.serials.contains(&name::fold(serial))
    }
}

fn account(key: &KeyUri) -> (String, String) {
    (name::fold(&key.issuer), name::fold(&key.account))
}

#[cfg(test)]
mod tests {
    use crate::authenticator::{AddError, Addition, EditError, Entries, Entry, EntryId, NewEntry};
    use crate::entropy::SystemEntropy;
    use crate::otp::KeyUri;
    use crate::time::UnixTime;

    fn add(entries: &mut Entries, name: Option<&str>, account: &str, secret: &str) -> Result<Addition, AddError> {
        let key = KeyUri::read(&format!("otpauth://totp/{account}?secret={secret}")).unwrap().uri;
        let new = NewEntry { name: name.map(str::to_owned), serial: name.map(str::to_owned), ..NewEntry::of(key) };
        entries.add(new, UnixTime::default(), &SystemEntropy)
    }

    fn id(addition: Result<Addition, AddError>) -> EntryId {
        match addition.unwrap() {
            Addition::New(id) | Addition::Same(id) => id,
        }
    }

    #[test]
    fn between_additions_what_is_removed_or_renamed_is_free_and_what_it_became_is_taken() {
        let (first, second) = ("GEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXP");
        let mut entries = Entries::default();
        let alice = id(add(&mut entries, None, "alice", first));
        let bob = id(add(&mut entries, Some("Bob's device"), "bob", first));
        assert!(matches!(add(&mut entries, None, "ALICE", second), Err(AddError::Conflict { .. })));
        assert_eq!(add(&mut entries, None, "ALICE", first), Ok(Addition::Same(alice)));
        assert!(matches!(add(&mut entries, Some("BOB'S DEVICE"), "x", first), Err(AddError::SerialTaken { .. })));

        entries.remove(alice).unwrap();
        assert!(matches!(add(&mut entries, None, "alice", second), Ok(Addition::New(_))));
        assert_eq!(add(&mut entries, Some("bob's device"), "bob", first), Ok(Addition::Same(bob)), "it has moved up");

        let rename = |entry: &mut Entry| {
            (entry.name, entry.serial) = (Some("carol".to_owned()), None);
            entry.key.account = "carol".to_owned();
            Ok::<(), EditError>(())
        };
        entries.edit(bob, rename).unwrap();
        assert!(matches!(add(&mut entries, None, "bob", second), Ok(Addition::New(_))));
        assert!(matches!(add(&mut entries, None, "carol", second), Err(AddError::Conflict { .. })));
        assert!(matches!(add(&mut entries, Some("Bob's device"), "y", first), Ok(Addition::New(_))));
        assert!(matches!(add(&mut entries, Some("carol"), "z", first), Err(AddError::NameTaken { .. })));
    }
}
