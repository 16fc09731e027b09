use std::fmt;

use hmac::block_api::HmacCore;
use hmac::digest::Output;
use hmac::digest::block_api::{Buffer, FixedOutputCore};
use hmac::{EagerHash, KeyInit};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::{Algorithm, Code, Digits, SharedSecret};

/// How HOTP's 31-bit value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeFormat {
    /// Its last digits (RFC 4226 section 5.3).
    Decimal(Digits),
    /// Steam's five letters.
    Steam,
}

impl Default for CodeFormat {
    fn default() -> Self {
        Self::Decimal(Digits::SIX)
    }
}

/// A shared secret made ready for HOTP (RFC 4226): HMAC's key blocks are hashed once, here, and each
/// code then costs two compressions of the hash.
#[derive(Clone)]
pub struct HotpKey {
    mac: KeyedMac,
    format: CodeFormat,
}

#[derive(Clone)]
enum KeyedMac {
    // The core of `Hmac` without its buffer: there is one message of 8 bytes, so none has to be copied a code.
    Sha1(HmacCore<Sha1>),
    Sha256(HmacCore<Sha256>),
    Sha512(HmacCore<Sha512>),
}

impl HotpKey {
    /// The key for `secret`.
    #[must_use]
    pub fn new(algorithm: Algorithm, format: CodeFormat, secret: &SharedSecret) -> Self {
        let key = secret.as_bytes();
        let mac = match algorithm {
            Algorithm::Sha1 => KeyedMac::Sha1(keyed(key)),
            Algorithm::Sha256 => KeyedMac::Sha256(keyed(key)),
            Algorithm::Sha512 => KeyedMac::Sha512(keyed(key)),
        };
        Self { mac, format }
    }

    /// The code for `counter`.
    #[must_use]
    pub fn code(&self, counter: u64) -> Code {
        let message = counter.to_be_bytes();
        let value = match &self.mac {
            KeyedMac::Sha1(mac) => truncate(&authenticate(mac, &message)),
            KeyedMac::Sha256(mac) => truncate(&authenticate(mac, &message)),
            KeyedMac::Sha512(mac) => truncate(&authenticate(mac, &message)),
        };
        match self.format {
            CodeFormat::Decimal(digits) => Code::decimal(value, digits),
            CodeFormat::Steam => Code::steam(value),
        }
    }
}

impl fmt::Debug for HotpKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HotpKey").field("format", &self.format).finish_non_exhaustive()
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104 section 3)")]
fn keyed<M: KeyInit>(key: &[u8]) -> M {
    M::new_from_slice(key).expect("a key of any length")
}

fn authenticate<D: EagerHash>(keyed: &HmacCore<D>, message: &[u8; 8]) -> Output<HmacCore<D>> {
    let mut buffer = Buffer::<HmacCore<D>>::new(message);
    let mut output = Output::<HmacCore<D>>::default();
    keyed.clone().finalize_fixed_core(&mut buffer, &mut output);
    output
}

/// Dynamic truncation (RFC 4226 section 5.3): four bytes from the offset that the last byte names, without the sign bit.
#[expect(clippy::indexing_slicing, reason = "offset <= 15 and the shortest HMAC has 20 bytes")]
fn truncate(hs: &[u8]) -> u32 {
    let offset = usize::from(hs[hs.len() - 1] & 0x0f);
    u32::from_be_bytes([hs[offset] & 0x7f, hs[offset + 1], hs[offset + 2], hs[offset + 3]])
}
