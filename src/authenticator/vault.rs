mod backups;
mod copy;
pub(super) mod handed_out;
pub(super) mod history;
pub(super) mod inventory;
mod reading;
mod refresh;
pub(super) mod uses;

use std::fmt;
use std::path::Path;

use age::{EncryptError, Encryptor, x25519};
use zeroize::Zeroizing;

pub use self::refresh::{Refresh, Seen};
use super::document::Document;
use super::entries::{Changed, Entries};
use super::entry::Entry;
use super::error::{CreateError, SaveError, UnlockError};
use super::folder::{Folder, IDENTITY, Lock, RECIPIENTS, VAULT};
use super::identity::{self, IdentityFile, OwnIdentity, Passphrase, WORK_FACTOR};
use super::offset::ClockOffset;
use crate::files::{self, FileError, Others};
use crate::time::UnixTime;

/// A vault that was found and not opened yet.
#[derive(Debug)]
pub struct LockedVault {
    folder: Folder,
}

/// An open vault: what its entries were when they were last read, and the key to read them again.
pub struct Vault {
    folder: Folder,
    key: Key,
    document: Document,
}

impl LockedVault {
    /// The vault in the folder `path`, or `None` if there is none.
    ///
    /// # Errors
    /// [`FileError`] if the folder cannot be looked at, or if others may enter it.
    pub fn find(path: &Path) -> Result<Option<Self>, FileError> {
        let Some(folder) = Folder::find(path)? else { return Ok(None) };
        Ok(is_begun(&folder)?.then_some(Self { folder }))
    }

    /// Opens the vault with its passphrase.
    ///
    /// # Errors
    /// [`UnlockError`]; nothing is changed then.
    pub fn unlock(self, passphrase: &Passphrase) -> Result<Vault, UnlockError> {
        let ciphertext = self.folder.read(IDENTITY, Others::MayNotRead)?.ok_or(UnlockError::NoIdentity)?;
        let identity = identity::open(&ciphertext, passphrase)?;
        let mut document = reading::document_or_empty(&self.folder, &identity)?;
        document.recipient = identity.to_public().to_string();
        Ok(Vault { folder: self.folder, key: Key::Own(Box::new(identity)), document })
    }

    /// Opens the vault with an identity file, without the passphrase and what it costs.
    ///
    /// # Errors
    /// [`UnlockError`]; nothing is changed then.
    pub fn unlock_with(self, file: IdentityFile) -> Result<Vault, UnlockError> {
        let document = reading::document(&self.folder, &file.0)?;
        Ok(Vault { folder: self.folder, key: Key::Given(file), document })
    }

    /// Opens the vault with its own identity, which [`Vault::own_identity`] gave at an earlier time.
    ///
    /// # Errors
    /// [`UnlockError`]; nothing is changed then. A missing `vault.age` is one of them, and never an empty vault: by now
    /// another vault may be in the making here, and what would be written for this identity would be closed to its owner.
    pub fn unlock_again(self, identity: OwnIdentity) -> Result<Vault, UnlockError> {
        let document = reading::document(&self.folder, std::slice::from_ref(&*identity.0))?;
        Ok(Vault { folder: self.folder, key: Key::Own(identity.0), document })
    }
}

impl Vault {
    /// Makes an empty vault in the folder `path`, which need not exist.
    ///
    /// # Errors
    /// [`CreateError`] if there is one already, or if it cannot be written.
    pub fn create(path: &Path, passphrase: &Passphrase) -> Result<Self, CreateError> {
        Self::create_in(Folder::find_or_make(path).map_err(SaveError::from)?, passphrase, WORK_FACTOR)
    }

    fn create_in(folder: Folder, passphrase: &Passphrase, work_factor: u8) -> Result<Self, CreateError> {
        let lock = folder.lock().map_err(SaveError::from)?;
        if is_begun(&folder).map_err(SaveError::from)? {
            return Err(CreateError::Exists);
        }
        let identity = x25519::Identity::generate();
        let document = Document::empty(identity.to_public().to_string());
        let ciphertext = encrypt(&document, &recipients(&folder, &document)?)?;
        let sealed = identity::seal(&identity, passphrase, work_factor).map_err(SaveError::from)?;
        // The identity first: alone it opens as an empty vault, while a vault without it would open for nobody.
        folder.replace(IDENTITY, &sealed, &lock).map_err(SaveError::from)?;
        folder.replace(VAULT, &ciphertext, &lock).map_err(SaveError::from)?;
        drop(lock);
        Ok(Self { folder, key: Key::Own(Box::new(identity)), document })
    }

    /// The entries as they were last read.
    #[must_use]
    pub const fn entries(&self) -> &Entries {
        &self.document.entries
    }

    /// Changes the entries, as one step.
    ///
    /// No other process writes between the reading, which is done anew here, and the writing. When this returns `Ok`,
    /// the change is on the disk. An error of `change` leaves everything as it was.
    ///
    /// # Errors
    /// What `change` returns, or [`SaveError`].
    pub fn change<R, E: From<SaveError>>(&mut self, change: impl FnOnce(&mut Entries) -> Result<R, E>) -> Result<R, E> {
        self.change_document(|document| {
            let answer = change(&mut document.entries)?;
            Ok((answer, document.entries.changed()))
        })
    }

    /// By how much the clock of the person's machine is off, as they have said.
    #[must_use]
    pub const fn offset(&self) -> ClockOffset {
        self.document.offset
    }

    /// Says by how much the machine's clock is off, and gives what was said before. As [`change`](Self::change), it is on
    /// the disk when this returns.
    ///
    /// # Errors
    /// [`SaveError`]; nothing is changed then.
    pub fn set_offset(&mut self, offset: ClockOffset) -> Result<ClockOffset, SaveError> {
        self.change_document(|document| {
            let before = std::mem::replace(&mut document.offset, offset);
            Ok((before, if before == offset { Changed::Nothing } else { Changed::ByHand }))
        })
    }

    /// What is to be added to the machine's clock for the codes of `entry`: by how much that clock is off, and the
    /// service's.
    #[must_use]
    pub const fn offset_for(&self, entry: &Entry) -> ClockOffset {
        self.document.offset.and(entry.offset)
    }

    /// The time for which a code of `entry` is computed when the machine's clock shows `now`.
    #[must_use]
    pub const fn time_for(&self, entry: &Entry, now: UnixTime) -> UnixTime {
        self.offset_for(entry).correct(now)
    }

    /// Names the recipient that the vault belongs to. Not what the file says: someone who can write there could have put a
    /// recipient of their own into it.
    fn name_owner(&self, document: &mut Document) {
        match &self.key {
            Key::Own(identity) => document.recipient = identity.to_public().to_string(),
            Key::Given(_) => document.recipient.clone_from(&self.document.recipient),
        }
    }

    fn change_document<R, E: From<SaveError>>(
        &mut self,
        change: impl FnOnce(&mut Document) -> Result<(R, Changed), E>,
    ) -> Result<R, E> {
        let lock = self.folder.lock().map_err(SaveError::from)?;
        let (previous, mut document) = self.reread().map_err(SaveError::from)?;
        self.name_owner(&mut document);
        let (answer, changed) = change(&mut document)?;
        save(&self.folder, &document, &previous, changed, &lock)?;
        self.document = document;
        Ok(answer)
    }

    fn reread(&self) -> Result<(Zeroizing<Vec<u8>>, Document), UnlockError> {
        match &self.key {
            Key::Own(identity) => reading::both_or_empty(&self.folder, identity),
            Key::Given(file) => reading::both(&self.folder, &file.0),
        }
    }

    /// Puts the vault's identity under another passphrase; the entries stay as they are. A vault that was opened with
    /// an identity file can do so too if the file holds the vault's own identity, so that is also a way back in.
    ///
    /// # Errors
    /// [`SaveError`]; the old passphrase holds then.
    pub fn change_passphrase(&self, new: &Passphrase) -> Result<(), SaveError> {
        self.change_passphrase_at(new, WORK_FACTOR)
    }

    fn change_passphrase_at(&self, new: &Passphrase, work_factor: u8) -> Result<(), SaveError> {
        let sealed = identity::seal(self.own().ok_or(SaveError::NotTheOwner)?, new, work_factor)?;
        self.folder.replace(IDENTITY, &sealed, &self.folder.lock()?)?;
        Ok(())
    }

    /// The vault's own identity, by which [`LockedVault::unlock_again`] opens it without the passphrase; `None` if it
    /// was opened with the identity file of a further recipient.
    #[must_use]
    pub fn own_identity(&self) -> Option<OwnIdentity> {
        self.own().map(|identity| OwnIdentity(Box::new(identity.clone())))
    }

    fn own(&self) -> Option<&x25519::Identity> {
        match &self.key {
            Key::Own(identity) => Some(identity),
            Key::Given(file) => {
                file.0.iter().find(|identity| identity.to_public().to_string() == self.document.recipient)
            }
        }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("folder", &self.folder).finish_non_exhaustive()
    }
}

enum Key {
    Own(Box<x25519::Identity>),
    Given(IdentityFile),
}

impl Key {
    fn identities(&self) -> &[x25519::Identity] {
        match self {
            Self::Own(identity) => std::slice::from_ref(&**identity),
            Self::Given(file) => &file.0,
        }
    }
}

/// Whether there is anything of a vault in the folder, be it whole or not.
fn is_begun(folder: &Folder) -> Result<bool, FileError> {
    Ok(folder.has(IDENTITY)? || folder.has(VAULT)? || backups::any(folder)?)
}

/// Writes what has changed. What a person has changed is kept as it was first, so that they can come back to it; a spent
/// code would only push such a state out.
fn save(folder: &Folder, document: &Document, previous: &[u8], changed: Changed, lock: &Lock) -> Result<(), SaveError> {
    if changed == Changed::Nothing {
        return Ok(());
    }
    let ciphertext = encrypt(document, &recipients(folder, document)?)?;
    // Before the earlier state is kept: a vault that is written is one that opens.
    files::refuse_too_large(&folder.path_of(VAULT), &ciphertext)?;
    if changed == Changed::ByHand && !previous.is_empty() {
        backups::keep(folder, previous, lock)?;
    }
    folder.replace(VAULT, &ciphertext, lock)?;
    Ok(())
}

fn encrypt(document: &Document, recipients: &[x25519::Recipient]) -> Result<Vec<u8>, SaveError> {
    let encryptor = Encryptor::with_recipients(recipients.iter().map(|recipient| recipient as &dyn age::Recipient))?;
    let mut ciphertext = Vec::new();
    let mut writer = encryptor.wrap_output(&mut ciphertext).map_err(EncryptError::from)?;
    // Straight into the cipher: the JSON is never whole in memory.
    serde_json::to_writer(&mut writer, document).map_err(|error| EncryptError::Io(error.into()))?;
    writer.finish().map_err(EncryptError::from)?;
    Ok(ciphertext)
}

/// The vault's own recipient, and those that its owner has put beside it.
fn recipients(folder: &Folder, document: &Document) -> Result<Vec<x25519::Recipient>, SaveError> {
    let own = document.recipient.parse().map_err(|_| UnlockError::Damaged { file: VAULT })?;
    let mut recipients = vec![own];
    let file = folder.read(RECIPIENTS, Others::MayNotWrite)?.unwrap_or_default();
    for (index, line) in file.split(|byte| *byte == b'\n').enumerate() {
        let bad = || SaveError::NotARecipient { path: folder.path_of(RECIPIENTS), line: index + 1 };
        let line = std::str::from_utf8(line).map_err(|_| bad())?.trim();
        if !line.is_empty() && !line.starts_with('#') {
            recipients.push(line.parse().map_err(|_| bad())?);
        }
    }
    Ok(recipients)
}

#[cfg(test)]
mod tests;
