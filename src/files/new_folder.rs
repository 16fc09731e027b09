use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::unfinished::Unfinished;
use super::{FileError, sync_folder, sync_folder_of, write_new};

/// Checks that a folder can be made at `path`: nothing is there, or an empty folder.
///
/// # Errors
/// [`FileError`] if something is there (a link is something, wherever it leads), or if it cannot be looked at.
pub fn refuse_taken_folder(path: &Path) -> Result<(), FileError> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(FileError::io("look at", path)(error)),
    };
    if metadata.is_symlink() {
        return Err(FileError::Symlink { path: path.to_owned() });
    }
    if !metadata.is_dir() {
        return Err(FileError::NotAFolder { path: path.to_owned() });
    }
    let mut content = fs::read_dir(path).map_err(FileError::io("look into", path))?;
    if content.next().is_some() { Err(FileError::NotEmpty { path: path.to_owned() }) } else { Ok(()) }
}

/// Makes a folder of mode 0700 with these files of mode 0600 in it, safe on disk when this returns.
///
/// The folder appears with all of them or not at all, also to another process and after a crash: it is filled under another
/// name beside its own and renamed. An empty folder that has the name gives its place up. What a killed process leaves under
/// that other name is removed by the next call for the same folder, or by [`clear_unfinished`](super::clear_unfinished).
///
/// # Errors
/// [`FileError`] as for [`refuse_taken_folder`], if another process is making the same folder, if a name is not that of a
/// file in the folder, or if something cannot be written.
pub fn create_folder(
    path: &Path,
    files: impl IntoIterator<Item = (String, Zeroizing<Vec<u8>>)>,
) -> Result<(), FileError> {
    // Without the slash that a shell's completion adds.
    let path: PathBuf = path.components().collect();
    refuse_taken_folder(&path)?;
    if path.file_name().is_none() {
        return Err(FileError::io("make", &path)(io::Error::new(io::ErrorKind::InvalidInput, "it has no name")));
    }
    let aside = Unfinished::folder(&path)?;
    fill(aside.path(), files)?;
    aside.name(|aside| fs::rename(aside, &path)).map_err(FileError::io("make", &path))?;
    sync_folder_of(&path).map_err(FileError::io("sync", &path))
}

fn fill(folder: &Path, files: impl IntoIterator<Item = (String, Zeroizing<Vec<u8>>)>) -> Result<(), FileError> {
    for (name, contents) in files {
        let path = folder.join(&name);
        if path.parent() != Some(folder) || path.file_name().is_none_or(|file| file != name.as_str()) {
            let error = io::Error::new(io::ErrorKind::InvalidInput, "it is not the name of a file in the folder");
            return Err(FileError::io("write", Path::new(&name))(error));
        }
        write_new(&path, &contents).map_err(FileError::io("write", &path))?;
    }
    sync_folder(folder).map_err(FileError::io("sync", folder))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn files(names: &[&str]) -> Vec<(String, Zeroizing<Vec<u8>>)> {
        names.iter().map(|name| ((*name).to_owned(), Zeroizing::new(name.as_bytes().to_vec()))).collect()
    }

    fn content(path: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_or_empty_folder_gets_all_the_files_and_is_the_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("empty")).unwrap();
        for name in ["new", "empty", "slash/"] {
            let path = dir.path().join(name);
            create_folder(&path, files(&["a", "b.png"])).unwrap();
            assert_eq!(content(&path), ["a", "b.png"], "{name}");
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o700);
            assert_eq!(fs::metadata(path.join("a")).unwrap().permissions().mode() & 0o7777, 0o600);
        }
        assert_eq!(content(dir.path()), ["empty", "new", "slash"]);
    }

    #[test]
    fn what_is_there_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let (full, file, link) = (dir.path().join("full"), dir.path().join("file"), dir.path().join("link"));
        fs::create_dir(&full).unwrap();
        fs::write(full.join("kept"), "kept").unwrap();
        fs::write(&file, "kept").unwrap();
        symlink(dir.path().join("elsewhere"), &link).unwrap();
        let error = |path| create_folder(path, files(&["a"])).unwrap_err();
        assert!(matches!(error(&full), FileError::NotEmpty { .. }));
        assert!(matches!(error(&file), FileError::NotAFolder { .. }));
        assert!(matches!(error(&link), FileError::Symlink { .. }));
        assert!(matches!(error(Path::new("..")), FileError::NotEmpty { .. }));
        assert!(matches!(error(&dir.path().join("none/new")), FileError::Io { .. }));
        assert_eq!(
            (content(dir.path()), content(&full)),
            (vec!["file".into(), "full".into(), "link".into()], vec!["kept".into()])
        );
    }

    #[test]
    fn one_file_that_cannot_be_written_leaves_no_folder_behind() {
        let dir = tempfile::tempdir().unwrap();
        for bad in ["../a", "/tmp/a", "b/a", "", ".", "..", "a", "a/"] {
            let error = create_folder(&dir.path().join("new"), files(&["a", bad])).unwrap_err();
            assert!(matches!(error, FileError::Io { doing: "write", .. }), "{bad}: {error:?}");
            assert_eq!(content(dir.path()), Vec::<String>::new(), "{bad}");
        }
    }
}
