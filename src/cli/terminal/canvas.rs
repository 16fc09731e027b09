//! A window in which lines are drawn again and again, and only what has changed is written.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};
use std::time::Duration;

use crossterm::event::Event;
use unicode_width::UnicodeWidthStr;
use zeroize::Zeroizing;

use super::Terminal;
use super::qr::variable;
use super::screen::Screen;
use crate::cli::failure::Failure;
use crate::cli::table::cut;
use crate::qr::terminal::Size;

/// The person's window while a command draws in it. Dropping it gives the window back.
pub(in crate::cli) struct Canvas {
    screen: Screen,
    colors: Colors,
    /// What is in sight, and in a window of which size; `None` if that is not known.
    drawn: Option<(Size, Vec<Line>)>,
}

/// Whether colours may be used, which the person says with NO_COLOR (no-color.org).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colors {
    Allowed,
    Unwanted,
}

/// A line of the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Line {
    /// Texts side by side.
    Texts(Vec<Span>),
    /// Characters with escape sequences of their own, such as a line of a QR code.
    Drawing(Zeroizing<String>),
}

/// A text that takes so many cells, whatever stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Span {
    column: usize,
    cells: usize,
    text: Zeroizing<String>,
    ink: Ink,
    ground: Ground,
}

/// How a text stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Ink {
    Plain,
    Dim,
    Strong,
    /// It runs out.
    Yellow,
    /// It has nearly run out.
    Red,
}

/// What a text stands on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::cli) enum Ground {
    #[default]
    Plain,
    Reversed,
}

impl Terminal {
    /// Refuses where no lines can be drawn again and again: where stderr is no terminal, or one that only writes on.
    pub(in crate::cli) fn require_canvas(&self) -> Result<(), Failure> {
        if !io::stderr().is_terminal() {
            return Err(Failure::usage("this is shown on a terminal only, and stderr is not one"));
        }
        if variable("TERM").is_some_and(|term| term == "dumb") {
            return Err(Failure::usage("this terminal cannot show it (TERM is `dumb`)"));
        }
        Ok(())
    }

    /// Takes the window over, to draw in it.
    pub(in crate::cli) fn canvas(&self) -> Result<Canvas, Failure> {
        self.require_canvas()?;
        let unwanted = variable("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colors = if unwanted { Colors::Unwanted } else { Colors::Allowed };
        Ok(Canvas { screen: self.take_over()?, colors, drawn: None })
    }
}

impl Canvas {
    /// Has the window look like these lines from the top on, and nothing else. A line of texts must leave the last column free.
    pub(in crate::cli) fn draw(&mut self, size: Size, lines: Vec<Line>) -> Result<(), Failure> {
        let changes = changes(self.drawn.as_ref(), size, &lines, self.colors);
        if !changes.is_empty() {
            self.screen.write(|stderr| stderr.write_all(changes.as_bytes()).and_then(|()| stderr.flush()))?;
        }
        self.drawn = Some((size, lines));
        Ok(())
    }

    /// Whether the process was stopped, and the window given back, since this was asked last. It is asked before each
    /// drawing: a window that was given back is drawn in only after that was taken note of, and all of it is drawn then.
    pub(in crate::cli) fn came_back(&mut self) -> bool {
        let came_back = self.screen.came_back();
        if came_back {
            self.forget();
        }
        came_back
    }

    /// Forgets what is in sight, so that all of it is drawn the next time: something else has written into the window.
    pub(in crate::cli) fn forget(&mut self) {
        self.drawn = None;
    }

    /// The next key or change of size, or `None` if there is none for as long as this. As [`Screen::next_event`].
    pub(in crate::cli) fn next_event(&mut self, wait: Duration) -> Result<Option<Event>, Failure> {
        self.screen.next_event(wait)
    }
}

impl Line {
    /// A line on which nothing stands yet.
    pub(in crate::cli) const fn new() -> Self {
        Self::Texts(Vec::new())
    }

    /// The line with a text more at its end, cut or filled up to so many cells.
    pub(in crate::cli) fn and(self, text: &str, cells: usize, ink: Ink) -> Self {
        let mut spans = self.into_texts();
        let column = spans.last().map_or(0, |span| span.column + span.cells);
        spans.push(Span { column, cells, text: fill(text, cells), ink, ground: Ground::Plain });
        Self::Texts(spans)
    }

    /// The line, all of it on this ground.
    pub(in crate::cli) fn on(self, ground: Ground) -> Self {
        let spans = self.into_texts();
        Self::Texts(spans.into_iter().map(|span| Span { ground, ..span }).collect())
    }

    /// The characters of the line, without how they stand out.
    #[cfg(test)]
    pub(in crate::cli) fn text(&self) -> String {
        match self {
            Self::Texts(spans) => spans.iter().map(|span| span.text.as_str()).collect(),
            Self::Drawing(drawing) => drawing.to_string(),
        }
    }

    /// How the text stands out that is, without spaces around it, `text`.
    #[cfg(test)]
    pub(in crate::cli) fn ink_of(&self, text: &str) -> Option<(Ink, Ground)> {
        let Self::Texts(spans) = self else { return None };
        spans.iter().find(|span| span.text.trim() == text).map(|span| (span.ink, span.ground))
    }

    fn into_texts(self) -> Vec<Span> {
        match self {
            Self::Texts(spans) => spans,
            Self::Drawing(_) => Vec::new(),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Texts(spans) => spans.iter().map(|span| span.text.len() + ESCAPES_BYTES).sum(),
            Self::Drawing(drawing) => drawing.len() + ESCAPES_BYTES,
        }
    }
}

fn fill(text: &str, cells: usize) -> Zeroizing<String> {
    // Room for all of it at once, so that growing leaves no copy behind.
    let mut filled = Zeroizing::new(String::with_capacity(text.len() + cells + '…'.len_utf8()));
    if text.width() <= cells {
        filled.push_str(text)
    } else {
        filled.push_str(&cut(text, cells))
    }
    let padding = cells.saturating_sub(filled.width());
    filled.extend(std::iter::repeat_n(' ', padding));
    filled
}

/// What is written so that a window that shows `drawn` shows `lines`.
fn changes(drawn: Option<&(Size, Vec<Line>)>, size: Size, lines: &[Line], colors: Colors) -> Zeroizing<String> {
    let before = drawn.filter(|(before, _)| *before == size).map(|(_, lines)| lines);
    let room = lines.iter().map(Line::bytes).sum::<usize>() + (usize::from(size.rows) + 2) * ESCAPES_BYTES;
    let mut out = Zeroizing::new(String::with_capacity(room));
    let blank = Line::new();
    for row in 0..usize::from(size.rows) {
        let now = lines.get(row).unwrap_or(&blank);
        match before.map(|before| before.get(row).unwrap_or(&blank)) {
            Some(before) if before == now => {}
            Some(before) => write_over(&mut out, row, before, now, colors),
            None => write_whole(&mut out, row, now, colors),
        }
    }
    if out.is_empty() {
        return out;
    }
    // A terminal that knows these two shows nothing of it before all of it is there.
    let wipe = if before.is_none() { "\x1b[2J" } else { "" };
    Zeroizing::new([BEGIN_UPDATE, wipe, &out, END_UPDATE].concat())
}

/// Only the texts that are others now, if they stand where the ones before them stood.
fn write_over(out: &mut String, row: usize, before: &Line, now: &Line, colors: Colors) {
    let place = |span: &Span| (span.column, span.cells);
    match (before, now) {
        (Line::Texts(before), Line::Texts(now)) if before.iter().map(place).eq(now.iter().map(place)) => {
            for (_, span) in before.iter().zip(now).filter(|(before, now)| before != now) {
                write_span(out, row, span, colors);
            }
        }
        _ => write_whole(out, row, now, colors),
    }
}

fn write_whole(out: &mut String, row: usize, line: &Line, colors: Colors) {
    match line {
        Line::Texts(spans) => {
            for span in spans {
                write_span(out, row, span, colors);
            }
            let end = spans.last().map_or(0, |span| span.column + span.cells);
            // Writing to a string cannot fail.
            let _ = write!(out, "\x1b[{};{}H\x1b[K", row + 1, end + 1);
        }
        // It may reach into the last column, where a terminal that is told to clear the rest clears what stands there.
        Line::Drawing(drawing) => {
            let _ = write!(out, "\x1b[{};1H\x1b[K{}", row + 1, drawing.as_str());
        }
    }
}

/// Each text goes to a column of its own. A terminal that takes a character for wider or narrower than it is here moves
/// nothing but the one text.
fn write_span(out: &mut String, row: usize, span: &Span, colors: Colors) {
    let ink = match (span.ink, colors) {
        (Ink::Dim, _) => ";2",
        (Ink::Strong, _) | (Ink::Red, Colors::Unwanted) => ";1",
        (Ink::Yellow, Colors::Allowed) => ";33",
        (Ink::Red, Colors::Allowed) => ";31",
        (Ink::Plain, _) | (Ink::Yellow, Colors::Unwanted) => "",
    };
    let ground = match span.ground {
        Ground::Reversed => ";7",
        Ground::Plain => "",
    };
    let _ = write!(out, "\x1b[{};{}H\x1b[0{ink}{ground}m{}\x1b[0m", row + 1, span.column + 1, span.text.as_str());
}

/// More than the escape sequences of one text or line take.
const ESCAPES_BYTES: usize = 48;

/// Synchronized output, private mode 2026.
const BEGIN_UPDATE: &str = "\x1b[?2026h";
const END_UPDATE: &str = "\x1b[?2026l";

#[cfg(test)]
mod tests;
