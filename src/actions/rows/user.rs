use serde_json::json;

use crate::actions::{ActionError, Context, Entity};
use crate::directory::{AccountId, User, UserId, UserName};
use crate::seal::Tag;
use crate::store::{Read, Write, users};

/// The user of this name, or nobody.
pub(in crate::actions) fn find_user(
    tx: &mut dyn Read,
    cx: &Context,
    account: &AccountId,
    name: &UserName,
) -> Result<Option<User>, ActionError> {
    // The key under which a row is found is not under its tag: another user's row could stand there.
    let sought = |user: &User| user.name == *name && user.account == *account;
    believe_found(cx, users::find(tx, account, name)?, sought)
}

/// The user of this name.
pub(in crate::actions) fn user(
    tx: &mut dyn Read,
    cx: &Context,
    account: &AccountId,
    name: &UserName,
) -> Result<User, ActionError> {
    find_user(tx, cx, account, name)?
        .ok_or_else(|| ActionError::NoSuchEntity { kind: Entity::User, name: name.to_string() })
}

/// The user with this id, or nobody.
pub(in crate::actions) fn find_user_by_id(
    tx: &mut dyn Read,
    cx: &Context,
    account: &AccountId,
    id: &UserId,
) -> Result<Option<User>, ActionError> {
    let sought = |user: &User| user.id == *id && user.account == *account;
    believe_found(cx, users::find_by_id(tx, account, id)?, sought)
}

/// All users of the account.
pub(in crate::actions) fn list_users(
    tx: &mut dyn Read,
    cx: &Context,
    account: &AccountId,
) -> Result<Vec<User>, ActionError> {
    users::list(tx, account)?.into_iter().map(|kept| believe_user(cx, kept)).collect()
}

pub(in crate::actions) fn insert_user(tx: &mut dyn Write, cx: &Context, user: &User) -> Result<(), ActionError> {
    Ok(users::insert(tx, user, cx.keys().tag(USER, &user_row(user)).as_bytes())?)
}

pub(in crate::actions) fn update_user(tx: &mut dyn Write, cx: &Context, user: &User) -> Result<(), ActionError> {
    Ok(users::update(tx, user, cx.keys().tag(USER, &user_row(user)).as_bytes())?)
}

const USER: &str = "vmfa user row";

/// Believes a user that was found, if it is the one that was sought.
fn believe_found(
    cx: &Context,
    found: Option<(User, Vec<u8>)>,
    sought: impl FnOnce(&User) -> bool,
) -> Result<Option<User>, ActionError> {
    let Some(user) = found.map(|kept| believe_user(cx, kept)).transpose()? else { return Ok(None) };
    if sought(&user) { Ok(Some(user)) } else { Err(altered_user(user.name.as_str())) }
}

fn believe_user(cx: &Context, (user, tag): (User, Vec<u8>)) -> Result<User, ActionError> {
    let checked = Tag::from_bytes(&tag).and_then(|tag| cx.keys().check(USER, &user_row(&user), &tag));
    match checked {
        Ok(()) => Ok(user),
        Err(_) => Err(altered_user(user.name.as_str())),
    }
}

fn altered_user(name: &str) -> ActionError {
    ActionError::Altered { what: format!("user `{name}`") }
}

fn user_row(user: &User) -> Vec<u8> {
    json!([
        user.account.as_str(),
        user.name.as_str(),
        user.id.as_str(),
        user.path.as_str(),
        user.created.as_millis(),
        user.password_hash,
        user.mfa_devices,
        user.recovery.number,
        user.recovery.left,
        user.throttle.failures,
        user.throttle.not_before.as_millis(),
        user.throttle.budget_whole_at.as_millis(),
    ])
    .to_string()
    .into_bytes()
}
