//! Both halves of a virtual MFA device.
//!
//! The *authenticator* holds a shared secret and shows six-digit codes (RFC 6238); the *verifier*
//! enrolls the device for a user, checks its codes, and never accepts one twice.
//! `docs/ARCHITECTURE.md` is the map: what each module is for and which others it may use.

#[cfg(feature = "service")]
pub mod actions;
#[cfg(feature = "authenticator")]
pub mod authenticator;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "service")]
pub mod directory;
pub mod entropy;
#[cfg(any(feature = "authenticator", feature = "service"))]
pub mod files;
pub mod otp;
#[cfg(feature = "qr")]
pub mod qr;
#[cfg(feature = "service")]
pub mod seal;
#[cfg(feature = "service")]
pub mod store;
pub mod time;
pub mod verifier;
