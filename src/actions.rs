//! Every operation, one file a noun, for whichever front end asks.
//!
//! A front end makes a [`Caller`], who performs an [`Operation`](operation::Operation) or asks a
//! [`Question`](operation::Question). Each passes the one gate, and what was done or refused is recorded in the
//! transaction in which it happened. [`authenticate`] is the one login: nothing else accepts a code.

pub mod accounts;
pub mod audit;
pub mod authenticate;
mod authorize;
mod caller;
pub mod check;
mod context;
pub mod devices;
mod error;
#[cfg(feature = "sqlite")]
pub mod installation;
pub mod operation;
mod password;
pub mod recovery_codes;
pub mod users;

pub use caller::{Caller, Principal, Source};
pub use context::Context;
pub use error::{ActionError, Entity, MalformedCode};
pub use password::{Password, PasswordPolicyError};
