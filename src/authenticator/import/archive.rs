//! Zip archives: one that a program writes, told by the names in it, or one in which somebody has packed a file.
//!
//! Nothing is unpacked onto the disk, no size that the archive states is believed, and an archive in an archive is refused.

use std::io::{Cursor, Read};

use zeroize::Zeroizing;
use zip::result::ZipError;
use zip::{ZipArchive, ZipReadOptions};

use super::{ImportError, MARKED, Opened, Sample, elsewhere, lines, programs};
use crate::authenticator::Passphrase;

const FORMAT: &str = "zip";

/// More files than any export has, attachments included: each takes some hundred bytes of memory as soon as the list is read.
const MAX_MEMBERS: usize = 100_000;

/// How many files of an archive that is no program's are looked at.
const MAX_LOOKED_AT: usize = 100;

/// How much all that is read of an archive may come to.
const MAX_BYTES: u64 = 64 << 20;
const MAX: &str = "64 MiB";

/// An archive that a program writes.
pub(super) struct Form {
    pub(super) format: &'static str,
    /// Whether its members are those of this program. They may be encrypted.
    pub(super) recognizes: fn(&Archive<'_>) -> bool,
    /// Reads it; what is encrypted opens with the password by then.
    pub(super) open: fn(&mut Archive<'_>) -> Result<Opened, ImportError>,
}

/// The files of an archive. Folders are left out, and so is what macOS adds to an archive.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    members: Vec<Member>,
    password: Option<&'a Passphrase>,
    /// How much may still be unpacked.
    left: u64,
}

struct Member {
    name: String,
    index: usize,
    is_encrypted: bool,
}

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    is_archive(sample.bytes)
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let archive = Archive::of(bytes, None)?;
    if !archive.members.iter().any(|member| member.is_encrypted) {
        return archive.open();
    }
    let format = archive.form().map_or(FORMAT, |form| form.format);
    let bytes = Zeroizing::new(bytes.to_vec());
    Ok(Opened::locked(format, move |password| match Archive::of(&bytes, Some(password))?.open()? {
        Opened::Plain(import) => Ok(import),
        Opened::Locked(_) | Opened::Addressed(_) => Err(ImportError::Elsewhere {
            what: "an encrypted file in an encrypted archive",
            instead: "unpack it and import the file that is in it",
        }),
    }))
}

/// How the record of a file in the list begins.
const HEADER: &[u8] = b"PK\x01\x02";

pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

impl<'a> Archive<'a> {
    fn of(bytes: &'a [u8], password: Option<&'a Passphrase>) -> Result<Self, ImportError> {
        let damaged = |what: &str| ImportError::Damaged { format: FORMAT, what: what.to_owned() };
        if bytes.windows(HEADER.len()).filter(|four| *four == HEADER).count() > MAX_MEMBERS {
            return Err(damaged(&format!("its list names more than {MAX_MEMBERS} files")));
        }
        let zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|_| damaged("its list of files cannot be read; it may have been cut off"))?;
        let members = (0..zip.len()).filter_map(|index| Member::of(&zip, index)).collect();
        Ok(Self { zip, members, password, left: MAX_BYTES })
    }

    /// The names of its files, with the folders in which they stand.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|member| member.name.as_str())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names().any(|other| other == name)
    }

    /// Unpacks a file, which is decrypted if it has to be. `format` is whose archive it is.
    ///
    /// # Errors
    /// [`ImportError::WrongPassword`], [`ImportError::TooLarge`], or [`ImportError::Damaged`] if it is not there either.
    pub(super) fn read(&mut self, format: &'static str, name: &str) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let damaged = |what: &str| ImportError::Damaged { format, what: format!("`{name}` {what}") };
        let member = self.members.iter().find(|member| member.name == name).ok_or_else(|| damaged("is not in it"))?;
        let Member { index, is_encrypted, .. } = *member;
        let options = ZipReadOptions::new().password(self.password.map(Passphrase::as_bytes));
        let file = self.zip.by_index_with_options(index, options).map_err(|error| match error {
            ZipError::InvalidPassword => ImportError::WrongPassword { format },
            ZipError::UnsupportedArchive(_) => damaged("is encrypted or packed in a way that is not known"),
            _ => damaged("cannot be found where the list of files says"),
        })?;
        // Room for what is stated, within bounds, so that growing leaves no copy of the secrets behind.
        let stated = usize::try_from(file.size().min(self.left)).unwrap_or_default();
        let mut bytes = Zeroizing::new(Vec::with_capacity(stated + 1));
        file.take(self.left + 1).read_to_end(&mut bytes).map_err(|_| match is_encrypted {
            // The check before it lets one wrong password in 256 pass, or one in 65,536.
            true => ImportError::WrongPassword { format },
            false => damaged("cannot be unpacked"),
        })?;
        // The room counts too: it is wiped, which an archive with many files of false sizes could make last.
        let spent = bytes.len().max(stated) as u64;
        let left = self.left.checked_sub(spent);
        self.left = left.ok_or_else(|| ImportError::TooLarge { format, part: name.to_owned(), allowed: MAX })?;
        Ok(bytes)
    }

    fn form(&self) -> Option<&'static Form> {
        programs::ARCHIVES.iter().find(|form| (form.recognizes)(self))
    }

    fn open(mut self) -> Result<Opened, ImportError> {
        match self.form() {
            Some(form) => (form.open)(&mut self),
            None => self.open_what_was_packed(),
        }
    }

    /// Reads the only file, whatever it is, or the only one of several that has the mark of a program.
    fn open_what_was_packed(&mut self) -> Result<Opened, ImportError> {
        let names: Vec<String> = self.names().map(str::to_owned).collect();
        if let [only] = names.as_slice() {
            return open_packed(&self.read(FORMAT, only)?);
        }
        if names.len() > MAX_LOOKED_AT {
            return Err(elsewhere("a zip archive of more than 100 files", UNPACK));
        }
        let mut marked = None;
        for name in &names {
            let bytes = self.read(FORMAT, name)?;
            if has_mark(&bytes) && marked.replace(bytes).is_some() {
                return Err(elsewhere("a zip archive in which several files can be read", "unpack it and import each"));
            }
        }
        match marked {
            Some(bytes) => open_packed(&bytes),
            None => Err(nothing_known()),
        }
    }
}

const UNPACK: &str = "unpack it and import the file that is in it";

fn elsewhere(what: &'static str, instead: &'static str) -> ImportError {
    ImportError::Elsewhere { what, instead }
}

fn nothing_known() -> ImportError {
    elsewhere("a zip archive in which no file is in a form that is known", "docs/importing.md lists the forms")
}

fn open_packed(bytes: &[u8]) -> Result<Opened, ImportError> {
    if is_archive(bytes) {
        return Err(elsewhere("a zip archive in a zip archive", UNPACK));
    }
    super::open(bytes).map_err(|error| match error {
        ImportError::Unknown => nothing_known(),
        error => error,
    })
}

/// Whether a file is a program's or a list of URIs. What stands beside it in the archive, such as a picture, is neither.
fn has_mark(bytes: &[u8]) -> bool {
    let sample = Sample::of(bytes);
    let is_ours = MARKED.iter().chain(programs::FORMS).any(|form| (form.recognizes)(&sample));
    (is_ours && !elsewhere::recognizes(&sample)) || lines::recognizes(&sample)
}

impl Member {
    fn of(zip: &ZipArchive<Cursor<&[u8]>>, index: usize) -> Option<Self> {
        let entry = zip.by_index_data(index).ok()?;
        let name = entry.name().ok()?.into_owned();
        let is_of_macos = name.starts_with("__MACOSX/") || name.rsplit('/').next() == Some(".DS_Store");
        let is_encrypted = entry.encrypted();
        (entry.is_file() && !is_of_macos).then_some(Self { name, index, is_encrypted })
    }
}
