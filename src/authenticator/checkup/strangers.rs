//! What lies in the vault's folder and is none of its files.
//!
//! Programs that sync a folder keep both files where two machines have changed one, and each has a way of its own to name
//! the second: `vault.sync-conflict-20261125-120000-AAAAAAA.age`, `vault (1).age`, `vault-HOSTNAME.age`. So a copy is
//! known by its content, whatever its name is.

use std::path::Path;

use super::{Condition, Finding, MAGIC};
use crate::files;

/// Everything in the folder that has none of the `known` names.
pub(super) fn find(folder: &Path, known: &[String]) -> Vec<Finding> {
    let listed = std::fs::read_dir(folder).into_iter().flatten().flatten();
    // A name that is not UTF-8 is shown as well as it can be.
    let mut names: Vec<_> = listed.map(|entry| entry.file_name()).collect();
    names.retain(|name| name.to_str().is_none_or(|name| !is_known(name, known)));
    names.sort_unstable();
    let (shown, rest) = names.split_at(names.len().min(MAX_SHOWN));
    let mut findings: Vec<Finding> = shown
        .iter()
        .map(|name| {
            let file = name.to_string_lossy().into_owned();
            Finding { condition: condition(&folder.join(name), &file, known), file }
        })
        .collect();
    if !rest.is_empty() {
        findings.push(Finding { file: String::new(), condition: Condition::MoreStrangers { number: rest.len() } });
    }
    findings
}

/// More than that are no accident of a sync program, and nobody reads them.
const MAX_SHOWN: usize = 50;

fn is_known(name: &str, known: &[String]) -> bool {
    SOCKETS.contains(&name) || known.iter().any(|file| file == name)
}

/// The agent's, where there is no folder of the session for it.
const SOCKETS: [&str; 2] = ["agent.sock", "agent.sock.new"];

fn condition(path: &Path, name: &str, known: &[String]) -> Condition {
    if name.strip_suffix(".new").is_some_and(|file| known.iter().any(|known| known == file)) {
        return Condition::Leftover;
    }
    if is_temporary(name, known) {
        return Condition::Temporary;
    }
    let beginning = files::first_bytes(path, ARMOR.len()).unwrap_or_default();
    match beginning.strip_prefix(MAGIC) {
        Some(recipient) if recipient.starts_with(SCRYPT) => Condition::LockedCopy,
        None if beginning != ARMOR => Condition::Stranger,
        _ => Condition::Copy,
    }
}

/// How an age file begins that was written as text.
const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";

/// The first line after the version in a file that a passphrase opens.
const SCRYPT: &[u8] = b"-> scrypt ";

/// Whether a program that syncs, copies or edits gives such a name to what it has not finished: Syncthing's
/// `.syncthing.vault.age.tmp`, the `.vault.age.Xk3v9Q` of rsync, the `.vault.age.~1f2e` of Nextcloud.
fn is_temporary(name: &str, known: &[String]) -> bool {
    const BEGINNINGS: [&str; 3] = [".syncthing.", "~syncthing~", ".unison."];
    const ENDS: [&str; 7] = [".tmp", ".part", ".partial", ".!sync", ".crdownload", ".swp", ".swx"];
    let hidden = name.strip_prefix('.');
    BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
        || ENDS.iter().any(|end| name.ends_with(end))
        || known.iter().any(|file| {
            let rest = hidden.and_then(|hidden| hidden.strip_prefix(file.as_str())?.strip_prefix('.'));
            rest.is_some_and(|rest| {
                rest.starts_with('~') || rest.len() == 6 && rest.bytes().all(|b| b.is_ascii_alphanumeric())
            })
        })
}
