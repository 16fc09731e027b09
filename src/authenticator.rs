//! The authenticator: the accounts that a person holds, kept in a vault of `age` files.
//!
//! `docs/vault-format.md` describes the files. A [`LockedVault`] becomes a [`Vault`] by a
//! [`Passphrase`], an [`IdentityFile`] or the [`OwnIdentity`] that an earlier opening gave; what is held in it are [`Entries`], which are read freely
//! and changed only inside [`Vault::change`].

mod checkup;
mod document;
mod entries;
mod entry;
mod error;
pub mod export;
mod folder;
mod identity;
pub mod import;
mod offset;
mod order;
mod search;
mod vault;

pub use checkup::{Checkup, Condition, Finding, check};
pub use entries::edit::EditError;
pub use entries::{AddError, Addition, CounterError, Entries};
pub use entry::{Entry, EntryId, NewEntry, ParseEntryIdError};
pub use error::{CreateError, SaveError, UnlockError};
pub use identity::{IdentityFile, IdentityFileError, OwnIdentity, Passphrase};
pub use offset::{ClockOffset, ClockOffsetError};
pub use order::Order;
pub use search::{Fit, Found, Match, Query, Texts};
pub use vault::handed_out::Freshness;
pub use vault::history::{History, PastState, RestoreError};
pub use vault::uses::Uses;
pub use vault::{LockedVault, Refresh, Seen, Vault};
