mod strangers;

use std::path::Path;

use super::vault::inventory::{self, Content, File};
use crate::files::{self, FileError, Others};
use crate::time::UnixTime;

/// What was seen of a vault's files from outside, without opening them.
#[derive(Debug)]
pub struct Checkup {
    /// The vault's folder, its files in the order in which `docs/vault-format.md` lists them, and what else lies there.
    pub findings: Vec<Finding>,
    /// When the latest of the vault's files was written, to the second. A clock that shows less was set back.
    pub latest: Option<UnixTime>,
}

/// What was seen of one file.
#[derive(Debug)]
pub struct Finding {
    /// Its name in the vault's folder; empty for the folder itself.
    pub file: String,
    /// How it is.
    pub condition: Condition,
}

/// How a file is.
#[derive(Debug)]
#[must_use]
pub enum Condition {
    /// It is there and its owner's alone.
    Good,
    /// It is not there and need not be.
    Absent,
    /// It is not there and must be.
    Missing,
    /// It cannot be read, or must not be trusted.
    Bad(FileError),
    /// It is no file of age.
    NotAge,
    /// A line of it says nothing and is passed over, such as one that a power cut has torn.
    Torn {
        /// The number of the first such line.
        line: usize,
    },
    /// A writer that died has left it. The next one removes it.
    Leftover,
    /// It is none of the vault's files, but an age file that is encrypted to recipients as `vault.age` is.
    Copy,
    /// It is none of the vault's files, but an age file that a passphrase opens as it does `identity.age`.
    LockedCopy,
    /// A program that syncs, copies or edits has not finished it.
    Temporary,
    /// It is something else.
    Stranger,
    /// There are more files that are none of the vault's than are listed.
    MoreStrangers {
        /// How many more.
        number: usize,
    },
}

/// Looks over the files of the vault in the folder `path`. Nothing is opened with a key, and nothing is changed.
#[must_use]
pub fn check(path: &Path) -> Checkup {
    let folder = match files::is_private_dir(path) {
        Ok(true) => Condition::Good,
        Ok(false) => Condition::Missing,
        Err(error) => Condition::Bad(error),
    };
    let enterable = matches!(folder, Condition::Good);
    let mut findings = vec![Finding { file: String::new(), condition: folder }];
    if enterable {
        findings.extend(inventory::files().map(|file| Finding { condition: condition(path, &file), file: file.name }));
    }
    let latest = findings.iter().filter_map(|finding| written(&path.join(&finding.file))).max();
    if enterable {
        let known: Vec<String> = inventory::files().map(|file| file.name).collect();
        findings.extend(strangers::find(path, &known));
    }
    Checkup { findings, latest }
}

fn condition(folder: &Path, file: &File) -> Condition {
    let others = match file.content {
        Content::Recipients => Others::MayNotWrite,
        Content::Age | Content::Lines(_) | Content::Other => Others::MayNotRead,
    };
    match files::read(&folder.join(&file.name), others) {
        Err(error) => Condition::Bad(error),
        Ok(None) if file.required => Condition::Missing,
        Ok(None) => Condition::Absent,
        Ok(Some(bytes)) if matches!(file.content, Content::Age) && !bytes.starts_with(MAGIC) => Condition::NotAge,
        Ok(Some(bytes)) => match torn_line(&bytes, &file.content) {
            Some(line) => Condition::Torn { line },
            None => Condition::Good,
        },
    }
}

/// The number of the first line that says nothing, where the lines are to say something.
fn torn_line(bytes: &[u8], content: &Content) -> Option<usize> {
    let Content::Lines(is_understood) = content else { return None };
    let torn = String::from_utf8_lossy(bytes).lines().position(|line| !is_understood(line))?;
    Some(torn + 1)
}

/// How each age file begins (age-encryption.org/v1).
const MAGIC: &[u8] = b"age-encryption.org/v1\n";

fn written(path: &Path) -> Option<UnixTime> {
    use std::os::unix::fs::MetadataExt;
    let modified = path.symlink_metadata().ok()?.mtime();
    u64::try_from(modified).ok().map(UnixTime::from_secs)
}
