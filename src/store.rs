//! What is kept, and the transactions in which it changes.
//!
//! A [`Store`] runs closures inside transactions; the functions in here, by noun, are what such a closure calls.
//! A noun is a [`Record`]: it is believed only with its tag, and it is changed only through a [`Change`], which writes the
//! event of the audit log in the same transaction. Nothing is decided here: what may happen is decided above, in pure
//! code, inside the transaction. A backend is a driver file and its migrations; the SQL text serves all of them.

pub mod accounts;
pub mod audit;
mod change;
pub mod devices;
mod error;
mod kinds;
pub mod login_states;
mod page;
pub mod record;
pub mod recovery_codes;
pub mod sealed;
pub mod seeds;
#[cfg(feature = "sqlite")]
mod sqlite;
mod transaction;
mod tries;
pub mod users;
mod value;

pub use change::{Change, Entry};
pub use error::StoreError;
pub use kinds::EachKind;
pub use page::{Page, Paged};
pub use record::{EventRef, Record, RecordName};
#[cfg(feature = "sqlite")]
pub use sqlite::Sqlite;
pub use transaction::{Backend, Execute, Keep, Query, Read, Store, Write};
pub use tries::{Decided, LoginRows, Try};
pub use value::{Row, Value};
