//! Text in columns.

use std::fmt::Display;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The rows with their columns aligned by what a terminal shows: a Korean syllable takes two cells.
/// There is no line end after the last row.
pub(super) fn aligned(rows: &[Vec<String>]) -> String {
    laid_out(rows, |columns, row| row.iter().for_each(|text| columns.push([text.as_str()])))
}

/// As [`aligned`], for rows that `fill` writes down each time they are needed, so that of thousands none is kept.
pub(super) fn laid_out<T>(rows: &[T], fill: impl Fn(&mut Columns, &T)) -> String {
    let mut columns = Columns::default();
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        fill(columns.emptied(), row);
        widths.resize(widths.len().max(columns.ends.len()), 0);
        widths.iter_mut().zip(columns.iter()).for_each(|(width, text)| *width = cells(text).max(*width));
    }
    let line_cells: usize = widths.iter().map(|width| width + BETWEEN_COLUMNS).sum();
    let mut lines = String::with_capacity(rows.len().saturating_mul(line_cells).min(RESERVED_BYTES));
    let mut line = String::new();
    for (index, row) in rows.iter().enumerate() {
        fill(columns.emptied(), row);
        line.clear();
        columns.write(&mut line, &widths);
        lines.push_str(if index > 0 { "\n" } else { "" });
        lines.push_str(line.trim_end());
    }
    lines
}

const BETWEEN_COLUMNS: usize = 2;

/// Enough for ten thousand rows, and no more for one name that is as long as a book.
const RESERVED_BYTES: usize = 1 << 20;

/// The texts of a row, printable.
#[derive(Default)]
pub(super) struct Columns {
    text: String,
    /// Where each of them ends.
    ends: Vec<usize>,
}

impl Columns {
    /// Adds a text that is given in pieces.
    pub(super) fn push<'a>(&mut self, pieces: impl IntoIterator<Item = &'a str>) {
        pieces.into_iter().for_each(|piece| push_printable(&mut self.text, piece));
        self.ends.push(self.text.len());
    }

    fn emptied(&mut self) -> &mut Self {
        self.text.clear();
        self.ends.clear();
        self
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| self.text.get(start..*end).unwrap_or_default())
    }

    fn write(&self, line: &mut String, widths: &[usize]) {
        let mut blanks = 0;
        for (text, width) in self.iter().zip(widths) {
            if !text.is_empty() {
                pad(line, blanks);
                line.push_str(text);
                blanks = 0;
            }
            blanks += width.saturating_sub(cells(text)) + BETWEEN_COLUMNS;
        }
    }
}

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
    let mut printable = String::with_capacity(text.len());
    push_printable(&mut printable, text);
    printable
}

fn push_printable(printable: &mut String, text: &str) {
    if is_plain(text) {
        printable.push_str(text);
    } else {
        printable.extend(text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }));
    }
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
