//! Who there is: accounts, users, virtual MFA devices and what happened to them. No I/O.
//!
//! Names follow AWS IAM's patterns, and are compared without case: IAM does not tell `Alice` from `alice`.

mod account;
mod audit;
mod device;
mod name;
mod user;

pub use account::{Account, AccountAlias, AccountId};
pub use audit::{Action, AuditEvent, Origin, Outcome, Refusal};
pub use device::{Assignment, DeviceName, SerialNumber, VirtualMfaDevice};
pub use name::{ParseNameError, Path};
pub use user::{RecoverySet, User, UserId, UserName};
