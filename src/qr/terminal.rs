//! QR codes drawn with characters.
//!
//! Black is drawn on white whatever the terminal's own colours are: many scanners cannot read a light
//! code on a dark ground. Both colours come from the fixed part of the 256-colour palette, since a
//! theme may make anything of the first sixteen.

use thiserror::Error;
use zeroize::Zeroizing;

use super::QrCode;

/// How modules become characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Two modules, one above the other, in each character: a quarter of the space, but it takes UTF-8.
    HalfBlocks,
    /// Two spaces with a background for each module: plain ASCII, for any terminal with colours.
    FullCells,
}

/// A size in characters, of a drawing or of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Characters in a line.
    pub columns: u16,
    /// Lines.
    pub rows: u16,
}

impl Size {
    /// Whether a drawing of this size can be seen whole in `window`.
    #[must_use]
    pub const fn fits(self, window: Self) -> bool {
        self.columns <= window.columns && self.rows <= window.rows
    }

    /// The size with so many rows more, for what is to stay in sight with a drawing.
    #[must_use]
    pub const fn with_rows_below(self, rows: u16) -> Self {
        Self { columns: self.columns, rows: self.rows.saturating_add(rows) }
    }

    /// Asks whether a drawing of this size can be seen whole in `window`.
    ///
    /// # Errors
    /// [`WindowTooSmallError`] with both sizes if it cannot.
    pub const fn check_fits(self, window: Self) -> Result<(), WindowTooSmallError> {
        if self.fits(window) { Ok(()) } else { Err(WindowTooSmallError { needed: self, window }) }
    }
}

/// A window does not hold a whole QR code, and a part of one is no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "the QR code needs {} columns and {} rows, this window has {}x{}",
    needed.columns, needed.rows, window.columns, window.rows
)]
pub struct WindowTooSmallError {
    /// What it would take.
    pub needed: Size,
    /// What there is.
    pub window: Size,
}

impl QrCode {
    /// The size of [`to_terminal`](Self::to_terminal)'s drawing, with the quiet zone.
    #[must_use]
    pub const fn terminal_size(&self, style: Style) -> Size {
        match style {
            Style::HalfBlocks => Size { columns: self.side(), rows: self.side().div_ceil(2) },
            Style::FullCells => Size { columns: 2 * self.side(), rows: self.side() },
        }
    }

    /// The code as lines of characters with escape sequences for their colours, to be written from the first column on.
    ///
    /// Each line sets both colours and takes them back at its end, so that nothing of them reaches
    /// what stands beside or below.
    #[must_use]
    pub fn to_terminal(&self, style: Style) -> Zeroizing<String> {
        // It is never longer than this, so no part of it is copied and left behind while it grows.
        let side = usize::from(self.side());
        let mut lines = Zeroizing::new(String::with_capacity(side * (side * MAX_MODULE_BYTES + LINE_BYTES)));
        match style {
            Style::HalfBlocks => self.draw_half_blocks(&mut lines),
            Style::FullCells => self.draw_full_cells(&mut lines),
        }
        lines
    }

    fn draw_half_blocks(&self, lines: &mut String) {
        for row in (0..self.side()).step_by(2) {
            lines.push_str(BLACK_ON_WHITE);
            for column in 0..self.side() {
                lines.push(match (self.is_dark(column, row), self.is_dark(column, row + 1)) {
                    (false, false) => ' ',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (true, true) => '█',
                });
            }
            lines.push_str(END_OF_LINE);
        }
    }

    fn draw_full_cells(&self, lines: &mut String) {
        for row in 0..self.side() {
            let mut colors = "";
            for column in 0..self.side() {
                let wanted = if self.is_dark(column, row) { WHITE_ON_BLACK } else { BLACK_ON_WHITE };
                if wanted != colors {
                    lines.push_str(wanted);
                    colors = wanted;
                }
                lines.push_str("  ");
            }
            lines.push_str(END_OF_LINE);
        }
    }
}

// Of the 256 colours, 16 is the colour cube's black and 231 its white; 0 to 15 belong to the theme.
const BLACK_ON_WHITE: &str = "\x1b[38;5;16;48;5;231m";
const WHITE_ON_BLACK: &str = "\x1b[38;5;231;48;5;16m";
/// The colours go before the line does: some terminals fill a new line with the colour in force.
const END_OF_LINE: &str = "\x1b[0m\n";

const MAX_MODULE_BYTES: usize = BLACK_ON_WHITE.len() + 2;
const LINE_BYTES: usize = BLACK_ON_WHITE.len() + END_OF_LINE.len();
