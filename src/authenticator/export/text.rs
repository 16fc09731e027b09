//! The entries as text: a URI a line, or the vault's own JSON without what belongs to one vault only.

use serde::Serialize;
use zeroize::Zeroizing;

use super::{ExportError, Form};
use crate::authenticator::Entry;
use crate::authenticator::document::VERSION;

/// Lines, each ended.
#[must_use]
pub fn lines(texts: &[Zeroizing<String>]) -> Zeroizing<Vec<u8>> {
    // Room for all of it at once, so that growing leaves no copy behind.
    let mut lines = Zeroizing::new(Vec::with_capacity(texts.iter().map(|text| text.len() + 1).sum()));
    for text in texts {
        lines.extend_from_slice(text.as_bytes());
        lines.push(b'\n');
    }
    lines
}

/// The entries as `vault.age` holds them, with all that is known of each.
///
/// The vault's recipient is left out: to whom a part of a vault is handed over is not to be able to write another one.
///
/// # Errors
/// [`ExportError::Write`] if there is no memory.
pub fn json(entries: &[&Entry]) -> Result<Zeroizing<Vec<u8>>, ExportError> {
    json_of(&Exported { version: VERSION, entries }, Form::Own, room(entries))
}

#[derive(Serialize)]
struct Exported<'a> {
    version: u64,
    entries: &'a [&'a Entry],
}

/// One JSON document and a line end, in memory that is wiped and need not grow if `room` is enough.
pub(super) fn json_of(value: &impl Serialize, form: Form, room: usize) -> Result<Zeroizing<Vec<u8>>, ExportError> {
    let mut json = Zeroizing::new(Vec::with_capacity(room));
    serde_json::to_writer(&mut *json, value).map_err(|_| ExportError::Write { form })?;
    json.push(b'\n');
    Ok(json)
}

/// More bytes than the entries take in JSON: a byte of a text becomes six at most, one of a secret two.
pub(super) fn room(entries: &[&Entry]) -> usize {
    let texts = |entry: &&Entry| {
        let key = &entry.key;
        let optional = [&entry.name, &key.alias, &entry.note, &entry.serial].into_iter().flatten();
        let texts = optional.chain(&entry.tags).chain([&key.issuer, &key.account]);
        texts.map(|text| 6 * text.len() + ID_BYTES).sum::<usize>() + 2 * key.secret.as_bytes().len()
    };
    // What a newer program wrote beside them holds no secret that this one would know to wipe.
    entries.iter().map(texts).map(|bytes| bytes + FRAME_BYTES).sum::<usize>() + FRAME_BYTES
}

/// What stands around a text: quotes, a comma, and for Aegis a group's id in its place.
const ID_BYTES: usize = 120;
/// The keys, the numbers and the id of an entry, or of the whole.
const FRAME_BYTES: usize = 512;
