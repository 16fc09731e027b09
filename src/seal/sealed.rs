use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use thiserror::Error;
use zeroize::Zeroizing;

use super::KeyRing;
use crate::entropy::{self, Entropy, EntropyError};

/// A sealed secret: format (one byte, 1), number of the key (four bytes, big endian), nonce (24 bytes), ciphertext and tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

/// A sealed secret does not open: it was altered, it was moved from where it belongs, or its key is not in the ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// Not a sealed secret of a format that this version knows.
    #[error("it has no known format")]
    UnknownFormat,
    /// Its key is not there.
    #[error("key {id} is not in the key ring")]
    MissingKey {
        /// The number of the key.
        id: u32,
    },
    /// The tag does not fit.
    #[error("it was altered, or belongs elsewhere")]
    Altered,
}

const FORMAT: u8 = 1;
const NONCE: usize = 24;

impl Sealed {
    /// The bytes to keep.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// A sealed secret as it was kept. Whether it is one shows when it is opened.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl KeyRing {
    /// Seals `secret` for the place that `belongs_to` names; it opens nowhere else.
    ///
    /// # Errors
    /// [`EntropyError`] if there are no random bytes for the nonce.
    ///
    /// # Panics
    /// If `secret` is longer than 256 GiB.
    #[expect(clippy::expect_used, reason = "only a text of over 256 GiB is too long")]
    pub fn seal(&self, secret: &[u8], belongs_to: &[u8], entropy: &dyn Entropy) -> Result<Sealed, EntropyError> {
        let key = self.current();
        let nonce: [u8; NONCE] = entropy::draw(entropy)?;
        let ciphertext = XChaCha20Poly1305::new((&*key.bytes).into())
            .encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: belongs_to })
            .expect("a short secret");
        let mut sealed = vec![FORMAT];
        sealed.extend_from_slice(&key.id.to_be_bytes());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        Ok(Sealed(sealed))
    }

    /// Opens a secret that was sealed for the place that `belongs_to` names.
    ///
    /// # Errors
    /// [`OpenError`] if a single bit of it or of its place differs.
    pub fn open(&self, sealed: &Sealed, belongs_to: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let rest = sealed.0.strip_prefix(&[FORMAT]).ok_or(OpenError::UnknownFormat)?;
        let (id, rest) = rest.split_first_chunk().ok_or(OpenError::UnknownFormat)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(OpenError::UnknownFormat)?;
        let id = u32::from_be_bytes(*id);
        let key = self.find(id).ok_or(OpenError::MissingKey { id })?;
        XChaCha20Poly1305::new((&*key.bytes).into())
            .decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: belongs_to })
            .map(Zeroizing::new)
            .map_err(|_| OpenError::Altered)
    }
}
