//! The account.

use super::audit::{self, Entry};
use super::{ActionError, Context, rows};
use crate::directory::{Account, AccountAlias, AccountId, Action, Origin};
use crate::store::{Store, accounts};

/// The account of this store, made with a random number when it is first asked for.
///
/// # Errors
/// [`ActionError::Altered`] if the account was changed, added or taken away outside vmfa, or a failure of the store, the
/// clock or the random source.
pub fn open(cx: &Context, origin: &Origin) -> Result<Account, ActionError> {
    if let Some(account) = cx.store().read(|tx| rows::account(tx, cx))? {
        return Ok(account);
    }
    cx.store().write(|tx| {
        // Another process may have made it since.
        if let Some(account) = rows::account(tx, cx)? {
            return Ok(account);
        }
        let now = cx.now()?;
        let account = Account { id: AccountId::generate(cx.entropy())?, alias: None, created: now };
        rows::insert_account(tx, cx, &account)?;
        let entry = Entry::done(Action::CreateAccount, account.id.as_str());
        audit::record(tx, cx, &account.id, origin, now, entry)?;
        Ok(account)
    })
}

/// Whether nothing has ever been kept in this store, so that it needs no key ring yet.
///
/// # Errors
/// [`ActionError`] if the store fails.
pub fn is_unused(store: &Store) -> Result<bool, ActionError> {
    store.read(|tx| Ok(accounts::list(tx)?.is_empty() && !accounts::have_contents(tx)?))
}

/// Gives the account an alias in place of the one it had.
///
/// # Errors
/// [`ActionError`] if the store or the clock fails.
pub fn set_alias(cx: &Context, account: &Account, origin: &Origin, alias: AccountAlias) -> Result<(), ActionError> {
    let account = Account { alias: Some(alias), ..account.clone() };
    cx.store().write(|tx| {
        rows::update_account(tx, cx, &account)?;
        let entry = Entry::done(Action::CreateAccountAlias, account.display_name());
        audit::record(tx, cx, &account.id, origin, cx.now()?, entry)
    })
}
