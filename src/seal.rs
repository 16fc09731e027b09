//! Small secrets at rest: sealed with XChaCha20-Poly1305 under a key ring, each bound to the place where it is kept.

mod key_ring;
mod sealed;
mod tag;

pub use key_ring::{InstallationId, KeyRing, KeyRingError, ParseInstallationIdError};
pub use sealed::{OpenError, Sealed};
pub use tag::{Purpose, Tag, TagError};
