use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use thiserror::Error;

use super::KeyRing;
use super::key_ring::Key;

/// A keyed tag over what need not be secret but must not be altered: HMAC-SHA-256 under a key derived from the ring
/// (HKDF, RFC 5869), preceded by the number of that key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag([u8; Tag::LEN]);

/// What a tag was made for is not what stands there now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it was altered")]
pub struct TagError;

impl Tag {
    const LEN: usize = 36;

    /// The bytes to keep.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// A tag as it was kept.
    ///
    /// # Errors
    /// [`TagError`] if it has not a tag's length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TagError> {
        bytes.try_into().map(Self).map_err(|_| TagError)
    }
}

impl KeyRing {
    /// The tag for `data`, which is of the kind that `purpose` names: a tag for one purpose never fits another.
    #[must_use]
    pub fn tag(&self, purpose: &str, data: &[u8]) -> Tag {
        tag_under(self.newest(), purpose, data)
    }

    /// Checks that `data` is what `tag` was made for.
    ///
    /// # Errors
    /// [`TagError`] if it is not, or if the tag's key is not in the ring.
    pub fn check(&self, purpose: &str, data: &[u8], tag: &Tag) -> Result<(), TagError> {
        let id = tag.0.first_chunk().map(|id| u32::from_be_bytes(*id)).ok_or(TagError)?;
        let expected = tag_under(self.find(id).ok_or(TagError)?, purpose, data);
        if bool::from(expected.0.ct_eq(&tag.0)) { Ok(()) } else { Err(TagError) }
    }
}

#[expect(
    clippy::expect_used,
    reason = "HMAC takes keys of any length (RFC 2104), HKDF gives up to 8160 bytes (RFC 5869)"
)]
fn tag_under(key: &Key, purpose: &str, data: &[u8]) -> Tag {
    let mut derived = zeroize::Zeroizing::new([0; 32]);
    hkdf::Hkdf::<Sha256>::new(None, &*key.bytes).expand(purpose.as_bytes(), &mut *derived).expect("32 bytes");
    let mac = Hmac::<Sha256>::new_from_slice(&*derived).expect("a key of 32 bytes").chain_update(data);
    let mut tag = [0; Tag::LEN];
    let (id, rest) = tag.split_at_mut(4);
    id.copy_from_slice(&key.id.to_be_bytes());
    rest.copy_from_slice(&mac.finalize().into_bytes());
    Tag(tag)
}
