//! The audit log: lanes of events, each event chained to the one before by its tag.
//!
//! An account has a fixed number of lanes, of which SQLite, where there is one writer, needs one. A lane's own record holds
//! its length and its last tag, so that events cut off from its end are missed.

use super::record::{self, EventRef, Record, Shape, put};
use super::{Read, Row, StoreError, Value, Write};
use crate::directory::{AccountId, AuditEvent, Origin, Outcome};
use crate::seal::{KeyRing, Purpose, Tag};
use crate::time::UnixTime;

/// What stands, in an event, before the name of a record that it removed.
pub const REMOVED: char = '-';

/// The lane in which this driver writes.
pub(super) const LANE: u32 = 0;

/// The end of a lane, and its beginning, which moves when old events are removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// The account.
    pub account: AccountId,
    /// Which of the account's lanes it is, from 0.
    pub lane: u32,
    /// How many events there ever were.
    pub length: u64,
    /// The tag of the last one; empty if there is none.
    pub head: Vec<u8>,
    /// How many of the first events are not kept any more.
    pub base: u64,
    /// The tag of the last one of those; empty if there is none.
    pub base_head: Vec<u8>,
}

impl Lane {
    pub(super) fn empty(account: &AccountId, lane: u32) -> Self {
        Self { account: account.clone(), lane, length: 0, head: Vec::new(), base: 0, base_head: Vec::new() }
    }

    /// The event that will be written next.
    pub(super) const fn next(&self) -> EventRef {
        EventRef { lane: self.lane, number: self.length.saturating_add(1) }
    }
}

impl Record for Lane {
    const SHAPE: Shape =
        Shape { table: "audit_lanes", key: &["account", "lane"], columns: &["length", "head", "base", "base_head"] };

    fn key(&self) -> Vec<Value> {
        vec![self.account.as_str().into(), self.lane.into()]
    }

    fn columns(&self) -> Result<Vec<Value>, StoreError> {
        let (length, base) = (number(self.length)?, number(self.base)?);
        Ok(vec![length, self.head.as_slice().into(), base, self.base_head.as_slice().into()])
    }

    fn read(row: &mut Row) -> Result<Self, StoreError> {
        Ok(Self {
            account: row.parsed()?,
            lane: row.unsigned()?,
            length: row.unsigned()?,
            head: row.blob()?,
            base: row.unsigned()?,
            base_head: row.blob()?,
        })
    }
}

/// An account's lane.
///
/// # Errors
/// [`StoreError`] if the database fails; [`StoreError::Altered`] if the lane is missing or not what was written.
pub fn lane(tx: &mut dyn Read, account: &AccountId, lane: u32) -> Result<Lane, StoreError> {
    let found = record::find(tx, &[account.as_str().into(), lane.into()]);
    match found {
        Ok(Some(lane)) => Ok(lane),
        Ok(None) | Err(StoreError::Altered { .. }) => {
            Err(StoreError::altered(format!("the end of the audit log of account {account}")))
        }
        Err(error) => Err(error),
    }
}

/// All lanes of an account, in order.
///
/// # Errors
/// As for [`lane`].
pub fn lanes(tx: &mut dyn Read, account: &AccountId) -> Result<Vec<Lane>, StoreError> {
    record::find_by(tx, &["account"], &[account.as_str().into()])
}

/// Adds an event to the end of its lane.
pub(super) fn append(
    tx: &mut dyn Write,
    account: &AccountId,
    lane: &mut Lane,
    event: &AuditEvent,
) -> Result<(), StoreError> {
    let tag = tx.keys().tag(Purpose::AuditEvent, &linked(account, event, &lane.head));
    let values = [
        account.as_str().into(),
        event.lane.into(),
        number(event.number)?,
        event.at.into(),
        event.origin.actor.as_str().into(),
        event.origin.source.as_str().into(),
        event.action.as_str().into(),
        event.target.as_str().into(),
        event.outcome.as_str().into(),
        event.detail.as_str().into(),
        event.records.as_str().into(),
        Value::from(tag.as_bytes().as_slice()),
    ];
    tx.execute(
        "INSERT INTO audit (account, lane, number, at, actor, source, action, target, outcome, detail, records, tag) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &values,
    )?;
    lane.length = event.number;
    lane.head = tag.as_bytes().to_vec();
    record::update(tx, lane, EventRef { lane: event.lane, number: event.number })
}

/// An event as it is kept, with its tag, or its number alone where it cannot be read.
#[derive(Clone, Debug)]
pub struct KeptEvent {
    /// Its number in the lane.
    pub number: u64,
    /// The event, and its tag.
    pub event: Option<(AuditEvent, Vec<u8>)>,
}

/// Up to `count` events of a lane from the one with the number `first` on, in order.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn list(
    tx: &mut dyn Read,
    account: &AccountId,
    lane: u32,
    first: u64,
    count: u32,
) -> Result<Vec<KeptEvent>, StoreError> {
    let first = i64::try_from(first).unwrap_or(i64::MAX);
    let rows = tx.query(
        "SELECT number, at, actor, source, action, target, outcome, detail, records, tag FROM audit \
         WHERE account = $1 AND lane = $2 AND number >= $3 ORDER BY number LIMIT $4",
        &[account.as_str().into(), lane.into(), first.into(), count.into()],
    )?;
    rows.into_iter()
        .map(|row| {
            let mut row = row.of("an audit event");
            let number = row.unsigned()?;
            Ok(KeptEvent { number, event: event(&mut row, lane, number).ok() })
        })
        .collect()
}

/// Whether an event is the one that was written after the one with the tag `before`.
#[must_use]
pub fn follows(keys: &KeyRing, account: &AccountId, event: &AuditEvent, before: &[u8], tag: &[u8]) -> bool {
    let check = |tag| keys.check(Purpose::AuditEvent, &linked(account, event, before), &tag);
    Tag::from_bytes(tag).and_then(check).is_ok()
}

fn event(row: &mut Row, lane: u32, number: u64) -> Result<(AuditEvent, Vec<u8>), StoreError> {
    let at = UnixTime::from_millis(row.unsigned()?);
    let origin = Origin { actor: row.text()?, source: row.text()? };
    let (action, target) = (row.text()?, row.text()?);
    let outcome = Outcome::from_kept(row.text()?);
    let (detail, records) = (row.text()?, row.text()?);
    let event = AuditEvent { lane, number, at, origin, action, target, outcome, detail, records };
    Ok((event, row.blob()?))
}

/// What an event's tag covers: its place, each of its fields, and the tag of the event before.
fn linked(account: &AccountId, event: &AuditEvent, before: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    for number in [u64::from(event.lane), event.number, event.at.as_millis()] {
        put(&mut bytes, b'i', &number.to_be_bytes());
    }
    let AuditEvent { origin, action, target, outcome, detail, records, .. } = event;
    for text in [account.as_str(), &origin.actor, &origin.source, action, target, outcome.as_str(), detail, records] {
        put(&mut bytes, b's', text.as_bytes());
    }
    put(&mut bytes, b'b', before);
    bytes
}

fn number(number: u64) -> Result<Value, StoreError> {
    Ok(i64::try_from(number).map_err(|_| StoreError::damaged("the audit log"))?.into())
}
