//! The ciphers that other programs encrypt with. None tells why it does not open: a wrong key and damage look the same.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};
use aes_kw::{AesKw, AesKwp};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::common::typenum::U16;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, BlockSizeUser, KeyIvInit};
use chacha20poly1305::XChaCha20Poly1305;
use crypto_secretstream::{Header, PullStream, Tag};
use zeroize::Zeroizing;

use super::keys::Key;

/// Decrypted bytes, wiped when dropped.
pub(super) type Plaintext = Zeroizing<Vec<u8>>;

/// AES-256-GCM with a nonce of 12 bytes; the tag of 16 bytes follows the ciphertext.
pub(super) fn aes_gcm(key: &Key, nonce: &[u8], ciphertext: &[u8]) -> Option<Plaintext> {
    aes_gcm_with(key, nonce, b"", ciphertext)
}

/// The same with associated data, which is authenticated too.
pub(super) fn aes_gcm_with(key: &Key, nonce: &[u8], associated: &[u8], ciphertext: &[u8]) -> Option<Plaintext> {
    let nonce: [u8; 12] = nonce.try_into().ok()?;
    let mut bytes = Zeroizing::new(ciphertext.to_vec());
    Aes256Gcm::new((&**key).into()).decrypt_in_place(&nonce.into(), associated, &mut *bytes).ok()?;
    Some(bytes)
}

/// AES-256-CBC with the padding of PKCS #7. Nothing in it is authenticated: what comes out is to be distrusted.
pub(super) fn aes_cbc(key: &Key, iv: &[u8], ciphertext: &[u8]) -> Option<Plaintext> {
    decrypt_cbc::<aes::Aes256>(key.as_slice(), iv, ciphertext)
}

/// The same with a key of 128, 192 or 256 bits.
pub(super) fn aes_cbc_of_any_length(key: &[u8], iv: &[u8], ciphertext: &[u8]) -> Option<Plaintext> {
    match key.len() {
        16 => decrypt_cbc::<aes::Aes128>(key, iv, ciphertext),
        24 => decrypt_cbc::<aes::Aes192>(key, iv, ciphertext),
        32 => decrypt_cbc::<aes::Aes256>(key, iv, ciphertext),
        _ => None,
    }
}

/// AES key wrap (RFC 3394), or with padding (RFC 5649), under a key of 128, 192 or 256 bits. It is authenticated.
pub(super) fn aes_key_wrap(key: &[u8], ciphertext: &[u8]) -> Option<Plaintext> {
    match key.len() {
        16 => unwrap_key::<aes::Aes128>(key, ciphertext),
        24 => unwrap_key::<aes::Aes192>(key, ciphertext),
        32 => unwrap_key::<aes::Aes256>(key, ciphertext),
        _ => None,
    }
}

fn unwrap_key<C>(key: &[u8], ciphertext: &[u8]) -> Option<Plaintext>
where
    C: BlockSizeUser<BlockSize = U16> + BlockCipherDecrypt + KeyInit,
{
    // Less is no wrapped key at all.
    if ciphertext.len() < 16 {
        return None;
    }
    let mut bytes = Zeroizing::new(vec![0; ciphertext.len()]);
    let unwrapped = AesKw::<C>::new_from_slice(key).ok()?.unwrap_key(ciphertext, &mut bytes).map(<[u8]>::len);
    let length = match unwrapped {
        Ok(length) => length,
        Err(_) => AesKwp::<C>::new_from_slice(key).ok()?.unwrap_key(ciphertext, &mut bytes).ok()?.len(),
    };
    bytes.truncate(length);
    Some(bytes)
}

fn decrypt_cbc<C: BlockCipherDecrypt + KeyInit>(key: &[u8], iv: &[u8], ciphertext: &[u8]) -> Option<Plaintext> {
    let mut bytes = Zeroizing::new(ciphertext.to_vec());
    let cipher = cbc::Decryptor::<C>::new_from_slices(key, iv).ok()?;
    let length = cipher.decrypt_padded::<Pkcs7>(&mut bytes).ok()?.len();
    bytes.truncate(length);
    Some(bytes)
}

/// XChaCha20-Poly1305 with a nonce of 24 bytes; the tag of 16 bytes follows the ciphertext.
pub(super) fn xchacha20_poly1305(key: &Key, nonce: &[u8], ciphertext: &[u8]) -> Option<Plaintext> {
    let nonce: [u8; 24] = nonce.try_into().ok()?;
    let mut bytes = Zeroizing::new(ciphertext.to_vec());
    XChaCha20Poly1305::new((&**key).into()).decrypt_in_place(&nonce.into(), b"", &mut *bytes).ok()?;
    Some(bytes)
}

/// libsodium's `crypto_secretstream_xchacha20poly1305` of one chunk, which is the last.
pub(super) fn secretstream(key: &Key, header: &[u8], ciphertext: &[u8]) -> Option<Plaintext> {
    let header = Header::try_from(header).ok()?;
    let mut bytes = Zeroizing::new(ciphertext.to_vec());
    match PullStream::init(header, &(**key).into()).pull(&mut *bytes, b"").ok()? {
        // Some libraries that Ente has used write the only chunk as a message like any other.
        Tag::Final | Tag::Message => Some(bytes),
        Tag::Push | Tag::Rekey => None,
    }
}
