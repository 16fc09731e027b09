//! The authenticator's commands, one file each: what a person does with the accounts in the vault.
//!
//! `vault` opens the vault, `entries` is how the commands write and take an entry's parts, and `intake` is how new entries
//! come in.

pub(super) mod add;
pub(super) mod agent;
pub(super) mod clear_clipboard;
pub(super) mod code;
pub(super) mod complete_names;
pub(super) mod doctor;
pub(super) mod edit;
mod entries;
pub(super) mod export;
pub(super) mod import;
mod intake;
pub(super) mod list;
pub(super) mod lock;
pub(super) mod offset;
pub(super) mod passphrase;
pub(super) mod remove;
pub(super) mod undo;
pub(super) mod unlock;
pub(super) mod vault;
pub(super) mod watch;
