use serde_json::json;

use crate::actions::{ActionError, Context, audit};
use crate::directory::{Account, AccountAlias};
use crate::seal::Tag;
use crate::store::{Read, Write, accounts};

/// The account, or none in a new store. There is one: a second was put there by somebody else, and contents without an
/// account had one that was taken away.
pub(in crate::actions) fn account(tx: &mut dyn Read, cx: &Context) -> Result<Option<Account>, ActionError> {
    let altered = || ActionError::Altered { what: "the account".to_owned() };
    let mut found = accounts::list(tx)?;
    let Some((account, tag)) = found.pop() else {
        return if accounts::have_contents(tx)? { Err(altered()) } else { Ok(None) };
    };
    let tag = Tag::from_bytes(&tag).map_err(|_| altered())?;
    cx.keys().check(ACCOUNT, &account_row(&account), &tag).map_err(|_| altered())?;
    if found.is_empty() { Ok(Some(account)) } else { Err(altered()) }
}

pub(in crate::actions) fn insert_account(
    tx: &mut dyn Write,
    cx: &Context,
    account: &Account,
) -> Result<(), ActionError> {
    let tag = cx.keys().tag(ACCOUNT, &account_row(account));
    let head = audit::new_head(cx, &account.id, 0, Vec::new());
    Ok(accounts::insert(tx, account, tag.as_bytes(), &head)?)
}

pub(in crate::actions) fn update_account(
    tx: &mut dyn Write,
    cx: &Context,
    account: &Account,
) -> Result<(), ActionError> {
    Ok(accounts::update(tx, account, cx.keys().tag(ACCOUNT, &account_row(account)).as_bytes())?)
}

const ACCOUNT: &str = "vmfa account row";

fn account_row(account: &Account) -> Vec<u8> {
    let alias = account.alias.as_ref().map(AccountAlias::as_str);
    json!([account.id.as_str(), alias, account.created.as_millis()]).to_string().into_bytes()
}
