//! What has to have a name before it is whole.
//!
//! A process that is killed leaves it behind, with every secret that is in it. So its name says what it is, each file or
//! folder has only one such name beside it, and whoever next wants to make that file or folder removes what is there. The
//! kernel's lock tells whether its maker lives; a number of a process in the name would not, because in two containers
//! it is often the same.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, OFlags, statat, unlinkat};

use super::FileError;

/// A file or folder of the owner's alone that is being made, under a lock. It is removed when this is dropped.
#[derive(Debug)]
pub(super) struct Unfinished {
    path: PathBuf,
    /// The file or folder itself, locked.
    handle: File,
    named: bool,
}

/// What is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
}

impl Unfinished {
    /// A new file, empty.
    pub(super) fn file(path: &Path) -> Result<Self, FileError> {
        Self::begin(path, Kind::File)
    }

    /// A new folder, empty.
    pub(super) fn folder(path: &Path) -> Result<Self, FileError> {
        Self::begin(path, Kind::Folder)
    }

    fn begin(path: &Path, kind: Kind) -> Result<Self, FileError> {
        let aside = name_of(path);
        // Each round is lost to another process that is making the same thing.
        for _ in 0..ROUNDS {
            match kind.make(&aside) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    clear(&aside, kind)?;
                    continue;
                }
                made => made.map_err(FileError::io("make", path))?,
            }
            let handle = match kind.open(&aside) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                opened => opened.map_err(FileError::io("make", path))?,
            };
            // Where the file system has no locks, what is left behind cannot be told from what is in use, and is not removed.
            let _ = handle.lock();
            if is_at(&handle, &aside) {
                return Ok(Self { path: aside, handle, named: false });
            }
        }
        Err(FileError::InUse { path: aside })
    }

    /// Where it is until it gets its name.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes all of a file.
    pub(super) fn write(&mut self, contents: &[u8]) -> io::Result<()> {
        self.handle.write_all(contents)?;
        self.handle.sync_all()
    }

    /// Gives it its name by `name`, which is told where it is.
    pub(super) fn name(mut self, name: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
        name(&self.path)?;
        self.named = true;
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.named {
            // The error to tell is the one that led here.
            let _ = remove(&self.handle, &self.path);
        }
    }
}

const ROUNDS: usize = 100;

/// Removes what an interrupted process has left where the file or folder `path` was to be made, and gives its name, if there
/// is anything.
///
/// # Errors
/// [`FileError::InUse`] if a process that lives is making it, and [`FileError::InTheWay`] if something has that name that need
/// not be a leftover.
pub fn clear_unfinished(path: &Path) -> Result<Option<PathBuf>, FileError> {
    let aside = name_of(path);
    Ok(clear(&aside, Kind::Folder)?.then_some(aside))
}

/// As [`clear_unfinished`] for what is to be a file: one that another process is writing is waited for, as that takes a
/// moment.
pub(super) fn clear_unfinished_file(path: &Path) -> Result<(), FileError> {
    clear(&name_of(path), Kind::File).map(|_| ())
}

/// The name beside `path` that it has until it is whole.
fn name_of(path: &Path) -> PathBuf {
    // Without the slash that a shell's completion adds, behind which a name beside it would lie inside it.
    let mut name = path.components().collect::<PathBuf>().into_os_string();
    name.push(".vmfa-unfinished");
    PathBuf::from(name)
}

/// Removes a leftover, or gives `false` if there is none. What another process is making is waited for if it is a file.
fn clear(aside: &Path, kind: Kind) -> Result<bool, FileError> {
    let in_the_way = || FileError::InTheWay { path: aside.to_owned() };
    // Where not even a name can be looked at, whoever makes something there says why.
    if aside.symlink_metadata().is_err() {
        return Ok(false);
    }
    // NFS locks a file only for who may write it.
    let opened = open(aside, OFlags::RDWR).or_else(|error| match error.kind() {
        io::ErrorKind::IsADirectory => open(aside, OFlags::RDONLY),
        _ => Err(error),
    });
    let handle = match opened {
        Ok(handle) => handle,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(_) => return Err(in_the_way()),
    };
    if !is_ours(&handle) {
        return Err(in_the_way());
    }
    match handle.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) if kind == Kind::File => handle.lock().map_err(FileError::io("lock", aside))?,
        Err(TryLockError::WouldBlock) => return Err(FileError::InUse { path: aside.to_owned() }),
        Err(TryLockError::Error(_)) => return Err(in_the_way()),
    }
    // It may have got its name while it was waited for.
    if !is_at(&handle, aside) {
        return Ok(false);
    }
    remove(&handle, aside).map_err(|_| in_the_way())?;
    Ok(true)
}

/// Whether a file or folder is the owner's alone, as all are that are made here.
fn is_ours(handle: &File) -> bool {
    handle.metadata().is_ok_and(|metadata| {
        (metadata.is_dir() || metadata.is_file())
            && metadata.uid() == rustix::process::geteuid().as_raw()
            && metadata.mode() & 0o077 == 0
    })
}

/// Whether the path leads to what is open.
fn is_at(handle: &File, path: &Path) -> bool {
    match (handle.metadata(), path.symlink_metadata()) {
        (Ok(open), Ok(there)) => (open.dev(), open.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Removes the file or folder at `path`, which is open. A folder with anything else in it than files as they are made here
/// is left as it is.
fn remove(handle: &File, path: &Path) -> io::Result<()> {
    if handle.metadata()?.is_file() {
        return fs::remove_file(path);
    }
    let mut names = Vec::new();
    for entry in Dir::read_from(handle)? {
        let name = entry?.file_name().to_owned();
        if name.as_c_str() == c"." || name.as_c_str() == c".." {
            continue;
        }
        let file = statat(handle, &name, AtFlags::SYMLINK_NOFOLLOW)?;
        if FileType::from_raw_mode(file.st_mode) != FileType::RegularFile || file.st_mode & 0o077 != 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        names.push(name);
    }
    for name in names {
        unlinkat(handle, &name, AtFlags::empty())?;
    }
    fs::remove_dir(path)
}

impl Kind {
    fn make(self, path: &Path) -> io::Result<()> {
        match self {
            Self::File => OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(|_| ()),
            Self::Folder => fs::DirBuilder::new().mode(0o700).create(path),
        }
    }

    fn open(self, path: &Path) -> io::Result<File> {
        match self {
            Self::File => open(path, OFlags::WRONLY),
            Self::Folder => open(path, OFlags::RDONLY),
        }
    }
}

/// Opens what is there, but neither through a link nor waiting for whoever writes into a pipe.
fn open(path: &Path, access: OFlags) -> io::Result<File> {
    let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, rustix::fs::Mode::empty())?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::create_folder;

    #[test]
    fn what_is_being_made_is_locked_and_is_removed_unless_it_gets_its_name() {
        for begin in [Unfinished::file, Unfinished::folder] {
            let dir = tempfile::tempdir().unwrap();
            let (path, aside) = (dir.path().join("new"), dir.path().join("new.vmfa-unfinished"));
            let making = begin(&path).unwrap();
            assert_eq!(making.path(), aside);
            assert!(matches!(File::open(&aside).unwrap().try_lock(), Err(TryLockError::WouldBlock)));
            assert!(matches!(clear_unfinished(&path).unwrap_err(), FileError::InUse { path } if path == aside));
            assert!(matches!(create_folder(&path, []).unwrap_err(), FileError::InUse { .. }));
            drop(making);
            assert!(!aside.exists());
            begin(&path).unwrap().name(|aside| fs::rename(aside, &path)).unwrap();
            assert!(path.exists() && !aside.exists());
        }
    }

    #[test]
    fn where_nothing_can_be_there_is_nothing_in_the_way() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("file"), "").unwrap();
        let long = "n".repeat(250);
        for path in ["file/child", "none/child", &long] {
            assert!(clear_unfinished(&dir.path().join(path)).unwrap().is_none(), "{path}");
        }
        // Without a name of its own until it is whole, a file may have any name that the file system takes.
        #[cfg(target_os = "linux")]
        crate::files::create(&dir.path().join(long), b"contents").unwrap();
    }

    #[test]
    fn a_slash_at_the_end_does_not_lead_into_the_folder() {
        assert_eq!(name_of(Path::new("a/b/")), Path::new("a/b.vmfa-unfinished"));
    }
}
