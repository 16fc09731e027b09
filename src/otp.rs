//! One-time passwords: HOTP (RFC 4226), TOTP (RFC 6238) and Steam's variant, and the texts in which
//! secrets travel.
//!
//! ```
//! use vmfa::otp::{SharedSecret, Totp};
//! use vmfa::time::UnixTime;
//!
//! let secret = SharedSecret::from_base32("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")?;
//! let code = Totp::default().keyed(&secret).code_at(UnixTime::from_secs(59));
//! assert_eq!(code.as_str(), "287082"); // RFC 6238 appendix B, last six digits
//! # Ok::<(), vmfa::otp::DecodeBase32Error>(())
//! ```

mod algorithm;
mod code;
mod digits;
mod hotp;
pub mod migration;
pub mod name;
mod period;
mod recovery_code;
mod secret;
mod separator;
mod setup_key;
mod totp;
mod uri;

pub use algorithm::{Algorithm, ParseAlgorithmError};
pub use code::{Code, ParseCodeError};
pub use digits::{Digits, DigitsError};
pub use hotp::{CodeFormat, HotpKey};
pub use period::{Period, PeriodError, Step};
pub use recovery_code::{ParseRecoveryCodeError, RecoveryCode};
pub use secret::{DecodeBase32Error, SharedSecret};
pub(crate) use separator::{is_blank, is_separator};
pub use setup_key::{Certainty, SetupKey};
pub use totp::{Totp, TotpKey};
pub use uri::{KeyUri, Kind, ParseUriError, Reading, UriWarning};
