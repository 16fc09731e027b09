//! Text in columns.

use std::fmt::Display;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The rows with their columns aligned by what a terminal shows: a Korean syllable takes two cells.
/// There is no line end after the last row.
pub(super) fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or_default())
        .collect();
    let lines: Vec<String> = rows.iter().map(|row| line(row, &widths)).collect();
    lines.join("\n")
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
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
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

fn line(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in row.iter().zip(widths) {
        line.push_str(cell);
        let padding = width.saturating_sub(cell.width()) + 2;
        line.extend(std::iter::repeat_n(' ', padding));
    }
    line.trim_end().to_owned()
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
