use std::fmt;
use std::io::{Read, Write};
use std::iter;
use std::path::{Path, PathBuf};

use age::secrecy::{ExposeSecret, SecretString};
use age::{DecryptError, Decryptor, Encryptor, scrypt, x25519};
use thiserror::Error;
use zeroize::Zeroizing;

use super::vault::UnlockError;
use crate::files::{self, FileError, Others};

/// What a person types to open the vault. It is wiped when dropped and never printed.
#[derive(Clone)]
pub struct Passphrase(SecretString);

impl Passphrase {
    /// The passphrase, or `None` if it is empty.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        if text.is_empty() { None } else { Some(Self(SecretString::from(text.to_owned()))) }
    }

    /// What was typed, for deriving a key from it.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }

    /// What was typed, for age, which wipes it too.
    pub(super) fn secret(&self) -> SecretString {
        self.0.clone()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase")
    }
}

/// The vault's own identity in the plain: what an agent keeps of a vault that was unlocked. It is wiped when dropped.
pub struct OwnIdentity(pub(super) Box<x25519::Identity>);

impl OwnIdentity {
    /// The identity that a text names, as [`to_text`](Self::to_text) writes it, or `None` if it is something else.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let mut identities = parse(text).ok()?;
        let identity = identities.pop()?;
        identities.is_empty().then(|| Self(Box::new(identity)))
    }

    /// The identity as `age-keygen` writes it: one line of ASCII, here without its end.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }
}

impl fmt::Debug for OwnIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnIdentity")
    }
}

/// The identities of a plain age identity file: an unlocked vault for scripts.
pub struct IdentityFile(pub(super) Vec<x25519::Identity>);

impl IdentityFile {
    /// Reads a file as `age-keygen` writes it: an X25519 identity a line, comments after `#`.
    ///
    /// # Errors
    /// [`IdentityFileError`] if it cannot be read, if others can read it, or if a line is something else.
    pub fn read(path: &Path) -> Result<Self, IdentityFileError> {
        let missing = || IdentityFileError::Missing { path: path.to_owned() };
        let bytes = files::read(path, Others::MayNotRead)?.ok_or_else(missing)?;
        let identities =
            parse(&bytes).map_err(|line| IdentityFileError::NotAnIdentity { path: path.to_owned(), line })?;
        if identities.is_empty() {
            return Err(IdentityFileError::Empty { path: path.to_owned() });
        }
        Ok(Self(identities))
    }
}

impl fmt::Debug for IdentityFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentityFile({} identities)", self.0.len())
    }
}

/// An identity file cannot be used. No error repeats a line of it.
#[derive(Debug, Error)]
pub enum IdentityFileError {
    /// It is not there.
    #[error("there is no identity file `{}`", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be read, or others can read it too.
    #[error(transparent)]
    File(#[from] FileError),
    /// A line is no X25519 identity.
    #[error("line {line} of `{}` is not an age identity (AGE-SECRET-KEY-1...)", path.display())]
    NotAnIdentity {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// There is none in it.
    #[error("there is no age identity in `{}`", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

/// What is written takes 2^17 rounds of scrypt and 128 MiB, some 0.4 s on a present-day core: OWASP's minimum, and half
/// of what `age` takes, because the passphrase is asked for many times a day. It is a constant, not measured, so that
/// a vault made on a fast machine opens on a slow one.
pub(super) const WORK_FACTOR: u8 = 17;

/// 2^20 rounds take 1 GiB and some 4 s. A file that asks for more is an attack or a mistake.
pub(super) const MAX_WORK_FACTOR: u8 = if cfg!(fuzzing) { 4 } else { 20 };

/// `identity.age`: the identity as `age-keygen` writes it, under the passphrase.
pub(super) fn seal(
    identity: &x25519::Identity,
    passphrase: &Passphrase,
    work_factor: u8,
) -> Result<Vec<u8>, age::EncryptError> {
    let mut recipient = scrypt::Recipient::new(passphrase.0.clone());
    recipient.set_work_factor(work_factor);
    let encryptor = Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))?;
    let mut ciphertext = Vec::new();
    let mut writer = encryptor.wrap_output(&mut ciphertext)?;
    writeln!(writer, "# the vault's identity; public key: {}", identity.to_public())?;
    writer.write_all(identity.to_string().expose_secret().as_bytes())?;
    writer.write_all(b"\n")?;
    writer.finish()?;
    Ok(ciphertext)
}

/// The identity in `identity.age`, whose content `ciphertext` is.
pub(super) fn open(ciphertext: &[u8], passphrase: &Passphrase) -> Result<x25519::Identity, UnlockError> {
    let damaged = || UnlockError::Damaged { file: "identity.age" };
    let decryptor = Decryptor::new_buffered(ciphertext).map_err(|_| damaged())?;
    if !decryptor.is_scrypt() {
        return Err(damaged());
    }
    let mut identity = scrypt::Identity::new(passphrase.0.clone());
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    let mut reader = decryptor.decrypt(iter::once(&identity as &dyn age::Identity)).map_err(|error| match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => UnlockError::WrongPassphrase,
        DecryptError::ExcessiveWork { required, .. } => {
            UnlockError::TooCostly { work_factor: required, allowed: MAX_WORK_FACTOR }
        }
        _ => damaged(),
    })?;
    // Room for all of it at once, so that growing leaves no copy behind.
    let mut text = Zeroizing::new(Vec::with_capacity(ciphertext.len()));
    reader.read_to_end(&mut text).map_err(|_| damaged())?;
    parse(&text).ok().and_then(|identities| identities.into_iter().next()).ok_or_else(damaged)
}

/// The identities in a text, or the number of the line that is none.
fn parse(text: &[u8]) -> Result<Vec<x25519::Identity>, usize> {
    let mut identities = Vec::new();
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let line = std::str::from_utf8(line).map_err(|_| index + 1)?.trim();
        if !line.is_empty() && !line.starts_with('#') {
            identities.push(line.parse().map_err(|_| index + 1)?);
        }
    }
    Ok(identities)
}
