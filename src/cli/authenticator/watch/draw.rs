//! The window as lines, from what is watched and the time alone.

use unicode_width::UnicodeWidthStr;
use zeroize::Zeroizing;

use super::help::{self, ANY_KEY};
use super::row::{Moving, Reading, Row, grouped};
use super::state::{State, View};
use crate::authenticator::Order;
use crate::cli::table::{cut, wrapped};
use crate::cli::terminal::canvas::{Ground, Ink, Line};
use crate::otp::Code;
use crate::qr::QrCode;
use crate::qr::terminal::{Size, Style};
use crate::time::UnixTime;

/// The lines of a window of this size.
pub(super) fn lines(state: &State, now: UnixTime, size: Size) -> Vec<Line> {
    let cells = usize::from(size.columns).saturating_sub(1);
    match &state.view {
        View::Help => help::lines(cells, size),
        View::Qr { label, code } => qr(state, label, code, size),
        View::Codes => codes(state, now, size),
    }
}

/// How many rows of codes a window has room for: all but the search above and the two lines below.
pub(super) fn rows_in_sight(size: Size) -> usize {
    usize::from(size.rows.saturating_sub(AROUND))
}

fn codes(state: &State, now: UnixTime, size: Size) -> Vec<Line> {
    let cells = usize::from(size.columns).saturating_sub(1);
    let Some(layout) = Layout::of(&state.rows, cells).filter(|_| rows_in_sight(size) > 0) else {
        return too_small(Layout::least_window(&state.rows), size);
    };
    let mut lines = vec![search(state, cells)];
    lines.extend(in_sight(state, size).map(|(place, row)| {
        let line = layout.line(state, row, now);
        if place == state.selected { line.on(Ground::Reversed) } else { line }
    }));
    if state.fitting.is_empty() {
        lines.push(Line::new().and(nothing_to_show(state), cells, Ink::Plain));
    }
    lines.resize(usize::from(size.rows) - 2, Line::new());
    lines.push(status(state, cells));
    lines.push(Line::new().and(&help::keys(state), cells, Ink::Dim));
    lines
}

/// What to do about a window in which no code can be read: as much of it as goes into such a window.
fn too_small(needed: Size, size: Size) -> Vec<Line> {
    let (cells, rows) = (usize::from(size.columns).saturating_sub(1), usize::from(size.rows));
    let needed = format!("{}x{}", needed.columns, needed.rows);
    let present = format!("{}x{}", size.columns, size.rows);
    let texts = [
        format!("too small: the codes need a window of {needed}, and this one has {present}"),
        format!("needed {needed}, now {present}"),
        format!("{needed} {present}"),
    ];
    let whole = |lines: &Vec<String>| lines.len() <= rows && lines.iter().all(|line| !line.ends_with('…'));
    let lines = texts.iter().map(|text| wrapped(text, cells)).find(whole);
    let lines = lines.unwrap_or_else(|| vec![cut(&needed, cells)]);
    lines.iter().map(|line| Line::new().and(line, cells, Ink::Plain)).take(rows).collect()
}

fn in_sight(state: &State, size: Size) -> impl Iterator<Item = (usize, &Row)> {
    let places = state.fitting.iter().enumerate().skip(state.top).take(rows_in_sight(size));
    places.filter_map(|(place, index)| state.rows.get(*index).map(|row| (place, row)))
}

/// What is searched for, and on the right which of how many rows are in sight.
fn search(state: &State, cells: usize) -> Line {
    let (first, count) = (state.top + 1, state.fitting.len());
    let last = count.min(state.top + state.height);
    let all = if count < state.rows.len() { format!(" ({} in all)", state.rows.len()) } else { String::new() };
    let place =
        if count == 0 { format!("0 of {}", state.rows.len()) } else { format!("{first}-{last} of {count}{all}") };
    let place = place + sorted(state.order);
    let (prompt, typed) = ("search: ", state.typed());
    let room = cells.saturating_sub(prompt.len() + 1 + place.len() + 1);
    // The end is where the person types.
    let typed = if typed.width() > room { end_of(&typed, room) } else { &typed };
    let (cursor, hint) = (typed.width(), if typed.is_empty() { " type a part of a name" } else { "" });
    Line::new()
        .and(prompt, prompt.len(), Ink::Dim)
        .and(typed, cursor, Ink::Strong)
        .and("_", 1, Ink::Strong)
        .and(hint, room - cursor, Ink::Dim)
        .and("", 1, Ink::Plain)
        .and(&place, place.len(), Ink::Dim)
}

const fn sorted(order: Order) -> &'static str {
    match order {
        Order::Added => "",
        Order::Name => ", by name",
        Order::Use => ", by use",
    }
}

/// As much of the end of a text as goes into so many cells.
fn end_of(text: &str, cells: usize) -> &str {
    let ends = text.char_indices().filter_map(|(at, _)| text.get(at..));
    ends.into_iter().find(|end| end.width() <= cells).unwrap_or_default()
}

fn nothing_to_show(state: &State) -> &'static str {
    if state.rows.is_empty() {
        "the vault is empty: `vmfa add` takes an entry in"
    } else {
        "nothing fits: Esc shows all"
    }
}

fn status(state: &State, cells: usize) -> Line {
    let text = state.message.as_ref().or(state.trouble.as_ref());
    Line::new().and(text.map_or("", |text| text.lines().next().unwrap_or_default()), cells, Ink::Strong)
}

/// How many cells each column of a row has. The marker before and the gaps between have two each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    label: usize,
    code: usize,
    /// Of the bar with its gap, or nothing.
    bar: usize,
    left: usize,
    /// Of the next code with its word and gap, or nothing.
    next: usize,
}

impl Layout {
    /// The cells of the codes and of the countdowns, which give way to nothing.
    fn code_and_left(rows: &[Row]) -> (usize, usize) {
        let code = rows.iter().map(Row::code_cells).max().unwrap_or(7).max(7);
        let long = rows.iter().any(|row| matches!(&row.moving, Moving::Time(key) if key.period().as_secs() >= 100));
        (code, if long { 6 } else { 4 })
    }

    /// The smallest window in which one of these rows can be seen.
    fn least_window(rows: &[Row]) -> Size {
        let (code, left) = Self::code_and_left(rows);
        let cells = MARKER.len() + MIN_LABEL + GAP + code + GAP + left;
        Size { columns: u16::try_from(cells + 1).unwrap_or(u16::MAX), rows: AROUND + 1 }
    }

    /// The columns for these rows in a line of so many cells, or `None` if they do not go in. The bar gives way to the
    /// labels first, then the next code.
    fn of(rows: &[Row], cells: usize) -> Option<Self> {
        let (code, left) = Self::code_and_left(rows);
        let wanted = rows.iter().map(|row| row.label.width()).max().unwrap_or_default().max(MIN_LABEL);
        let (bar, next) = (GAP + BAR, GAP + NEXT.len() + code);
        let choices = [(bar, next, wanted.min(GOOD_LABEL)), (0, next, wanted.min(GOOD_LABEL)), (0, 0, MIN_LABEL)];
        choices.into_iter().find_map(|(bar, next, enough)| {
            let room = cells.checked_sub(MARKER.len() + GAP + code + bar + GAP + left + next)?;
            (room >= enough).then_some(Self { label: room.min(wanted), code, bar, left, next })
        })
    }

    fn line(self, state: &State, row: &Row, now: UnixTime) -> Line {
        let selected = state.selection().is_some_and(|selected| selected.id == row.id);
        let marker = if selected { MARKER } else { "" };
        let line = Line::new().and(marker, MARKER.len(), Ink::Plain).and(&row.label, self.label, Ink::Plain).and(
            "",
            GAP,
            Ink::Plain,
        );
        match row.reading(now) {
            Some(reading) => self.by_time(self.code(line, state, row, &reading.code), state, row, &reading),
            None => self.by_counter(line, row, state),
        }
    }

    /// A code, or as many dots where it is hidden.
    fn code(self, line: Line, state: &State, row: &Row, code: &Code) -> Line {
        if state.veil.shows(row.id) {
            return line.and(&grouped(code.as_str()), self.code, Ink::Strong);
        }
        line.and(&row.dots(dot(state.style)), self.code, Ink::Dim)
    }

    /// What stands after the code: how long it is good, and the one that follows.
    fn by_time(self, mut line: Line, state: &State, row: &Row, reading: &Reading) -> Line {
        let ink = match (reading.left * 3 > reading.period, reading.left * 6 > reading.period) {
            (true, _) => Ink::Plain,
            (false, true) => Ink::Yellow,
            (false, false) => Ink::Red,
        };
        if self.bar > 0 {
            line = line.and("", GAP, Ink::Plain).and(&bar(reading, state.style), BAR, ink);
        }
        line = line.and("", GAP, Ink::Plain).and(&format!("{:>1$}", duration(reading.left), self.left), self.left, ink);
        if self.next > 0 {
            let next = if state.veil.shows(row.id) { next(reading) } else { Zeroizing::default() };
            line = line.and("", GAP, Ink::Plain).and(&next, self.next - GAP, Ink::Dim);
        }
        line
    }

    /// An entry that counts has no countdown, so what is to be said of it goes there.
    fn by_counter(self, line: Line, row: &Row, state: &State) -> Line {
        let rest = self.bar + GAP + self.left + self.next;
        match (state.taken_of(row.id), &row.moving) {
            (Some(taken), _) => self.code(line, state, row, &taken.code).and("", GAP, Ink::Plain).and(
                &format!("counter {}, spent", taken.counter),
                rest - GAP,
                Ink::Plain,
            ),
            (None, Moving::Counter(counter)) => {
                line.and(&format!("Ctrl-T spends counter {counter}"), self.code + rest, Ink::Dim)
            }
            (None, Moving::Time(_)) => line,
        }
    }
}

/// What stands for a character of a hidden code. Most dots, `•` among them, take two cells on terminals that are set up for
/// Korean, Japanese or Chinese (their East Asian width is ambiguous); this one takes one everywhere.
const fn dot(style: Style) -> &'static str {
    match style {
        Style::HalfBlocks => "∙",
        Style::FullCells => "*",
    }
}

/// The code that follows, when one may wait for it rather than type in haste.
fn next(reading: &Reading) -> Zeroizing<String> {
    match &reading.next {
        Some(next) if reading.left <= SHOW_NEXT_SECS => {
            Zeroizing::new([NEXT, grouped(next.as_str()).as_str()].concat())
        }
        _ => Zeroizing::default(),
    }
}

/// What is left of the period, rounded up, so that it is empty only when the code has gone.
fn bar(reading: &Reading, style: Style) -> String {
    let parts = |of: usize| {
        let cells = reading.left.saturating_mul(of as u64).div_ceil(reading.period.max(1));
        usize::try_from(cells).unwrap_or(of).min(of)
    };
    match style {
        Style::FullCells => "#".repeat(parts(BAR)),
        Style::HalfBlocks => {
            let eighths = parts(BAR * 8);
            let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].get(eighths % 8).copied().unwrap_or_default();
            format!("{}{part}", "█".repeat(eighths / 8))
        }
    }
}

/// Some seconds in six characters at most.
fn duration(seconds: u64) -> String {
    match seconds {
        0..100 => format!("{seconds} s"),
        100..6000 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}

fn qr(state: &State, label: &str, code: &QrCode, size: Size) -> Vec<Line> {
    let cells = usize::from(size.columns).saturating_sub(1);
    if let Err(error) = code.terminal_size(state.style).with_rows_below(1).check_fits(size) {
        let lines = [error.to_string().as_str(), "make it larger, or choose a smaller font", ANY_KEY]
            .map(|text| wrapped(text, cells));
        return lines
            .concat()
            .iter()
            .map(|text| Line::new().and(text, cells, Ink::Plain))
            .take(size.rows.into())
            .collect();
    }
    let drawing = code.to_terminal(state.style);
    let mut lines: Vec<Line> = drawing.lines().map(|line| Line::Drawing(Zeroizing::new(line.to_owned()))).collect();
    let caption = format!("{}   {ANY_KEY}", cut(label, cells.saturating_sub(ANY_KEY.len() + 3)));
    lines.push(Line::new().and(&caption, cells, Ink::Plain));
    lines
}

/// The lines around the rows of codes.
const AROUND: u16 = 3;
const MARKER: &str = "> ";
const GAP: usize = 2;
const BAR: usize = 10;
const NEXT: &str = "next ";
const SHOW_NEXT_SECS: u64 = 10;
/// Where there is less room for labels, the window is too small.
const MIN_LABEL: usize = 8;
/// So much of a label is worth more than a bar.
const GOOD_LABEL: usize = 20;
