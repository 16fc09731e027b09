use std::os::unix::fs::MetadataExt;

use super::Vault;
use crate::authenticator::error::UnlockError;
use crate::authenticator::folder::VAULT;

/// Whether there was something new on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Refresh {
    /// The entries were read, and may be others now.
    Read,
    /// The file is the one that was read last.
    Same,
}

/// What `vault.age` looked like when it was last read. By default it was not read yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen(Option<Look>);

/// What a file looks like from outside. A writer puts another file in its place, so two contents never look the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Look {
    inode: u64,
    bytes: u64,
    /// Of the content, and of the mode and owner: a file that was refused may have been put right.
    changed: [(i64, i64); 2],
}

impl Vault {
    /// Reads the entries anew if the file is another than the one that was `seen`.
    ///
    /// # Errors
    /// [`UnlockError`]; the entries stay as they were then, and the next refresh tries again.
    pub fn refresh(&mut self, seen: &mut Seen) -> Result<Refresh, UnlockError> {
        // Looked at before it is read: what is written in between is read again the next time, and not missed.
        let look = self.look();
        if look.is_some() && look == seen.0 {
            return Ok(Refresh::Same);
        }
        let (_, mut document) = self.reread()?;
        self.name_owner(&mut document);
        self.document = document;
        seen.0 = look;
        Ok(Refresh::Read)
    }

    fn look(&self) -> Option<Look> {
        let file = self.folder.path_of(VAULT).symlink_metadata().ok()?;
        Some(Look {
            inode: file.ino(),
            bytes: file.len(),
            changed: [(file.mtime(), file.mtime_nsec()), (file.ctime(), file.ctime_nsec())],
        })
    }
}
