//! The one gate: who may do what.

use super::{ActionError, Caller, Principal};
use crate::directory::Action;

/// That somebody may do something. Nothing but [`authorize`] makes one.
pub(super) struct Grant(());

/// Decides whether the caller may do `action` to `target`.
pub(super) fn authorize(caller: &Caller<'_>, action: Action, target: &str) -> Result<Grant, ActionError> {
    match caller.principal() {
        Principal::Operator { .. } => Ok(Grant(())),
        Principal::Nobody => Err(ActionError::AccessDenied { action: action.as_str(), target: target.to_owned() }),
    }
}
