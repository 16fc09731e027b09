use super::*;

const SIZE: Size = Size { columns: 20, rows: 3 };

fn line(label: &str, code: &str) -> Line {
    Line::new().and(label, 8, Ink::Plain).and(code, 8, Ink::Yellow)
}

/// What a window of that size shows after each of these was drawn in turn, and what was written the last time.
fn drawn(pictures: &[Vec<Line>]) -> (String, String) {
    let mut screen = vt100::Parser::new(3.try_into().unwrap(), 20.try_into().unwrap(), 0);
    let mut before: Option<(Size, Vec<Line>)> = None;
    let mut last = String::new();
    for lines in pictures {
        last = changes(before.as_ref(), SIZE, lines, Colors::Allowed).to_string();
        screen.process(last.as_bytes());
        before = Some((SIZE, lines.clone()));
    }
    (screen.screen().contents().lines().map(str::trim_end).collect::<Vec<_>>().join("\n"), last)
}

#[test]
fn a_span_takes_its_cells_whatever_is_in_it() {
    assert_eq!(Line::new().and("카카오", 4, Ink::Plain).and("x", 1, Ink::Plain).text(), "카… x");
}

#[test]
fn a_terminal_shows_what_was_drawn_last_and_nothing_of_what_was_before() {
    let first = vec![line("카카오톡톡", "123 456"), line("GitHub", "654 321"), line("last", "000 000")];
    let second = vec![line("GitHub", "654 321"), Line::new().and("short", 5, Ink::Dim)];
    assert_eq!(drawn(std::slice::from_ref(&first)).0, "카카오… 123 456\nGitHub  654 321\nlast    000 000");
    assert_eq!(drawn(&[first.clone(), second.clone()]).0, "GitHub  654 321\nshort");
    assert_eq!(drawn(&[second, first]).0, "카카오… 123 456\nGitHub  654 321\nlast    000 000");
}

#[test]
fn only_the_text_that_has_changed_is_written() {
    let at = |code: &str| vec![line("GitHub", code), line("GitLab", "000 000")];
    let (screen, written) = drawn(&[at("123 456"), at("654 321")]);
    assert_eq!(screen, "GitHub  654 321\nGitLab  000 000");
    assert_eq!(written, "\x1b[?2026h\x1b[1;9H\x1b[0;33m654 321 \x1b[0m\x1b[?2026l");
    assert_eq!(drawn(&[at("123 456"), at("123 456")]).1, "");
}

#[test]
fn a_window_of_another_size_is_wiped_and_drawn_whole() {
    let lines = vec![line("GitHub", "123 456")];
    let before = (Size { columns: 80, rows: 24 }, lines.clone());
    let written = changes(Some(&before), SIZE, &lines, Colors::Allowed);
    assert!(written.contains("\x1b[2J") && written.contains("GitHub"), "{written:?}");
}

#[test]
fn a_drawing_may_reach_into_the_last_column() {
    let full = || Line::Drawing(Zeroizing::new("x".repeat(20)));
    assert_eq!(drawn(&[vec![line("GitHub", "123 456"), full()]]).0, format!("GitHub  123 456\n{}", "x".repeat(20)));
    assert_eq!(drawn(&[vec![full()], vec![line("GitHub", "123 456")]]).0, "GitHub  123 456");
}

#[test]
fn without_colours_nothing_is_coloured_and_the_selection_is_still_reversed() {
    let lines = vec![
        line("GitHub", "123 456").on(Ground::Reversed),
        Line::new().and("red", 3, Ink::Red).and("dim", 3, Ink::Dim),
    ];
    let written = changes(None, SIZE, &lines, Colors::Unwanted);
    assert!(!written.contains(";3"), "{written:?}");
    assert!(written.contains("\x1b[0;7mGitHub"), "{written:?}");
}
