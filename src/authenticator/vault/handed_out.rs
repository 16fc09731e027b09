//! Until when the codes last that were handed out, so that one can be asked for that was not.
//!
//! This is in a file of its own and not among the entries, because it is written for every code: to encrypt the vault
//! and force it onto the disk each time would cost a code more than all the rest of it. What a power cut takes of the
//! file is out of date by the time the machine is up again. It holds ids and times, and no secret.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use super::Vault;
use crate::authenticator::EntryId;
use crate::authenticator::folder::{Folder, Lock};
use crate::files::{FileError, Others};
use crate::time::UnixTime;

/// Whether a code was handed out before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Freshness {
    /// It was not. Now it is: nobody else is given it as a fresh one.
    Fresh,
    /// This one was, or a later one. The next that was not begins then.
    HandedOut {
        /// When the last one ends that was handed out.
        until: UnixTime,
    },
    /// A code was handed out that lies so far ahead that the clock must have been set back since.
    Ahead {
        /// When that one ends.
        until: UnixTime,
    },
}

impl Vault {
    /// Remembers that the entry's code which lasts over `lasts` is shown, before it is.
    ///
    /// The times are those for which the code is computed, that is, corrected by
    /// [`offset_for`](Self::offset_for) the entry.
    ///
    /// # Errors
    /// [`FileError`] if it cannot be written down.
    pub fn hand_out(&self, id: EntryId, lasts: &Range<UnixTime>) -> Result<(), FileError> {
        let known = read(&self.folder)?.get(&id).copied().unwrap_or_default();
        if (lasts.end..=horizon(lasts)).contains(&known) {
            return Ok(());
        }
        let lock = self.folder.lock()?;
        let mut untils = read(&self.folder)?;
        let until = untils.entry(id).or_default();
        // What lies far ahead was written by a clock that was wrong, and would stand in the way for as long.
        *until = if *until > horizon(lasts) { lasts.end } else { lasts.end.max(*until) };
        write(&self.folder, &untils, lasts.start, &lock)
    }

    /// As [`hand_out`](Self::hand_out), but only if neither this code of the entry nor a later one was handed out. Of
    /// two processes that ask for the same code, one is told that it is fresh.
    ///
    /// # Errors
    /// [`FileError`] if it cannot be written down. The code must not be shown then.
    pub fn hand_out_fresh(&self, id: EntryId, lasts: &Range<UnixTime>) -> Result<Freshness, FileError> {
        let lock = self.folder.lock()?;
        let mut untils = read(&self.folder)?;
        let until = untils.entry(id).or_default();
        if *until > horizon(lasts) {
            return Ok(Freshness::Ahead { until: *until });
        }
        if *until > lasts.start {
            return Ok(Freshness::HandedOut { until: *until });
        }
        *until = lasts.end;
        write(&self.folder, &untils, lasts.start, &lock)?;
        Ok(Freshness::Fresh)
    }

    /// Forgets which codes of the entry were handed out. It has another secret now, and none of that was.
    ///
    /// # Errors
    /// [`FileError`] if it cannot be written down.
    pub fn forget_handed_out(&self, id: EntryId) -> Result<(), FileError> {
        let lock = self.folder.lock()?;
        let mut untils = read(&self.folder)?;
        match untils.remove(&id) {
            Some(_) => write(&self.folder, &untils, UnixTime::default(), &lock),
            None => Ok(()),
        }
    }
}

/// The latest that a code can end which was handed out while the clock was right: the one after the next.
fn horizon(lasts: &Range<UnixTime>) -> UnixTime {
    lasts.end.after(lasts.end.since(lasts.start).saturating_mul(2))
}

pub(super) const FILE: &str = "handed-out";

/// The longest period there is. What ended longer ago cannot last any more, even if the clock goes back a little.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(86_400);

fn read(folder: &Folder) -> Result<BTreeMap<EntryId, UnixTime>, FileError> {
    let bytes = folder.read(FILE, Others::MayNotRead)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    // A line that a power cut has torn says nothing.
    Ok(text.lines().filter_map(understood).collect())
}

fn understood(line: &str) -> Option<(EntryId, UnixTime)> {
    let (id, until) = line.split_once(' ')?;
    Some((id.parse().ok()?, UnixTime::from_secs(until.parse().ok()?)))
}

/// Whether a line says until when a code lasts.
pub(super) fn is_understood(line: &str) -> bool {
    understood(line).is_some()
}

fn write(folder: &Folder, untils: &BTreeMap<EntryId, UnixTime>, now: UnixTime, lock: &Lock) -> Result<(), FileError> {
    let mut text = String::new();
    for (id, until) in untils.iter().filter(|(_, until)| until.after(LONGEST) > now) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{id} {}", until.as_secs());
    }
    folder.jot(FILE, text.as_bytes(), lock)
}
