use super::second_factor::Accepted;
use crate::directory::{SerialNumber, UserId};
use crate::time::UnixTime;

/// Proof that a code of the user's device, or a recovery code in its place, was accepted: of which user, and when.
///
/// It is made of an accepted code and of nothing else, and cannot be copied, so no caller can claim MFA that did not happen.
#[derive(Debug)]
pub struct MfaProof {
    user: UserId,
    method: MfaMethod,
    at: UnixTime,
}

/// What proved the second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MfaMethod {
    /// A code, or two in a row, of the device with this serial number.
    Device(SerialNumber),
    /// A recovery code.
    RecoveryCode,
}

impl MfaProof {
    pub(super) fn of(accepted: Accepted) -> Self {
        let (user, method, at) = accepted.into_parts();
        Self { user, method, at }
    }

    /// Whose code it was.
    #[must_use]
    pub const fn user(&self) -> &UserId {
        &self.user
    }

    /// What was accepted.
    #[must_use]
    pub const fn method(&self) -> &MfaMethod {
        &self.method
    }

    /// The device whose code it was, if it was a device's.
    #[must_use]
    pub const fn serial(&self) -> Option<&SerialNumber> {
        match &self.method {
            MfaMethod::Device(serial) => Some(serial),
            MfaMethod::RecoveryCode => None,
        }
    }

    /// When it was accepted.
    #[must_use]
    pub const fn at(&self) -> UnixTime {
        self.at
    }
}
