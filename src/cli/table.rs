//! Text in columns.

use std::borrow::Cow;
use std::fmt::Display;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The rows with their columns aligned by what a terminal shows: a Korean syllable takes two cells.
/// There is no line end after the last row.
pub(super) fn aligned<R: AsRef<[C]>, C: AsRef<str>>(rows: &[R]) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        let row = row.as_ref();
        widths.resize(widths.len().max(row.len()), 0);
        widths.iter_mut().zip(row).for_each(|(width, cell)| *width = cells(cell.as_ref()).max(*width));
    }
    let line_cells: usize = widths.iter().map(|width| width + BETWEEN_COLUMNS).sum();
    let mut text = String::with_capacity(rows.len().saturating_mul(line_cells));
    let mut line = String::with_capacity(line_cells);
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        line.clear();
        let mut blanks = 0;
        for (cell, width) in row.as_ref().iter().map(AsRef::as_ref).zip(&widths) {
            if !cell.is_empty() {
                pad(&mut line, blanks);
                line.push_str(cell);
                blanks = 0;
            }
            blanks += width.saturating_sub(cells(cell)) + BETWEEN_COLUMNS;
        }
        text.push_str(line.trim_end());
    }
    text
}

const BETWEEN_COLUMNS: usize = 2;

fn pad(line: &mut String, mut blanks: usize) {
    const BLANKS: &str = "                                ";
    while blanks > 0 {
        let part = BLANKS.get(..blanks).unwrap_or(BLANKS);
        line.push_str(part);
        blanks -= part.len();
    }
}

/// `1 event`, `2 events`, `2 entries`.
pub(super) fn counted(number: impl Copy + Display + PartialEq + From<u8>, noun: &str) -> String {
    match noun.strip_suffix('y') {
        _ if number == 1.into() => format!("1 {noun}"),
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{number} {stem}ies"),
        _ => format!("{number} {noun}s"),
    }
}

/// A text without what would steer the terminal or turn its direction: labels come from outside.
pub(super) fn printable(text: &str) -> String {
    shown(text).into_owned()
}

/// As [`printable`], and borrowed where there is nothing to replace.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    if is_plain(text) || !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect())
}

/// As much of a text as goes into so many cells, with a mark where it was cut. A character is never cut in two.
pub(super) fn cut(text: &str, cells: usize) -> String {
    if text.width() <= cells {
        return text.to_owned();
    }
    let mut taken = 0;
    let fits = |c: &char| {
        taken += c.width().unwrap_or_default();
        taken < cells
    };
    let mut cut: String = text.chars().take_while(fits).collect();
    if cells > 0 {
        cut.push('…');
    }
    cut
}

/// A text in lines of so many cells, broken between words.
pub(super) fn wrapped(text: &str, cells: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= cells => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(cut(word, cells)),
        }
    }
    lines
}

/// How many cells a text takes.
fn cells(text: &str) -> usize {
    if is_plain(text) { text.len() } else { text.width() }
}

/// Whether a text is nothing but letters, digits and signs of ASCII, as most are.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        let shown = [counted(0_u64, "event"), counted(1_u32, "entry"), counted(2_usize, "entry"), counted(3_u8, "key")];
        assert_eq!(shown, ["0 events", "1 entry", "2 entries", "3 keys"]);
    }

    #[test]
    fn columns_are_aligned_by_cells_on_the_screen() {
        let rows = [["카카오", "민수"], ["GitHub", "alice"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(&rows), "카카오  민수\nGitHub  alice");
    }

    #[test]
    fn one_thing_is_counted_in_the_singular() {
        for (number, noun, text) in [
            (0, "event", "0 events"),
            (1, "event", "1 event"),
            (1, "entry", "1 entry"),
            (2, "entry", "2 entries"),
            (2, "key", "2 keys"),
        ] {
            assert_eq!(counted(number, noun), text);
        }
    }

    #[test]
    fn a_label_cannot_steer_the_terminal() {
        assert_eq!(printable("a\u{1b}[31m\r\n\u{202e}b"), "a\u{fffd}[31m\u{fffd}\u{fffd}\u{fffd}b");
    }

    #[test]
    fn a_text_is_cut_by_cells_and_shows_that_it_was() {
        for (text, columns, expected) in [
            ("GitHub", 6, "GitHub"),
            ("GitHub", 5, "GitH…"),
            ("GitHub", 1, "…"),
            ("GitHub", 0, ""),
            ("카카오", 6, "카카오"),
            ("카카오", 5, "카카…"),
            ("카카오", 4, "카…"),
            ("카카오", 2, "…"),
        ] {
            assert_eq!(cut(text, columns), expected, "{text} in {columns}");
        }
    }

    #[test]
    fn a_text_is_wrapped_between_words() {
        assert_eq!(wrapped("make it larger", 7), ["make it", "larger"]);
        assert_eq!(wrapped("make it larger", 5), ["make", "it", "larg…"]);
        assert_eq!(wrapped("make it larger", 80), ["make it larger"]);
    }
}
