//! One secret is one device's in the whole installation. A code that is spent on one device could otherwise be used again
//! on another; so a secret that is imported anew within a day takes its spent codes along.

use std::time::Duration;

use crate::actions::ActionError;
use crate::actions::operation::Granted;
use crate::directory::{IdleDevice, KeptDevice, SeedClaim, SerialNumber};
use crate::otp::SharedSecret;
use crate::store::sealed::fingerprint;
use crate::store::{Read, seeds};
use crate::time::UnixTime;
use crate::verifier::{DeviceState, Drift, SpentSteps};

/// How long a secret is remembered after its device was deleted: longer than any clock may be off.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// A secret that is this device's now.
pub(super) struct Claimed {
    pub(super) fingerprint: Vec<u8>,
    /// What was spent of it before.
    pub(super) spent_before: Option<DeviceState>,
}

/// Gives a secret to a device, unless another has it.
pub(super) fn claim_seed(
    granted: &mut Granted<'_>,
    serial: &SerialNumber,
    secret: &SharedSecret,
) -> Result<Claimed, ActionError> {
    forget_old(granted)?;
    let fingerprint = fingerprint(granted.keys(), secret);
    let claim = SeedClaim { fingerprint: fingerprint.clone(), serial: serial.clone(), released: None, last_step: None };
    let released = free_claim(granted, &fingerprint)?;
    match &released {
        None => granted.change().insert(&claim)?,
        Some(_) => granted.change().update(&claim)?,
    }
    let spent_before = released.and_then(|released| released.last_step).and_then(spent_up_to);
    Ok(Claimed { fingerprint, spent_before })
}

/// What was spent of a secret that is about to be claimed; an error if a device has it, also the one that is to be
/// replaced: the point of a replacement is a new secret.
pub(super) fn spent_before(
    granted: &mut Granted<'_>,
    secret: &SharedSecret,
) -> Result<Option<DeviceState>, ActionError> {
    let fingerprint = fingerprint(granted.keys(), secret);
    let released = free_claim(granted, &fingerprint)?;
    Ok(released.and_then(|released| released.last_step).and_then(spent_up_to))
}

/// The claim that a deleted device has left, if one has; an error if a device that is there has the secret.
fn free_claim(granted: &mut Granted<'_>, fingerprint: &[u8]) -> Result<Option<SeedClaim>, ActionError> {
    match seeds::find(granted, fingerprint)? {
        Some(known) if known.released.is_none() => {
            let own = known.serial.account() == &granted.account().id;
            Err(ActionError::SecretInUse { serial: own.then(|| known.serial.to_string()) })
        }
        released => Ok(released),
    }
}

/// Notes that a device is deleted, and up to which step its codes are spent.
pub(super) fn release_seed(granted: &mut Granted<'_>, kept: &KeptDevice) -> Result<(), ActionError> {
    let Some(claim) = seeds::find(granted, &kept.fingerprint)? else { return Ok(()) };
    if claim.serial != kept.serial {
        return Ok(());
    }
    let state = kept.idle.as_ref().and_then(|IdleDevice { state, .. }| state.as_ref());
    let last_step = state.map(|state| {
        let (floor, _, accepted) = state.spent.to_numbers();
        accepted.into_iter().fold(floor, u64::max)
    });
    let released = SeedClaim { released: Some(granted.now()), last_step, ..claim };
    granted.change().update(&released)?;
    Ok(())
}

/// Forgets the secrets of devices that were deleted more than a day ago.
fn forget_old(granted: &mut Granted<'_>) -> Result<(), ActionError> {
    let remembered = u64::try_from(REMEMBERED.as_millis()).unwrap_or(u64::MAX);
    let before = UnixTime::from_millis(granted.now().as_millis().saturating_sub(remembered));
    let account = granted.account().id.clone();
    for claim in seeds::released_before(granted, &account, before)? {
        granted.change().delete(&claim)?;
    }
    Ok(())
}

fn spent_up_to(step: u64) -> Option<DeviceState> {
    // Which of the steps before it were accepted is not known any more, so none of them is ever accepted again.
    let spent = SpentSteps::from_numbers(step, step.checked_sub(1), &[step]).ok()?;
    Some(DeviceState { spent, drift: Drift::ZERO, anchor: Drift::ZERO })
}
