use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use thiserror::Error;
use zeroize::Zeroizing;

use super::tag::Derived;
use crate::entropy::{self, Entropy, EntropyError};
use crate::files::{self, FileError, Others};

/// The keys under which secrets are sealed and rows are tagged: the current one for new work, all of them for old.
///
/// On disk it is a text file of mode 0600:
///
/// ```text
/// vmfa key ring 2
/// installation 6f1e…          which database it belongs to: 32 hexadecimal digits
/// current 1                   the number of the key for new work
/// 1 35915e51…                 a line a key: its number, and its 256 bits in hexadecimal
/// ```
///
/// A key is in the ring of every server before it becomes the current one of any. Format 1 has neither the second line nor
/// the third; its last key is the current one.
pub struct KeyRing {
    installation: Option<InstallationId>,
    current: u32,
    keys: Vec<Key>,
}

pub(super) struct Key {
    pub(super) id: u32,
    pub(super) bytes: Zeroizing<[u8; 32]>,
    pub(super) derived: Derived,
}

/// What tells a database and its key ring from those of another installation: 128 random bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstallationId([u8; 16]);

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

const FIRST_HEADER: &str = "vmfa key ring 1";
const HEADER: &str = "vmfa key ring 2";

/// The header, and the two lines after it.
const LONGEST_HEAD: usize = HEADER.len() + 1 + "installation ".len() + 32 + 1 + "current ".len() + 10 + 1;

/// A number of 32 bits, a space, 64 hexadecimal digits and the end of the line.
const LONGEST_LINE: usize = 10 + 1 + 64 + 1;

impl KeyRing {
    /// A new ring with one key, for a new installation.
    ///
    /// # Errors
    /// [`EntropyError`] if there are no random bytes.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let installation = Some(InstallationId::generate(entropy)?);
        let key = Key { id: 1, bytes: Zeroizing::new(entropy::draw(entropy)?), derived: Derived::default() };
        Ok(Self { installation, current: 1, keys: vec![key] })
    }

    /// The installation that the ring belongs to. A ring of format 1 does not say.
    #[must_use]
    pub const fn installation(&self) -> Option<InstallationId> {
        self.installation
    }

    /// The same ring, of this installation.
    #[must_use]
    pub fn of(self, installation: InstallationId) -> Self {
        Self { installation: Some(installation), ..self }
    }

    /// Reads the ring at `path`, or gives `None` if there is no file.
    ///
    /// # Errors
    /// [`KeyRingError`] if others can read the file, or if it is not whole.
    pub fn load(path: &Path) -> Result<Option<Self>, KeyRingError> {
        let Some(bytes) = files::read(path, Others::MayNotRead)? else { return Ok(None) };
        let damaged = |line| KeyRingError::Damaged { path: path.to_owned(), line };
        let text = std::str::from_utf8(&bytes).map_err(|_| damaged(1))?;
        let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
        let (installation, current) = match lines.next() {
            Some((_, FIRST_HEADER)) => (None, None),
            Some((_, HEADER)) => {
                let installation = lines.next().and_then(|(_, line)| line.strip_prefix("installation "));
                let installation = installation.and_then(|id| id.parse().ok()).ok_or_else(|| damaged(2))?;
                let current = lines.next().and_then(|(_, line)| line.strip_prefix("current "));
                let current: u32 = current.and_then(|id| id.parse().ok()).ok_or_else(|| damaged(3))?;
                (Some(installation), Some(current))
            }
            Some((_, other)) if other.starts_with("vmfa key ring ") => {
                return Err(KeyRingError::NewerFormat { path: path.to_owned() });
            }
            _ => return Err(damaged(1)),
        };
        let mut keys: Vec<Key> = Vec::new();
        for (number, line) in lines {
            let key = parse_key(line).filter(|key| keys.iter().all(|other| other.id != key.id));
            keys.push(key.ok_or_else(|| damaged(number))?);
        }
        let current = current.or_else(|| keys.last().map(|key| key.id)).ok_or_else(|| damaged(2))?;
        if keys.iter().all(|key| key.id != current) {
            return Err(damaged(3));
        }
        Ok(Some(Self { installation, current, keys }))
    }

    /// Writes the ring to a new file at `path`.
    ///
    /// # Errors
    /// [`FileError`] if there is a file already or it cannot be written.
    pub fn create(&self, path: &Path) -> Result<(), FileError> {
        files::create(path, self.to_text().as_bytes())
    }

    /// Writes the ring in the place of the one at `path`, whole or not at all.
    ///
    /// # Errors
    /// [`FileError`] if it cannot be written; the old one is there then.
    pub fn replace(&self, path: &Path) -> Result<(), FileError> {
        let aside = path.with_extension("new");
        files::remove_leftover(&aside).map_err(FileError::io("remove", &aside))?;
        files::write_new(&aside, self.to_text().as_bytes()).map_err(FileError::io("write", &aside))?;
        std::fs::rename(&aside, path).map_err(FileError::io("replace", path))?;
        let folder = path.parent().unwrap_or(path);
        files::sync_folder(folder).map_err(FileError::io("sync", folder))
    }

    /// The file's text. There is room for all of it from the start, so that growing leaves no copy of a key behind.
    fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(LONGEST_HEAD + self.keys.len() * LONGEST_LINE));
        // Writing to a string cannot fail.
        match self.installation {
            Some(installation) => {
                let _ = write!(text, "{HEADER}\ninstallation {installation}\ncurrent {}\n", self.current);
            }
            None => {
                let _ = writeln!(text, "{FIRST_HEADER}");
            }
        }
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
    pub(super) fn current(&self) -> &Key {
        self.find(self.current).unwrap_or_else(|| self.first())
    }

    /// The key by which things are found that no later key may move.
    #[expect(clippy::expect_used, reason = "neither `generate` nor `load` gives an empty ring")]
    pub(super) fn first(&self) -> &Key {
        self.keys.iter().min_by_key(|key| key.id).expect("a ring has a key")
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

impl InstallationId {
    /// A new random one.
    ///
    /// # Errors
    /// [`EntropyError`] if there are no random bytes.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self(entropy::draw(entropy)?))
    }
}

impl fmt::Display for InstallationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text is not the number of an installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the number of an installation has 32 hexadecimal digits")]
pub struct ParseInstallationIdError;

impl FromStr for InstallationId {
    type Err = ParseInstallationIdError;

    fn from_str(text: &str) -> Result<Self, ParseInstallationIdError> {
        let mut bytes = [0; 16];
        parse_hex(text, &mut bytes).ok_or(ParseInstallationIdError)?;
        Ok(Self(bytes))
    }
}

fn parse_key(line: &str) -> Option<Key> {
    let (id, hex) = line.split_once(' ')?;
    let mut bytes = Zeroizing::new([0; 32]);
    parse_hex(hex, &mut *bytes)?;
    Some(Key { id: id.parse().ok()?, bytes, derived: Derived::default() })
}

fn parse_hex(hex: &str, bytes: &mut [u8]) -> Option<()> {
    if hex.len() != 2 * bytes.len() || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(installation: Option<InstallationId>, current: u32) -> KeyRing {
        let key = |id: u32, byte: u8| Key { id, bytes: Zeroizing::new([byte; 32]), derived: Derived::default() };
        KeyRing { installation, current, keys: vec![key(1, 0x0f), key(u32::MAX, 0xff)] }
    }

    #[test]
    fn a_text_does_not_grow_and_is_read_back() {
        let ring = ring(Some(InstallationId([0xab; 16])), u32::MAX);
        let text = ring.to_text();
        let capacity = LONGEST_HEAD + 2 * LONGEST_LINE;
        assert!(
            text.len() <= capacity && text.capacity() == String::with_capacity(capacity).capacity(),
            "{}",
            text.len()
        );
        let expected = format!(
            "vmfa key ring 2\ninstallation {}\ncurrent 4294967295\n1 {}\n4294967295 {}\n",
            "ab".repeat(16),
            "0f".repeat(32),
            "ff".repeat(32)
        );
        assert_eq!(*text, expected);
        let dir = tempfile::tempdir().unwrap();
        ring.create(&dir.path().join("keys")).unwrap();
        let read = KeyRing::load(&dir.path().join("keys")).unwrap().unwrap();
        assert_eq!((read.to_text(), read.installation()), (text, Some(InstallationId([0xab; 16]))));
    }

    #[test]
    fn a_ring_of_the_first_format_is_read_and_becomes_one_of_the_second() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        ring(None, u32::MAX).create(&path).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("vmfa key ring 1\n1 0f0f"));
        let read = KeyRing::load(&path).unwrap().unwrap();
        assert_eq!((read.installation(), read.current().id), (None, u32::MAX));
        read.of(InstallationId([1; 16])).replace(&path).unwrap();
        let replaced = KeyRing::load(&path).unwrap().unwrap();
        assert_eq!((replaced.installation(), replaced.current().id), (Some(InstallationId([1; 16])), u32::MAX));
        assert!(!dir.path().join("keys.new").exists());
    }

    #[test]
    fn a_key_that_is_not_the_last_can_be_the_current_one() {
        let ring = ring(Some(InstallationId([0; 16])), 1);
        assert_eq!(ring.tag(super::super::Purpose::Record, b"").as_bytes()[..4], [0, 0, 0, 1]);
    }

    #[test]
    fn a_ring_whose_current_key_is_missing_is_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        ring(Some(InstallationId([0; 16])), 7).create(&path).unwrap();
        assert!(matches!(KeyRing::load(&path), Err(KeyRingError::Damaged { line: 3, .. })));
    }
}
