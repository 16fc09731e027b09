//! The URIs of accounts that stand in a file and that its reader did not take: in a note, in a field of the person's own.

use super::lines::{Spot, find, read_spot};
use super::{Found, Import, MAX_FOUND, Skipped, archive, json, xml};

/// Names them as skipped, so that no account is left behind in silence.
///
/// `plaintext` is the whole file, decrypted. A URI counts as read if an entry has its secret. What cannot be read, or was left
/// out by name, such as an item in the trash, is one of the entries that the reader has skipped. What Enpass and KeePass
/// call a history holds what was replaced.
pub(super) fn name(plaintext: &[u8], import: &mut Import) {
    // What is packed in an archive was looked through when it was unpacked.
    if archive::is_archive(plaintext) {
        return;
    }
    let in_json = json::texts_but(plaintext, "history").filter(|texts| !texts.is_empty());
    let texts = in_json.or_else(|| xml::texts_but(plaintext, "History"));
    let whole = String::from_utf8_lossy(plaintext);
    let spots: Vec<Spot<'_>> = match &texts {
        Some(texts) => texts.iter().flat_map(|text| find(text)).collect(),
        None => find(&whole),
    };
    let taken = secrets(&import.found);
    let unread: Vec<usize> = (0..).zip(&spots).filter(|(_, spot)| !is_taken(spot, &taken)).map(|(at, _)| at).collect();
    let skipped = import.found.iter().filter(|found| matches!(found, Found::Skipped(_))).count();
    if unread.len() <= skipped {
        return;
    }
    // Of JSON and XML the texts were looked at one by one. In the file the same schemes stand in the same order; where they
    // are escaped otherwise, no line is better than a wrong one.
    let lines = match &texts {
        Some(_) => Some(lines(plaintext)).filter(|lines| lines.len() == spots.len()).unwrap_or_default(),
        None => spots.iter().map(|spot| spot.line).collect(),
    };
    // One too many is enough for the file to be refused.
    let named = unread.into_iter().take(MAX_FOUND + 1).map(|at| {
        let line = lines.get(at);
        let label = line.map_or_else(|| "a URI in it".to_owned(), |line| format!("line {line}"));
        let reason =
            "a URI of an account stands here, where this program keeps no code; add it with `vmfa add --uri-file`";
        Found::Skipped(Skipped { label, reason: reason.to_owned() })
    });
    let named: Vec<Found> = named.collect();
    import.found.extend(named);
}

/// The secrets of the entries, sorted.
fn secrets(found: &[Found]) -> Vec<&[u8]> {
    let entries = found.iter().filter_map(|found| match found {
        Found::Entry(imported) => Some(imported),
        Found::Skipped(_) => None,
    });
    let mut secrets: Vec<&[u8]> = entries.map(|entry| entry.new.key.secret.as_bytes()).collect();
    secrets.sort_unstable();
    secrets
}

fn is_taken(spot: &Spot<'_>, taken: &[&[u8]]) -> bool {
    let found = read_spot(spot);
    let own = secrets(&found);
    own.len() == found.len() && own.iter().all(|secret| taken.binary_search(secret).is_ok())
}

/// What follows a scheme: as it is, as JSON may escape it, and as other addresses do, once or twice.
const ENDS: [&[u8]; 4] = [b"://", br":\/\/", b"%3a%2f%2f", b"%253a%252f%252f"];

/// The lines in which a scheme stands, escaped as JSON may escape it or not.
fn lines(plaintext: &[u8]) -> Vec<usize> {
    let is_at = |rest: &[u8], scheme: &str| {
        let (name, slashes) = rest.split_at_checked(scheme.len()).unwrap_or_default();
        name.eq_ignore_ascii_case(scheme.as_bytes())
            && ENDS.iter().any(|end| slashes.get(..end.len()).is_some_and(|start| start.eq_ignore_ascii_case(end)))
    };
    let mut lines = Vec::new();
    let mut line = 1;
    for (at, byte) in plaintext.iter().enumerate() {
        let rest = plaintext.get(at..).unwrap_or_default();
        if ["otpauth", "otpauth-migration", "steam"].iter().any(|scheme| is_at(rest, scheme)) {
            lines.push(line);
        }
        line += usize::from(*byte == b'\n');
    }
    lines
}
