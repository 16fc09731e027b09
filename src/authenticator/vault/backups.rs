//! The states that `vault.age` had, as many as are kept.

use crate::authenticator::folder::{Folder, Lock};
use crate::files::FileError;

/// Enough to come back from a slip that is noticed late, and little enough to look through.
pub(super) const KEPT: usize = 10;

/// The file of a state: 1 is the one before the last change.
pub(super) fn name(number: usize) -> String {
    if number == 1 { NEWEST.to_owned() } else { format!("{NEWEST}.{number}") }
}

const NEWEST: &str = "vault.age.bak";

/// Whether there is any.
pub(super) fn any(folder: &Folder) -> Result<bool, FileError> {
    for number in 1..=KEPT {
        if folder.has(&name(number))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes `content` the newest state; the others become older by one, up to where there is room, and the oldest is
/// dropped only where there is none.
///
/// A crash on the way leaves a gap among the numbers and nothing else: the next time, the gap is the room.
pub(super) fn keep(folder: &Folder, content: &[u8], lock: &Lock) -> Result<(), FileError> {
    let mut room = KEPT;
    for number in 1..KEPT {
        if !folder.has(&name(number))? {
            room = number;
            break;
        }
    }
    for number in (1..room).rev() {
        folder.rename(&name(number), &name(number + 1), lock)?;
    }
    folder.replace(NEWEST, content, lock)
}
