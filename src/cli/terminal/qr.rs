use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use thiserror::Error;

use super::Terminal;
use crate::qr::QrCode;
use crate::qr::terminal::{Size, Style, WindowTooSmallError};

/// Why a QR code was not drawn; nothing was written then. It may still go to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(in crate::cli) enum QrNotDrawn {
    #[error("a QR code is drawn on a terminal only, and stderr is not one")]
    NotATerminal,
    #[error("the QR code needs colours, and this terminal has none (TERM is `dumb`)")]
    NoColors,
    #[error(transparent)]
    WindowTooSmall(#[from] WindowTooSmallError),
}

impl Terminal {
    /// Draws a QR code on the person's terminal (stderr), if it can be seen whole together with the
    /// `rows_below` lines that will be written after it; the line with the cursor is one of them.
    ///
    /// NO_COLOR is not asked: it turns decoration off, and here the colours are the picture. Without
    /// them a code on a dark terminal could not be scanned.
    pub(in crate::cli) fn draw_qr(&self, code: &QrCode, rows_below: u16) -> Result<(), QrNotDrawn> {
        let style = self.qr_style()?;
        let stderr = io::stderr();
        if let Some(window) = window_size(&stderr) {
            code.terminal_size(style).with_rows_below(rows_below).check_fits(window)?;
        }
        let drawing = code.to_terminal(style);
        let mut stderr = stderr.lock();
        // As with every message: that nobody can receive it is no reason to stop half-way.
        let _ = stderr.write_all(drawing.as_bytes()).and_then(|()| stderr.flush());
        Ok(())
    }

    /// With which characters a QR code is drawn on the person's terminal (stderr), if one can be drawn there at all.
    pub(in crate::cli) fn qr_style(&self) -> Result<Style, QrNotDrawn> {
        if !io::stderr().is_terminal() {
            return Err(QrNotDrawn::NotATerminal);
        }
        if variable("TERM").is_some_and(|term| term == "dumb") {
            return Err(QrNotDrawn::NoColors);
        }
        Ok(style(["LC_ALL", "LC_CTYPE", "LANG"].map(variable)))
    }
}

/// The window's size, or `None` where it is not known: serial lines and some pseudo-terminals say zero.
pub(super) fn window_size(terminal: &io::Stderr) -> Option<Size> {
    let size = rustix::termios::tcgetwinsize(terminal).ok()?;
    let known = size.ws_col > 0 && size.ws_row > 0;
    known.then_some(Size { columns: size.ws_col, rows: size.ws_row })
}

/// Half blocks where the locale's characters are in UTF-8. The first variable that is set and not empty decides
/// (POSIX, Base Definitions 8.2).
fn style(variables: [Option<OsString>; 3]) -> Style {
    let locale = variables.into_iter().flatten().find(|value| !value.is_empty()).unwrap_or_default();
    let locale = locale.to_string_lossy().to_ascii_lowercase();
    if locale.contains("utf-8") || locale.contains("utf8") { Style::HalfBlocks } else { Style::FullCells }
}

#[expect(clippy::disallowed_methods, reason = "how a terminal draws is known from its environment only")]
pub(super) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_blocks_are_drawn_where_the_first_variable_that_is_set_names_utf_8() {
        for (lc_all, lc_ctype, lang, expected) in [
            ("C.UTF-8", "", "", Style::HalfBlocks),
            ("", "ko_KR.utf8", "C", Style::HalfBlocks),
            ("", "", "en_US.UTF-8", Style::HalfBlocks),
            ("POSIX", "en_US.UTF-8", "en_US.UTF-8", Style::FullCells),
            ("", "ko_KR.eucKR", "ko_KR.UTF-8", Style::FullCells),
            ("", "", "de_DE", Style::FullCells),
            ("", "", "", Style::FullCells),
        ] {
            let variables = [lc_all, lc_ctype, lang];
            assert_eq!(style(variables.map(|value| Some(value.into()))), expected, "empty: {variables:?}");
            let unset = variables.map(|value| (!value.is_empty()).then(|| value.into()));
            assert_eq!(style(unset), expected, "unset: {variables:?}");
        }
    }

    #[test]
    fn what_was_not_drawn_says_what_it_would_take() {
        let (needed, window) = (Size { columns: 57, rows: 29 }, Size { columns: 40, rows: 20 });
        let not_drawn = QrNotDrawn::from(needed.check_fits(window).unwrap_err());
        assert_eq!(not_drawn.to_string(), "the QR code needs 57 columns and 29 rows, this window has 40x20");
    }
}
