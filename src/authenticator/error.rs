use std::path::PathBuf;

use age::EncryptError;
use thiserror::Error;

use super::folder::{IDENTITY, VAULT};
use crate::files::FileError;

/// A vault cannot be opened.
#[derive(Debug, Error)]
pub enum UnlockError {
    /// The passphrase is not the vault's; or the few bytes that tell are damaged, which cannot be told apart.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The vault is not encrypted to any identity of the file; or the few bytes that tell are damaged.
    #[error("`{VAULT}` is not encrypted to this identity, or is damaged")]
    NotForThisIdentity,
    /// A file was truncated or altered.
    #[error("`{file}` is damaged")]
    Damaged {
        /// Its name in the vault's folder.
        file: &'static str,
    },
    /// What was encrypted is not a vault's JSON.
    #[error("`{VAULT}` holds something else than a vault (line {line}, column {column})")]
    NotAVault {
        /// Where reading stopped, counted from 1.
        line: usize,
        /// Where in the line.
        column: usize,
    },
    /// A newer program wrote it.
    #[error("`{VAULT}` has version {version}, which this program does not know")]
    Unsupported {
        /// The version.
        version: u64,
    },
    /// The passphrase's cost is absurd.
    #[error("`{IDENTITY}` demands scrypt with 2^{work_factor} rounds, more than the 2^{allowed} that are allowed")]
    TooCostly {
        /// The logarithm of what it demands.
        work_factor: u8,
        /// The logarithm of what is allowed.
        allowed: u8,
    },
    /// There are entries, but nothing that a passphrase opens.
    #[error("`{IDENTITY}` is missing")]
    NoIdentity,
    /// There is an identity, but no entries.
    #[error("`{VAULT}` is missing")]
    NoVault,
    /// A file cannot be read, or must not be trusted.
    #[error(transparent)]
    File(#[from] FileError),
}

/// A vault cannot be made.
#[derive(Debug, Error)]
pub enum CreateError {
    /// There is one already.
    #[error("there is a vault already")]
    Exists,
    /// It cannot be written.
    #[error(transparent)]
    Save(#[from] SaveError),
}

/// A change to a vault was not saved.
#[derive(Debug, Error)]
pub enum SaveError {
    /// It could not be read anew before the change.
    #[error(transparent)]
    Reread(#[from] UnlockError),
    /// A line of `recipients.txt` is no recipient.
    #[error("line {line} of `{}` is not an age recipient (age1...)", path.display())]
    NotARecipient {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// The identity file is a further recipient's: it opens the entries, but the passphrase guards another identity.
    #[error("the identity file does not hold the vault's own identity")]
    NotTheOwner,
    /// It could not be encrypted.
    #[error("the vault cannot be encrypted")]
    Encrypt,
    /// A file cannot be written, or must not be trusted.
    #[error(transparent)]
    File(#[from] FileError),
}

impl From<EncryptError> for SaveError {
    fn from(_: EncryptError) -> Self {
        Self::Encrypt
    }
}
