//! Both halves of a virtual MFA device.
//!
//! The *authenticator* holds a shared secret and shows six-digit codes (RFC 6238); the *verifier*
//! enrolls the device for a user, checks its codes, and never accepts one twice.
//! `docs/ARCHITECTURE.md` is the map: what each module is for and which others it may use.

pub mod entropy;
pub mod otp;
#[cfg(feature = "qr")]
pub mod qr;
pub mod time;
pub mod verifier;
