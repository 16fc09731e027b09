//! Virtual MFA devices: create, enable, resync, deactivate, delete, by the rules of AWS IAM.

mod pair;
mod reference;
mod seed;

pub use pair::parse_pair;
pub use reference::DeviceReference;

use self::pair::{Proven, try_pair};
use self::seed::{claim_seed, release_seed};
use super::operation::{Done, Granted, Operation, Question, Seen};
use super::{ActionError, Caller, Entity};
use crate::directory::{
    AccountId, Action, Assignment, EnabledDevice, IdleDevice, KeptDevice, LoginState, SerialNumber, UserName,
    VirtualMfaDevice,
};
use crate::otp::SharedSecret;
use crate::store::sealed::{SeedPlace, fingerprint};
use crate::store::{Page, Paged, Read, StoreError, devices, login_states};
use crate::time::UnixTime;
use crate::verifier::{CodePair, DeviceState, Drift};

/// A device that is not kept yet, with the secret that leaves once.
#[derive(Debug)]
pub struct NewDevice {
    /// Its serial number.
    pub serial: SerialNumber,
    /// Its seed.
    pub secret: SharedSecret,
}

/// Draws up a device with a new seed, or the one given. Nothing is kept until [`CreateDevice`] or [`EnrollDevice`] is
/// performed.
///
/// # Errors
/// [`ActionError::EntityAlreadyExists`] if there is one of that name and it is not `replaced`, [`ActionError::WeakSecret`]
/// for a seed below 128 bits, or a failure of the store or the random source.
pub fn draw_up(
    caller: &Caller<'_>,
    serial: SerialNumber,
    seed: Option<SharedSecret>,
    replaced: Option<&SerialNumber>,
) -> Result<NewDevice, ActionError> {
    let secret = match seed {
        Some(seed) if !seed.is_strong() => return Err(ActionError::WeakSecret { bits: seed.as_bytes().len() * 8 }),
        Some(seed) => seed,
        None => SharedSecret::generate(caller.cx.entropy())?,
    };
    if replaced != Some(&serial) {
        caller.cx.store().read(|tx| require_free(tx, &serial))?;
    }
    Ok(NewDevice { serial, secret })
}

/// Keeps a new device, which is nobody's yet (AWS: `CreateVirtualMFADevice`).
#[derive(Debug)]
pub struct CreateDevice<'a> {
    /// The device.
    pub new: &'a NewDevice,
}

impl Operation for CreateDevice<'_> {
    const ACTION: Action = Action::CreateVirtualMfaDevice;
    type Answer = ();

    fn target(&self, _: &AccountId) -> String {
        self.new.serial.to_string()
    }

    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<()>, ActionError> {
        let NewDevice { serial, secret } = self.new;
        require_free(granted, serial)?;
        let now = granted.now();
        let claimed = claim_seed(granted, serial, secret)?;
        let place = SeedPlace { serial, created: now, owner: None };
        let sealed_seed = place.seal(granted.keys(), secret, granted.entropy())?;
        let kept = KeptDevice {
            serial: serial.clone(),
            created: now,
            fingerprint: claimed.fingerprint,
            assignment: Assignment::Unassigned,
            idle: Some(IdleDevice { sealed_seed, state: claimed.spent_before }),
        };
        granted.change().insert(&kept)?;
        Ok(Done::Done(()))
    }
}

/// Keeps a new device and enables it for the user, both or neither; in the place of a lost one if there is one, so that at
/// no moment the password alone lets anybody in.
#[derive(Debug)]
pub struct EnrollDevice<'a> {
    /// The device.
    pub new: &'a NewDevice,
    /// Whose it is to be.
    pub user: &'a UserName,
    /// Two consecutive codes of it.
    pub codes: &'a CodePair,
    /// The user's device that goes.
    pub replaces: Option<&'a SerialNumber>,
}

impl Operation for EnrollDevice<'_> {
    const ACTION: Action = Action::EnableMfaDevice;
    type Answer = Drift;

    fn target(&self, _: &AccountId) -> String {
        self.new.serial.to_string()
    }

    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<Drift>, ActionError> {
        let NewDevice { serial, secret } = self.new;
        let now = granted.now();
        let mut state = state_of(granted, self.user)?;
        if self.replaces != Some(serial) {
            require_free(granted, serial)?;
        }
        match self.replaces {
            Some(lost) => require_own(&state, lost)?,
            None => require_room(&state)?,
        }
        // The lost device may have had this secret: then the codes that it has spent stay spent.
        let spent_before = seed::spent_before(granted, secret)?;
        let Proven { throttle, device, drift } =
            match try_pair(granted, &state, secret, spent_before.as_ref(), self.codes)? {
                Ok(proven) => proven,
                Err((refusal, error)) => return Ok(Done::Refused(refusal, error)),
            };
        state.throttle = throttle;
        if let Some(lost) = self.replaces {
            let kept = take_from(granted, &mut state, lost)?;
            granted.change().delete(&kept)?;
            release_seed(granted, &kept)?;
            granted.also(Action::DeactivateMfaDevice, &lost.to_string(), state.arn())?;
            granted.also(Action::DeleteVirtualMfaDevice, &lost.to_string(), format!("replaced by {serial}"))?;
        }
        let claimed = claim_seed(granted, serial, secret)?;
        granted.also(Action::CreateVirtualMfaDevice, &serial.to_string(), String::new())?;
        let kept = KeptDevice {
            serial: serial.clone(),
            created: now,
            fingerprint: claimed.fingerprint,
            assignment: assigned(&state, now),
            idle: None,
        };
        granted.change().insert(&kept)?;
        give_to(granted, &mut state, &kept, secret, device)?;
        Ok(Done::Done(drift))
    }
}

/// Enables a device for a user who shows two consecutive codes of it, and says how far its clock is ahead (AWS:
/// `EnableMFADevice`).
///
/// Codes that are not accepted are [`ActionError::InvalidAuthenticationCode`], and count as a failed try of the user's.
#[derive(Debug)]
pub struct EnableDevice<'a> {
    /// The device, which is nobody's.
    pub serial: &'a SerialNumber,
    /// Whose it is to be.
    pub user: &'a UserName,
    /// Two consecutive codes of it.
    pub codes: &'a CodePair,
}

impl Operation for EnableDevice<'_> {
    const ACTION: Action = Action::EnableMfaDevice;
    type Answer = Drift;

    fn target(&self, _: &AccountId) -> String {
        self.serial.to_string()
    }

    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<Drift>, ActionError> {
        let now = granted.now();
        let mut state = state_of(granted, self.user)?;
        let mut kept = kept_device(granted, self.serial)?;
        let in_use = || ActionError::DeviceInUse { serial: self.serial.to_string() };
        let IdleDevice { sealed_seed, state: before } = kept.idle.take().ok_or_else(in_use)?;
        require_room(&state)?;
        let place = SeedPlace { serial: &kept.serial, created: kept.created, owner: None };
        let secret = place.open(granted.keys(), &sealed_seed)?;
        let Proven { throttle, device, drift } = match try_pair(granted, &state, &secret, before.as_ref(), self.codes)?
        {
            Ok(proven) => proven,
            Err((refusal, error)) => return Ok(Done::Refused(refusal, error)),
        };
        state.throttle = throttle;
        kept.assignment = assigned(&state, now);
        granted.change().update(&kept)?;
        give_to(granted, &mut state, &kept, &secret, device)?;
        Ok(Done::Done(drift))
    }
}

/// Measures the clock difference of a user's device anew by two consecutive codes, which also lifts a suspension (AWS:
/// `ResyncMFADevice`).
#[derive(Debug)]
pub struct ResyncDevice<'a> {
    /// The device.
    pub serial: &'a SerialNumber,
    /// Whose it is.
    pub user: &'a UserName,
    /// Two consecutive codes of it.
    pub codes: &'a CodePair,
}

impl Operation for ResyncDevice<'_> {
    const ACTION: Action = Action::ResyncMfaDevice;
    type Answer = Drift;

    fn target(&self, _: &AccountId) -> String {
        self.serial.to_string()
    }

    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<Drift>, ActionError> {
        let mut state = state_of(granted, self.user)?;
        require_own(&state, self.serial)?;
        let enabled = login_states::device(&state, self.serial).ok_or_else(|| no_device(self.serial))?;
        let place = SeedPlace { serial: &enabled.serial, created: enabled.created, owner: Some(&state.user_id) };
        let secret = place.open(granted.keys(), &enabled.sealed_seed)?;
        let Proven { throttle, device, drift } =
            match try_pair(granted, &state, &secret, Some(&enabled.state), self.codes)? {
                Ok(proven) => proven,
                Err((refusal, error)) => return Ok(Done::Refused(refusal, error)),
            };
        state.throttle = throttle;
        for enabled in state.devices.iter_mut().filter(|enabled| enabled.serial == *self.serial) {
            enabled.state = device.clone();
        }
        granted.change().update(&state)?;
        granted.set_detail(format!("drift {drift} steps"));
        Ok(Done::Done(drift))
    }
}

/// Takes a device from its user, and says how many the user has left. The device stays, as nobody's (AWS:
/// `DeactivateMFADevice`).
#[derive(Debug)]
pub struct DeactivateDevice<'a> {
    /// The device.
    pub serial: &'a SerialNumber,
    /// Whose it is.
    pub user: &'a UserName,
}

impl Operation for DeactivateDevice<'_> {
    const ACTION: Action = Action::DeactivateMfaDevice;
    type Answer = u32;

    fn target(&self, _: &AccountId) -> String {
        self.serial.to_string()
    }

    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<u32>, ActionError> {
        let mut state = state_of(granted, self.user)?;
        require_own(&state, self.serial)?;
        let kept = take_from(granted, &mut state, self.serial)?;
        granted.change().update(&kept)?;
        granted.change().update(&state)?;
        granted.set_detail(state.arn());
        Ok(Done::Done(state.device_count()))
    }
}

/// Deletes a device that is nobody's (AWS: `DeleteVirtualMFADevice`).
#[derive(Debug)]
pub struct DeleteDevice<'a> {
    /// The device.
    pub serial: &'a SerialNumber,
}

impl Operation for DeleteDevice<'_> {
    const ACTION: Action = Action::DeleteVirtualMfaDevice;
    type Answer = ();

    fn target(&self, _: &AccountId) -> String {
        self.serial.to_string()
    }

    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<()>, ActionError> {
        let kept = kept_device(granted, self.serial)?;
        if kept.assignment != Assignment::Unassigned {
            let reason = "it must be deactivated first";
            return Err(ActionError::DeleteConflict { kind: Entity::Device, name: self.serial.to_string(), reason });
        }
        granted.change().delete(&kept)?;
        release_seed(granted, &kept)?;
        Ok(Done::Done(()))
    }
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

/// The account's devices, in the order of their serial numbers. No seed is shown (AWS: `ListVirtualMFADevices`).
///
/// A page may have fewer devices than it has room for, and another page follow.
#[derive(Debug)]
pub struct ListDevices {
    /// Which ones.
    pub status: AssignmentStatus,
    /// Which page.
    pub page: Page,
}

impl Question for ListDevices {
    const ACTION: Action = Action::ListVirtualMfaDevices;
    type Answer = Paged<VirtualMfaDevice>;

    fn target(&self, account: &AccountId) -> String {
        format!("arn:aws:iam::{account}:mfa/")
    }

    fn answer(&self, seen: &mut Seen<'_>) -> Result<Self::Answer, ActionError> {
        let account = seen.account().clone();
        let mut paged = devices::page(seen, &account, &self.page)?;
        paged.items.retain(|kept| match self.status {
            AssignmentStatus::Assigned => kept.assignment != Assignment::Unassigned,
            AssignmentStatus::Unassigned => kept.assignment == Assignment::Unassigned,
            AssignmentStatus::Any => true,
        });
        let Paged { items, mut damaged, next } = paged;
        let mut shown = Vec::new();
        for kept in items {
            match overview(seen, &account, kept) {
                Ok(device) => shown.push(device),
                Err(StoreError::Altered { what }) => damaged.push(crate::store::RecordName::from_kept(what)),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Paged { items: shown, damaged, next })
    }
}

fn overview(tx: &mut dyn Read, account: &AccountId, kept: KeptDevice) -> Result<VirtualMfaDevice, StoreError> {
    let KeptDevice { serial, created, assignment, idle, .. } = kept;
    let state = match &assignment {
        Assignment::Unassigned => idle.and_then(|idle| idle.state),
        Assignment::Enabled { user, .. } => {
            let state = login_states::find(tx, account, user)?;
            let enabled = state.as_ref().and_then(|state| login_states::device(state, &serial));
            let missing = || StoreError::Altered { what: format!("devices:{}", serial.folded()) };
            Some(enabled.ok_or_else(missing)?.state.clone())
        }
    };
    Ok(VirtualMfaDevice { serial, created, assignment, state })
}

/// The devices enabled for a user, as they are shown.
pub(super) fn enabled(state: &LoginState) -> Vec<VirtualMfaDevice> {
    let shown = state.devices.iter().map(|enabled| VirtualMfaDevice {
        serial: enabled.serial.clone(),
        created: enabled.created,
        assignment: Assignment::Enabled {
            user: state.name.clone(),
            user_id: state.user_id.clone(),
            since: enabled.since,
        },
        state: Some(enabled.state.clone()),
    });
    shown.collect()
}

/// Whether a device could be enrolled for the user now, so that nobody is asked for codes in vain.
///
/// # Errors
/// [`ActionError::LimitExceeded`], [`ActionError::NoSuchEntity`], or a failure of the store.
pub fn may_enroll(caller: &Caller<'_>, user: &UserName, replaces: Option<&SerialNumber>) -> Result<(), ActionError> {
    caller.cx.store().read(|tx| {
        let state = find_state(tx, caller.account(), user)?;
        match replaces {
            Some(lost) => require_own(&state, lost),
            None => require_room(&state),
        }
    })
}

fn find_state(tx: &mut dyn Read, account: &AccountId, user: &UserName) -> Result<LoginState, ActionError> {
    let none = || ActionError::NoSuchEntity { kind: Entity::User, name: user.to_string() };
    login_states::find(tx, account, user)?.ok_or_else(none)
}

fn state_of(granted: &mut Granted<'_>, user: &UserName) -> Result<LoginState, ActionError> {
    let account = granted.account().id.clone();
    find_state(granted, &account, user)
}

fn kept_device(tx: &mut dyn Read, serial: &SerialNumber) -> Result<KeptDevice, ActionError> {
    devices::find(tx, serial)?.ok_or_else(|| no_device(serial))
}

fn no_device(serial: &SerialNumber) -> ActionError {
    ActionError::NoSuchEntity { kind: Entity::Device, name: serial.to_string() }
}

fn assigned(state: &LoginState, since: UnixTime) -> Assignment {
    Assignment::Enabled { user: state.name.clone(), user_id: state.user_id.clone(), since }
}

/// Puts a device that two codes have proven among those of the user, with its seed sealed for the user.
fn give_to(
    granted: &mut Granted<'_>,
    state: &mut LoginState,
    kept: &KeptDevice,
    secret: &SharedSecret,
    proven: DeviceState,
) -> Result<(), ActionError> {
    let place = SeedPlace { serial: &kept.serial, created: kept.created, owner: Some(&state.user_id) };
    let sealed_seed = place.seal(granted.keys(), secret, granted.entropy())?;
    let (serial, created, since) = (kept.serial.clone(), kept.created, granted.now());
    state.devices.push(EnabledDevice { serial, created, since, sealed_seed, state: proven });
    granted.change().update(state)?;
    granted.set_detail(state.arn());
    Ok(())
}

/// Takes a device from among those of the user: its seed is sealed for nobody, and what was spent on it goes along.
fn take_from(
    granted: &mut Granted<'_>,
    state: &mut LoginState,
    serial: &SerialNumber,
) -> Result<KeptDevice, ActionError> {
    let mut kept = kept_device(granted, serial)?;
    let position = state.devices.iter().position(|enabled| enabled.serial == *serial);
    let enabled = state.devices.remove(position.ok_or_else(|| no_device(serial))?);
    let place = |owner| SeedPlace { serial: &enabled.serial, created: enabled.created, owner };
    let secret = place(Some(&state.user_id)).open(granted.keys(), &enabled.sealed_seed)?;
    let sealed_seed = place(None).seal(granted.keys(), &secret, granted.entropy())?;
    kept.assignment = Assignment::Unassigned;
    kept.fingerprint = fingerprint(granted.keys(), &secret);
    kept.idle = Some(IdleDevice { sealed_seed, state: Some(enabled.state) });
    Ok(kept)
}

fn require_own(state: &LoginState, serial: &SerialNumber) -> Result<(), ActionError> {
    login_states::device(state, serial).map(|_| ()).ok_or_else(|| no_device(serial))
}

fn require_free(tx: &mut dyn Read, serial: &SerialNumber) -> Result<(), ActionError> {
    match devices::find(tx, serial)? {
        None => Ok(()),
        Some(_) => Err(ActionError::EntityAlreadyExists { kind: Entity::Device, name: serial.to_string() }),
    }
}

/// How many MFA devices a user may have (AWS's quota).
pub const MAX_MFA_DEVICES: u32 = 8;

fn require_room(state: &LoginState) -> Result<(), ActionError> {
    if state.device_count() < MAX_MFA_DEVICES {
        return Ok(());
    }
    Err(ActionError::LimitExceeded { user: state.name.to_string(), limit: MAX_MFA_DEVICES })
}
