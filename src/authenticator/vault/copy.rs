use super::Vault;
use crate::authenticator::import::{Addressed, Import, ImportError};

impl Vault {
    /// Opens an age file that is encrypted to a recipient whose identity this vault was opened with, such as a copy of the
    /// vault that a sync program has left. Entries that the vault has too are called what the vault calls them.
    ///
    /// # Errors
    /// [`ImportError::ForOthers`], or whatever else is wrong with the file.
    pub fn open_addressed(&self, file: &Addressed) -> Result<Import, ImportError> {
        file.open(self.key.identities(), &self.document.recipient, self.entries())
    }
}
