//! Files that only their owner may use.
//!
//! A secret in a file that others can read is no secret, and a link put in its place leads a privileged process
//! astray (CVE-2024-47191). Both are refused before a byte is read.

mod new_file;
mod new_folder;
mod unfinished;

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use thiserror::Error;
use zeroize::Zeroizing;

pub use new_file::create;
pub use new_folder::{create_folder, refuse_taken_folder};
pub use unfinished::clear_unfinished;

/// What others than the owner may do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// Nothing: it holds a secret.
    MayNotRead,
    /// Read it, but not write it: it decides something.
    MayNotWrite,
}

/// The largest file that is read, and the largest vault that is written: 64 MiB.
const MAX_BYTES: u64 = 64 << 20;

/// Checks that `path` is a folder of the owner's alone, or gives `false` if there is nothing.
///
/// # Errors
/// [`FileError`] if it is no folder (a link is none), belongs to another user, or is open to others.
pub fn is_private_dir(path: &Path) -> Result<bool, FileError> {
    let Some(metadata) = look_at(path)? else { return Ok(false) };
    if !metadata.is_dir() {
        return Err(FileError::NotAFolder { path: path.to_owned() });
    }
    refuse_others(path, &metadata, Others::MayNotRead)?;
    refuse_open_parent(path)?;
    Ok(true)
}

/// What stands at `path`, if anything. A link is refused, wherever it leads.
fn look_at(path: &Path) -> Result<Option<Metadata>, FileError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err(FileError::Symlink { path: path.to_owned() }),
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileError::io("look at", path)(error)),
    }
}

/// Checks that nobody else may put another folder in this one's place.
fn refuse_open_parent(path: &Path) -> Result<(), FileError> {
    let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) else { return Ok(()) };
    let metadata = fs::metadata(parent).map_err(FileError::io("look at", parent))?;
    let owner = metadata.uid();
    if owner != rustix::process::geteuid().as_raw() && owner != SUPERUSER {
        return Err(FileError::ForeignOwner { path: parent.to_owned(), owner });
    }
    let mode = metadata.mode() & 0o7777;
    // In a folder like /tmp only the owner of a name may take it away.
    let sticky = mode & 0o1000 != 0;
    if mode & 0o022 != 0 && !sticky {
        return Err(FileError::OpenToOthers { path: parent.to_owned(), mode: mode & 0o777 });
    }
    Ok(())
}

const SUPERUSER: u32 = 0;

/// Checks that `path` is a file of the owner's alone, or gives `false` if there is nothing.
///
/// # Errors
/// [`FileError`] if it is no regular file (a link is none), belongs to another user, or is open to others.
pub fn is_private_file(path: &Path) -> Result<bool, FileError> {
    let Some(metadata) = look_at(path)? else { return Ok(false) };
    if !metadata.is_file() {
        return Err(FileError::NotAFile { path: path.to_owned() });
    }
    refuse_others(path, &metadata, Others::MayNotRead)?;
    Ok(true)
}

/// Makes `path` and its missing parents as folders of mode 0700, or checks the one that is there.
///
/// # Errors
/// As for [`is_private_dir`], and if it cannot be made.
pub fn private_dir(path: &Path) -> Result<(), FileError> {
    if is_private_dir(path)? {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(FileError::io("make", path))?;
    sync_folder_of(path).map_err(FileError::io("sync", path))?;
    is_private_dir(path).map(|_| ())
}

/// A file that was looked at and may be read.
#[derive(Debug)]
pub struct Opened {
    /// Its content, of which no more is read than is allowed.
    pub content: io::Take<File>,
    /// How many bytes it had when it was opened.
    pub bytes: usize,
}

/// The whole of a file, or `None` if there is none.
///
/// # Errors
/// [`FileError`] as for [`open`], and if it cannot be read.
pub fn read(path: &Path, others: Others) -> Result<Option<Zeroizing<Vec<u8>>>, FileError> {
    let Some(mut file) = open(path, others)? else { return Ok(None) };
    let mut bytes = Zeroizing::new(Vec::with_capacity(file.bytes + 1));
    file.content.read_to_end(&mut bytes).map_err(FileError::io("read", path))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(FileError::TooLarge { path: path.to_owned() });
    }
    Ok(Some(bytes))
}

/// Opens a file to read it, or gives `None` if there is none.
///
/// # Errors
/// [`FileError`] if it cannot be opened, is a link or no regular file, belongs to another user, is open to others, or has
/// more than 64 MiB.
pub fn open(path: &Path, others: Others) -> Result<Option<Opened>, FileError> {
    let file = match open_no_link(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            return Err(FileError::Symlink { path: path.to_owned() });
        }
        Err(error) => return Err(FileError::io("open", path)(error)),
    };
    // What is open is looked at, not the path: something else may have its name by now.
    let metadata = file.metadata().map_err(FileError::io("look at", path))?;
    if !metadata.is_file() {
        return Err(FileError::NotAFile { path: path.to_owned() });
    }
    refuse_others(path, &metadata, others)?;
    if metadata.len() > MAX_BYTES {
        return Err(FileError::TooLarge { path: path.to_owned() });
    }
    let bytes = usize::try_from(metadata.len()).unwrap_or_default();
    // One more than is allowed, so that a file that grows while it is read shows.
    Ok(Some(Opened { content: file.take(MAX_BYTES + 1), bytes }))
}

/// Opens what is there for reading, but not what a link leads to.
fn open_no_link(path: &Path) -> io::Result<File> {
    // Without NONBLOCK, opening a pipe put in the file's place would wait for ever.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    #[expect(clippy::cast_possible_wrap, reason = "open(2) takes its flags as int, and these are low bits")]
    OpenOptions::new().read(true).custom_flags(flags.bits() as i32).open(path)
}

/// The first bytes of a regular file, whoever may read it: enough to say what it is, and not to believe it.
///
/// # Errors
/// What the operating system says, also of what is no regular file.
pub fn first_bytes(path: &Path, count: usize) -> io::Result<Vec<u8>> {
    let file = open_no_link(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::with_capacity(count);
    file.take(count as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Refuses to write what [`read`] would not read again.
///
/// # Errors
/// [`FileError::WouldBeTooLarge`] for more than 64 MiB.
pub fn refuse_too_large(path: &Path, contents: &[u8]) -> Result<(), FileError> {
    if contents.len() as u64 > MAX_BYTES {
        return Err(FileError::WouldBeTooLarge { path: path.to_owned() });
    }
    Ok(())
}

/// Writes a file of mode 0600 that must not exist yet, and syncs it.
///
/// # Errors
/// What the operating system says.
pub fn write_new(path: &Path, contents: &[u8]) -> io::Result<()> {
    create_new(path, contents)?.sync_all()
}

/// As [`write_new`], but without waiting for the disk: for what is of no use after a power cut.
///
/// # Errors
/// What the operating system says.
pub fn write_new_unsynced(path: &Path, contents: &[u8]) -> io::Result<()> {
    create_new(path, contents).map(|_| ())
}

fn create_new(path: &Path, contents: &[u8]) -> io::Result<File> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(contents)?;
    Ok(file)
}

/// Removes what a crashed writer left under a name that only it used, if anything.
///
/// # Errors
/// What the operating system says.
pub fn remove_leftover(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes a folder's names safe on disk.
///
/// # Errors
/// What the operating system says.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Waits until no other process holds the folder, and holds it until the file that this gives is dropped. The lock is the
/// kernel's: it leaves nothing behind, however the process ends.
///
/// # Errors
/// [`FileError::Io`] if the folder cannot be opened or its file system has no locks.
pub fn lock_folder(path: &Path) -> Result<File, FileError> {
    let folder = File::open(path).map_err(FileError::io("open", path))?;
    folder.lock().map_err(FileError::io("lock", path))?;
    Ok(folder)
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    sync_folder(folder_of(path))
}

/// The folder that a path leads into.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn refuse_others(path: &Path, metadata: &Metadata, others: Others) -> Result<(), FileError> {
    let owner = metadata.uid();
    if owner != rustix::process::geteuid().as_raw() {
        return Err(FileError::ForeignOwner { path: path.to_owned(), owner });
    }
    let mode = metadata.mode() & 0o777;
    let forbidden = match others {
        Others::MayNotRead => 0o077,
        Others::MayNotWrite => 0o022,
    };
    if mode & forbidden == 0 { Ok(()) } else { Err(FileError::OpenToOthers { path: path.to_owned(), mode }) }
}

/// A file or folder cannot be used.
#[derive(Debug, Error)]
pub enum FileError {
    /// The operating system refused.
    #[error("cannot {doing} `{}`", path.display())]
    Io {
        /// What was being done, as a verb.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A symbolic link, which could lead a write or a read anywhere.
    #[error("`{}` is a symbolic link", path.display())]
    Symlink {
        /// The link.
        path: PathBuf,
    },
    /// A folder, a pipe or a device where a file belongs.
    #[error("`{}` is not a regular file", path.display())]
    NotAFile {
        /// What is there.
        path: PathBuf,
    },
    /// Something else where a folder belongs.
    #[error("`{}` is not a folder", path.display())]
    NotAFolder {
        /// What is there.
        path: PathBuf,
    },
    /// A folder was to be made where one is in use.
    #[error("the folder `{}` is not empty", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// A process that lives is making it.
    #[error("another process is making `{}`", path.display())]
    InUse {
        /// What it is called until it is whole.
        path: PathBuf,
    },
    /// It has the name of what an interrupted process leaves, but it need not be that.
    #[error("`{}` is in the way", path.display())]
    InTheWay {
        /// What is there.
        path: PathBuf,
    },
    /// Others than the owner may read or write it.
    #[error("`{}` is open to others (mode {mode:03o})", path.display())]
    OpenToOthers {
        /// The file or folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It belongs to somebody else, who may change it at any time.
    #[error("`{}` belongs to another user (uid {owner})", path.display())]
    ForeignOwner {
        /// The file or folder.
        path: PathBuf,
        /// The owner's number.
        owner: u32,
    },
    /// Nothing that vmfa keeps is that large.
    #[error("`{}` is larger than 64 MiB", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// It was not written, because it could not be read again.
    #[error("`{}` would be larger than 64 MiB and could not be read again; nothing was written", path.display())]
    WouldBeTooLarge {
        /// The file.
        path: PathBuf,
    },
}

impl FileError {
    /// What to do with the operating system's refusal.
    pub fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, path: path.to_owned(), source }
    }
}
