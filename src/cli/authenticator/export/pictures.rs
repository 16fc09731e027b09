//! QR codes as files in a folder, all of them or none. Each is as secret as what is in it.

use std::collections::HashSet;
use std::path::Path;

use zeroize::Zeroizing;

use super::Image;
use super::place::new_folder;
use super::shipment::{Shipment, Written};
use crate::cli::failure::{Exit, Failure};
use crate::cli::table::{counted, printable};
use crate::files;
use crate::qr::QrCode;

/// A picture to be made.
pub(super) struct Picture {
    /// What it is called; it comes from outside, and may be anything.
    pub(super) label: String,
    pub(super) text: Zeroizing<String>,
}

/// Makes a folder with a file for each picture, and says so.
pub(super) fn write(shipment: &Shipment<'_>, folder: &Path, image: Image, pictures: &[Picture]) -> Result<(), Failure> {
    let mut codes = Vec::with_capacity(pictures.len());
    for picture in pictures {
        codes.push(QrCode::encode(&picture.text).map_err(|error| {
            let failure = Failure::from_error(Exit::Failed, &error);
            let message = format!("`{}` cannot be drawn: {}", printable(&picture.label), failure.message);
            Failure { message, ..failure }.hint("`--format uri` has no such limit")
        })?);
    }
    let names = names(pictures.iter().map(|picture| picture.label.as_str()), image);
    files::create_folder(folder, names.iter().cloned().zip(codes.iter().map(|code| image.draw(code))))
        .map_err(|error| new_folder(&error))?;
    shipment.say_written(&format!(
        "as {} into {}, readable for you alone; delete it when they are scanned",
        counted(names.len(), "picture"),
        folder.display()
    ));
    shipment.report(Written { folder: Some(folder), files: Some(&names), ..Written::default() })
}

impl Image {
    fn draw(self, code: &QrCode) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Png => code.to_png(),
            Self::Svg => Zeroizing::new(code.to_svg().as_bytes().to_vec()),
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
        }
    }
}

/// A file name for each label, all different, also where case does not count.
fn names<'a>(labels: impl Iterator<Item = &'a str>, image: Image) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::new();
    let mut name = |label: &str| {
        let stem = stem(label);
        let numbered = (2_u64..).map(|number| format!("{stem}-{number}"));
        let free = std::iter::once(stem.clone()).chain(numbered).find(|name| taken.insert(name.to_lowercase()));
        format!("{}.{}", free.unwrap_or(stem), image.extension())
    };
    labels.map(&mut name).collect()
}

/// A label without what means something in a path, to a shell, or on the screen: letters, digits and a few signs are left.
fn stem(label: &str) -> String {
    let mut stem = String::new();
    for character in label.chars() {
        let plain = character.is_alphanumeric() || matches!(character, '.' | '_' | '@' | '+');
        if stem.len() + character.len_utf8() > MAX_STEM_BYTES {
            break;
        }
        if plain {
            stem.push(character);
        } else if !stem.ends_with('-') {
            stem.push('-');
        }
    }
    // A dot in front hides a file, and a dash there is an option.
    let stem = stem.trim_start_matches(['.', '-']).trim_end_matches('-');
    if stem.is_empty() { "entry".to_owned() } else { stem.to_owned() }
}

/// Most file systems take 255 bytes, encrypted ones 143; the number and the extension come on top.
const MAX_STEM_BYTES: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_becomes_a_name_that_stays_in_its_folder() {
        for (label, expected) in [
            ("GitHub:alice@example.com", "GitHub-alice@example.com.svg"),
            ("../../etc/passwd", "etc-passwd.svg"),
            ("/etc/passwd", "etc-passwd.svg"),
            ("..", "entry.svg"),
            ("", "entry.svg"),
            ("-rf *", "rf.svg"),
            (".ssh/authorized_keys", "ssh-authorized_keys.svg"),
            ("a\0b\nc\\d", "a-b-c-d.svg"),
            ("\u{202e}gnp.exe", "gnp.exe.svg"),
            ("카카오:민수", "카카오-민수.svg"),
            ("arn:aws:iam::123456789012:mfa/alice", "arn-aws-iam-123456789012-mfa-alice.svg"),
        ] {
            assert_eq!(names([label].into_iter(), Image::Svg), [expected], "{label:?}");
        }
    }

    #[test]
    fn a_long_label_is_cut_between_characters() {
        let name = &names(["가".repeat(200).as_str()].into_iter(), Image::Png)[0];
        assert_eq!(*name, format!("{}.png", "가".repeat(33)));
    }

    #[test]
    fn labels_that_would_meet_in_one_name_are_numbered() {
        let labels = ["a/b", "a:b", "A b", "a-b-2", "c"];
        assert_eq!(
            names(labels.into_iter(), Image::Png),
            ["a-b.png", "a-b-2.png", "A-b-3.png", "a-b-2-2.png", "c.png"]
        );
    }
}
