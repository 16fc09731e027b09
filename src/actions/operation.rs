//! The one way through: authorize, perform, record, in one transaction.

use super::authorize::{Grant, authorize};
use super::{ActionError, Caller};
use crate::directory::{Account, AccountId, Action, Outcome, Refusal};
use crate::entropy::Entropy;
use crate::seal::KeyRing;
use crate::store::{Change, Entry, Query, Read, Row, StoreError, Value, Write};
use crate::time::UnixTime;
use crate::verifier::Rules;

/// Something that changes what is kept.
pub trait Operation {
    /// What it is called, by policies and the log.
    const ACTION: Action;
    /// What it gives.
    type Answer;

    /// What it is done to: an ARN.
    fn target(&self, account: &AccountId) -> String;

    /// Does it. It may run twice: it draws, looks and writes, and hands nothing out.
    ///
    /// # Errors
    /// [`ActionError`]; nothing is kept then, and if it was a refusal the log says so.
    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<Self::Answer>, ActionError>;
}

/// Something that only looks.
pub trait Question {
    /// What it is called, by policies and the log.
    const ACTION: Action;
    /// What it gives.
    type Answer;

    /// What it asks about: an ARN.
    fn target(&self, account: &AccountId) -> String;

    /// Looks.
    ///
    /// # Errors
    /// [`ActionError`].
    fn answer(&self, seen: &mut Seen<'_>) -> Result<Self::Answer, ActionError>;
}

/// How an operation ended. Both ends are kept: what was counted on the way to a refusal stays counted.
#[must_use]
#[derive(Debug)]
pub enum Done<T> {
    /// It was done.
    Done(T),
    /// It was refused, after something was written.
    Refused(Refusal, ActionError),
}

/// The right to change what is kept, in a transaction that will be recorded. Only [`Caller::perform`] makes one.
pub struct Granted<'a> {
    caller: &'a Caller<'a>,
    change: Change<'a>,
    account: Account,
    now: UnixTime,
    target: String,
    detail: String,
}

/// The right to look at what is kept. Only [`Caller::ask`] makes one.
pub struct Seen<'a> {
    caller: &'a Caller<'a>,
    tx: &'a mut dyn Read,
    now: UnixTime,
}

impl Caller<'_> {
    /// Does what is asked for, if this caller may.
    ///
    /// # Errors
    /// [`ActionError::AccessDenied`], what the operation says, or a failure of the store or the clock.
    pub fn perform<O: Operation>(&self, operation: &O) -> Result<O::Answer, ActionError> {
        let target = operation.target(&self.account);
        let outcome = authorize(self, O::ACTION, &target).and_then(|grant| {
            self.cx.store().write(|tx| {
                let mut granted = Granted::begin(self, &grant, tx, &target)?;
                match operation.perform(&mut granted)? {
                    Done::Done(answer) => granted.finish(O::ACTION, Outcome::Success).map(|()| Ok(answer)),
                    Done::Refused(refusal, error) => {
                        granted.finish(O::ACTION, Outcome::refused(refusal)).map(|()| Err(error))
                    }
                }
            })
        });
        let outcome = outcome.inspect_err(|error| self.record_refusal(O::ACTION, &target, error));
        outcome.flatten()
    }

    /// Answers what is asked, if this caller may know.
    ///
    /// # Errors
    /// As for [`perform`](Self::perform).
    pub fn ask<Q: Question>(&self, question: &Q) -> Result<Q::Answer, ActionError> {
        let target = question.target(&self.account);
        let denied = |error: &ActionError| self.record_refusal(Q::ACTION, &target, error);
        let _: Grant = authorize(self, Q::ACTION, &target).inspect_err(denied)?;
        let now = self.cx.now()?;
        self.cx.store().read(|tx| question.answer(&mut Seen { caller: self, tx, now }))
    }

    /// Notes in the log that something was refused. It was refused in any case.
    pub(super) fn record_refusal(&self, action: Action, target: &str, error: &ActionError) {
        let Some(refusal) = error.refusal() else { return };
        let what = match error {
            ActionError::Store(StoreError::Altered { what } | StoreError::Damaged { what }) => what.as_str(),
            _ => target,
        };
        // If the log cannot be written either, the error that is on its way says enough.
        let _: Result<(), ActionError> = self.cx.store().write(|tx| {
            let mut change = Change::begin(tx, &self.account)?;
            change.record(self.entry(action, what, Outcome::refused(refusal), self.cx.now()?))?;
            Ok(change.finish()?)
        });
    }

    /// What the log says of something that this caller did.
    pub(super) fn entry(&self, action: Action, target: &str, outcome: Outcome, at: UnixTime) -> Entry {
        let (action, target) = (action.as_str().to_owned(), target.to_owned());
        Entry { at, origin: self.origin(), action, target, outcome, detail: String::new() }
    }
}

impl<'a> Granted<'a> {
    fn begin(caller: &'a Caller<'a>, _: &Grant, tx: &'a mut dyn Write, target: &str) -> Result<Self, ActionError> {
        let now = caller.cx.now()?;
        let account = caller.account_in(tx)?;
        let change = Change::begin(tx, &caller.account)?;
        let (target, detail) = (target.to_owned(), String::new());
        Ok(Self { caller, change, account, now, target, detail })
    }

    fn finish(mut self, action: Action, outcome: Outcome) -> Result<(), ActionError> {
        let entry = self.caller.entry(action, &self.target, outcome, self.now);
        self.change.record(Entry { detail: self.detail, ..entry })?;
        Ok(self.change.finish()?)
    }

    /// Records that something else was done on the way, with what was written so far.
    pub(super) fn also(&mut self, action: Action, target: &str, detail: String) -> Result<(), ActionError> {
        let entry = self.caller.entry(action, target, Outcome::Success, self.now);
        self.change.record(Entry { detail, ..entry })?;
        Ok(())
    }

    /// What the log will say that it was done to, where the operation itself knows it by its name alone.
    pub(super) fn set_target(&mut self, target: String) {
        self.target = target;
    }

    /// What the log will say beside the target.
    pub(super) fn set_detail(&mut self, detail: impl Into<String>) {
        self.detail = detail.into();
    }

    /// Whose log it is, and whose settings hold.
    pub(super) const fn account(&self) -> &Account {
        &self.account
    }

    /// The records, to look at and to change.
    pub(super) const fn change(&mut self) -> &mut Change<'a> {
        &mut self.change
    }

    /// When it is done.
    pub(super) const fn now(&self) -> UnixTime {
        self.now
    }

    /// The rules by which the account's codes are judged.
    pub(super) fn rules(&self) -> Rules {
        self.caller.cx.rules_of(&self.account)
    }

    pub(super) const fn caller(&self) -> &Caller<'a> {
        self.caller
    }

    pub(super) fn entropy(&self) -> &'a dyn Entropy {
        self.caller.cx.entropy()
    }
}

impl Query for Granted<'_> {
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.change.query(sql, values)
    }
}

impl Read for Granted<'_> {
    fn keys(&self) -> &KeyRing {
        self.caller.cx.keys()
    }
}

impl Seen<'_> {
    /// Whose records may be looked at.
    pub(super) const fn account(&self) -> &AccountId {
        &self.caller.account
    }

    /// The account, with its settings.
    pub(super) fn whole_account(&mut self) -> Result<Account, ActionError> {
        Ok(self.caller.account_in(self.tx)?)
    }

    /// When it is asked.
    pub(super) const fn now(&self) -> UnixTime {
        self.now
    }

    /// The rules by which the account's codes are judged.
    pub(super) fn rules(&mut self) -> Result<Rules, ActionError> {
        Ok(self.caller.cx.rules_of(&self.whole_account()?))
    }
}

impl Query for Seen<'_> {
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.tx.query(sql, values)
    }
}

impl Read for Seen<'_> {
    fn keys(&self) -> &KeyRing {
        self.caller.cx.keys()
    }
}
