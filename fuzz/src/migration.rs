use std::fmt::Write as _;

use vmfa::otp::KeyUri;
use vmfa::otp::migration::{self, Batch, Export};

use crate::key_uri::is_written_and_read_the_same;

/// Reads a batch as a text, and what it was read as a second time.
pub fn batch(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        read(text);
    }
}

/// As [`batch`], but the fuzzer need not find its way through base64 first.
pub fn payload(bytes: &[u8]) {
    let mut text = String::from("otpauth-migration://offline?data=");
    for byte in base64(bytes) {
        write!(text, "%{byte:02X}").expect("a string takes everything");
    }
    read(&text);
}

fn read(text: &str) {
    let Ok(batch) = Batch::read(text) else { return };
    assert!(batch.index < batch.size && !batch.entries.is_empty());
    let keys: Vec<KeyUri> = batch.entries.iter().flatten().cloned().collect();
    keys.iter().for_each(is_written_and_read_the_same);
    let id = batch.id;
    let exports = Export::collect([batch]);
    assert!(exports.len() == 1);
    // What came from Google's format fits into it again, but for a counter that its signed number cannot hold.
    let written = migration::write(&keys, id, migration::ENTRIES_PER_BATCH).expect("it came from there");
    let again = written.iter().flat_map(|text| Batch::read(text).expect("what was written can be read").entries);
    let again: Vec<KeyUri> = again.map(|entry| entry.expect("what was written can be read")).collect();
    assert!(again == keys);
}

/// RFC 4648 section 4. Not the library's own encoder, whose mistakes its decoder would share.
fn base64(bytes: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = Vec::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().enumerate().fold(0_u32, |group, (at, byte)| group | u32::from(*byte) << (16 - 8 * at));
        let sextets = (0..4).map(|at| ALPHABET[(group >> (18 - 6 * at) & 63) as usize]);
        text.extend(sextets.take(chunk.len() + 1));
        text.extend(std::iter::repeat_n(b'=', 3 - chunk.len()));
    }
    text
}
