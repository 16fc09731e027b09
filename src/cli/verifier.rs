//! The verifier's commands, one file each: what an administrator does with users and devices, and how codes are accepted.
//!
//! `opened` is the verifier's half that a command has opened, and `setup` shows a new device's secret once.
//! `enroll` alone may also use the authenticator: it can put the new secret into the person's own vault.

pub(super) mod account;
pub(super) mod audit;
pub(super) mod check;
pub(super) mod device;
pub(super) mod enroll;
pub(super) mod login;
mod opened;
mod pages;
pub(super) mod recovery_codes;
mod setup;
pub(super) mod user;
pub(super) mod verify;

pub(super) use opened::{OfAccount, WithAccount};
