//! Random bytes, and where they come from.
//!
//! As with [`time`](crate::time), nothing draws them by itself: what needs a secret, a nonce or an
//! identifier takes an [`Entropy`]. Drawing can fail, and a failure is an error, never a shorter
//! or weaker secret.

use thiserror::Error;

/// A cryptographically secure source of random bytes.
pub trait Entropy: Send + Sync {
    /// Fills the whole of `dest`.
    ///
    /// # Errors
    /// [`EntropyError`] if it cannot; `dest` must not be used then.
    fn fill(&self, dest: &mut [u8]) -> Result<(), EntropyError>;
}

/// The source of random bytes failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the operating system gives no random bytes")]
pub struct EntropyError;

/// The operating system's generator (`getrandom(2)` and its likes).
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that draws random bytes")]
    fn fill(&self, dest: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(dest).map_err(|_| EntropyError)
    }
}

/// `N` random bytes.
///
/// # Errors
/// [`EntropyError`] if the source fails.
pub fn draw<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N], EntropyError> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}
