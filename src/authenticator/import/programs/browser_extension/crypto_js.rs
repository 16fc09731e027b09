//! What the extension encrypts with CryptoJS: AES in CBC mode, which authenticates nothing, so what comes out is distrusted.

use md5::{Digest, Md5};
use zeroize::Zeroizing;

use crate::authenticator::import::ciphers::{self, Plaintext};
use crate::authenticator::import::encoded::{base64_bytes, hex_bytes};
use crate::authenticator::import::json::Secret;

/// What was encrypted under this passphrase, or `None` if the passphrase is another, it was changed, or its form is not known.
pub(super) fn decrypt(text: &str, passphrase: &str) -> Option<Plaintext> {
    match text.strip_prefix("v4:") {
        Some(rest) => decrypt_v4(rest, passphrase),
        None => decrypt_salted(text, passphrase),
    }
}

/// The same as text.
pub(super) fn decrypt_text(text: &str, passphrase: &str) -> Option<Secret> {
    let plaintext = decrypt(text, passphrase)?;
    std::str::from_utf8(&plaintext).ok().map(|text| Secret::new(text.to_owned()))
}

/// OpenSSL's form, in base64: `Salted__`, a salt of 8 bytes, the ciphertext.
fn decrypt_salted(text: &str, passphrase: &str) -> Option<Plaintext> {
    let bytes = base64_bytes(text)?;
    let (salt, ciphertext) = bytes.strip_prefix(b"Salted__")?.split_first_chunk::<8>()?;
    let derived = key_and_iv(passphrase.as_bytes(), *salt);
    let (key, iv) = derived.split_first_chunk::<32>()?;
    ciphers::aes_cbc(&Zeroizing::new(*key), iv, ciphertext)
}

/// `iv:ciphertext`, the one in hexadecimal, the other in base64. The passphrase is the key itself, in base64.
fn decrypt_v4(text: &str, passphrase: &str) -> Option<Plaintext> {
    let (iv, ciphertext) = text.split_once(':')?;
    let (key, iv) = (base64_bytes(passphrase)?, hex_bytes(iv)?);
    ciphers::aes_cbc_of_any_length(&key, &iv, &base64_bytes(ciphertext)?)
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one round, for AES-256.
fn key_and_iv(passphrase: &[u8], salt: [u8; 8]) -> Zeroizing<[u8; 48]> {
    let mut derived = Zeroizing::new([0; 48]);
    let mut before = Zeroizing::new(Vec::with_capacity(16));
    for chunk in derived.as_chunks_mut::<16>().0 {
        let hash = Md5::new().chain_update(&*before).chain_update(passphrase).chain_update(salt);
        hash.finalize_into(chunk.into());
        before.clear();
        before.extend_from_slice(chunk);
    }
    derived
}
