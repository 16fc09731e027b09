//! What the keys do.

use super::state::State;
use super::veil::Veil;
use crate::cli::terminal::canvas::{Ink, Line};
use crate::qr::terminal::Size;

/// The keys that matter most, for the last line of a window.
pub(super) fn keys(state: &State) -> String {
    let leave = if state.filter.is_empty() { "quit" } else { "show all" };
    let rest = match state.veil {
        Veil::Lifted => "Ctrl-R QR code   Ctrl-T next HOTP code",
        Veil::Hidden { .. } => "Tab show code   Ctrl-X show all codes",
    };
    format!("Esc {leave}   F1 help   Enter copy   {rest}")
}

/// The page that says what each key does.
pub(super) fn lines(cells: usize, size: Size) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (keys, what) in HELP {
        let line = Line::new();
        lines.push(match what {
            "" => line.and(keys, cells, Ink::Plain),
            what => line.and(keys, KEYS.min(cells), Ink::Strong).and(what, cells.saturating_sub(KEYS), Ink::Plain),
        });
    }
    lines.truncate(usize::from(size.rows).saturating_sub(1));
    lines.push(Line::new().and(ANY_KEY, cells, Ink::Dim));
    lines
}

pub(super) const ANY_KEY: &str = "any key goes back";

/// As much as a window of 24 rows holds.
const HELP: [(&str, &str); 21] = [
    ("letters, digits", "search by any part of a name, issuer or account"),
    ("Backspace", "take a letter back; Ctrl-W a word, Ctrl-U all of it"),
    ("Esc", "show all again; quit when all are shown"),
    ("Up, Down", "move the selection; also Ctrl-P, Ctrl-N"),
    ("PgUp, PgDn", "move it by a page; Home, End to the first, the last"),
    ("Enter", "copy the code of the selected entry"),
    ("Ctrl-R, F2", "show its QR code, for another device"),
    ("Ctrl-T, F3", "take the next code of an entry that counts (HOTP)"),
    ("Ctrl-X, F4", "hide all codes but the one that you move to, or show all"),
    ("Tab", "show the hidden code of the selected entry, or hide it again"),
    ("Ctrl-O, F5", "sort by name, by use (the last used first), or as added"),
    ("Ctrl-L", "draw the window anew"),
    ("F1, ?", "this help; ? where nothing is typed"),
    ("Ctrl-Z", "suspend; `fg` in the shell brings it back"),
    ("Ctrl-C", "quit"),
    ("", ""),
    ("A countdown shows for how long a code is good. In its last 10 seconds the", ""),
    ("code that follows stands beside it. An entry that counts shows a code only", ""),
    ("when it is asked for, because that spends its counter. Enter copies a hidden", ""),
    ("code without showing it.", ""),
    ("", ""),
];
/// The cells of a help line's keys.
const KEYS: usize = 18;
