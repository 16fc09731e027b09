use std::fmt;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use zeroize::Zeroizing;

use crate::files::{self, FileError, Others};
use crate::time::UnixTime;

/// The folder that a vault lies in, which only its owner may enter.
///
/// A file in it is replaced whole or not at all: the new content is written aside, fsynced and
/// renamed, and the folder is fsynced before [`replace`](Self::replace) returns.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    disk: Box<dyn Disk>,
}

/// The steps in which a file is replaced. A test puts a disk below that stops at one of them.
pub(super) trait Disk: fmt::Debug + Send + Sync {
    /// Writes a file that must not exist yet, mode 0600, and fsyncs it.
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Gives a file another name, in place of whatever had it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Makes names that were given durable.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
}

/// No second writer enters while this is held. The kernel lets go of it when the process ends, however it ends.
#[derive(Debug)]
#[must_use]
pub(super) struct Lock {
    _file: File,
}

impl Folder {
    /// The folder at `path`, or `None` if nothing is there.
    pub(super) fn find(path: &Path) -> Result<Option<Self>, FileError> {
        Ok(files::is_private_dir(path)?.then(|| Self::on(path, Box::new(SystemDisk))))
    }

    /// The folder at `path`, made with mode 0700 if nothing is there.
    pub(super) fn find_or_make(path: &Path) -> Result<Self, FileError> {
        files::private_dir(path)?;
        Ok(Self::on(path, Box::new(SystemDisk)))
    }

    pub(super) fn on(path: &Path, disk: Box<dyn Disk>) -> Self {
        Self { path: path.to_owned(), disk }
    }

    pub(super) fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Whether anything has this name, be it usable or not.
    pub(super) fn has(&self, name: &str) -> Result<bool, FileError> {
        let path = self.path_of(name);
        match path.symlink_metadata() {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(FileError::io("look at", &path)(error)),
        }
    }

    /// Waits until no other process writes, and keeps others out until the lock is dropped.
    pub(super) fn lock(&self) -> Result<Lock, FileError> {
        let path = self.path_of(LOCK);
        // Not through a link, and not waiting for whoever reads a pipe that was put there.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        #[expect(clippy::cast_possible_wrap, reason = "open(2) takes its flags as int, and these are low bits")]
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .custom_flags(flags.bits() as i32)
            .open(&path);
        let file = file.map_err(FileError::io("open", &path))?;
        file.lock().map_err(FileError::io("lock", &path))?;
        Ok(Lock { _file: file })
    }

    /// The whole of a file, or `None` if it does not exist.
    pub(super) fn read(&self, name: &str, others: Others) -> Result<Option<Zeroizing<Vec<u8>>>, FileError> {
        files::read(&self.path_of(name), others)
    }

    /// Gives `name` a new content. The lock shows that nobody else is doing the same.
    pub(super) fn replace(&self, name: &str, bytes: &[u8], _: &Lock) -> Result<(), FileError> {
        let path = self.path_of(name);
        let aside = self.path_of(&format!("{name}.new"));
        // What a crashed writer left never got its name, so nothing is lost with it.
        files::remove_leftover(&aside).map_err(FileError::io("remove", &aside))?;
        let written = self.disk.write_new(&aside, bytes);
        written.map_err(FileError::io("write", &aside))?;
        self.disk.rename(&aside, &path).map_err(FileError::io("replace", &path))?;
        self.disk.sync_folder(&self.path).map_err(FileError::io("sync", &self.path))
    }

    /// Gives a file another name, in place of whatever had it. It is safe on disk with the next
    /// [`replace`](Self::replace).
    pub(super) fn rename(&self, from: &str, to: &str, _: &Lock) -> Result<(), FileError> {
        let (from, to) = (self.path_of(from), self.path_of(to));
        self.disk.rename(&from, &to).map_err(FileError::io("rename", &from))
    }

    /// As [`replace`](Self::replace), for what is of no use after a power cut: nothing waits for the disk, and such a cut
    /// may leave anything under the name.
    pub(super) fn jot(&self, name: &str, bytes: &[u8], _: &Lock) -> Result<(), FileError> {
        let path = self.path_of(name);
        let aside = self.path_of(&format!("{name}.new"));
        files::remove_leftover(&aside).map_err(FileError::io("remove", &aside))?;
        files::write_new_unsynced(&aside, bytes).map_err(FileError::io("write", &aside))?;
        std::fs::rename(&aside, &path).map_err(FileError::io("replace", &path))
    }

    /// When a file was last written, to the second.
    pub(super) fn modified(&self, name: &str) -> Result<UnixTime, FileError> {
        let path = self.path_of(name);
        let metadata = path.symlink_metadata().map_err(FileError::io("look at", &path))?;
        Ok(UnixTime::from_secs(u64::try_from(metadata.mtime()).unwrap_or_default()))
    }
}

/// The vault's identity, which the passphrase opens.
pub(super) const IDENTITY: &str = "identity.age";
/// The entries, which the identity opens.
pub(super) const VAULT: &str = "vault.age";
/// Further recipients of the entries.
pub(super) const RECIPIENTS: &str = "recipients.txt";
/// The file whose kernel lock a writer holds. It is empty.
pub(super) const LOCK: &str = "lock";

#[derive(Debug)]
pub(super) struct SystemDisk;

impl Disk for SystemDisk {
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        files::write_new(path, bytes)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        files::sync_folder(path)
    }
}
