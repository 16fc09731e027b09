//! What is kept, and the transactions in which it changes.
//!
//! A [`Store`] runs closures inside transactions; the functions in here, by noun, are what such a closure calls.
//! Nothing is decided here: what may happen is decided above, in pure code, inside the transaction.
//! A backend is a driver file and its migrations; the SQL text of the nouns serves all of them.

pub mod accounts;
pub mod audit;
pub mod devices;
mod error;
pub mod recovery_codes;
mod sqlite;
mod transaction;
pub mod users;

pub use error::StoreError;
pub use sqlite::Sqlite;
pub use transaction::{Backend, Keep, Read, Row, Store, Value, Write};
