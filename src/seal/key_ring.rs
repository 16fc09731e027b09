use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use thiserror::Error;
use zeroize::Zeroizing;

use crate::entropy::{self, Entropy, EntropyError};
use crate::files::{self, FileError, Others};

/// The keys under which secrets are sealed and rows are tagged: the last one for new work, all of them for old.
///
/// On disk it is a text file of mode 0600: a first line `vmfa key ring 1`, then a line a key with its number and its
/// 256 bits in hexadecimal.
pub struct KeyRing {
    keys: Vec<Key>,
}

pub(super) struct Key {
    pub(super) id: u32,
    pub(super) bytes: Zeroizing<[u8; 32]>,
}

/// A key ring could not be read or made.
#[derive(Debug, Error)]
pub enum KeyRingError {
    /// The file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// A line of the file is not what it should be.
    #[error("the key ring `{}` is damaged in line {line}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// The file was written by a newer program.
    #[error("the key ring `{}` has a format that this version does not know", path.display())]
    NewerFormat {
        /// The file.
        path: PathBuf,
    },
    /// No random bytes for a new key.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

const HEADER: &str = "vmfa key ring 1";

/// A number of 32 bits, a space, 64 hexadecimal digits and the end of the line.
const LONGEST_LINE: usize = 10 + 1 + 64 + 1;

impl KeyRing {
    /// A new ring with one key.
    ///
    /// # Errors
    /// [`EntropyError`] if there are no random bytes.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self { keys: vec![Key { id: 1, bytes: Zeroizing::new(entropy::draw(entropy)?) }] })
    }

    /// Reads the ring at `path`, or gives `None` if there is no file.
    ///
    /// # Errors
    /// [`KeyRingError`] if others can read the file, or if it is not whole.
    pub fn load(path: &Path) -> Result<Option<Self>, KeyRingError> {
        let Some(bytes) = files::read(path, Others::MayNotRead)? else { return Ok(None) };
        let damaged = |line| KeyRingError::Damaged { path: path.to_owned(), line };
        let text = std::str::from_utf8(&bytes).map_err(|_| damaged(1))?;
        let mut lines = text.lines();
        match lines.next() {
            Some(HEADER) => {}
            Some(other) if other.starts_with("vmfa key ring ") => {
                return Err(KeyRingError::NewerFormat { path: path.to_owned() });
            }
            _ => return Err(damaged(1)),
        }
        let mut keys: Vec<Key> = Vec::new();
        for (index, line) in lines.enumerate() {
            let key = parse_key(line).filter(|key| keys.iter().all(|other| other.id != key.id));
            keys.push(key.ok_or_else(|| damaged(index + 2))?);
        }
        if keys.is_empty() { Err(damaged(2)) } else { Ok(Some(Self { keys })) }
    }

    /// Writes the ring to a new file at `path`.
    ///
    /// # Errors
    /// [`FileError`] if there is a file already or it cannot be written.
    pub fn create(&self, path: &Path) -> Result<(), FileError> {
        files::create(path, self.to_text().as_bytes())
    }

    /// The file's text. There is room for all of it from the start, so that growing leaves no copy of a key behind.
    fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(HEADER.len() + 1 + self.keys.len() * LONGEST_LINE));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{HEADER}");
        for key in &self.keys {
            let _ = write!(text, "{} ", key.id);
            for byte in key.bytes.iter() {
                let _ = write!(text, "{byte:02x}");
            }
            text.push('\n');
        }
        text
    }

    /// The key for new work.
    #[expect(clippy::expect_used, reason = "neither `generate` nor `load` gives an empty ring")]
    pub(super) fn newest(&self) -> &Key {
        self.keys.last().expect("a ring has a key")
    }

    pub(super) fn find(&self, id: u32) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == id)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRing({} keys)", self.keys.len())
    }
}

fn parse_key(line: &str) -> Option<Key> {
    let (id, hex) = line.split_once(' ')?;
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut bytes = Zeroizing::new([0; 32]);
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(Key { id: id.parse().ok()?, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_does_not_grow_and_is_read_back() {
        let key = |id: u32, byte: u8| Key { id, bytes: Zeroizing::new([byte; 32]) };
        let ring = KeyRing { keys: vec![key(1, 0x0f), key(u32::MAX, 0xff)] };
        let text = ring.to_text();
        let capacity = HEADER.len() + 1 + 2 * LONGEST_LINE;
        assert!(
            text.len() <= capacity && text.capacity() == String::with_capacity(capacity).capacity(),
            "{}",
            text.len()
        );
        let expected = format!("vmfa key ring 1\n1 {}\n4294967295 {}\n", "0f".repeat(32), "ff".repeat(32));
        assert_eq!(*text, expected);
        let dir = tempfile::tempdir().unwrap();
        ring.create(&dir.path().join("keys")).unwrap();
        assert_eq!(std::fs::read_to_string(dir.path().join("keys")).unwrap(), expected);
    }
}
