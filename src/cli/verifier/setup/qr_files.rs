//! QR codes as files. Each is as secret as the shared secret in it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::cli::failure::{Exit, Failure, failed};
use crate::qr::QrCode;

/// Writes a new PNG file that only its owner can read.
pub(in crate::cli) fn write_png(code: &QrCode, path: &Path) -> Result<(), Failure> {
    write_new(path, |file| file.write_all(&code.to_png()))
}

/// Writes a new SVG file that only its owner can read.
pub(in crate::cli) fn write_svg(code: &QrCode, path: &Path) -> Result<(), Failure> {
    write_new(path, |file| file.write_all(code.to_svg().as_bytes()))
}

/// Makes the file and fills it. A file or symbolic link that stands there already is left as it is, and after an error
/// no part of the new one stays behind.
///
/// It is not written aside and renamed: a process killed in between would leave the secret under a name that nobody
/// looks for.
fn write_new(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), Failure> {
    let mut file = create(path)?;
    fill(&mut file).and_then(|()| file.sync_all()).map_err(|error| {
        // The error to tell is the first one.
        let _ = std::fs::remove_file(path);
        failed(cannot_write(path))(error)
    })
}

/// `O_EXCL` refuses whatever has the name already, symbolic links included, wherever they lead.
fn create(path: &Path) -> Result<File, Failure> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::new(Exit::Failed, format!("`{}` exists already", path.display()))
            .hint("a QR code is never written over another file; remove it or choose another name"),
        _ => failed(cannot_write(path))(error),
    })
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write `{}`", path.display())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    const TEXT: &str = "otpauth://totp/jane?secret=GEZDGNBVGY3TQOJQ";

    #[test]
    fn a_new_file_holds_the_picture_and_only_its_owner_can_read_it() {
        let (dir, code) = (tempfile::tempdir().unwrap(), QrCode::encode(TEXT).unwrap());
        let (png, svg) = (dir.path().join("code.png"), dir.path().join("code.svg"));
        write_png(&code, &png).unwrap();
        write_svg(&code, &svg).unwrap();
        assert_eq!(std::fs::read(&png).unwrap(), *code.to_png());
        assert_eq!(std::fs::read_to_string(&svg).unwrap(), *code.to_svg());
        for file in [png, svg] {
            assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o7777, 0o600);
        }
    }

    #[test]
    fn a_file_that_exists_is_refused_and_stays_as_it_is() {
        let (dir, code) = (tempfile::tempdir().unwrap(), QrCode::encode(TEXT).unwrap());
        let path = dir.path().join("code.png");
        std::fs::write(&path, "a photograph").unwrap();
        let failure = write_png(&code, &path).unwrap_err();
        assert_eq!(failure.exit, Exit::Failed);
        assert_eq!(failure.message, format!("`{}` exists already", path.display()));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a photograph");
    }

    #[test]
    fn a_symbolic_link_is_refused_and_not_followed() {
        let (dir, code) = (tempfile::tempdir().unwrap(), QrCode::encode(TEXT).unwrap());
        let (path, target) = (dir.path().join("code.svg"), dir.path().join("elsewhere.svg"));
        symlink(&target, &path).unwrap();
        let failure = write_svg(&code, &path).unwrap_err();
        assert_eq!(failure.message, format!("`{}` exists already", path.display()));
        assert!(!target.exists());
        assert_eq!(std::fs::read_link(&path).unwrap(), target);
    }

    #[test]
    fn a_folder_that_does_not_exist_is_named_in_the_failure() {
        let (dir, code) = (tempfile::tempdir().unwrap(), QrCode::encode(TEXT).unwrap());
        let path = dir.path().join("none/code.png");
        let failure = write_png(&code, &path).unwrap_err();
        let expected = format!("cannot write `{}`: No such file or directory (os error 2)", path.display());
        assert_eq!(failure.message, expected);
    }

    #[test]
    fn nothing_half_written_stays_behind_after_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("code.png");
        let failure = write_new(&path, |file| {
            file.write_all(b"half a pict")?;
            Err(io::ErrorKind::StorageFull.into())
        })
        .unwrap_err();
        assert_eq!(failure.message, format!("cannot write `{}`: no storage space", path.display()));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
