//! The audit log, each event with the tag that chains it to the one before.

use super::{Read, Row, StoreError, Write};
use crate::directory::{AccountId, Action, AuditEvent, Origin, Outcome, Refusal};
use crate::time::UnixTime;

const EVENT: &str = "an audit event";

/// Adds an event.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn insert(tx: &mut dyn Write, account: &AccountId, event: &AuditEvent, tag: &[u8]) -> Result<(), StoreError> {
    let sequence: i64 = event.sequence.try_into().map_err(|_| StoreError::damaged(EVENT))?;
    let outcome = match event.outcome {
        Outcome::Success => SUCCESS,
        Outcome::Refused(refusal) => refusal.as_str(),
    };
    tx.execute(
        "INSERT INTO audit (account, sequence, at, actor, source, action, target, outcome, detail, tag) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            account.as_str().into(),
            sequence.into(),
            event.at.into(),
            event.origin.actor.as_str().into(),
            event.origin.source.as_str().into(),
            event.action.as_str().into(),
            event.target.as_str().into(),
            outcome.into(),
            event.detail.as_str().into(),
            tag.into(),
        ],
    )?;
    Ok(())
}

/// Up to `count` events from the one with the number `first` on, in order, each with its tag.
///
/// # Errors
/// [`StoreError`] if the database fails or a row is damaged.
pub fn list(
    tx: &mut dyn Read,
    account: &AccountId,
    first: u64,
    count: u32,
) -> Result<Vec<(AuditEvent, Vec<u8>)>, StoreError> {
    let first = i64::try_from(first).unwrap_or(i64::MAX);
    tx.query(
        "SELECT sequence, at, actor, source, action, target, outcome, detail, tag FROM audit \
         WHERE account = $1 AND sequence >= $2 ORDER BY sequence LIMIT $3",
        &[account.as_str().into(), first.into(), count.into()],
    )?
    .into_iter()
    .map(event)
    .collect()
}

const SUCCESS: &str = "success";

fn event(row: Row) -> Result<(AuditEvent, Vec<u8>), StoreError> {
    let mut row = row.of(EVENT);
    let sequence = row.unsigned()?;
    let at = UnixTime::from_millis(row.unsigned()?);
    let origin = Origin { actor: row.text()?, source: row.text()? };
    let action = Action::from_kept(&row.text()?).ok_or_else(|| row.damaged())?;
    let target = row.text()?;
    let outcome = match row.text()?.as_str() {
        SUCCESS => Outcome::Success,
        other => Outcome::Refused(Refusal::from_kept(other).ok_or_else(|| row.damaged())?),
    };
    Ok((AuditEvent { sequence, at, origin, action, target, outcome, detail: row.text()? }, row.blob()?))
}
