//! Virtual MFA devices: create, enable, resync, deactivate, delete, by the rules of AWS IAM.

use subtle::ConstantTimeEq;

use super::audit::{self, Entry};
use super::{ActionError, Context, Entity, MalformedCode, rows};
use crate::directory::{
    AccountId, Action, Assignment, Origin, Outcome, Refusal, SerialNumber, User, UserName, VirtualMfaDevice,
};
use crate::otp::{Code, SharedSecret};
use crate::store::devices::{self, KeptDevice};
use crate::store::{Read, Write};
use crate::time::UnixTime;
use crate::verifier::{CodePair, Drift, PairVerdict, judge_pair};

/// A device that is not kept yet, with the secret that leaves once.
#[derive(Debug)]
pub struct NewDevice {
    /// Its serial number.
    pub serial: SerialNumber,
    /// Its seed.
    pub secret: SharedSecret,
}

/// Which devices to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AssignmentStatus {
    /// Those of users.
    Assigned,
    /// Nobody's.
    Unassigned,
    /// All.
    #[default]
    Any,
}

/// Two texts that a person typed as consecutive codes.
///
/// # Errors
/// [`ActionError::MalformedCode`] if one of them is no code at all.
pub fn parse_pair(first: &str, second: &str) -> Result<CodePair, ActionError> {
    let parse = |text| Code::parse(text, VirtualMfaDevice::DIGITS).map_err(MalformedCode::from);
    Ok(CodePair { first: parse(first)?, second: parse(second)? })
}

/// Draws up a device with a new seed, or the one given. Nothing is kept until it is passed to [`create`] or [`enroll`].
///
/// # Errors
/// [`ActionError::EntityAlreadyExists`] if there is one of that name, [`ActionError::WeakSecret`] for a seed below 128
/// bits, or a failure of the store or the random source.
pub fn draw_up(cx: &Context, serial: SerialNumber, seed: Option<SharedSecret>) -> Result<NewDevice, ActionError> {
    let secret = match seed {
        Some(seed) if !seed.is_strong() => return Err(ActionError::WeakSecret { bits: seed.as_bytes().len() * 8 }),
        Some(seed) => seed,
        None => SharedSecret::generate(cx.entropy())?,
    };
    cx.store().read(|tx| require_free(tx, &serial))?;
    Ok(NewDevice { serial, secret })
}

/// Keeps a new device, which is nobody's yet.
///
/// # Errors
/// [`ActionError::EntityAlreadyExists`], or a failure of the store, the clock or the random source.
pub fn create(cx: &Context, origin: &Origin, new: &NewDevice) -> Result<(), ActionError> {
    let NewDevice { serial, secret } = new;
    cx.store().write(|tx| {
        let now = cx.now()?;
        require_free(tx, serial)?;
        rows::insert_device(tx, cx, unassigned(serial, now), secret)?;
        let entry = Entry::done(Action::CreateVirtualMfaDevice, serial.to_string());
        audit::record(tx, cx, serial.account(), origin, now, entry)
    })
}

/// Keeps a new device and enables it for the user, both or neither.
///
/// # Errors
/// As for [`create`] and [`enable`].
#[expect(clippy::needless_pass_by_value, reason = "two codes are used up by one try")]
pub fn enroll(
    cx: &Context,
    origin: &Origin,
    new: &NewDevice,
    user: &UserName,
    codes: CodePair,
) -> Result<Drift, ActionError> {
    let NewDevice { serial, secret } = new;
    keep_pair(cx, |tx| {
        let now = cx.now()?;
        let attempt = PairAttempt { action: Action::EnableMfaDevice, origin, now };
        let user = rows::user(tx, cx, serial.account(), user)?;
        require_room(&user)?;
        require_free(tx, serial)?;
        require_own_secret(tx, cx, &user, secret)?;
        let kept = unassigned(serial, now);
        let judged = try_pair(tx, cx, &attempt, user, &kept, secret, &codes)?;
        let Proven { user, device, drift } = match judged {
            Ok(proven) => proven,
            Err(refused) => return Ok(Err(refused)),
        };
        rows::insert_device(tx, cx, kept, secret)?;
        let created = Entry::done(Action::CreateVirtualMfaDevice, serial.to_string());
        audit::record(tx, cx, serial.account(), origin, now, created)?;
        assign(tx, cx, origin, now, user, device, secret)?;
        Ok(Ok(drift))
    })
}

/// Enables a device for a user who shows two consecutive codes of it, and says how far its clock is ahead.
///
/// # Errors
/// [`ActionError::InvalidAuthenticationCode`] if they are not, which counts as a failed try of the user's;
/// [`ActionError::DeviceInUse`], [`ActionError::LimitExceeded`], [`ActionError::NoSuchEntity`], or a failure of the store,
/// the clock or the random source.
#[expect(clippy::needless_pass_by_value, reason = "two codes are used up by one try")]
pub fn enable(
    cx: &Context,
    origin: &Origin,
    serial: &SerialNumber,
    user: &UserName,
    codes: CodePair,
) -> Result<Drift, ActionError> {
    keep_pair(cx, |tx| {
        let now = cx.now()?;
        let attempt = PairAttempt { action: Action::EnableMfaDevice, origin, now };
        let user = rows::user(tx, cx, serial.account(), user)?;
        let kept = rows::device(tx, cx, serial)?;
        if kept.device.assignment != Assignment::Unassigned {
            return Err(ActionError::DeviceInUse { serial: serial.to_string() });
        }
        require_room(&user)?;
        let secret = rows::open_seed(cx, &kept)?;
        require_own_secret(tx, cx, &user, &secret)?;
        let judged = try_pair(tx, cx, &attempt, user, &kept, &secret, &codes)?;
        let Proven { user, device, drift } = match judged {
            Ok(proven) => proven,
            Err(refused) => return Ok(Err(refused)),
        };
        assign(tx, cx, origin, now, user, device, &secret)?;
        Ok(Ok(drift))
    })
}

/// Measures the clock difference of a user's device anew by two consecutive codes, which also lifts a suspension.
///
/// # Errors
/// [`ActionError::InvalidAuthenticationCode`], [`ActionError::NoSuchEntity`] also if the device is not the user's, or a
/// failure of the store or the clock.
#[expect(clippy::needless_pass_by_value, reason = "two codes are used up by one try")]
pub fn resync(
    cx: &Context,
    origin: &Origin,
    serial: &SerialNumber,
    user: &UserName,
    codes: CodePair,
) -> Result<Drift, ActionError> {
    keep_pair(cx, |tx| {
        let now = cx.now()?;
        let attempt = PairAttempt { action: Action::ResyncMfaDevice, origin, now };
        let (user, kept) = device_of(tx, cx, serial, user)?;
        let secret = rows::open_seed(cx, &kept)?;
        let judged = try_pair(tx, cx, &attempt, user, &kept, &secret, &codes)?;
        let Proven { user, device, drift } = match judged {
            Ok(proven) => proven,
            Err(refused) => return Ok(Err(refused)),
        };
        rows::update_device(tx, cx, device)?;
        rows::update_user(tx, cx, &user)?;
        let entry = Entry::done(Action::ResyncMfaDevice, serial.to_string()).detail(format!("drift {drift} steps"));
        audit::record(tx, cx, serial.account(), origin, now, entry)?;
        Ok(Ok(drift))
    })
}

/// Takes a device from its user. It stays, as nobody's.
///
/// # Errors
/// [`ActionError::NoSuchEntity`] also if the device is not the user's, or a failure of the store, the clock or the random
/// source.
pub fn deactivate(cx: &Context, origin: &Origin, serial: &SerialNumber, user: &UserName) -> Result<(), ActionError> {
    cx.store().write(|tx| {
        let now = cx.now()?;
        let (mut user, mut kept) = device_of(tx, cx, serial, user)?;
        let secret = rows::open_seed(cx, &kept)?;
        kept.device.assignment = Assignment::Unassigned;
        rows::reassign_device(tx, cx, kept, &secret)?;
        user.mfa_devices = user.mfa_devices.saturating_sub(1);
        rows::update_user(tx, cx, &user)?;
        let entry = Entry::done(Action::DeactivateMfaDevice, serial.to_string()).detail(user.arn());
        audit::record(tx, cx, serial.account(), origin, now, entry)
    })
}

/// Deletes a device that is nobody's.
///
/// # Errors
/// [`ActionError::DeleteConflict`] while it is enabled, [`ActionError::NoSuchEntity`], or a failure of the store or the
/// clock.
pub fn delete(cx: &Context, origin: &Origin, serial: &SerialNumber) -> Result<(), ActionError> {
    cx.store().write(|tx| {
        let now = cx.now()?;
        let kept = rows::device(tx, cx, serial)?;
        if kept.device.assignment != Assignment::Unassigned {
            let reason = "it must be deactivated first";
            return Err(ActionError::DeleteConflict { kind: Entity::Device, name: serial.to_string(), reason });
        }
        devices::delete(tx, serial)?;
        let entry = Entry::done(Action::DeleteVirtualMfaDevice, serial.to_string());
        audit::record(tx, cx, serial.account(), origin, now, entry)
    })
}

/// The account's devices, in the order of their serial numbers. No seed is shown.
///
/// # Errors
/// [`ActionError`] if the store fails or a record was altered.
pub fn list(cx: &Context, account: &AccountId, status: AssignmentStatus) -> Result<Vec<VirtualMfaDevice>, ActionError> {
    let all = cx.store().read(|tx| rows::list_devices(tx, cx, account))?;
    let wanted = |device: &VirtualMfaDevice| match status {
        AssignmentStatus::Assigned => device.assignment != Assignment::Unassigned,
        AssignmentStatus::Unassigned => device.assignment == Assignment::Unassigned,
        AssignmentStatus::Any => true,
    };
    Ok(all.into_iter().map(|kept| kept.device).filter(wanted).collect())
}

/// Runs a transaction that tries two codes. A refusal keeps it too, for the count of failures is in it.
fn keep_pair(
    cx: &Context,
    work: impl FnMut(&mut dyn Write) -> Result<Result<Drift, ActionError>, ActionError>,
) -> Result<Drift, ActionError> {
    cx.store().write(work)?
}

/// What two codes are tried for.
struct PairAttempt<'a> {
    action: Action,
    origin: &'a Origin,
    now: UnixTime,
}

/// What two accepted codes change, yet to be written.
struct Proven {
    user: User,
    device: KeptDevice,
    drift: Drift,
}

/// Judges two codes. A refusal has been counted and recorded when this returns it, and the transaction must be kept.
fn try_pair(
    tx: &mut dyn Write,
    cx: &Context,
    attempt: &PairAttempt<'_>,
    mut user: User,
    kept: &KeptDevice,
    secret: &SharedSecret,
    codes: &CodePair,
) -> Result<Result<Proven, ActionError>, ActionError> {
    let key = VirtualMfaDevice::TOTP.keyed(secret);
    let judgement = judge_pair(&user.throttle, &key, kept.device.state.as_ref(), codes, attempt.now, cx.rules());
    user.throttle = judgement.throttle;
    let (refusal, error) = match judgement.verdict {
        PairVerdict::Accept { state, drift } => {
            let mut device = kept.clone();
            device.device.state = Some(state);
            return Ok(Ok(Proven { user, device, drift }));
        }
        PairVerdict::Replay => (Refusal::Replay, ActionError::InvalidAuthenticationCode),
        PairVerdict::Wrong => (Refusal::WrongCode, ActionError::InvalidAuthenticationCode),
        // Two codes are typed by whoever administers the device: that nothing was looked at is no secret from them.
        PairVerdict::Throttled { until } => (Refusal::Throttled, ActionError::Throttled { until }),
    };
    rows::update_user(tx, cx, &user)?;
    let done = Entry::done(attempt.action, kept.device.serial.to_string());
    let entry = Entry { outcome: Outcome::Refused(refusal), ..done.detail(user.arn()) };
    audit::record(tx, cx, &user.account, attempt.origin, attempt.now, entry)?;
    Ok(Err(error))
}

fn assign(
    tx: &mut dyn Write,
    cx: &Context,
    origin: &Origin,
    now: UnixTime,
    mut user: User,
    mut kept: KeptDevice,
    secret: &SharedSecret,
) -> Result<(), ActionError> {
    let serial = kept.device.serial.clone();
    kept.device.assignment = Assignment::Enabled { user: user.name.clone(), user_id: user.id.clone(), since: now };
    rows::reassign_device(tx, cx, kept, secret)?;
    user.mfa_devices += 1;
    rows::update_user(tx, cx, &user)?;
    let entry = Entry::done(Action::EnableMfaDevice, serial.to_string()).detail(user.arn());
    audit::record(tx, cx, serial.account(), origin, now, entry)
}

fn device_of(
    tx: &mut dyn Read,
    cx: &Context,
    serial: &SerialNumber,
    user: &UserName,
) -> Result<(User, KeptDevice), ActionError> {
    let user = rows::user(tx, cx, serial.account(), user)?;
    let kept = rows::device(tx, cx, serial)?;
    match &kept.device.assignment {
        Assignment::Enabled { user_id, .. } if *user_id == user.id => Ok((user, kept)),
        _ => Err(ActionError::NoSuchEntity { kind: Entity::Device, name: serial.to_string() }),
    }
}

fn require_free(tx: &mut dyn Read, serial: &SerialNumber) -> Result<(), ActionError> {
    match devices::find(tx, serial)? {
        None => Ok(()),
        Some(_) => Err(ActionError::EntityAlreadyExists { kind: Entity::Device, name: serial.to_string() }),
    }
}

/// Refuses a secret that another device of the user has: a code that is spent on the one would enable the other.
fn require_own_secret(tx: &mut dyn Read, cx: &Context, user: &User, secret: &SharedSecret) -> Result<(), ActionError> {
    for kept in rows::devices_of(tx, cx, user)? {
        if bool::from(rows::open_seed(cx, &kept)?.ct_eq(secret)) {
            return Err(ActionError::SecretInUse { serial: kept.device.serial.to_string() });
        }
    }
    Ok(())
}

fn require_room(user: &User) -> Result<(), ActionError> {
    if user.mfa_devices < User::MAX_MFA_DEVICES {
        return Ok(());
    }
    Err(ActionError::LimitExceeded { user: user.name.to_string(), limit: User::MAX_MFA_DEVICES })
}

fn unassigned(serial: &SerialNumber, now: UnixTime) -> KeptDevice {
    let device =
        VirtualMfaDevice { serial: serial.clone(), created: now, assignment: Assignment::Unassigned, state: None };
    KeptDevice { device, sealed_seed: Vec::new(), tag: Vec::new() }
}
