//! Users.

use super::audit::{self, Entry};
use super::{ActionError, Context, Entity, Password, rows};
use crate::directory::{AccountId, Action, Origin, Path, RecoverySet, User, UserId, UserName, VirtualMfaDevice};
use crate::store::{recovery_codes, users};
use crate::time::UnixTime;
use crate::verifier::{Throttle, ThrottleStatus};

/// A user to be made.
#[derive(Debug)]
pub struct NewUser {
    /// The name.
    pub name: UserName,
    /// Where the user is to stand in the account's tree.
    pub path: Path,
    /// The password; without one the user cannot log in.
    pub password: Option<Password>,
}

/// A user with what an administrator wants to know.
#[derive(Clone, Debug)]
pub struct UserOverview {
    /// The user.
    pub user: User,
    /// The devices enabled for the user.
    pub devices: Vec<VirtualMfaDevice>,
    /// Whether a code would be judged now.
    pub throttle: ThrottleStatus,
    /// Whether two consecutive codes, or a recovery code, would be.
    pub delays: ThrottleStatus,
    /// When this was so.
    pub at: UnixTime,
}

/// Makes a user.
///
/// # Errors
/// [`ActionError::EntityAlreadyExists`] if there is one of that name, [`ActionError::PasswordPolicyViolation`], or a
/// failure of the store, the clock or the random source.
pub fn create(cx: &Context, account: &AccountId, origin: &Origin, new: NewUser) -> Result<User, ActionError> {
    let password_hash = new.password.map(|password| hash(cx, &new.name, &password)).transpose()?;
    let user = User {
        account: account.clone(),
        id: UserId::generate(cx.entropy())?,
        name: new.name,
        path: new.path,
        created: cx.now()?,
        password_hash,
        mfa_devices: 0,
        recovery: RecoverySet::default(),
        throttle: Throttle::default(),
    };
    cx.store().write(|tx| {
        if let Some((existing, _)) = users::find(tx, &user.account, &user.name)? {
            return Err(ActionError::EntityAlreadyExists { kind: Entity::User, name: existing.name.to_string() });
        }
        rows::insert_user(tx, cx, &user)?;
        audit::record(tx, cx, &user.account, origin, user.created, Entry::done(Action::CreateUser, user.arn()))
    })?;
    Ok(user)
}

/// The account's users by name.
///
/// # Errors
/// [`ActionError`] if the store fails or a record was altered.
pub fn list(cx: &Context, account: &AccountId) -> Result<Vec<User>, ActionError> {
    cx.store().read(|tx| rows::list_users(tx, cx, account))
}

/// A user with devices and throttle.
///
/// # Errors
/// [`ActionError::NoSuchEntity`], or a failure of the store or the clock.
pub fn show(cx: &Context, account: &AccountId, name: &UserName) -> Result<UserOverview, ActionError> {
    let at = cx.now()?;
    cx.store().read(|tx| {
        let user = rows::user(tx, cx, account, name)?;
        let devices: Vec<_> = rows::devices_of(tx, cx, &user)?.into_iter().map(|kept| kept.device).collect();
        let cost = user.mfa_devices.max(1) * cx.rules().window.steps();
        let throttle = user.throttle.status(cost, at, cx.rules());
        let delays = user.throttle.status_of_delays(at, cx.rules());
        Ok(UserOverview { user, devices, throttle, delays, at })
    })
}

/// Deletes a user, and the recovery codes with it.
///
/// # Errors
/// [`ActionError::DeleteConflict`] while a device is enabled for the user, [`ActionError::NoSuchEntity`], or a failure of
/// the store or the clock.
pub fn delete(cx: &Context, account: &AccountId, origin: &Origin, name: &UserName) -> Result<(), ActionError> {
    cx.store().write(|tx| {
        let now = cx.now()?;
        let user = rows::user(tx, cx, account, name)?;
        if user.mfa_devices > 0 {
            let reason = "its MFA devices must be deactivated first";
            return Err(ActionError::DeleteConflict { kind: Entity::User, name: user.name.to_string(), reason });
        }
        recovery_codes::delete_all(tx, account, &user.id)?;
        users::delete(tx, &user)?;
        audit::record(tx, cx, account, origin, now, Entry::done(Action::DeleteUser, user.arn()))
    })
}

/// Forgives the user's failures: codes are judged at once, and a suspension is lifted. The day's guesses are forgiven too,
/// so whoever does this should know who made them.
///
/// # Errors
/// [`ActionError::NoSuchEntity`], or a failure of the store or the clock.
pub fn unlock(cx: &Context, account: &AccountId, origin: &Origin, name: &UserName) -> Result<(), ActionError> {
    cx.store().write(|tx| {
        let now = cx.now()?;
        let user = User { throttle: Throttle::default(), ..rows::user(tx, cx, account, name)? };
        rows::update_user(tx, cx, &user)?;
        audit::record(tx, cx, account, origin, now, Entry::done(Action::UnlockUser, user.arn()))
    })
}

/// Sets the user's password.
///
/// # Errors
/// [`ActionError::NoSuchEntity`], [`ActionError::PasswordPolicyViolation`], or a failure of the store, the clock or the
/// random source.
pub fn set_password(
    cx: &Context,
    account: &AccountId,
    origin: &Origin,
    name: &UserName,
    password: &Password,
) -> Result<(), ActionError> {
    let password_hash = hash(cx, name, password)?;
    cx.store().write(|tx| {
        let now = cx.now()?;
        let user = rows::user(tx, cx, account, name)?;
        let user = User { password_hash: Some(password_hash.clone()), ..user };
        rows::update_user(tx, cx, &user)?;
        audit::record(tx, cx, account, origin, now, Entry::done(Action::UpdateLoginProfile, user.arn()))
    })
}

fn hash(cx: &Context, name: &UserName, password: &Password) -> Result<String, ActionError> {
    password.check_policy(name)?;
    cx.hasher().hash(password, cx.entropy())
}
