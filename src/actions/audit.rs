//! The audit log: read it, verify it, and write down where it ends.
//!
//! Each event's tag covers the event and the tag before it, and the lane keeps its length and its last tag in a record of
//! its own. So a changed, removed, swapped or cut-off event shows. Records name the event that last wrote them, and events
//! the records that they wrote; so an older record that is put back shows. A log that is put back together with all records
//! shows beside an [`Anchor`] that was kept elsewhere.

mod anchor;
mod verify;

pub use anchor::{Anchor, ParseAnchorError, write as write_anchor};
pub use verify::{Fault, Verification, VerifyLog};

use super::ActionError;
use super::operation::{Question, Seen};
use crate::directory::{AccountId, Action, AuditEvent};
use crate::store::audit::{self, KeptEvent};
use crate::store::{Read, StoreError};

/// The lane that is listed: the only one where there is one writer.
const LANE: u32 = 0;

/// The events from the one with the number `first` on, at most `count` of them, in order.
#[derive(Debug)]
pub struct ListEvents {
    /// The number of the first one.
    pub first: u64,
    /// How many there may be.
    pub count: u32,
}

/// An event as it is listed.
#[derive(Clone, Debug)]
pub struct ListedEvent {
    /// Its number.
    pub number: u64,
    /// The event, if it can be read.
    pub event: Option<AuditEvent>,
    /// Whether it is what was written, and in its place.
    pub believed: bool,
}

impl Question for ListEvents {
    const ACTION: Action = Action::ReadAuditLog;
    type Answer = Vec<ListedEvent>;

    fn target(&self, account: &AccountId) -> String {
        account.to_string()
    }

    fn answer(&self, seen: &mut Seen<'_>) -> Result<Self::Answer, ActionError> {
        let account = seen.account().clone();
        // One more before the first, for the tag that the first one's covers.
        let first = self.first.max(1);
        let (from, more) = if first > 1 { (first - 1, 1) } else { (1, 0) };
        let kept = audit::list(seen, &account, LANE, from, self.count.saturating_add(more))?;
        // Where the lane's record cannot be believed, events can still be shown.
        let base = match audit::lane(seen, &account, LANE) {
            Ok(lane) => (lane.base, lane.base_head),
            Err(StoreError::Altered { .. } | StoreError::Damaged { .. }) => Default::default(),
            Err(error) => return Err(error.into()),
        };
        let mut before: Option<(u64, Vec<u8>)> = Some(base);
        let mut listed = Vec::new();
        for KeptEvent { number, event } in kept {
            let (event, tag) = event.map_or((None, None), |(event, tag)| (Some(event), Some(tag)));
            let believed = match (&event, &tag, &before) {
                (Some(event), Some(tag), Some((last, before))) if last + 1 == number => {
                    audit::follows(seen.keys(), &account, event, before, tag)
                }
                _ => false,
            };
            before = tag.map(|tag| (number, tag));
            if number >= first {
                listed.push(ListedEvent { number, event, believed });
            }
        }
        Ok(listed)
    }
}
