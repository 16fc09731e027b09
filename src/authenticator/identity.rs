use std::fmt;
use std::io::{Read, Write};
use std::iter;
use std::path::{Path, PathBuf};

use age::secrecy::{ExposeSecret, SecretString};
use age::{DecryptError, Decryptor, Encryptor, scrypt, x25519};
use thiserror::Error;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use zeroize::Zeroizing;

use super::error::UnlockError;
use super::folder::IDENTITY;
use crate::files::{self, FileError, Others};

/// What a person types to open the vault. It is wiped when dropped and never printed.
#[derive(Clone)]
pub struct Passphrase(SecretString);

impl Passphrase {
    /// The passphrase, or `None` if it is empty.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        if text.is_empty() { None } else { Some(Self(SecretString::from(text.to_owned()))) }
    }

    /// The passphrase as keyboards compose it (NFC, Unicode Standard Annex 15): what is written is always under this one. The
    /// same keys give `ü` as one character on one system and as two on another, and a vault must open on both.
    #[must_use]
    pub fn composed(&self) -> Self {
        self.spelled(|text| text.nfc())
    }

    /// Whether it was typed as keyboards compose it.
    #[must_use]
    pub fn is_composed(&self) -> bool {
        is_nfc(self.0.expose_secret())
    }

    /// As it was typed, composed, and in pieces (NFD), without repetitions. The first is tried first, since what others write,
    /// and earlier versions wrote, can be under any; the others cost time only where it is not ASCII and does not open.
    pub(super) fn spellings(&self) -> Vec<Self> {
        let mut spellings = vec![self.clone()];
        for other in [self.composed(), self.spelled(|text| text.nfd())] {
            if spellings.iter().all(|spelling| spelling.as_bytes() != other.as_bytes()) {
                spellings.push(other);
            }
        }
        spellings
    }

    fn spelled<'a, I: Iterator<Item = char>>(&'a self, spell: impl FnOnce(&'a str) -> I) -> Self {
        let text = self.0.expose_secret();
        // No form of a text is longer than three times another one (UAX 15), so growing leaves no copy behind.
        let mut spelled = Zeroizing::new(String::with_capacity(3 * text.len()));
        spelled.extend(spell(text));
        Self(SecretString::from(spelled.as_str().to_owned()))
    }

    /// What was typed, for deriving a key from it.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }

    /// What was typed, for age, which wipes it too.
    pub(super) fn secret(&self) -> SecretString {
        self.0.clone()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase")
    }
}

/// The vault's own identity in the plain: what an agent keeps of a vault that was unlocked. It is wiped when dropped.
pub struct OwnIdentity(pub(super) Box<x25519::Identity>);

impl OwnIdentity {
    /// The identity that a text names, as [`to_text`](Self::to_text) writes it, or `None` if it is something else.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let mut identities = parse(text).ok()?;
        let identity = identities.pop()?;
        identities.is_empty().then(|| Self(Box::new(identity)))
    }

    /// The identity as `age-keygen` writes it: one line of ASCII, here without its end.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }
}

impl fmt::Debug for OwnIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnIdentity")
    }
}

/// The identities of a plain age identity file: an unlocked vault for scripts.
pub struct IdentityFile(pub(super) Vec<x25519::Identity>);

impl IdentityFile {
    /// Reads a file as `age-keygen` writes it: an X25519 identity a line, comments after `#`.
    ///
    /// # Errors
    /// [`IdentityFileError`] if it cannot be read, if others can read it, or if a line is something else.
    pub fn read(path: &Path) -> Result<Self, IdentityFileError> {
        let missing = || IdentityFileError::Missing { path: path.to_owned() };
        let bytes = files::read(path, Others::MayNotRead)?.ok_or_else(missing)?;
        let identities =
            parse(&bytes).map_err(|line| IdentityFileError::NotAnIdentity { path: path.to_owned(), line })?;
        if identities.is_empty() {
            return Err(IdentityFileError::Empty { path: path.to_owned() });
        }
        Ok(Self(identities))
    }
}

impl fmt::Debug for IdentityFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentityFile({} identities)", self.0.len())
    }
}

/// An identity file cannot be used. No error repeats a line of it.
#[derive(Debug, Error)]
pub enum IdentityFileError {
    /// It is not there.
    #[error("there is no identity file `{}`", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be read, or others can read it too.
    #[error(transparent)]
    File(#[from] FileError),
    /// A line is no X25519 identity.
    #[error("line {line} of `{}` is not an age identity (AGE-SECRET-KEY-1...)", path.display())]
    NotAnIdentity {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// There is none in it.
    #[error("there is no age identity in `{}`", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

/// What is written takes 2^17 rounds of scrypt and 128 MiB, some 0.4 s on a present-day core: OWASP's minimum, and half
/// of what `age` takes, because the passphrase is asked for many times a day. It is a constant, not measured, so that
/// a vault made on a fast machine opens on a slow one.
pub(super) const WORK_FACTOR: u8 = 17;

/// 2^20 rounds take 1 GiB and some 4 s. A file that asks for more is an attack or a mistake.
pub(super) const MAX_WORK_FACTOR: u8 = if cfg!(fuzzing) { 4 } else { 20 };

/// `identity.age`: the identity as `age-keygen` writes it, under the passphrase as it is composed.
pub(super) fn seal(
    identity: &x25519::Identity,
    passphrase: &Passphrase,
    work_factor: u8,
) -> Result<Vec<u8>, age::EncryptError> {
    let mut recipient = scrypt::Recipient::new(passphrase.composed().secret());
    recipient.set_work_factor(work_factor);
    let encryptor = Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))?;
    let mut ciphertext = Vec::new();
    let mut writer = encryptor.wrap_output(&mut ciphertext)?;
    writeln!(writer, "# the vault's identity; public key: {}", identity.to_public())?;
    writer.write_all(identity.to_string().expose_secret().as_bytes())?;
    writer.write_all(b"\n")?;
    writer.finish()?;
    Ok(ciphertext)
}

/// The identity in `identity.age`, whose content `ciphertext` is.
pub(super) fn open(ciphertext: &[u8], passphrase: &Passphrase) -> Result<x25519::Identity, UnlockError> {
    let mut opened = Err(UnlockError::WrongPassphrase);
    for spelling in passphrase.spellings() {
        opened = open_as_spelled(ciphertext, &spelling);
        if !matches!(opened, Err(UnlockError::WrongPassphrase)) {
            break;
        }
    }
    opened
}

fn open_as_spelled(ciphertext: &[u8], passphrase: &Passphrase) -> Result<x25519::Identity, UnlockError> {
    let damaged = || UnlockError::Damaged { file: IDENTITY };
    let decryptor = Decryptor::new_buffered(ciphertext).map_err(|_| damaged())?;
    if !decryptor.is_scrypt() {
        return Err(damaged());
    }
    let mut identity = scrypt::Identity::new(passphrase.0.clone());
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    let mut reader = decryptor.decrypt(iter::once(&identity as &dyn age::Identity)).map_err(|error| match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => UnlockError::WrongPassphrase,
        DecryptError::ExcessiveWork { required, .. } => {
            UnlockError::TooCostly { work_factor: required, allowed: MAX_WORK_FACTOR }
        }
        _ => damaged(),
    })?;
    // Room for all of it at once, so that growing leaves no copy behind.
    let mut text = Zeroizing::new(Vec::with_capacity(ciphertext.len()));
    reader.read_to_end(&mut text).map_err(|_| damaged())?;
    parse(&text).ok().and_then(|identities| identities.into_iter().next()).ok_or_else(damaged)
}

/// The identities in a text, or the number of the line that is none.
fn parse(text: &[u8]) -> Result<Vec<x25519::Identity>, usize> {
    let mut identities = Vec::new();
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let line = std::str::from_utf8(line).map_err(|_| index + 1)?.trim();
        if !line.is_empty() && !line.starts_with('#') {
            identities.push(line.parse().map_err(|_| index + 1)?);
        }
    }
    Ok(identities)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_has_as_many_spellings_as_unicode_gives_it() {
        let spellings = |text: &str| {
            let spellings = Passphrase::new(text).unwrap().spellings();
            spellings.iter().map(|one| String::from_utf8(one.as_bytes().to_vec()).unwrap()).collect::<Vec<_>>()
        };
        // By Python's unicodedata.normalize. U+1E69 and its pieces are an example of UAX 15, as is the Angstrom sign.
        for (text, expected) in [
            ("correct horse", &["correct horse"][..]),
            ("gr\u{fc}n", &["gr\u{fc}n", "gru\u{308}n"]),
            ("gru\u{308}n", &["gru\u{308}n", "gr\u{fc}n"]),
            ("\u{1e69}", &["\u{1e69}", "s\u{323}\u{307}"]),
            ("s\u{307}\u{323}", &["s\u{307}\u{323}", "\u{1e69}", "s\u{323}\u{307}"]),
            ("\u{212b}", &["\u{212b}", "\u{c5}", "A\u{30a}"]),
            ("\u{d55c}", &["\u{d55c}", "\u{1112}\u{1161}\u{11ab}"]),
        ] {
            assert_eq!(spellings(text), expected, "{}", text.escape_unicode());
        }
    }

    #[test]
    fn no_spelling_of_any_character_outgrows_the_room_for_it() {
        for character in '\0'..=char::MAX {
            let text = character.to_string();
            for length in [text.nfc().map(char::len_utf8).sum::<usize>(), text.nfd().map(char::len_utf8).sum()] {
                assert!(length <= 3 * text.len(), "{}", character.escape_unicode());
            }
        }
    }
}
