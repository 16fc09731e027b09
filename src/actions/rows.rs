//! The rows of accounts, users, devices and recovery codes, guarded: none is believed unless its tag fits, none is written without one.
//!
//! The database file may be altered by a fault of the disk, or by somebody who can write it and has not the key ring. A
//! lowered floor of spent steps, a throttle set back or a device taken away would all let a code or a password in.

use serde_json::json;
use subtle::Choice;
use zeroize::Zeroizing;

use super::{ActionError, Context, Entity, audit};
use crate::directory::{
    Account, AccountAlias, AccountId, Assignment, RecoverySet, SerialNumber, User, UserId, UserName,
};
use crate::otp::{RecoveryCode, SharedSecret, Totp, TotpKey};
use crate::seal::{Sealed, Tag};
use crate::store::devices::KeptDevice;
use crate::store::recovery_codes::KeptRecoveryCode;
use crate::store::{Transaction, accounts, devices, recovery_codes, users};
use crate::time::UnixTime;

/// The account, or none in a new store. There is one: a second was put there by somebody else, and contents without an
/// account had one that was taken away.
pub(super) fn account(tx: &mut dyn Transaction, cx: &Context) -> Result<Option<Account>, ActionError> {
    let altered = || ActionError::Altered { what: "the account".to_owned() };
    let mut found = accounts::list(tx)?;
    let Some((account, tag)) = found.pop() else {
        return if accounts::have_contents(tx)? { Err(altered()) } else { Ok(None) };
    };
    let tag = Tag::from_bytes(&tag).map_err(|_| altered())?;
    cx.keys().check(ACCOUNT, &account_row(&account), &tag).map_err(|_| altered())?;
    if found.is_empty() { Ok(Some(account)) } else { Err(altered()) }
}

pub(super) fn insert_account(tx: &mut dyn Transaction, cx: &Context, account: &Account) -> Result<(), ActionError> {
    let tag = cx.keys().tag(ACCOUNT, &account_row(account));
    let head = audit::new_head(cx, &account.id, 0, Vec::new());
    Ok(accounts::insert(tx, account, tag.as_bytes(), &head)?)
}

pub(super) fn update_account(tx: &mut dyn Transaction, cx: &Context, account: &Account) -> Result<(), ActionError> {
    Ok(accounts::update(tx, account, cx.keys().tag(ACCOUNT, &account_row(account)).as_bytes())?)
}

/// The user of this name, or nobody.
pub(super) fn find_user(
    tx: &mut dyn Transaction,
    cx: &Context,
    account: &AccountId,
    name: &UserName,
) -> Result<Option<User>, ActionError> {
    // The key under which a row is found is not under its tag: another user's row could stand there.
    let sought = |user: &User| user.name == *name && user.account == *account;
    believe_found(cx, users::find(tx, account, name)?, sought)
}

/// The user of this name.
pub(super) fn user(
    tx: &mut dyn Transaction,
    cx: &Context,
    account: &AccountId,
    name: &UserName,
) -> Result<User, ActionError> {
    find_user(tx, cx, account, name)?
        .ok_or_else(|| ActionError::NoSuchEntity { kind: Entity::User, name: name.to_string() })
}

/// The user with this id, or nobody.
pub(super) fn find_user_by_id(
    tx: &mut dyn Transaction,
    cx: &Context,
    account: &AccountId,
    id: &UserId,
) -> Result<Option<User>, ActionError> {
    let sought = |user: &User| user.id == *id && user.account == *account;
    believe_found(cx, users::find_by_id(tx, account, id)?, sought)
}

/// All users of the account.
pub(super) fn list_users(
    tx: &mut dyn Transaction,
    cx: &Context,
    account: &AccountId,
) -> Result<Vec<User>, ActionError> {
    users::list(tx, account)?.into_iter().map(|kept| believe_user(cx, kept)).collect()
}

pub(super) fn insert_user(tx: &mut dyn Transaction, cx: &Context, user: &User) -> Result<(), ActionError> {
    Ok(users::insert(tx, user, cx.keys().tag(USER, &user_row(user)).as_bytes())?)
}

pub(super) fn update_user(tx: &mut dyn Transaction, cx: &Context, user: &User) -> Result<(), ActionError> {
    Ok(users::update(tx, user, cx.keys().tag(USER, &user_row(user)).as_bytes())?)
}

/// The device with this serial number.
pub(super) fn device(tx: &mut dyn Transaction, cx: &Context, serial: &SerialNumber) -> Result<KeptDevice, ActionError> {
    let none = || ActionError::NoSuchEntity { kind: Entity::Device, name: serial.to_string() };
    let kept = believe_device(cx, devices::find(tx, serial)?.ok_or_else(none)?)?;
    // As for users: the key is not under the tag.
    if kept.device.serial == *serial { Ok(kept) } else { Err(altered_device(&kept)) }
}

/// The devices enabled for the user: all of them, or an error. A device that vanished would open the account to the
/// password alone.
pub(super) fn devices_of(tx: &mut dyn Transaction, cx: &Context, user: &User) -> Result<Vec<KeptDevice>, ActionError> {
    let found = devices::of_user(tx, &user.account, &user.id)?;
    if u32::try_from(found.len()) != Ok(user.mfa_devices) {
        return Err(ActionError::Altered { what: format!("the MFA devices of user `{}`", user.name) });
    }
    found.into_iter().map(|kept| believe_device(cx, kept)).collect()
}

/// All devices of the account.
pub(super) fn list_devices(
    tx: &mut dyn Transaction,
    cx: &Context,
    account: &AccountId,
) -> Result<Vec<KeptDevice>, ActionError> {
    devices::list(tx, account)?.into_iter().map(|kept| believe_device(cx, kept)).collect()
}

pub(super) fn insert_device(
    tx: &mut dyn Transaction,
    cx: &Context,
    mut kept: KeptDevice,
    secret: &SharedSecret,
) -> Result<(), ActionError> {
    seal_device(cx, &mut kept, secret)?;
    Ok(devices::insert(tx, &kept)?)
}

/// Writes a device whose assignment changed, its seed sealed anew for the user whose it is now.
pub(super) fn reassign_device(
    tx: &mut dyn Transaction,
    cx: &Context,
    mut kept: KeptDevice,
    secret: &SharedSecret,
) -> Result<(), ActionError> {
    seal_device(cx, &mut kept, secret)?;
    Ok(devices::update(tx, &kept)?)
}

/// Writes a device whose remembered state changed.
pub(super) fn update_device(tx: &mut dyn Transaction, cx: &Context, mut kept: KeptDevice) -> Result<(), ActionError> {
    kept.tag = cx.keys().tag(DEVICE, &device_row(&kept)).as_bytes().to_vec();
    Ok(devices::update(tx, &kept)?)
}

/// The device's seed.
pub(super) fn open_seed(cx: &Context, kept: &KeptDevice) -> Result<SharedSecret, ActionError> {
    let altered = || altered_device(kept);
    let sealed = Sealed::from_bytes(kept.sealed_seed.clone());
    let bytes: Zeroizing<Vec<u8>> = cx.keys().open(&sealed, &place_of_seed(kept)).map_err(|_| altered())?;
    SharedSecret::from_bytes(bytes).ok_or_else(altered)
}

/// The device's seed, ready to give codes. AWS has one kind of virtual MFA device: SHA1, six digits, 30 seconds.
pub(super) fn open_key(cx: &Context, kept: &KeptDevice) -> Result<TotpKey, ActionError> {
    Ok(Totp::default().keyed(&open_seed(cx, kept)?))
}

/// The user's recovery codes, spent or not: all that are not, or an error. One that came back unspent, or out of an older
/// set, would be a second use of it.
pub(super) fn recovery_codes_of(
    tx: &mut dyn Transaction,
    cx: &Context,
    user: &User,
) -> Result<Vec<KeptRecoveryCode>, ActionError> {
    let found = recovery_codes::of_user(tx, &user.account, &user.id)?;
    let fits = |kept: &KeptRecoveryCode| {
        let row = recovery_code_row(user, kept);
        kept.set == user.recovery.number
            && Tag::from_bytes(&kept.tag).and_then(|tag| cx.keys().check(RECOVERY_CODE_ROW, &row, &tag)).is_ok()
    };
    let left = found.iter().filter(|kept| kept.used.is_none()).count();
    if u32::try_from(left) != Ok(user.recovery.left) || !found.iter().all(fits) {
        return Err(ActionError::Altered { what: format!("the recovery codes of user `{}`", user.name) });
    }
    Ok(found)
}

/// Puts these codes in place of those that the user had.
pub(super) fn replace_recovery_codes(
    tx: &mut dyn Transaction,
    cx: &Context,
    user: &mut User,
    codes: &[RecoveryCode],
) -> Result<(), ActionError> {
    recovery_codes::delete_all(tx, &user.account, &user.id)?;
    user.recovery = RecoverySet { number: user.recovery.number.saturating_add(1), left: 0 };
    for code in codes {
        let number = user.recovery.left;
        let mut kept =
            KeptRecoveryCode { set: user.recovery.number, number, hash: Vec::new(), used: None, tag: Vec::new() };
        kept.hash = cx.keys().tag(RECOVERY_CODE, &hashed(user, &kept, code)).as_bytes().to_vec();
        kept.tag = cx.keys().tag(RECOVERY_CODE_ROW, &recovery_code_row(user, &kept)).as_bytes().to_vec();
        recovery_codes::insert(tx, &user.account, &user.id, &kept)?;
        user.recovery.left += 1;
    }
    update_user(tx, cx, user)
}

/// Writes that a recovery code is spent, and in the user's row that one less is left.
pub(super) fn spend_recovery_code(
    tx: &mut dyn Transaction,
    cx: &Context,
    user: &mut User,
    mut kept: KeptRecoveryCode,
    now: UnixTime,
) -> Result<(), ActionError> {
    kept.used = Some(now);
    kept.tag = cx.keys().tag(RECOVERY_CODE_ROW, &recovery_code_row(user, &kept)).as_bytes().to_vec();
    recovery_codes::update(tx, &user.account, &user.id, &kept)?;
    user.recovery.left = user.recovery.left.saturating_sub(1);
    update_user(tx, cx, user)
}

/// Whether `code` is the one whose hash is kept here, compared in constant time.
pub(super) fn is_recovery_code(cx: &Context, user: &User, kept: &KeptRecoveryCode, code: &RecoveryCode) -> Choice {
    let checked =
        Tag::from_bytes(&kept.hash).and_then(|hash| cx.keys().check(RECOVERY_CODE, &hashed(user, kept, code), &hash));
    Choice::from(u8::from(checked.is_ok()))
}

const ACCOUNT: &str = "vmfa account row";
const USER: &str = "vmfa user row";
const DEVICE: &str = "vmfa device row";
const RECOVERY_CODE: &str = "vmfa recovery code";
const RECOVERY_CODE_ROW: &str = "vmfa recovery code row";

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

fn believe_device(cx: &Context, kept: KeptDevice) -> Result<KeptDevice, ActionError> {
    let checked = Tag::from_bytes(&kept.tag).and_then(|tag| cx.keys().check(DEVICE, &device_row(&kept), &tag));
    match checked {
        Ok(()) => Ok(kept),
        Err(_) => Err(altered_device(&kept)),
    }
}

fn altered_device(kept: &KeptDevice) -> ActionError {
    ActionError::Altered { what: format!("device `{}`", kept.device.serial) }
}

fn seal_device(cx: &Context, kept: &mut KeptDevice, secret: &SharedSecret) -> Result<(), ActionError> {
    let sealed = cx.keys().seal(secret.as_bytes(), &place_of_seed(kept), cx.entropy())?;
    kept.sealed_seed = sealed.as_bytes().to_vec();
    kept.tag = cx.keys().tag(DEVICE, &device_row(kept)).as_bytes().to_vec();
    Ok(())
}

/// What a sealed seed is bound to: the device, and the user whose it is. In another row it does not open.
fn place_of_seed(kept: &KeptDevice) -> Vec<u8> {
    let device = &kept.device;
    json!(["vmfa seed", device.serial.folded(), device.created.as_millis(), owner(kept)]).to_string().into_bytes()
}

fn owner(kept: &KeptDevice) -> Option<&str> {
    match &kept.device.assignment {
        Assignment::Unassigned => None,
        Assignment::Enabled { user_id, .. } => Some(user_id.as_str()),
    }
}

fn account_row(account: &Account) -> Vec<u8> {
    let alias = account.alias.as_ref().map(AccountAlias::as_str);
    json!([account.id.as_str(), alias, account.created.as_millis()]).to_string().into_bytes()
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

fn device_row(kept: &KeptDevice) -> Vec<u8> {
    let device = &kept.device;
    let since = match &device.assignment {
        Assignment::Unassigned => None,
        Assignment::Enabled { since, .. } => Some(since.as_millis()),
    };
    let state = device.state.as_ref().map(|state| {
        let (floor, forgotten, accepted) = state.spent.to_numbers();
        json!([floor, forgotten, accepted, state.drift.steps(), state.anchor.steps()])
    });
    json!([device.serial.to_string(), device.created.as_millis(), kept.sealed_seed, owner(kept), since, state])
        .to_string()
        .into_bytes()
}

/// What is hashed of a recovery code: where it stands, then its bytes, which are always as many. Two equal codes have
/// different hashes, and a hash put elsewhere fits nothing.
fn hashed(user: &User, kept: &KeptRecoveryCode, code: &RecoveryCode) -> Zeroizing<Vec<u8>> {
    let place = json!([user.account.as_str(), user.id.as_str(), kept.set, kept.number]).to_string();
    Zeroizing::new([place.as_bytes(), code.as_bytes()].concat())
}

fn recovery_code_row(user: &User, kept: &KeptRecoveryCode) -> Vec<u8> {
    let used = kept.used.map(UnixTime::as_millis);
    json!([user.account.as_str(), user.id.as_str(), kept.set, kept.number, kept.hash, used]).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::VirtualMfaDevice;
    use crate::entropy::SystemEntropy;
    use crate::seal::KeyRing;
    use crate::store::{Sqlite, Store};
    use crate::time::{SystemClock, UnixTime};

    fn device_of(user: &str) -> KeptDevice {
        let serial = "arn:aws:iam::123456789012:mfa/phone".parse().unwrap();
        let user_id = UserId::from_kept(format!("AIDA{user}"));
        let assignment = Assignment::Enabled { user: user.parse().unwrap(), user_id, since: UnixTime::from_secs(1) };
        let device = VirtualMfaDevice { serial, created: UnixTime::from_secs(1), assignment, state: None };
        KeptDevice { device, sealed_seed: Vec::new(), tag: Vec::new() }
    }

    /// Even with a fitting tag over the row, which needs the key ring, a seed opens for the user only whose it is.
    #[test]
    fn a_seed_is_sealed_for_its_user_and_opens_for_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(Sqlite::open(&dir.path().join("vmfa.db")).unwrap());
        let cx = Context::new(store, KeyRing::generate(&SystemEntropy).unwrap(), SystemClock, SystemEntropy);
        let secret = SharedSecret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        let mut mallorys = device_of("mallory");
        seal_device(&cx, &mut mallorys, &secret).unwrap();
        assert_eq!(open_seed(&cx, &mallorys).unwrap().as_bytes(), b"12345678901234567890");
        let moved = KeptDevice { sealed_seed: mallorys.sealed_seed, ..device_of("alice") };
        assert!(matches!(open_seed(&cx, &moved), Err(ActionError::Altered { .. })));
    }
}
