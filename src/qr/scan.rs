//! QR codes read from pictures: the bytes of a PNG, JPEG, WebP, GIF, BMP or SVG file give the texts of the codes in it.
//!
//! A picture comes from anybody: what it may cost is bounded by its pixels and by what is looked at in it, never by a
//! clock, so that one picture always gives one answer. `docs/qr-reading.md` has the limits and the measurements.

mod animation;
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

use self::animation::Animation;
use self::detect::Found;
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
    /// How many frames of an animation, or pictures in a drawing, were not looked at: they are damaged, or all of them
    /// together are more than is looked at.
    pub unseen: usize,
}

impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Codes({} texts, {:?}, {} unseen)", self.texts.len(), self.problems, self.unseen)
    }
}

/// Reads all QR codes in a picture.
///
/// A picture without a code is no error: there are no texts then. An animation is one picture with the codes of its frames.
/// A code may be upside down, mirrored, light on dark, blurred, in perspective or without its quiet zone;
/// not all such codes are found.
///
/// # Errors
/// [`ScanError`] if this is no picture that can be read.
pub fn scan(picture: &[u8]) -> Result<Codes, ScanError> {
    let mut found = Found::default();
    let unseen = match svg::text_of(picture) {
        Some(text) => look_at_drawing(&text?, &mut found)?,
        None => look_at_picture(picture, &mut found)?,
    };
    Ok(Codes { unseen, ..found.into_codes() })
}

/// Looks at a picture, or at the frames of one that moves. Like its relatives it says how many were not looked at.
fn look_at_picture(file: &[u8], found: &mut Found) -> Result<usize, ScanError> {
    let still = careful(|| raster::read(file, MAX_PIXELS))?;
    match Animation::of(file, &still) {
        Some(animation) => {
            looks::likely(&still, found);
            Ok(animation.look(still, found))
        }
        None => {
            looks::at(&[still], found);
            Ok(0)
        }
    }
}

/// Looks at a drawing and the pictures in it.
fn look_at_drawing(text: &str, found: &mut Found) -> Result<usize, ScanError> {
    let drawing = careful(|| Drawing::read(text))?;
    let drawn = careful(|| drawing.draw(1.0))?;
    let (mut layers, mut pixels, mut unseen) = (vec![drawn.layer], MAX_PIXELS, drawn.pictures_left_out);
    for picture in drawn.pictures {
        match careful(|| raster::read(&picture, pixels)) {
            Ok(layer) => {
                pixels -= layer.pixels();
                layers.push(layer);
            }
            Err(_) => unseen += 1,
        }
    }
    looks::at(&layers, found);
    if found.is_empty() {
        // In one size or the other some kinds of modules are not seen as such.
        looks::at(&[careful(|| drawing.draw(0.7))?.layer], found);
    }
    Ok(unseen)
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
    #[error("the image takes more than 768 MiB of memory to read")]
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
