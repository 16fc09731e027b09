use thiserror::Error;
use zeroize::Zeroizing;

use super::backups;
use super::reading::of_bytes;
use super::{Document, Vault, save};
use crate::authenticator::entries::Changed;
use crate::authenticator::error::{SaveError, UnlockError};
use crate::authenticator::folder::VAULT;
use crate::authenticator::{ClockOffset, Entries};
use crate::files::Others;
use crate::time::UnixTime;

/// What the vault was before its last changes.
#[derive(Debug)]
pub struct History {
    /// `vault.age` when this was read: what is restored later takes the place of this and of nothing else.
    present: Zeroizing<Vec<u8>>,
    states: Vec<PastState>,
}

/// The vault as it was once.
#[derive(Debug)]
pub struct PastState {
    /// 1 for the vault before its last change, and more for those before.
    pub number: usize,
    /// When it was changed into what came next, to the second.
    pub until: UnixTime,
    document: Option<Document>,
}

impl History {
    /// The states that are kept, the newest first.
    #[must_use]
    pub fn states(&self) -> &[PastState] {
        &self.states
    }

    /// The state with this number.
    #[must_use]
    pub fn state(&self, number: usize) -> Option<&PastState> {
        self.states.iter().find(|state| state.number == number)
    }
}

impl PastState {
    /// Its entries, or `None` if it is damaged or not encrypted to who asks. A counter is as far on as it ever was: a
    /// code that was shown must not come again.
    #[must_use]
    pub fn entries(&self) -> Option<&Entries> {
        self.document.as_ref().map(|document| &document.entries)
    }

    /// By how much the machine's clock was said to be off.
    #[must_use]
    pub fn offset(&self) -> Option<ClockOffset> {
        self.document.as_ref().map(|document| document.offset)
    }
}

impl Vault {
    /// The states that the vault was in. The entries are read anew, so that both belong together.
    ///
    /// # Errors
    /// [`SaveError`] if a file cannot be read, or must not be trusted.
    pub fn history(&mut self) -> Result<History, SaveError> {
        let _lock = self.folder.lock()?;
        let (present, document) = self.reread()?;
        self.document = document;
        let mut states = Vec::new();
        for number in 1..=backups::KEPT {
            let name = backups::name(number);
            let Some(ciphertext) = self.folder.read(&name, Others::MayNotRead)? else { continue };
            let document = of_bytes(&ciphertext, self.key.identities()).ok();
            states.push(PastState { number, until: self.folder.modified(&name)?, document });
        }
        let mut documents: Vec<&mut Document> = states.iter_mut().filter_map(|state| state.document.as_mut()).collect();
        let newest: Vec<Entries> = std::iter::once(&self.document.entries)
            .chain(documents.iter().map(|document| &document.entries))
            .cloned()
            .collect();
        for document in &mut documents {
            document.entries.advance_counters(&newest);
        }
        Ok(History { present, states })
    }

    /// Makes the vault what it was in a state of `history`. What it is now becomes the newest state, so that this too
    /// can be undone.
    ///
    /// # Errors
    /// [`RestoreError`]; the vault is as it was then.
    pub fn restore(&mut self, history: &History, number: usize) -> Result<(), RestoreError> {
        let state = history.state(number).ok_or(RestoreError::NoSuchState { number })?;
        let mut document = state.document.clone().ok_or(RestoreError::Unreadable { number })?;
        let lock = self.folder.lock().map_err(SaveError::from)?;
        let present = self.folder.read(VAULT, Others::MayNotRead).map_err(SaveError::from)?.unwrap_or_default();
        if *present != *history.present {
            return Err(RestoreError::Changed);
        }
        document.recipient.clone_from(&self.document.recipient);
        save(&self.folder, &document, &present, Changed::ByHand, &lock)?;
        self.document = document;
        Ok(())
    }
}

/// An earlier state was not restored.
#[derive(Debug, Error)]
pub enum RestoreError {
    /// None that is kept has this number.
    #[error("there is no earlier state {number}")]
    NoSuchState {
        /// The number.
        number: usize,
    },
    /// It is damaged, or encrypted to somebody else.
    #[error("the earlier state {number} cannot be read")]
    Unreadable {
        /// The number.
        number: usize,
    },
    /// Somebody has changed the vault since it was looked at.
    #[error("the vault was changed meanwhile")]
    Changed,
    /// It could not be written.
    #[error(transparent)]
    Save(#[from] SaveError),
}

impl From<UnlockError> for RestoreError {
    fn from(error: UnlockError) -> Self {
        Self::Save(error.into())
    }
}
