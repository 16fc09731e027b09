//! The one way to change records: each change belongs to an event of the audit log, in the same transaction.

use super::audit::{self, Lane, REMOVED};
use super::record::{self, EventRef, Record, RecordName};
use super::{Query, Read, Row, StoreError, Value, Write};
use crate::directory::{AccountId, AuditEvent, Origin, Outcome};
use crate::seal::KeyRing;
use crate::time::UnixTime;

/// Changes to an account's records, and the end of its audit log, which names them.
///
/// Each record that is written names the event with which it was written, and the event names the record. A change that
/// no event was recorded for is refused by [`finish`](Self::finish).
pub struct Change<'a> {
    tx: &'a mut dyn Write,
    account: AccountId,
    lane: Lane,
    wrote: Vec<String>,
}

/// What an event says, apart from its place in the log and the records that it wrote.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When it happened.
    pub at: UnixTime,
    /// Who did it, and from where.
    pub origin: Origin,
    /// What was done.
    pub action: String,
    /// To what.
    pub target: String,
    /// What came of it.
    pub outcome: Outcome,
    /// More that an administrator wants to know.
    pub detail: String,
}

impl<'a> Change<'a> {
    /// Begins to change what belongs to the account.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails; [`StoreError::Altered`] if the end of the log is not what was written. A log
    /// that was set back could otherwise be cut off and go on as if nothing was.
    pub fn begin(tx: &'a mut dyn Write, account: &AccountId) -> Result<Self, StoreError> {
        let lane = audit::lane(tx, account, audit::LANE)?;
        Ok(Self { tx, account: account.clone(), lane, wrote: Vec::new() })
    }

    /// Begins the log of a new account.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub fn begin_account(tx: &'a mut dyn Write, account: &AccountId) -> Result<Self, StoreError> {
        let lane = Lane::empty(account, audit::LANE);
        record::insert(tx, &lane, EventRef::default())?;
        Ok(Self { tx, account: account.clone(), lane, wrote: Vec::new() })
    }

    /// Adds a record.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails; [`StoreError::Conflict`] if there is one with its key.
    pub fn insert<R: Record>(&mut self, record: &R) -> Result<(), StoreError> {
        let event = self.lane.next();
        record::insert(self.tx, record, event)?;
        self.note(&R::SHAPE.name(&record.key()));
        Ok(())
    }

    /// Writes a record in the place of the one with its key.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails; [`StoreError::Altered`] if there is none.
    pub fn update<R: Record>(&mut self, record: &R) -> Result<(), StoreError> {
        let event = self.lane.next();
        record::update(self.tx, record, event)?;
        self.note(&R::SHAPE.name(&record.key()));
        Ok(())
    }

    /// Removes a record.
    ///
    /// # Errors
    /// As for [`update`](Self::update).
    pub fn delete<R: Record>(&mut self, record: &R) -> Result<(), StoreError> {
        self.delete_row(&R::SHAPE, &record.key())
    }

    /// Removes the row with this key, whatever is in it.
    ///
    /// # Errors
    /// As for [`update`](Self::update).
    pub fn delete_row(&mut self, shape: &record::Shape, key: &[Value]) -> Result<(), StoreError> {
        record::delete(self.tx, shape, key)?;
        let name = shape.name(key);
        self.wrote.retain(|written| written != name.as_str());
        self.wrote.push(format!("{REMOVED}{name}"));
        Ok(())
    }

    /// Records the event of all that was written since the last one.
    ///
    /// # Errors
    /// [`StoreError`] if the database fails.
    pub fn record(&mut self, entry: Entry) -> Result<EventRef, StoreError> {
        let Entry { at, origin, action, target, outcome, detail } = entry;
        let records = std::mem::take(&mut self.wrote).join(" ");
        let EventRef { lane, number } = self.lane.next();
        let event = AuditEvent { lane, number, at, origin, action, target, outcome, detail, records };
        audit::append(self.tx, &self.account, &mut self.lane, &event)?;
        Ok(EventRef { lane, number })
    }

    /// Ends the change.
    ///
    /// # Errors
    /// [`StoreError::Unrecorded`] if something was written that no event was recorded for.
    pub fn finish(self) -> Result<(), StoreError> {
        if self.wrote.is_empty() { Ok(()) } else { Err(StoreError::Unrecorded { records: self.wrote.join(" ") }) }
    }

    /// The transaction, for what belongs to no account.
    pub(super) fn transaction(&mut self) -> &mut dyn Write {
        self.tx
    }

    fn note(&mut self, name: &RecordName) {
        let name = name.as_str();
        if !self.wrote.iter().any(|written| written == name) {
            self.wrote.push(name.to_owned());
        }
    }
}

impl Query for Change<'_> {
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.tx.query(sql, values)
    }
}

impl Read for Change<'_> {
    fn keys(&self) -> &KeyRing {
        self.tx.keys()
    }
}
