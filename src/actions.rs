//! Every operation, one file a noun, for whichever front end asks.
//!
//! An operation takes what it needs, decides inside one transaction, and records in the same transaction what was done
//! or refused. [`authenticate`] is the one login: nothing else accepts a code.

pub mod accounts;
pub mod audit;
pub mod authenticate;
mod context;
pub mod devices;
mod error;
mod password;
pub mod recovery_codes;
mod rows;
pub mod users;

pub use context::Context;
pub use error::{ActionError, Entity, MalformedCode};
pub use password::{Password, PasswordPolicyError};
