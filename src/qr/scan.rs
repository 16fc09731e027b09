//! QR codes read from pictures: the bytes of a PNG, JPEG, WebP or GIF file give the texts of the codes in it.
//!
//! A picture comes from anybody: what it may cost is bounded by its pixels and by what is looked at in it, never by a
//! clock, so that one picture always gives one answer. `docs/qr-reading.md` has the limits and the measurements.

mod detect;
mod gray;
mod islands;
mod picture;
mod text;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use thiserror::Error;
use zeroize::Zeroizing;

use self::detect::Found;
use self::gray::Gray;

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
    // What is beneath has panicked on hostile input before, and may again.
    let gray =
        guarded(|| picture::read(picture)).unwrap_or(Err(ScanError::Damaged("its reader gave up".to_owned())))?;
    let gray = gray.shrunk_to(LARGEST);
    let mut found = Found::default();
    easy(&gray, &mut found);
    if found.is_empty() {
        hard(&gray, &mut found);
    }
    Ok(found.into_codes())
}

/// Why a picture gives no texts. No variant holds anything of a code's content.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ScanError {
    /// It is something else.
    #[error("it is no PNG, JPEG, WebP or GIF image")]
    NotAnImage,
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
    /// It begins as an image does and goes wrong.
    #[error("the image is damaged: {0}")]
    Damaged(String),
}

/// What finds nearly every code. All of it is done, for the codes of one picture need not be of one kind.
fn easy(gray: &Gray, found: &mut Found) {
    let whole = gray.stretched(0);
    // Where a page has little that is light, its light tones are the outliers: both ways are tried.
    let clipped = gray.stretched(100);
    for start in [Some(&whole), Some(&clipped).filter(|clipped| **clipped != whole)].into_iter().flatten() {
        both_polarities(start, found, &|gray, found| found.look(&gray.binarized_in_blocks()));
        let mut smaller = start.halved();
        while let Some(level) = smaller.filter(|level| level.pixels() >= SMALLEST) {
            both_polarities(&level, found, &|gray, found| found.look(&gray.binarized_in_blocks()));
            smaller = level.halved();
        }
    }
    let page = whole.shrunk_to(LARGE);
    both_polarities(&page, found, &|gray, found| {
        found.look(&gray.bordered(8).binarized_around(16));
        for island in islands::cut_out(gray) {
            found.look(&island.binarized_in_blocks());
        }
    });
}

/// What finds a few more and costs more: only for a picture in which nothing was found.
fn hard(gray: &Gray, found: &mut Found) {
    let level = gray.stretched(100).shrunk_to(MEDIUM);
    both_polarities(&level, found, &|gray, found| {
        let bordered = gray.bordered(8);
        found.look(&bordered.sharpened(4).binarized());
        found.look(&bordered.binarized_around(8));
        // A finder pattern cut in half by the picture's edge is made whole by its own reflection.
        for hidden in [0, 4] {
            found.look(&gray.reflected(hidden).binarized_in_blocks());
        }
    });
    if level.pixels() <= SMALL {
        let doubled = level.bordered(8).doubled();
        both_polarities(&doubled, found, &|gray, found| {
            found.look(&gray.sharpened(8).binarized());
            found.look(&gray.binarized_in_blocks());
        });
    }
}

/// Looks at the picture, and at its negative.
fn both_polarities(gray: &Gray, found: &mut Found, look: &dyn Fn(&Gray, &mut Found)) {
    for gray in [None, Some(gray.negative())].iter().map(|negative| negative.as_ref().unwrap_or(gray)) {
        // A panic costs what this look would have found, and nothing that was found before.
        let _ = guarded(|| look(gray, found));
    }
}

fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// Below this a picture is not halved further: the smallest code has 21 modules of a pixel.
const SMALLEST: usize = 40 * 40;
/// Pixels of the largest picture that is doubled.
const SMALL: usize = 700_000;
/// Pixels at which the costly looks are taken: a screen of 1920 by 1080.
const MEDIUM: usize = 2_100_000;
/// Pixels at which the other ones are taken: a screen of 3840 by 2160.
const LARGE: usize = 8_300_000;
/// Pixels at which any look is taken: two such screens side by side. A larger picture is a camera's.
const LARGEST: usize = 16_600_000;
