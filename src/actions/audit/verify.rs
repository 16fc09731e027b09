//! The whole log against itself, the records against the log, and the log against an anchor.

use std::collections::HashMap;
use std::fmt;

use super::Anchor;
use crate::actions::ActionError;
use crate::actions::operation::{Question, Seen};
use crate::directory::{AccountId, Action, AuditEvent, SeedClaim};
use crate::store::audit::{self, Lane};
use crate::store::record::{self, Found};
use crate::store::{EachKind, EventRef, Read, Record, RecordName, StoreError, Value};

/// What became of checking the log.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// How many events there are.
    pub events: u64,
    /// How many records were compared with the events that last wrote them.
    pub records: u64,
    /// What is not as it was written, the first one first.
    pub faults: Vec<Fault>,
}

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The record in which the end of the log stands is missing or was altered.
    NoEnd,
    /// This event is missing, altered or out of place. Those after it in its lane were not looked at.
    Event(EventRef),
    /// The lane has fewer events than its record says, or more.
    Length {
        /// The lane.
        lane: u32,
        /// How many were found.
        found: u64,
        /// How many there should be.
        expected: u64,
    },
    /// This record was altered.
    Altered(RecordName),
    /// This record is older than the log: another event wrote it later.
    Older {
        /// The record.
        record: RecordName,
        /// The event that it names.
        names: EventRef,
        /// The event that last wrote it.
        last: EventRef,
    },
    /// This record names an event that did not write it.
    Unknown(RecordName),
    /// This record was written, never removed, and is not there.
    Missing(RecordName),
    /// This record was removed, and is there again.
    Returned(RecordName),
    /// The log ends before the anchor, or has another event where the anchor was made: it was rolled back or replaced.
    BehindAnchor {
        /// The lane.
        lane: u32,
        /// How many events it had when the anchor was made.
        anchored: u64,
    },
    /// The anchor belongs to another account or key ring.
    ForeignAnchor,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEnd => f.write_str("the record of the end of the audit log is missing or altered"),
            Self::Event(EventRef { number, .. }) => {
                write!(f, "event {number} of the audit log is missing, altered or out of place")
            }
            Self::Length { found, expected, .. } if found < expected => {
                write!(f, "the audit log has {found} events, and its end is missing: there were {expected}")
            }
            Self::Length { found, expected, .. } => {
                write!(f, "the audit log has {found} events, and its own record says {expected}")
            }
            Self::Altered(record) => write!(f, "the record `{record}` was altered"),
            Self::Older { record, names, last } => write!(
                f,
                "the record `{record}` is an older one that was put back: it is of event {}, and event {} wrote it later",
                names.number, last.number
            ),
            Self::Unknown(record) => write!(f, "the record `{record}` names an event that did not write it"),
            Self::Missing(record) => write!(f, "the record `{record}` is missing"),
            Self::Returned(record) => write!(f, "the record `{record}` was removed, and is there again"),
            Self::BehindAnchor { anchored, .. } => write!(
                f,
                "the audit log is not the one of the anchor, which has {anchored} events: an older database was put back"
            ),
            Self::ForeignAnchor => f.write_str("the anchor belongs to another account, or to another key ring"),
        }
    }
}

/// Checks the whole log, the records against it, and it against an anchor if there is one.
#[derive(Debug)]
pub struct VerifyLog<'a> {
    /// Where the log ended once, as it was written down then.
    pub anchor: Option<&'a Anchor>,
}

impl Question for VerifyLog<'_> {
    const ACTION: Action = Action::ReadAuditLog;
    type Answer = Verification;

    fn target(&self, account: &AccountId) -> String {
        account.to_string()
    }

    fn answer(&self, seen: &mut Seen<'_>) -> Result<Verification, ActionError> {
        let mut check = Check::of(seen.account());
        if let Some(anchor) = self.anchor
            && !anchor.belongs_to(seen.keys(), &check.account)
        {
            check.faults.push(Fault::ForeignAnchor);
        }
        match audit::lanes(seen, &check.account) {
            Ok(lanes) if lanes.is_empty() => check.faults.push(Fault::NoEnd),
            Ok(lanes) => lanes.iter().try_for_each(|lane| check.lane(seen, lane, self.anchor))?,
            Err(StoreError::Altered { .. } | StoreError::Damaged { .. }) => check.faults.push(Fault::NoEnd),
            Err(error) => return Err(error.into()),
        }
        if let Some(anchor) = self.anchor {
            check.anchor_lanes(anchor);
        }
        // A broken log says nothing of the records.
        if check.faults.is_empty() {
            check.records(seen)?;
        }
        let Check { events, records, faults, .. } = check;
        Ok(Verification { events, records, faults })
    }
}

/// The event that last wrote a record, and whether it removed it.
#[derive(Clone, Copy)]
struct Last {
    event: EventRef,
    at: u64,
    removed: bool,
    seen: bool,
}

struct Check {
    account: AccountId,
    events: u64,
    records: u64,
    faults: Vec<Fault>,
    last: HashMap<String, Last>,
    lanes_seen: Vec<u32>,
    /// Whether old events are no longer kept, so that a record may name one of those.
    unnamed_before: bool,
}

impl Check {
    fn of(account: &AccountId) -> Self {
        Self {
            account: account.clone(),
            events: 0,
            records: 0,
            faults: Vec::new(),
            last: HashMap::new(),
            lanes_seen: Vec::new(),
            unnamed_before: false,
        }
    }

    fn lane(&mut self, tx: &mut dyn Read, lane: &Lane, anchor: Option<&Anchor>) -> Result<(), ActionError> {
        const PAGE: u32 = 1000;
        self.lanes_seen.push(lane.lane);
        self.unnamed_before |= lane.base > 0;
        let anchored = anchor.and_then(|anchor| anchor.lane(lane.lane));
        let (mut number, mut last) = (lane.base, lane.base_head.clone());
        let mut anchor_seen =
            anchored.is_none_or(|(length, head)| length < lane.base || (length, head) == (number, &*last));
        loop {
            let page = audit::list(tx, &self.account, lane.lane, number.saturating_add(1), PAGE)?;
            let whole = page.len() < PAGE as usize;
            for kept in page {
                let here = EventRef { lane: lane.lane, number: number.saturating_add(1) };
                let believed = kept.event.filter(|(event, tag)| {
                    kept.number == here.number && audit::follows(tx.keys(), &self.account, event, &last, tag)
                });
                let Some((event, tag)) = believed else {
                    self.faults.push(Fault::Event(here));
                    return Ok(());
                };
                self.note(&event, here);
                (number, last) = (here.number, tag);
                anchor_seen |= anchored == Some((number, &*last));
            }
            if whole {
                break;
            }
        }
        self.events = self.events.saturating_add(number - lane.base);
        if (number, &last) != (lane.length, &lane.head) {
            self.faults.push(Fault::Length { lane: lane.lane, found: number, expected: lane.length });
        }
        if !anchor_seen && let Some((anchored, _)) = anchored {
            self.faults.push(Fault::BehindAnchor { lane: lane.lane, anchored });
        }
        Ok(())
    }

    fn anchor_lanes(&mut self, anchor: &Anchor) {
        let missing = anchor.lanes().find(|(lane, length)| *length > 0 && !self.lanes_seen.contains(lane));
        if let Some((lane, anchored)) = missing {
            self.faults.push(Fault::BehindAnchor { lane, anchored });
        }
    }

    /// Notes which records an event wrote. Between lanes the later time counts.
    fn note(&mut self, event: &AuditEvent, here: EventRef) {
        for name in event.records.split(' ').filter(|name| !name.is_empty()) {
            let (name, removed) = match name.strip_prefix(audit::REMOVED) {
                Some(name) => (name, true),
                None => (name, false),
            };
            let at = event.at.as_millis();
            let last = Last { event: here, at, removed, seen: false };
            match self.last.get_mut(name) {
                Some(known) if known.event.lane != here.lane && known.at > at => {}
                Some(known) => *known = last,
                None => {
                    self.last.insert(name.to_owned(), last);
                }
            }
        }
    }

    fn records(&mut self, tx: &mut dyn Read) -> Result<(), ActionError> {
        let account = Value::from(self.account.as_str());
        CheckKinds { check: self, tx, account }.all()?;
        // Of the seeds, one whose device was deleted may have gone on to another account, whose log says so. That a device
        // lacks its seed's record is found by the check of records against each other.
        let may_be_elsewhere = format!("{}:", SeedClaim::SHAPE.table);
        let missing = self.last.iter().filter(|(_, last)| !last.seen && !last.removed).map(|(name, _)| name);
        let missing = missing.filter(|name| !name.starts_with(&may_be_elsewhere));
        let mut missing: Vec<RecordName> = missing.cloned().map(RecordName::from_kept).collect();
        missing.sort();
        self.faults.extend(missing.into_iter().map(Fault::Missing));
        Ok(())
    }

    fn record(&mut self, Found { name, event, .. }: Found) {
        self.records = self.records.saturating_add(1);
        let last = self.last.get_mut(name.as_str()).map(|last| {
            last.seen = true;
            *last
        });
        let Some(names) = event else {
            self.faults.push(Fault::Altered(name));
            return;
        };
        match last {
            Some(Last { removed: true, .. }) => self.faults.push(Fault::Returned(name)),
            Some(Last { event, .. }) if event == names => {}
            Some(Last { event: last, .. }) => self.faults.push(Fault::Older { record: name, names, last }),
            None if self.unnamed_before => {}
            None => self.faults.push(Fault::Unknown(name)),
        }
    }
}

/// Compares the records of each kind with the log.
struct CheckKinds<'a> {
    check: &'a mut Check,
    tx: &'a mut dyn Read,
    account: Value,
}

impl EachKind for CheckKinds<'_> {
    fn kind<R: Record>(&mut self) -> Result<(), StoreError> {
        record::walk::<R>(self.tx, &self.account, &mut |row, _| self.check.record(row))
    }
}
