//! QR codes (ISO/IEC 18004): a text as a picture for a terminal, in SVG and in PNG; and with the feature `scan`,
//! the texts in a picture.
//!
//! The text is most often an otpauth URI, so every picture is as secret as the shared secret in it:
//! what this module makes is wiped when dropped. The crates beneath it keep copies of their own while
//! they work, which are not.
//!
//! ```
//! use vmfa::qr::QrCode;
//! use vmfa::qr::terminal::{Size, Style};
//!
//! let code = QrCode::encode("otpauth://totp/jane?secret=GEZDGNBVGY3TQOJQ")?;
//! let window = Size { columns: 80, rows: 24 };
//! assert!(code.terminal_size(Style::HalfBlocks).fits(window));
//! # Ok::<(), vmfa::qr::TooLongError>(())
//! ```

mod format;
mod png;
#[cfg(feature = "scan")]
pub mod scan;
mod segments;
mod svg;
pub mod terminal;

use std::fmt;

use qrcode::bits::Bits;
use qrcode::types::QrResult;
use qrcode::{Color, EcLevel, Version};
use thiserror::Error;
use zeroize::Zeroizing;

pub use self::format::PictureFormat;
use self::segments::{Mode, shortest};

/// A text as a square of dark and light modules.
///
/// It holds the text as surely as the text itself: it is wiped when dropped, and `Debug` shows its size only.
#[derive(Clone)]
pub struct QrCode {
    dark: Zeroizing<Vec<bool>>,
    modules: u16,
}

impl QrCode {
    /// The width of the light border without which a scanner does not find the code, in modules
    /// (ISO/IEC 18004 section 9.1).
    pub const QUIET_ZONE: u16 = 4;

    /// The smallest code that holds `text`, with the strongest error correction that costs no further module.
    ///
    /// # Errors
    /// [`TooLongError`] if no code is large enough: the largest holds 2,953 bytes, more of digits and capitals.
    pub fn encode(text: &str) -> Result<Self, TooLongError> {
        let code = (1..=40).find_map(|version| fit(text, Version::Normal(version))).ok_or(TooLongError)?;
        let modules = u16::try_from(code.width()).map_err(|_| TooLongError)?;
        let colors = code.into_colors();
        Ok(Self { dark: Zeroizing::new(colors.into_iter().map(|color| color == Color::Dark).collect()), modules })
    }

    /// Modules along one side, without the quiet zone: 21 to 177.
    #[must_use]
    pub const fn modules(&self) -> u16 {
        self.modules
    }

    /// Modules along one side of the whole picture: the code and the quiet zone on both sides of it.
    #[must_use]
    pub const fn side(&self) -> u16 {
        self.modules + 2 * Self::QUIET_ZONE
    }

    /// Whether the module in this column and row of the whole picture is dark.
    /// The quiet zone, and all that lies beyond it, is light.
    #[must_use]
    pub fn is_dark(&self, column: u16, row: u16) -> bool {
        self.index(column, row).and_then(|index| self.dark.get(index)).is_some_and(|dark| *dark)
    }

    fn index(&self, column: u16, row: u16) -> Option<usize> {
        let inside = |at: u16| at.checked_sub(Self::QUIET_ZONE).filter(|at| *at < self.modules).map(usize::from);
        Some(inside(row)? * usize::from(self.modules) + inside(column)?)
    }
}

impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QrCode({0} x {0} modules)", self.modules)
    }
}

/// A text is longer than the largest QR code holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the text is too long for a QR code")]
pub struct TooLongError;

/// The code of this version with the strongest error correction under which `text` fits, if any.
fn fit(text: &str, version: Version) -> Option<qrcode::QrCode> {
    [EcLevel::H, EcLevel::Q, EcLevel::M, EcLevel::L].into_iter().find_map(|level| {
        let bits = bits(text, version, level).ok()?;
        qrcode::QrCode::with_bits(bits, level).ok()
    })
}

fn bits(text: &str, version: Version, level: EcLevel) -> QrResult<Bits> {
    let mut bits = Bits::new(version);
    if text.is_ascii() {
        // The crate's own way is not the shortest: it takes a size more for one AWS secret in eight.
        for (mode, segment) in shortest(text.as_bytes(), version) {
            match mode {
                Mode::Numeric => bits.push_numeric_data(segment)?,
                Mode::Alphanumeric => bits.push_alphanumeric_data(segment)?,
                Mode::Byte => bits.push_byte_data(segment)?,
            }
        }
    } else {
        // Bytes mean Latin-1 unless something else is said.
        bits.push_eci_designator(ECI_UTF_8)?;
        bits.push_byte_data(text.as_bytes())?;
    }
    bits.push_terminator(level)?;
    Ok(bits)
}

/// The number of UTF-8 among the Extended Channel Interpretations (AIM ITS/04-023).
const ECI_UTF_8: u32 = 26;
