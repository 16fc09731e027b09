//! Text in columns.

use std::collections::VecDeque;
use std::fmt::Display;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The rows with their columns aligned by what a terminal shows: a Korean syllable takes two cells.
/// There is no line end after the last row.
pub(super) fn aligned(rows: &[Vec<String>]) -> String {
    laid_out(rows, |columns, row| row.iter().for_each(|text| columns.push([text.as_str()])))
}

/// As [`aligned`], for rows that `fill` writes down twice, to be measured and to be shown, so that of thousands none is kept.
pub(super) fn laid_out<T>(rows: &[T], fill: impl Fn(&mut Columns, &T)) -> String {
    let mut columns = Columns::default();
    for row in rows {
        fill(&mut columns, row);
        columns.end_row();
    }
    columns.show(rows.len());
    for row in rows {
        fill(&mut columns, row);
        columns.end_row();
    }
    let mut lines = columns.shown.unwrap_or_default();
    lines.pop();
    lines
}

const BETWEEN_COLUMNS: usize = 2;

/// Enough for ten thousand rows, and no more for one name that is as long as a book.
const RESERVED_BYTES: usize = 1 << 20;

/// Columns, first measured and then shown.
#[derive(Default)]
pub(super) struct Columns {
    /// How many cells the longest text of each takes.
    widths: Vec<usize>,
    /// How many cells each text takes, in the order in which they come.
    cells: VecDeque<usize>,
    shown: Option<String>,
    /// Where in the row the next text comes.
    place: usize,
    /// How many cells are blank before it.
    blanks: usize,
    /// Where in `shown` the row begins.
    start: usize,
}

impl Columns {
    /// Adds a text to the row, printable, that is given in pieces.
    pub(super) fn push<'a>(&mut self, pieces: impl IntoIterator<Item = &'a str>) {
        if self.place == self.widths.len() {
            self.widths.push(0);
        }
        let Some(width) = self.widths.get_mut(self.place) else { return };
        self.place += 1;
        match &mut self.shown {
            None => {
                let cells: usize = pieces.into_iter().map(cells).sum();
                *width = cells.max(*width);
                self.cells.push_back(cells);
            }
            Some(shown) => {
                for piece in pieces.into_iter().filter(|piece| !piece.is_empty()) {
                    pad(shown, std::mem::take(&mut self.blanks));
                    push_printable(shown, piece);
                }
                let cells = self.cells.pop_front().unwrap_or_default();
                self.blanks += width.saturating_sub(cells) + BETWEEN_COLUMNS;
            }
        }
    }

    fn end_row(&mut self) {
        self.place = 0;
        self.blanks = 0;
        if let Some(shown) = &mut self.shown {
            let row = shown.get(self.start..).unwrap_or_default();
            shown.truncate(self.start + row.trim_end().len());
            shown.push('\n');
            self.start = shown.len();
        }
    }

    /// All were measured: from now on they are shown.
    fn show(&mut self, rows: usize) {
        let cells: usize = self.widths.iter().map(|width| width + BETWEEN_COLUMNS).sum();
        self.shown = Some(String::with_capacity(rows.saturating_mul(cells).min(RESERVED_BYTES)));
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
    if may_steer(text) {
        printable.extend(text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }));
    } else {
        printable.push_str(text);
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

/// How many cells a text takes, as [`printable`] gives it.
fn cells(text: &str) -> usize {
    match text {
        _ if is_plain(text) => text.len(),
        _ if may_steer(text) => printable(text).width(),
        _ => text.width(),
    }
}

// Both look at each byte even behind one that decides, because the compiler then looks at many at once.

/// Whether a text is nothing but letters, digits and signs of ASCII, as most are.
fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'))
}

/// Whether a text may have characters that [`steers`] is true of: control characters, and in UTF-8 those that begin as
/// U+0080 to U+009F and U+2000 to U+2FFF do.
fn may_steer(text: &str) -> bool {
    text.bytes().fold(false, |found, byte| found | matches!(byte, ..b' ' | b'\x7f' | 0xc2 | 0xe2))
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
        // What is shown for a character that steers takes a cell, and what is empty leaves nothing behind at the end.
        let rows = [["a\u{1b}b", "", "c"], ["", "", ""], ["d", "e ", ""]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(&rows), "a\u{fffd}b      c\n\nd    e");
        assert_eq!(aligned(&[]), "");
    }

    #[test]
    fn every_character_that_steers_is_looked_for() {
        for c in (char::MIN..=char::MAX).filter(|c| steers(*c)) {
            assert!(may_steer(&format!("카{c}")) && !is_plain(&c.to_string()), "{}", c.escape_unicode());
        }
        assert!(!may_steer("카카오 민수 Café"));
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
