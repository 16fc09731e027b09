use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::unfinished::{Unfinished, clear_unfinished_file};
use super::{FileError, folder_of, sync_folder_of};

/// Makes a file of mode 0600 that did not exist before, with these contents, safe on disk when this returns.
///
/// The file appears whole or not at all, also to another process and after a crash. Where the system can do it, it has no
/// name until it is whole, so that nothing of it is left when the process is killed. Elsewhere it is written under
/// another name, which the next call for the same file or [`clear_unfinished`](super::clear_unfinished) removes.
///
/// # Errors
/// [`FileError`] if it exists or cannot be written.
pub fn create(path: &Path, contents: &[u8]) -> Result<(), FileError> {
    clear_unfinished_file(path)?;
    match link_unnamed(path, contents).map_err(FileError::io("make", path))? {
        Linked::Yes => {}
        Linked::NotHere => rename_named(path, contents)?,
    }
    sync_folder_of(path).map_err(FileError::io("sync", path))
}

enum Linked {
    Yes,
    /// The system or the file system cannot do it.
    NotHere,
}

/// Writes the file without a name and links it to its own.
#[cfg(target_os = "linux")]
fn link_unnamed(path: &Path, contents: &[u8]) -> io::Result<Linked> {
    use std::os::fd::AsRawFd;

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};
    use rustix::io::Errno;

    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    let Ok(file) = open(folder_of(path), flags, Mode::RUSR | Mode::WUSR) else { return Ok(Linked::NotHere) };
    let mut file = File::from(file);
    file.write_all(contents)?;
    file.sync_all()?;
    // By way of /proc, because AT_EMPTY_PATH asks older kernels for a capability.
    let unnamed = format!("/proc/self/fd/{}", file.as_raw_fd());
    match linkat(CWD, unnamed, CWD, path, AtFlags::SYMLINK_FOLLOW) {
        Ok(()) => Ok(Linked::Yes),
        Err(Errno::EXIST) => Err(Errno::EXIST.into()),
        Err(_) => Ok(Linked::NotHere),
    }
}

#[cfg(not(target_os = "linux"))]
fn link_unnamed(_: &Path, _: &[u8]) -> io::Result<Linked> {
    Ok(Linked::NotHere)
}

/// Writes the file under another name and renames it.
fn rename_named(path: &Path, contents: &[u8]) -> Result<(), FileError> {
    let mut aside = Unfinished::file(path)?;
    aside.write(contents).map_err(FileError::io("make", path))?;
    aside.name(|aside| rename_new(aside, path)).map_err(FileError::io("make", path))
}

/// Gives a file another name, which nothing may have yet.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;

        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            // NFS knows no such renaming.
            Err(Errno::INVAL | Errno::NOSYS) => {}
            renamed => return Ok(renamed?),
        }
    }
    fs::hard_link(from, to)?;
    fs::remove_file(from)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    type Way = fn(&Path, &[u8]) -> Result<(), FileError>;

    /// Both ways of making a file.
    const WAYS: [Way; 2] = [create, rename_named];

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_file_is_the_owners_alone_and_whole() {
        for way in WAYS {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("file");
            way(&path, b"contents").unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"contents");
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
            assert_eq!(names(dir.path()), ["file"]);
        }
    }

    #[test]
    fn what_has_the_name_is_refused_and_stays_as_it_is() {
        for way in WAYS {
            let dir = tempfile::tempdir().unwrap();
            let (file, link, folder) = (dir.path().join("file"), dir.path().join("link"), dir.path().join("folder"));
            fs::write(&file, "kept").unwrap();
            symlink(dir.path().join("elsewhere"), &link).unwrap();
            fs::create_dir(&folder).unwrap();
            for path in [&file, &link, &folder] {
                let error = way(path, b"contents").unwrap_err();
                let exists =
                    matches!(&error, FileError::Io { source, .. } if source.kind() == io::ErrorKind::AlreadyExists);
                assert!(exists, "{error:?}");
            }
            assert_eq!(names(dir.path()), ["file", "folder", "link"]);
            assert_eq!(fs::read(&file).unwrap(), b"kept");
        }
    }

    #[test]
    fn a_folder_that_does_not_exist_is_an_error() {
        for way in WAYS {
            let dir = tempfile::tempdir().unwrap();
            let error = way(&dir.path().join("none/file"), b"contents").unwrap_err();
            assert!(
                matches!(&error, FileError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound),
                "{error:?}"
            );
        }
    }

    #[test]
    fn of_many_that_make_one_file_at_once_one_succeeds_and_the_file_is_whole() {
        for way in WAYS {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("file");
            let contents = vec![7_u8; 100_000];
            let made = std::thread::scope(|scope| {
                let makers: Vec<_> = (0..16).map(|_| scope.spawn(|| way(&path, &contents).is_ok())).collect();
                makers.into_iter().map(|maker| maker.join().unwrap()).filter(|made| *made).count()
            });
            assert_eq!((made, names(dir.path())), (1, vec!["file".to_owned()]));
            assert_eq!(fs::read(&path).unwrap(), contents);
        }
    }
}
