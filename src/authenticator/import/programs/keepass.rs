//! KeePass 2's XML, which KeePassXC writes too, and the fields in which the programs around KeePass keep codes.
//!
//! Passwords and notes are not read, but for a URI of an account in them. Entries of the history hold secrets that were
//! replaced, and never come in.

mod key_values;
mod strings;
mod tree;

pub(super) use key_values::content;
pub(super) use strings::Strings;

use self::tree::{Entry, Reader};
use crate::authenticator::import::item::{Item, Items};
use crate::authenticator::import::record::UNNAMED;
use crate::authenticator::import::{Found, ImportError, Opened, Sample, xml};
use crate::otp::SharedSecret;

const FORMAT: &str = "KeePass XML";

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    let start = sample.bytes.get(..LONGEST_PROLOG).unwrap_or(sample.bytes);
    let start = start.trim_ascii_start();
    start.starts_with(b"<") && start.windows(ROOT.len()).any(|window| window == ROOT)
}

/// The outermost element, and how far from the beginning it may stand.
const ROOT: &[u8] = b"<KeePassFile";
const LONGEST_PROLOG: usize = 4096;

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let mut entries = Items::called("entry");
    let mut old = 0;
    let mut reader = Reader::new(|entry| {
        let found = read(&entry);
        old += replaced(&entry, &found);
        entries.take(found);
    });
    xml::walk(FORMAT, bytes, |node| {
        reader.visit(node);
        Ok(())
    })?;
    let mut import = entries.import(FORMAT);
    match old {
        0 => {}
        1 => import.notes.push("1 older secret in the history of an entry was left out".to_owned()),
        _ => import.notes.push(format!("{old} older secrets in the history of entries were left out")),
    }
    Ok(Opened::Plain(import))
}

/// How many secrets the history of an entry has that are not in use.
fn replaced(entry: &Entry, found: &[Found]) -> usize {
    let secret = |found: &Found| match found {
        Found::Entry(imported) => Some(imported.new.key.secret.clone()),
        Found::Skipped(_) => None,
    };
    let mut known: Vec<SharedSecret> = found.iter().filter_map(secret).collect();
    let current = known.len();
    for strings in entry.history.iter().take(MOST_OF_HISTORY) {
        for old in Item::default().read(strings.codes(), "").iter().filter_map(secret) {
            if !known.iter().any(|known| known.as_bytes() == old.as_bytes()) {
                known.push(old);
            }
        }
    }
    known.len() - current
}

/// More than KeePass keeps of an entry, unless it is told to.
const MOST_OF_HISTORY: usize = 100;

fn read(entry: &Entry) -> Vec<Found> {
    let item = Item {
        title: &entry.title,
        username: &entry.username,
        url: &entry.url,
        tags: entry.tags.clone(),
        warnings: if entry.is_thrown_away { vec![THROWN_AWAY] } else { Vec::new() },
    };
    let mut found = item.read(entry.strings.codes(), &format!("entry {}", entry.number));
    drop_fillers(&mut found, &entry.title, &entry.username);
    found
}

/// KeePassXC's URIs have `KeePassXC` where an entry has no title, and `none` where it has no user name.
pub(super) fn drop_fillers(found: &mut [Found], title: &str, username: &str) {
    for one in found {
        let Found::Entry(imported) = one else { continue };
        let key = &mut imported.new.key;
        if title.trim().is_empty() && key.issuer == "KeePassXC" {
            key.issuer.clear();
        }
        if username.trim().is_empty() && key.account == "none" {
            key.account.clear();
        }
        if key.label().is_empty() {
            imported.warnings.push(UNNAMED.to_owned());
        }
    }
}

pub(super) const THROWN_AWAY: &str = "the entry is in the recycle bin";
