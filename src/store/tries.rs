//! Tries of codes: a read set, a pure decision, a write set. So a server can judge many users' codes in one transaction,
//! and a model can judge them in none.

use super::{Change, Entry, Read, StoreError, Write, login_states, recovery_codes, users};
use crate::directory::{AccountId, KeptRecoveryCode, LoginState, User, UserName};

/// Whose code is tried, and what must be read for it.
#[derive(Clone, Debug)]
pub struct Try {
    /// The account.
    pub account: AccountId,
    /// The user's name; `None` where what was typed is no name, so that nothing is found and the try is recorded all the same.
    pub user: Option<UserName>,
    /// Whether the user's own record is needed, as for a password.
    pub with_user: bool,
    /// Whether the recovery codes are needed.
    pub with_recovery_codes: bool,
}

/// What was read for a try, locked until the transaction ends.
#[derive(Clone, Debug, Default)]
pub struct LoginRows {
    /// The user, if asked for.
    pub user: Option<User>,
    /// The state of the user's logins.
    pub state: Option<LoginState>,
    /// The user's recovery codes, if asked for.
    pub recovery_codes: Vec<KeptRecoveryCode>,
}

/// What was decided, and what must be written with it.
#[derive(Clone, Debug)]
pub struct Decided<T> {
    /// The state, if it changed.
    pub state: Option<LoginState>,
    /// The user's record, if it changed.
    pub user: Option<User>,
    /// The recovery code that was spent.
    pub recovery_code: Option<KeptRecoveryCode>,
    /// The event, without which nothing can be written.
    pub event: Option<Entry>,
    /// The answer.
    pub answer: T,
}

impl<T> Decided<T> {
    /// An answer that changes nothing.
    pub const fn answer(answer: T) -> Self {
        Self { state: None, user: None, recovery_code: None, event: None, answer }
    }
}

impl Try {
    /// Reads, decides and writes in a transaction.
    ///
    /// # Errors
    /// What `decide` gives, or [`StoreError`] if the database fails or a record cannot be believed.
    pub fn run<T, E: From<StoreError>>(
        &self,
        tx: &mut dyn Write,
        decide: impl FnOnce(&LoginRows) -> Result<Decided<T>, E>,
    ) -> Result<T, E> {
        let rows = self.read(tx)?;
        let Decided { state, user, recovery_code, event, answer } = decide(&rows)?;
        if event.is_none() && state.is_none() && user.is_none() && recovery_code.is_none() {
            return Ok(answer);
        }
        let mut change = Change::begin(tx, &self.account)?;
        if let Some(state) = &state {
            change.update(state)?;
        }
        if let Some(user) = &user {
            change.update(user)?;
        }
        if let Some(code) = &recovery_code {
            change.update(code)?;
        }
        // What is written without an event is refused when the change ends.
        if let Some(event) = event {
            change.record(event)?;
        }
        change.finish()?;
        Ok(answer)
    }

    fn read(&self, tx: &mut dyn Read) -> Result<LoginRows, StoreError> {
        let Some(name) = &self.user else { return Ok(LoginRows::default()) };
        let user = if self.with_user { users::find(tx, &self.account, name)? } else { None };
        let state = login_states::find(tx, &self.account, name)?;
        // A user whose state is gone could log in with the password alone.
        if let (Some(user), None) = (&user, &state) {
            return Err(StoreError::altered(format!("the logins of user `{}`", user.name)));
        }
        let recovery_codes = match &state {
            Some(state) if self.with_recovery_codes => recovery_codes::of_user(tx, &self.account, &state.user_id)?,
            _ => Vec::new(),
        };
        Ok(LoginRows { user, state, recovery_codes })
    }
}
