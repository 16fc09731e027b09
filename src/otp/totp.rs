use super::{Algorithm, Code, CodeFormat, HotpKey, Period, SharedSecret, Step};
use crate::time::UnixTime;

/// The parameters of TOTP (RFC 6238) that prover and verifier agree on. By default SHA1, 6 digits and
/// 30 seconds, as AWS and every authenticator app have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Totp {
    /// The hash.
    pub algorithm: Algorithm,
    /// How a code is written.
    pub format: CodeFormat,
    /// How long a code lasts.
    pub period: Period,
}

impl Totp {
    /// Steam's parameters: SHA1, five letters, 30 seconds.
    pub const STEAM: Self =
        Self { algorithm: Algorithm::Sha1, format: CodeFormat::Steam, period: Period::THIRTY_SECONDS };

    /// These parameters with a secret, ready to give codes.
    #[must_use]
    pub fn keyed(self, secret: &SharedSecret) -> TotpKey {
        TotpKey { period: self.period, hotp: HotpKey::new(self.algorithm, self.format, secret) }
    }
}

/// A shared secret made ready for TOTP. The key is paid for once, so a window of several codes costs little more than one.
#[derive(Clone, Debug)]
pub struct TotpKey {
    period: Period,
    hotp: HotpKey,
}

impl TotpKey {
    /// The period of this key's codes.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.period
    }

    /// The code for `step`.
    #[must_use]
    pub fn code(&self, step: Step) -> Code {
        self.hotp.code(step.number())
    }

    /// The code at `now`.
    #[must_use]
    pub fn code_at(&self, now: UnixTime) -> Code {
        self.code(self.period.step_at(now))
    }
}
