//! QR codes read back with other people's programs.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

/// The text of the one QR code in a picture that ImageMagick knows (PNG, …), as `zbarimg` reads it.
///
/// It looks for black on white only, so a picture with the colours swapped is not read.
pub fn scan(picture: &[u8]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("picture.png");
    std::fs::write(&file, picture).unwrap();
    let options = ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"].map(OsStr::new);
    let text = String::from_utf8(run("zbarimg", "zbar-tools", options.into_iter().chain([file.as_os_str()]))).unwrap();
    text.strip_suffix('\n').expect("zbarimg ends a text with a line end").to_owned()
}

/// The pixels that a browser or an image viewer would show for an SVG picture, as a PNG picture.
pub fn rasterise(svg: &str) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("picture.svg");
    std::fs::write(&file, svg).unwrap();
    run("rsvg-convert", "librsvg2-bin", [OsStr::new("--format=png"), file.as_os_str()])
}

/// What a program writes to stdout; the test fails where it is not installed or fails itself.
fn run<'a>(program: &str, package: &str, arguments: impl IntoIterator<Item = &'a OsStr>) -> Vec<u8> {
    let output = match Command::new(Path::new(program)).args(arguments).output() {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            panic!("`{program}` is not installed, and this test reads pictures with it: apt-get install {package}")
        }
        Err(error) => panic!("cannot run `{program}`: {error}"),
    };
    assert!(
        output.status.success(),
        "`{program}` made nothing of the picture: {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}
