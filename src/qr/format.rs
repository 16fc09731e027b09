//! What kind of picture a file is, by its first bytes.

/// A kind of file that shows people QR codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PictureFormat {
    /// Portable Network Graphics, animated or not.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF, animated or not.
    Gif,
    /// WebP, animated or not.
    WebP,
    /// Windows bitmap.
    Bmp,
    /// Scalable Vector Graphics.
    Svg,
    /// TIFF, which scanners write.
    Tiff,
    /// HEIC, in which iPhones keep photographs.
    Heic,
    /// AVIF.
    Avif,
    /// JPEG XL.
    JpegXl,
    /// Windows icon.
    Icon,
    /// Portable Document Format.
    Pdf,
    /// MPEG-4, QuickTime, Matroska or WebM.
    Video,
}

impl PictureFormat {
    /// The format of a file, whatever its name.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        Some(match bytes {
            [0x89, b'P', b'N', b'G', ..] => Self::Png,
            [0xff, 0xd8, 0xff, ..] => Self::Jpeg,
            [b'G', b'I', b'F', b'8', ..] => Self::Gif,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::WebP,
            // Two letters are too few: what follows is a length, four zeros, an offset, and the size of a header that there is.
            [b'B', b'M', _, _, _, _, 0, 0, 0, 0, _, _, _, _, 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0, ..] => {
                Self::Bmp
            }
            [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Self::Tiff,
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand {
                [b'a', b'v', b'i', b'f' | b's', ..] => Self::Avif,
                [b'h', b'e', b'i' | b'v', _, ..] | [b'm', b'i', b'f', b'1', ..] | [b'm', b's', b'f', b'1', ..] => {
                    Self::Heic
                }
                _ => Self::Video,
            },
            [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Self::JpegXl,
            [0, 0, 1, 0, 1..=64, 0, _, _, _, 0, ..] => Self::Icon,
            [b'%', b'P', b'D', b'F', b'-', ..] => Self::Pdf,
            [0x1a, 0x45, 0xdf, 0xa3, ..] => Self::Video,
            _ => return svg_root(bytes).map(|_| Self::Svg),
        })
    }

    /// What a person calls such a file, with its article.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Png => "a PNG picture",
            Self::Jpeg => "a JPEG picture",
            Self::Gif => "a GIF picture",
            Self::WebP => "a WebP picture",
            Self::Bmp => "a BMP picture",
            Self::Svg => "an SVG picture",
            Self::Tiff => "a TIFF picture",
            Self::Heic => "a HEIC picture",
            Self::Avif => "an AVIF picture",
            Self::JpegXl => "a JPEG XL picture",
            Self::Icon => "an icon",
            Self::Pdf => "a PDF file",
            Self::Video => "a video",
        }
    }

    /// Whether the feature `scan` reads it.
    #[must_use]
    pub const fn is_read(self) -> bool {
        match self {
            Self::Png | Self::Jpeg | Self::Gif | Self::WebP | Self::Bmp | Self::Svg => true,
            Self::Tiff | Self::Heic | Self::Avif | Self::JpegXl | Self::Icon | Self::Pdf | Self::Video => false,
        }
    }
}

/// Where the root element begins, if this is XML (Extensible Markup Language 1.0, section 2.8) whose root is `svg`.
pub(super) fn svg_root(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    loop {
        rest = rest.trim_ascii_start();
        rest = match rest {
            [b'<', b'?', ..] => after(rest, b"?>")?,
            [b'<', b'!', b'-', b'-', ..] => after(rest, b"-->")?,
            [b'<', b'!', b'D', ..] => after_document_type(rest)?,
            [b'<', element @ ..] => return is_svg(element).then_some(bytes.len() - rest.len()),
            _ => return None,
        };
    }
}

/// A declaration of the document's type may have an internal subset in brackets, with declarations in it.
fn after_document_type(text: &[u8]) -> Option<&[u8]> {
    let end = text.iter().position(|byte| matches!(byte, b'>' | b'['))?;
    if text.get(end) == Some(&b'[') { after(after(text.get(end..)?, b"]")?, b">") } else { text.get(end + 1..) }
}

fn is_svg(element: &[u8]) -> bool {
    let name = element.split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>')).next();
    // It may have the prefix of a namespace.
    name.and_then(|name| name.rsplit(|byte| *byte == b':').next()) == Some(b"svg")
}

fn after<'a>(text: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    let at = text.windows(mark.len()).position(|window| window == mark)?;
    text.get(at + mark.len()..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_told_by_its_root_element_whatever_stands_before_it() {
        for (text, at) in [
            ("<svg/>", Some(0)),
            ("<svg>", Some(0)),
            ("\u{feff}\n<?xml version='1.0'?><!-- <html> -->\n<svg width='1'>", Some(41)),
            ("<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"a.dtd\"><svg:svg xmlns:svg=\"x\">", Some(55)),
            ("<!DOCTYPE svg [<!ENTITY a \"<html>\">\n]><svg >", Some(38)),
            ("<svgz/>", None),
            ("<html><svg/></html>", None),
            ("<!DOCTYPE html><html>", None),
            ("<!-- <svg/>", None),
            ("<?xml", None),
            ("<", None),
            ("svg", None),
            ("", None),
        ] {
            assert_eq!(svg_root(text.as_bytes()), at, "{text}");
        }
    }

    #[test]
    fn two_letters_make_no_bitmap() {
        assert_eq!(PictureFormat::of(b"BMW:otpauth://totp/a?secret=GEZDGNBV"), None);
    }
}
