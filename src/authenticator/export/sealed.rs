//! Plain age files (age-encryption.org/v1), which `age` itself opens.

use std::fmt;
use std::io::Write;
use std::str::FromStr;

use age::{EncryptError, Encryptor, scrypt, x25519};
use thiserror::Error;

use super::{ExportError, Form};
use crate::authenticator::identity::Passphrase;

/// Who can open a file.
#[derive(Debug)]
pub enum Readers {
    /// Whoever knows this passphrase.
    Passphrase(Passphrase),
    /// Whoever has the identity of one of these.
    Recipients(Vec<Recipient>),
}

/// An age X25519 recipient: the public half of an identity.
#[derive(Clone, Debug)]
pub struct Recipient(x25519::Recipient);

impl FromStr for Recipient {
    type Err = ParseRecipientError;

    fn from_str(text: &str) -> Result<Self, ParseRecipientError> {
        text.trim().parse().map(Self).map_err(|_| ParseRecipientError)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text is no recipient. It is not repeated: the likeliest mistake is to give the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is not an age recipient (age1...)")]
pub struct ParseRecipientError;

/// What `age` itself takes: 2^18 rounds, 256 MiB. An export leaves the machine and is opened seldom, so it may cost more than
/// the vault's own passphrase.
const WORK_FACTOR: u8 = 18;

/// Encrypts a whole file.
///
/// # Errors
/// [`ExportError::Write`] if the cipher fails.
pub fn encrypt(plaintext: &[u8], readers: &Readers) -> Result<Vec<u8>, ExportError> {
    let ciphertext = match readers {
        Readers::Passphrase(passphrase) => {
            let mut recipient = scrypt::Recipient::new(passphrase.composed().secret());
            recipient.set_work_factor(WORK_FACTOR);
            encrypt_to(plaintext, &[&recipient])
        }
        Readers::Recipients(recipients) => {
            let recipients: Vec<_> = recipients.iter().map(|recipient| &recipient.0 as &dyn age::Recipient).collect();
            encrypt_to(plaintext, &recipients)
        }
    };
    ciphertext.map_err(|_| ExportError::Write { form: Form::Own })
}

fn encrypt_to(plaintext: &[u8], recipients: &[&dyn age::Recipient]) -> Result<Vec<u8>, EncryptError> {
    let encryptor = Encryptor::with_recipients(recipients.iter().copied())?;
    let mut ciphertext = Vec::new();
    let mut writer = encryptor.wrap_output(&mut ciphertext)?;
    writer.write_all(plaintext)?;
    writer.finish()?;
    Ok(ciphertext)
}
