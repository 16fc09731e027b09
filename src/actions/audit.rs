//! The audit log: every change and every attempt, recorded in the transaction in which it happens.
//!
//! Each event's tag covers the event and the tag before it, and the account keeps the length and the last tag under a
//! tag of their own. So a changed, removed, swapped or cut-off event shows, unless who did it has the key ring.

use serde_json::json;

use super::{ActionError, Context};
use crate::directory::{AccountId, Action, AuditEvent, Origin, Outcome};
use crate::seal::Tag;
use crate::store::accounts::AuditHead;
use crate::store::{Read, Write, accounts, audit};
use crate::time::UnixTime;

/// What an operation says of itself to the log.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) action: Action,
    pub(super) target: String,
    pub(super) outcome: Outcome,
    pub(super) detail: String,
}

impl Entry {
    /// Something was done.
    pub(super) fn done(action: Action, target: impl Into<String>) -> Self {
        Self { action, target: target.into(), outcome: Outcome::Success, detail: String::new() }
    }

    pub(super) fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }
}

/// The events from the one with the number `first` on, at most `count` of them, in order.
///
/// # Errors
/// [`ActionError`] if the store fails.
pub fn list(cx: &Context, account: &AccountId, first: u64, count: u32) -> Result<Vec<AuditEvent>, ActionError> {
    let events = cx.store().read(|tx| audit::list(tx, account, first, count))?;
    Ok(events.into_iter().map(|(event, _)| event).collect())
}

/// What became of checking the log.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verification {
    /// All events are there, unaltered and in order.
    Whole {
        /// How many there are.
        events: u64,
    },
    /// The log is not what was written.
    Broken {
        /// The first event that is missing, altered or out of place.
        sequence: u64,
    },
    /// All events that are there fit, but the end of the log is not where the account says.
    CutOff {
        /// How many events there are.
        found: u64,
    },
}

/// Checks the whole log.
///
/// # Errors
/// [`ActionError`] if the store fails.
pub fn verify(cx: &Context, account: &AccountId) -> Result<Verification, ActionError> {
    const PAGE: u32 = 1000;
    cx.store().read(|tx| {
        let head = accounts::audit_head(tx, account)?;
        let mut last = Vec::new();
        let mut length = 0;
        loop {
            let page = match audit::list(tx, account, length + 1, PAGE) {
                Ok(page) => page,
                Err(crate::store::StoreError::Damaged { .. }) => {
                    return Ok(Verification::Broken { sequence: first_damaged(tx, account, length + 1)? });
                }
                Err(error) => return Err(error.into()),
            };
            let whole = page.len() < PAGE as usize;
            for (event, tag) in page {
                let fits =
                    Tag::from_bytes(&tag).and_then(|tag| cx.keys().check(EVENT, &linked(account, &event, &last), &tag));
                if event.sequence != length + 1 || fits.is_err() {
                    return Ok(Verification::Broken { sequence: length + 1 });
                }
                (length, last) = (event.sequence, tag);
            }
            if whole {
                break;
            }
        }
        let known = AuditHead { length, last, tag: head.tag.clone() };
        let tag = Tag::from_bytes(&head.tag).and_then(|tag| cx.keys().check(HEAD, &end(account, &known), &tag));
        Ok(if tag.is_ok() { Verification::Whole { events: length } } else { Verification::CutOff { found: length } })
    })
}

/// Records what happened.
pub(super) fn record(
    tx: &mut dyn Write,
    cx: &Context,
    account: &AccountId,
    origin: &Origin,
    now: UnixTime,
    entry: Entry,
) -> Result<(), ActionError> {
    let head = accounts::audit_head(tx, account)?;
    // A head that was set back would let the log be cut off and go on as if nothing was.
    let tag = Tag::from_bytes(&head.tag).and_then(|tag| cx.keys().check(HEAD, &end(account, &head), &tag));
    if tag.is_err() {
        return Err(ActionError::Altered { what: format!("the audit log of account {account}") });
    }
    let event = AuditEvent {
        sequence: head.length + 1,
        at: now,
        origin: origin.clone(),
        action: entry.action,
        target: entry.target,
        outcome: entry.outcome,
        detail: entry.detail,
    };
    let tag = cx.keys().tag(EVENT, &linked(account, &event, &head.last));
    audit::insert(tx, account, &event, tag.as_bytes())?;
    let head = new_head(cx, account, event.sequence, tag.as_bytes().to_vec());
    Ok(accounts::set_audit_head(tx, account, &head)?)
}

/// The end of a log that has `length` events, the last with the tag `last`.
pub(super) fn new_head(cx: &Context, account: &AccountId, length: u64, last: Vec<u8>) -> AuditHead {
    let mut head = AuditHead { length, last, tag: Vec::new() };
    head.tag = cx.keys().tag(HEAD, &end(account, &head)).as_bytes().to_vec();
    head
}

const EVENT: &str = "vmfa audit event";
const HEAD: &str = "vmfa audit head";

fn linked(account: &AccountId, event: &AuditEvent, before: &[u8]) -> Vec<u8> {
    let outcome = match event.outcome {
        Outcome::Success => None,
        Outcome::Refused(refusal) => Some(refusal.as_str()),
    };
    json!([
        account.as_str(),
        event.sequence,
        event.at.as_millis(),
        event.origin.actor,
        event.origin.source,
        event.action.as_str(),
        event.target,
        outcome,
        event.detail,
        before,
    ])
    .to_string()
    .into_bytes()
}

fn end(account: &AccountId, head: &AuditHead) -> Vec<u8> {
    json!([account.as_str(), head.length, head.last]).to_string().into_bytes()
}

/// The first event that cannot be read, from `first` on.
fn first_damaged(tx: &mut dyn Read, account: &AccountId, first: u64) -> Result<u64, ActionError> {
    let mut sequence = first;
    loop {
        match audit::list(tx, account, sequence, 1) {
            Ok(page) if page.is_empty() => return Ok(sequence),
            Ok(_) => sequence += 1,
            Err(crate::store::StoreError::Damaged { .. }) => return Ok(sequence),
            Err(error) => return Err(error.into()),
        }
    }
}
