//! Java's serialization, as far as a `HashMap` of texts needs it (Java Object Serialization Specification, section 6.4).
//!
//! Nothing else is read: no other class, no object within the map, and no length that goes beyond the file.

use crate::authenticator::import::json::Secret;

/// What a stream with a `HashMap` begins with: its magic number and version, an object, its class and the class's name.
pub(super) const BEGINNING: &[u8] = b"\xac\xed\x00\x05\x73\x72\x00\x11java.util.HashMap";

/// The rest of the class: its number, how it writes itself, its two fields, and that it has no parent.
const CLASS: &[u8] = b"\x05\x07\xda\xc1\xc3\x16\x60\xd1\x03\x00\x02F\x00\x0aloadFactorI\x00\x09thresholdxp";

const BLOCK_OF_8_BYTES: &[u8] = b"\x77\x08";
const STRING: u8 = 0x74;
const LONG_STRING: u8 = 0x7c;
const REFERENCE: u8 = 0x71;
const END: u8 = 0x78;

/// The handle of the first text; the class and the map have the two before it.
const FIRST_HANDLE: u32 = 0x7e_0002;

/// The keys and values of a map, in the order in which they stand there, or `None` where the stream holds anything else.
pub(super) fn read_map(bytes: &[u8]) -> Option<Vec<(Secret, Secret)>> {
    let rest = bytes.strip_prefix(BEGINNING)?.strip_prefix(CLASS)?;
    // The two fields say how the map is laid out in memory, and the block how large it is: it ends where it ends.
    let (_, rest) = rest.split_first_chunk::<8>()?;
    let (_, rest) = rest.strip_prefix(BLOCK_OF_8_BYTES)?.split_first_chunk::<8>()?;
    let mut stream = Stream { rest, texts: Vec::new() };
    let mut members = Vec::new();
    while stream.rest.first() != Some(&END) {
        members.push((stream.text()?, stream.text()?));
    }
    Some(members)
}

struct Stream<'a> {
    rest: &'a [u8],
    /// The texts so far, as bytes: one that comes again is written as a reference.
    texts: Vec<&'a [u8]>,
}

impl Stream<'_> {
    fn text(&mut self) -> Option<Secret> {
        let bytes = match self.byte()? {
            STRING => {
                let length = u16::from_be_bytes(self.chunk()?);
                self.new_text(length.into())?
            }
            LONG_STRING => {
                let length = u64::from_be_bytes(self.chunk()?);
                self.new_text(usize::try_from(length).ok()?)?
            }
            REFERENCE => {
                let handle = u32::from_be_bytes(self.chunk()?).checked_sub(FIRST_HANDLE)?;
                self.texts.get(usize::try_from(handle).ok()?)?
            }
            _ => return None,
        };
        decode(bytes)
    }

    fn new_text(&mut self, length: usize) -> Option<&[u8]> {
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        self.texts.push(text);
        Some(text)
    }

    fn byte(&mut self) -> Option<u8> {
        self.chunk::<1>().map(|[byte]| byte)
    }

    fn chunk<const LENGTH: usize>(&mut self) -> Option<[u8; LENGTH]> {
        let (chunk, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*chunk)
    }
}

/// Modified UTF-8, in which each half of a surrogate pair has three bytes and NUL has two.
fn decode(bytes: &[u8]) -> Option<Secret> {
    if let (Ok(text), false) = (std::str::from_utf8(bytes), bytes.contains(&0)) {
        return Some(Secret::new(text.to_owned()));
    }
    let mut units = zeroize::Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return String::from_utf16(&units).ok().map(Secret::new),
            [byte @ 0x01..=0x7f, rest @ ..] => {
                units.push(u16::from(*byte));
                rest
            }
            [first @ 0xc0..=0xdf, second @ 0x80..=0xbf, rest @ ..] => {
                units.push(u16::from(first & 0x1f) << 6 | u16::from(second & 0x3f));
                rest
            }
            [first @ 0xe0..=0xef, second @ 0x80..=0xbf, third @ 0x80..=0xbf, rest @ ..] => {
                units.push(u16::from(first & 0x0f) << 12 | u16::from(second & 0x3f) << 6 | u16::from(third & 0x3f));
                rest
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(members: &[u8]) -> Option<Vec<(String, String)>> {
        let stream = [BEGINNING, CLASS, &[0; 8], BLOCK_OF_8_BYTES, &[0; 8], members].concat();
        let members = read_map(&stream)?;
        Some(members.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect())
    }

    #[test]
    fn texts_are_read_in_each_of_their_three_forms() {
        let members = b"t\x00\x01a\x7c\0\0\0\0\0\0\0\x02bc\x71\x00\x7e\x00\x03\x71\x00\x7e\x00\x02x";
        let expected = [("a", "bc"), ("bc", "a")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(map(members).unwrap(), expected);
        assert_eq!(map(b"x").unwrap(), []);
    }

    #[test]
    fn what_ends_early_or_holds_anything_but_texts_is_refused() {
        for members in [
            b"".as_slice(),
            b"t\x00\x01ax",
            b"t\x00\x05ax",
            b"\x7c\xff\xff\xff\xff\xff\xff\xff\xffax",
            b"\x71\x00\x7e\x00\x02t\x00\x01ax",
            b"\x71\x00\x7e\x00\x00t\x00\x01ax",
            b"t\x00\x01asr",
            b"t\x00\x01apx",
            b"t\x00\x01at\x00\x01\x80x",
            b"t\x00\x01at\x00\x01\x00x",
            b"t\x00\x01at\x00\x03\xed\xa0\xbdx",
        ] {
            assert_eq!(map(members), None, "{}", members.escape_ascii());
        }
        assert!(read_map(BEGINNING).is_none());
    }

    #[test]
    fn a_character_beyond_the_first_plane_is_a_pair_of_three_bytes() {
        let members = b"t\x00\x06\xed\xa0\xbd\xed\xb4\x91t\x00\x04\xc0\x80\xc3\xa9x";
        assert_eq!(map(members).unwrap(), [("\u{1f511}".to_owned(), "\0\u{e9}".to_owned())]);
    }
}
