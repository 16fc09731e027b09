//! Who there is: accounts, users, virtual MFA devices and what happened to them. No I/O.
//!
//! Names follow AWS IAM's patterns, and are compared without case: IAM does not tell `Alice` from `alice`.

mod account;
mod audit;
mod device;
mod login_state;
mod name;
mod recovery_code;
mod user;

pub use account::{Account, AccountAlias, AccountId, MfaDemand};
pub use audit::{Action, AuditEvent, Origin, Outcome, Refusal};
pub use device::{Assignment, DeviceName, IdleDevice, KeptDevice, SeedClaim, SerialNumber, VirtualMfaDevice};
pub use login_state::{EnabledDevice, LoginState};
pub use name::{ParseNameError, Path};
pub use recovery_code::{KeptRecoveryCode, RecoverySet};
pub use user::{User, UserId, UserName};
