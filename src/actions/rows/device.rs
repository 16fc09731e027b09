use serde_json::json;
use zeroize::Zeroizing;

use crate::actions::{ActionError, Context, Entity};
use crate::directory::{AccountId, Assignment, SerialNumber, User, VirtualMfaDevice};
use crate::otp::{SharedSecret, TotpKey};
use crate::seal::{Sealed, Tag};
use crate::store::devices::KeptDevice;
use crate::store::{Read, Write, devices};

/// The device with this serial number.
pub(in crate::actions) fn device(
    tx: &mut dyn Read,
    cx: &Context,
    serial: &SerialNumber,
) -> Result<KeptDevice, ActionError> {
    let none = || ActionError::NoSuchEntity { kind: Entity::Device, name: serial.to_string() };
    let kept = believe_device(cx, devices::find(tx, serial)?.ok_or_else(none)?)?;
    // As for users: the key is not under the tag.
    if kept.device.serial == *serial { Ok(kept) } else { Err(altered_device(&kept)) }
}

/// The devices enabled for the user: all of them, or an error. A device that vanished would open the account to the
/// password alone.
pub(in crate::actions) fn devices_of(
    tx: &mut dyn Read,
    cx: &Context,
    user: &User,
) -> Result<Vec<KeptDevice>, ActionError> {
    let found = devices::of_user(tx, &user.account, &user.id)?;
    if u32::try_from(found.len()) != Ok(user.mfa_devices) {
        return Err(ActionError::Altered { what: format!("the MFA devices of user `{}`", user.name) });
    }
    found.into_iter().map(|kept| believe_device(cx, kept)).collect()
}

/// All devices of the account.
pub(in crate::actions) fn list_devices(
    tx: &mut dyn Read,
    cx: &Context,
    account: &AccountId,
) -> Result<Vec<KeptDevice>, ActionError> {
    devices::list(tx, account)?.into_iter().map(|kept| believe_device(cx, kept)).collect()
}

pub(in crate::actions) fn insert_device(
    tx: &mut dyn Write,
    cx: &Context,
    mut kept: KeptDevice,
    secret: &SharedSecret,
) -> Result<(), ActionError> {
    seal_device(cx, &mut kept, secret)?;
    Ok(devices::insert(tx, &kept)?)
}

/// Writes a device whose assignment changed, its seed sealed anew for the user whose it is now.
pub(in crate::actions) fn reassign_device(
    tx: &mut dyn Write,
    cx: &Context,
    mut kept: KeptDevice,
    secret: &SharedSecret,
) -> Result<(), ActionError> {
    seal_device(cx, &mut kept, secret)?;
    Ok(devices::update(tx, &kept)?)
}

/// Writes a device whose remembered state changed.
pub(in crate::actions) fn update_device(
    tx: &mut dyn Write,
    cx: &Context,
    mut kept: KeptDevice,
) -> Result<(), ActionError> {
    kept.tag = cx.keys().tag(DEVICE, &device_row(&kept)).as_bytes().to_vec();
    Ok(devices::update(tx, &kept)?)
}

/// The device's seed.
pub(in crate::actions) fn open_seed(cx: &Context, kept: &KeptDevice) -> Result<SharedSecret, ActionError> {
    let altered = || altered_device(kept);
    let sealed = Sealed::from_bytes(kept.sealed_seed.clone());
    let bytes: Zeroizing<Vec<u8>> = cx.keys().open(&sealed, &place_of_seed(kept)).map_err(|_| altered())?;
    SharedSecret::from_bytes(bytes).ok_or_else(altered)
}

/// The device's seed, ready to give codes.
pub(in crate::actions) fn open_key(cx: &Context, kept: &KeptDevice) -> Result<TotpKey, ActionError> {
    Ok(VirtualMfaDevice::TOTP.keyed(&open_seed(cx, kept)?))
}

const DEVICE: &str = "vmfa device row";

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::UserId;
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
