use crate::actions::{ActionError, Caller, MalformedCode};
use crate::directory::{Action, VirtualMfaDevice};
use crate::otp::RecoveryCode;
use crate::verifier::Shown;

/// What somebody typed into the field for a code, as its form tells it.
#[derive(Debug)]
pub enum TypedCode {
    /// One code of a device, or two in a row: six digits, or twelve.
    Shown(Shown),
    /// A recovery code: sixteen characters of base32.
    Recovery(RecoveryCode),
}

impl TypedCode {
    /// Reads a code. Blanks do not matter.
    ///
    /// # Errors
    /// [`MalformedCode`] if it has none of the forms.
    pub fn parse(text: &str) -> Result<Self, MalformedCode> {
        if let Ok(shown) = Shown::parse(text, VirtualMfaDevice::DIGITS) {
            return Ok(Self::Shown(shown));
        }
        RecoveryCode::parse(text).map(Self::Recovery).map_err(|_| MalformedCode::NotOfAnyForm)
    }

    /// Reads a code that somebody wants to log in with, and notes in the log if it is none.
    ///
    /// # Errors
    /// As for [`parse`](Self::parse).
    pub fn read(caller: &Caller<'_>, action: Action, text: &str) -> Result<Self, ActionError> {
        let read = Self::parse(text).map_err(ActionError::from);
        read.inspect_err(|error| caller.record_refusal(action, "", error))
    }

    /// Whether it is judged whatever the throttle says, because it can hardly be guessed.
    pub(super) const fn always_judged(&self) -> bool {
        matches!(self, Self::Shown(Shown::Two(_)) | Self::Recovery(_))
    }
}
