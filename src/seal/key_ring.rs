use std::fmt;
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
        let mut text = Zeroizing::new(format!("{HEADER}\n"));
        for key in &self.keys {
            text.push_str(&format!("{} ", key.id));
            for byte in key.bytes.iter() {
                text.push_str(&format!("{byte:02x}"));
            }
            text.push('\n');
        }
        files::create(path, text.as_bytes())
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
