//! What else lies in the vault's folder, and what the copies of the vault have that the vault lacks.

use std::path::Path;

use super::{Check, Verdict};
use crate::authenticator::import::{self, Found, ImportError, Imported, Opened};
use crate::authenticator::{Checkup, Condition, Vault};
use crate::cli::App;
use crate::cli::authenticator::vault;
use crate::cli::table::{counted, printable};
use crate::otp::{KeyUri, Kind};

/// What is said of a file that is none of the vault's, without opening it.
pub(super) fn stranger(path: &Path, what: String, condition: &Condition) -> Check {
    let note = |detail: &str| Check::new(what.clone(), Verdict::Note, detail);
    match condition {
        Condition::Copy => {
            note("an age file that is none of the vault's; a sync program leaves such a copy where two machines changed the vault")
                .hint(format!("{} shows what it has that the vault lacks; delete it when nothing is missing", importing(path)))
        }
        Condition::LockedCopy => {
            note("an age file under a passphrase that is none of the vault's, such as a copy of `identity.age`")
                .hint("while the vault opens, no copy of `identity.age` is needed")
        }
        Condition::Temporary => note("a program that syncs, copies or edits has not finished it")
            .hint("it goes away when that is done; if it stays, delete it"),
        Condition::MoreStrangers { number } => {
            Check::new(what, Verdict::Note, format!("{} more in it that are none of the vault's", counted(*number as u64, "file")))
        }
        _ => note("it is none of the vault's files"),
    }
}

/// Opens the copies of the vault, and says in place of the check that named each whether it can be deleted.
pub(super) fn compare(app: &App, vault: &Vault, checkup: &Checkup, checks: &mut [Check]) {
    let Ok(folder) = vault::path(app) else { return };
    for finding in checkup.findings.iter().filter(|finding| matches!(finding.condition, Condition::Copy)) {
        let what = printable(&finding.file);
        if let Some(check) = checks.iter_mut().find(|check| check.what == what) {
            *check = compared(app, vault, &folder.join(&finding.file), what);
        }
    }
}

fn compared(app: &App, vault: &Vault, path: &Path, what: String) -> Check {
    let bytes = match app.terminal.read_bytes(path, MAX_MIB) {
        Ok(bytes) => bytes,
        Err(failure) => return Check::wrong(what, failure),
    };
    let copy = import::open(&bytes).and_then(|opened| match opened {
        Opened::Addressed(file) => vault.open_addressed(&file),
        // Written as text, it does not show before it is opened that a passphrase does that.
        Opened::Plain(_) | Opened::Locked(_) => Err(ImportError::ForOthers { format: "age" }),
    });
    let copy = match copy {
        Ok(copy) => copy,
        Err(error) => return Check::new(what, Verdict::Note, error.to_string()),
    };
    let keys = || {
        copy.found.iter().filter_map(|found| match found {
            Found::Entry(Imported { new, .. }) => Some(&new.key),
            Found::Skipped(_) => None,
        })
    };
    let lacking = keys().filter(|key| vault.entries().holding(key).is_none()).count() as u64;
    let further = keys().filter(|key| is_further(vault, key)).count() as u64;
    let detail = match (lacking, further) {
        (0, 0) => {
            return Check::new(what, Verdict::Note, "a copy of which the vault has every entry; it can be deleted");
        }
        (0, further) => format!("a copy that has {} further on than the vault", counted(further, "counter")),
        (lacking, 0) => format!("a copy that has {} that the vault lacks", counted(lacking, "entry")),
        (lacking, further) => format!(
            "a copy that has {} that the vault lacks, and {} further on",
            counted(lacking, "entry"),
            counted(further, "counter")
        ),
    };
    Check::new(what, Verdict::Wrong, detail).hint(format!("{} takes over what it has; delete it then", importing(path)))
}

/// As large as a vault may be.
const MAX_MIB: u64 = 64;

/// Whether the counter of a HOTP entry is further on here than in the vault.
fn is_further(vault: &Vault, key: &KeyUri) -> bool {
    let there = vault.entries().holding(key).map(|entry| entry.key.kind);
    matches!((key.kind, there), (Kind::Hotp { counter, .. }, Some(Kind::Hotp { counter: ours, .. })) if counter > ours)
}

/// The command as a shell takes it, whatever a sync program has put into the name.
fn importing(path: &Path) -> String {
    printable(&format!("`vmfa import '{}'`", path.display().to_string().replace('\'', "'\\''")))
}
