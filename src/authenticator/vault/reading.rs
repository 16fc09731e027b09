//! `vault.age`, read and decrypted.

use std::io::{self, BufRead, BufReader, Read};

use age::{DecryptError, Decryptor, x25519};
use zeroize::{Zeroize, Zeroizing};

use super::backups;
use crate::authenticator::document::{Document, ReadDocumentError};
use crate::authenticator::error::UnlockError;
use crate::authenticator::folder::{Folder, VAULT};
use crate::files::{self, FileError, Others};

/// What `vault.age` holds. It is decrypted while it is read: for one code of thousands its memory would cost as much time
/// as its cipher.
pub(super) fn document(folder: &Folder, identities: &[x25519::Identity]) -> Result<Document, UnlockError> {
    let path = folder.path_of(VAULT);
    let file = files::open(&path, Others::MayNotRead)?.ok_or(UnlockError::NoVault)?;
    let failed = |error| match error {
        Failure::Unlock(error) => error,
        Failure::Read(error) => FileError::io("read", &path)(error).into(),
    };
    decrypt(BufReader::with_capacity(CHUNK_BYTES, file.content), file.bytes, identities).map_err(failed)
}

/// As [`document`], but a vault whose making stopped before `vault.age` was written is an empty one. Since each change
/// leaves a backup, a missing `vault.age` beside a backup was lost, and is not taken for empty.
pub(super) fn document_or_empty(folder: &Folder, own: &x25519::Identity) -> Result<Document, UnlockError> {
    or_empty(document(folder, std::slice::from_ref(own)), folder, || Document::empty(own.to_public().to_string()))
}

/// `vault.age` as it is, and what it holds.
pub(super) fn both(
    folder: &Folder,
    identities: &[x25519::Identity],
) -> Result<(Zeroizing<Vec<u8>>, Document), UnlockError> {
    let ciphertext = folder.read(VAULT, Others::MayNotRead)?.ok_or(UnlockError::NoVault)?;
    let document = of_bytes(&ciphertext, identities)?;
    Ok((ciphertext, document))
}

/// As [`both`], but of a vault that is not there yet as [`document_or_empty`].
pub(super) fn both_or_empty(
    folder: &Folder,
    own: &x25519::Identity,
) -> Result<(Zeroizing<Vec<u8>>, Document), UnlockError> {
    let empty = || (Zeroizing::default(), Document::empty(own.to_public().to_string()));
    or_empty(both(folder, std::slice::from_ref(own)), folder, empty)
}

/// What a file like `vault.age` holds.
pub(super) fn of_bytes(ciphertext: &[u8], identities: &[x25519::Identity]) -> Result<Document, UnlockError> {
    decrypt(ciphertext, ciphertext.len(), identities).map_err(|failure| match failure {
        Failure::Unlock(error) => error,
        Failure::Read(_) => damaged(),
    })
}

fn or_empty<T>(outcome: Result<T, UnlockError>, folder: &Folder, empty: impl FnOnce() -> T) -> Result<T, UnlockError> {
    match outcome {
        Err(UnlockError::NoVault) if !backups::any(folder)? => Ok(empty()),
        outcome => outcome,
    }
}

/// As much as age encrypts at once.
const CHUNK_BYTES: usize = 64 << 10;

/// What was encrypted. It is wiped as one piece, which takes a small part of the time that [`Zeroizing`] takes for a `Vec`.
struct Plaintext(Vec<u8>);

impl Drop for Plaintext {
    fn drop(&mut self) {
        self.0.spare_capacity_mut().zeroize();
        self.0.as_mut_slice().zeroize();
    }
}

enum Failure {
    Unlock(UnlockError),
    /// The operating system refused to read on.
    Read(io::Error),
}

fn decrypt(ciphertext: impl BufRead, bytes: usize, identities: &[x25519::Identity]) -> Result<Document, Failure> {
    // What comes after is not what was looked at, and could make the buffer grow.
    let ciphertext = ciphertext.take(bytes as u64);
    let decryptor = Decryptor::new_buffered(ciphertext)?;
    let identities = identities.iter().map(|identity| identity as &dyn age::Identity);
    let mut reader = decryptor.decrypt(identities)?;
    // Room for all of it at once, so that growing leaves no copy of a secret behind.
    let mut json = Plaintext(Vec::with_capacity(bytes));
    reader.read_to_end(&mut json.0).map_err(DecryptError::Io)?;
    Document::parse(&json.0).map_err(|error| {
        Failure::Unlock(match error {
            ReadDocumentError::Unsupported { version } => UnlockError::Unsupported { version },
            ReadDocumentError::NotADocument { line, column } => UnlockError::NotAVault { line, column },
        })
    })
}

impl From<DecryptError> for Failure {
    fn from(error: DecryptError) -> Self {
        match error {
            DecryptError::NoMatchingKeys => Self::Unlock(UnlockError::NotForThisIdentity),
            // What age itself finds wrong has no number of the system's.
            DecryptError::Io(error) if error.raw_os_error().is_some() => Self::Read(error),
            _ => Self::Unlock(damaged()),
        }
    }
}

const fn damaged() -> UnlockError {
    UnlockError::Damaged { file: VAULT }
}
