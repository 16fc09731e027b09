//! QR codes read from pictures: the bytes of a PNG, JPEG, WebP, GIF, BMP or SVG file give the texts of the codes in it.
//!
//! A picture comes from anybody: what it may cost is bounded by its pixels and by what is looked at in it, never by a
//! clock, so that one picture always gives one answer. `docs/qr-reading.md` has the limits and the measurements.

mod detect;
mod gray;
mod islands;
mod layer;
mod looks;
mod raster;
mod svg;
mod text;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use thiserror::Error;
use zeroize::Zeroizing;

use self::detect::Found;
use self::layer::Layer;
use self::svg::Drawing;
use super::PictureFormat;

pub use self::text::TextProblem;

/// The most pixels that a picture may have: 64 megapixels, more than a phone's camera makes.
pub const MAX_PIXELS: u64 = 64_000_000;

/// The longest side that a picture may have, in pixels.
pub const MAX_SIDE: u32 = 32_768;

/// What the QR codes in a picture say.
#[derive(Clone, Default)]
pub struct Codes {
    /// The texts, each once. Of codes that are found in the same way the upper one comes first.
    pub texts: Vec<Zeroizing<String>>,
    /// What is wrong with the codes that were found and give no text, one for each.
    pub problems: Vec<TextProblem>,
}

impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Codes({} texts, {:?})", self.texts.len(), self.problems)
    }
}

/// Reads all QR codes in a picture.
///
/// A picture without a code is no error: there are no texts then. Of an animation the first frame is looked at.
/// A code may be upside down, mirrored, light on dark, blurred, in perspective or without its quiet zone;
/// not all such codes are found.
///
/// # Errors
/// [`ScanError`] if this is no picture that can be read.
pub fn scan(picture: &[u8]) -> Result<Codes, ScanError> {
    let mut found = Found::default();
    match svg::text_of(picture) {
        Some(text) => look_at_drawing(&text?, &mut found)?,
        None => looks::at(&[careful(|| raster::read(picture))?], &mut found),
    }
    Ok(found.into_codes())
}

/// Looks at a drawing and the pictures in it. In one size or the other some kinds of modules are not seen as such.
fn look_at_drawing(text: &str, found: &mut Found) -> Result<(), ScanError> {
    let drawing = careful(|| Drawing::read(text))?;
    for size in [1.0, 0.7] {
        let drawn = careful(|| drawing.draw(size))?;
        let embedded = drawn.pictures.iter().filter_map(|picture| careful(|| raster::read(picture)).ok());
        let layers: Vec<Layer> = std::iter::once(drawn.layer).chain(embedded).collect();
        looks::at(&layers, found);
        if !found.is_empty() {
            break;
        }
    }
    Ok(())
}

/// What is beneath has panicked on hostile input before, and may again.
fn careful<T>(work: impl FnOnce() -> Result<T, ScanError>) -> Result<T, ScanError> {
    guarded(work).unwrap_or_else(|| Err(ScanError::Damaged("its reader gave up".to_owned())))
}

/// Why a picture gives no texts. No variant holds anything of a code's content.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ScanError {
    /// It is something else.
    #[error("it is no PNG, JPEG, WebP, GIF, BMP or SVG image")]
    NotAnImage,
    /// It is a picture in a format that is known and not read.
    #[error("it is {}, which is not read; make a PNG of it, such as a screenshot", .0.name())]
    NotRead(PictureFormat),
    /// It has more pixels than are read.
    #[error("the image has {width} x {height} pixels, and at most 64 megapixels and 32768 a side are read")]
    TooLarge {
        /// Pixels from left to right.
        width: u32,
        /// Pixels from top to bottom.
        height: u32,
    },
    /// It takes more memory than is allowed.
    #[error("the image takes more than 1 GiB of memory to read")]
    TooCostly,
    /// It is a drawing that would take too much work, or one that refers to itself.
    #[error("the drawing refers to itself, or takes more work than is allowed; make a PNG of it, such as a screenshot")]
    TooComplex,
    /// It begins as an image does and goes wrong.
    #[error("the image is damaged: {0}")]
    Damaged(String),
}

fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
