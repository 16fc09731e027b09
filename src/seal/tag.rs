use std::sync::OnceLock;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

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

    /// The tag without the number of its key.
    #[must_use]
    pub fn mac(&self) -> &[u8] {
        self.0.get(4..).unwrap_or_default()
    }

    /// A tag as it was kept.
    ///
    /// # Errors
    /// [`TagError`] if it has not a tag's length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TagError> {
        bytes.try_into().map(Self).map_err(|_| TagError)
    }
}

/// What a tag is for. A tag for one purpose never fits another: each has a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A record: its table, its key and its columns.
    Record,
    /// An event of the audit log, and the tag of the one before it.
    AuditEvent,
    /// The hash of a recovery code.
    RecoveryCode,
    /// What tells whether two devices have one seed.
    SeedFingerprint,
    /// Where a try comes from.
    Source,
    /// The hash of a password, in a login that is carried between two pages.
    PasswordHash,
    /// What the first form of the store was tagged for. Only the migration from it checks such tags.
    FirstForm(&'static str),
}

impl Purpose {
    const fn label(self) -> &'static str {
        match self {
            Self::Record => "vmfa record 2",
            Self::AuditEvent => "vmfa audit event 2",
            Self::RecoveryCode => "vmfa recovery code",
            Self::SeedFingerprint => "vmfa seed fingerprint",
            Self::Source => "vmfa source",
            Self::PasswordHash => "vmfa password hash",
            Self::FirstForm(label) => label,
        }
    }
}

/// The keys that are derived from one key of a ring, each when it is first used.
#[derive(Default)]
pub(super) struct Derived([OnceLock<DerivedKey>; 6]);

type DerivedKey = Zeroizing<[u8; 32]>;

impl Derived {
    fn of(key: &Key, purpose: Purpose) -> DerivedKey {
        let kept = match purpose {
            Purpose::Record => 0,
            Purpose::AuditEvent => 1,
            Purpose::RecoveryCode => 2,
            Purpose::SeedFingerprint => 3,
            Purpose::Source => 4,
            Purpose::PasswordHash => 5,
            Purpose::FirstForm(label) => return derive(&key.bytes, label.as_bytes()),
        };
        match key.derived.0.get(kept) {
            Some(place) => place.get_or_init(|| derive(&key.bytes, purpose.label().as_bytes())).clone(),
            None => derive(&key.bytes, purpose.label().as_bytes()),
        }
    }
}

impl KeyRing {
    /// The tag for `data`, which is of the kind that `purpose` names.
    #[must_use]
    pub fn tag(&self, purpose: Purpose, data: &[u8]) -> Tag {
        tag_under(self.current(), purpose, data)
    }

    /// A key for signing that others can check, the same for as long as the ring has its first key.
    #[must_use]
    pub fn signing_seed(&self) -> Zeroizing<[u8; 32]> {
        derive(&self.first().bytes, b"vmfa audit anchor")
    }

    /// The tag for `data` under the ring's first key, by which things are found: it must not change with the current key.
    #[must_use]
    pub fn fingerprint(&self, purpose: Purpose, data: &[u8]) -> Tag {
        tag_under(self.first(), purpose, data)
    }

    /// Checks that `data` is what `tag` was made for.
    ///
    /// # Errors
    /// [`TagError`] if it is not, or if the tag's key is not in the ring.
    pub fn check(&self, purpose: Purpose, data: &[u8], tag: &Tag) -> Result<(), TagError> {
        let id = tag.0.first_chunk().map(|id| u32::from_be_bytes(*id)).ok_or(TagError)?;
        let expected = tag_under(self.find(id).ok_or(TagError)?, purpose, data);
        if bool::from(expected.0.ct_eq(&tag.0)) { Ok(()) } else { Err(TagError) }
    }
}

#[expect(clippy::expect_used, reason = "HKDF gives up to 8160 bytes (RFC 5869)")]
fn derive(key: &[u8; 32], info: &[u8]) -> DerivedKey {
    let mut derived = Zeroizing::new([0; 32]);
    hkdf::Hkdf::<Sha256>::new(None, key).expand(info, &mut *derived).expect("32 bytes");
    derived
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104)")]
fn tag_under(key: &Key, purpose: Purpose, data: &[u8]) -> Tag {
    let derived = Derived::of(key, purpose);
    let mac = Hmac::<Sha256>::new_from_slice(&*derived).expect("a key of 32 bytes").chain_update(data);
    let mut tag = [0; Tag::LEN];
    let (id, rest) = tag.split_at_mut(4);
    id.copy_from_slice(&key.id.to_be_bytes());
    rest.copy_from_slice(&mac.finalize().into_bytes());
    Tag(tag)
}
