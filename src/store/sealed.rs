//! The seeds of devices, each sealed for the device and the user whose it is. In another row it does not open.

use serde_json::json;
use zeroize::Zeroizing;

use super::StoreError;
use crate::directory::{SerialNumber, UserId};
use crate::entropy::{Entropy, EntropyError};
use crate::otp::SharedSecret;
use crate::seal::{KeyRing, Purpose, Sealed};
use crate::time::UnixTime;

/// Where a seed belongs: the device, when it was made, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct SeedPlace<'a> {
    /// The device.
    pub serial: &'a SerialNumber,
    /// When it was made.
    pub created: UnixTime,
    /// The user for whom it is enabled.
    pub owner: Option<&'a UserId>,
}

impl SeedPlace<'_> {
    /// Seals a seed for this place.
    ///
    /// # Errors
    /// [`EntropyError`] if there are no random bytes.
    pub fn seal(&self, keys: &KeyRing, secret: &SharedSecret, entropy: &dyn Entropy) -> Result<Vec<u8>, EntropyError> {
        Ok(keys.seal(secret.as_bytes(), &self.name(), entropy)?.as_bytes().to_vec())
    }

    /// Opens a seed that was sealed for this place.
    ///
    /// # Errors
    /// [`StoreError::Altered`] if it was not.
    pub fn open(&self, keys: &KeyRing, sealed: &[u8]) -> Result<SharedSecret, StoreError> {
        let altered = || StoreError::altered(format!("the seed of device `{}`", self.serial));
        let sealed = Sealed::from_bytes(sealed.to_vec());
        let bytes: Zeroizing<Vec<u8>> = keys.open(&sealed, &self.name()).map_err(|_| altered())?;
        SharedSecret::from_bytes(bytes).ok_or_else(altered)
    }

    fn name(&self) -> Vec<u8> {
        let owner = self.owner.map(UserId::as_str);
        json!(["vmfa seed", self.serial.folded(), self.created.as_millis(), owner]).to_string().into_bytes()
    }
}

/// What tells whether two devices have one seed. Without the key ring nothing can be tried against it.
#[must_use]
pub fn fingerprint(keys: &KeyRing, secret: &SharedSecret) -> Vec<u8> {
    keys.fingerprint(Purpose::SeedFingerprint, secret.as_bytes()).mac().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    /// Even with a fitting tag over the row, which needs the key ring, a seed opens for the user only whose it is.
    #[test]
    fn a_seed_is_sealed_for_its_user_and_opens_for_no_other() {
        let keys = KeyRing::generate(&SystemEntropy).unwrap();
        let serial: SerialNumber = "arn:aws:iam::123456789012:mfa/phone".parse().unwrap();
        let (mallory, alice) = (UserId::from_kept("AIDAmallory".to_owned()), UserId::from_kept("AIDAalice".to_owned()));
        let place = |owner| SeedPlace { serial: &serial, created: UnixTime::from_secs(1), owner };
        let secret = SharedSecret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        let sealed = place(Some(&mallory)).seal(&keys, &secret, &SystemEntropy).unwrap();
        assert_eq!(place(Some(&mallory)).open(&keys, &sealed).unwrap().as_bytes(), b"12345678901234567890");
        for other in [Some(&alice), None] {
            assert!(matches!(place(other).open(&keys, &sealed), Err(StoreError::Altered { .. })));
        }
    }
}
