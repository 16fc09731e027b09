//! QR codes on the terminal, one at a time, in a screen that is wiped afterwards.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use unicode_width::UnicodeWidthStr;
use zeroize::Zeroizing;

use crate::cli::App;
use crate::cli::failure::{Exit, Failure};
use crate::cli::table::{counted, cut, wrapped};
use crate::cli::terminal::screen::Screen;
use crate::qr::QrCode;
use crate::qr::terminal::{Size, Style};

/// One QR code and what is said of it.
pub(super) struct Page {
    /// Printable, of any length.
    pub(super) title: String,
    pub(super) text: Zeroizing<String>,
}

/// Shows the pages until the person has enough of them, and says how many codes were in sight.
pub(super) fn show(app: &App, pages: &[Page]) -> Result<(), Failure> {
    let style = app.terminal.qr_style().map_err(|error| Failure::from_error(Exit::Usage, &error))?;
    let mut screen = app.terminal.take_over()?;
    let mut book = Book { pages, style, at: 0, drawn: vec![Drawn::NotYet; pages.len()] };
    let end = book.leaf_through(app, &mut screen);
    drop(screen);
    let seen = book.drawn.iter().filter(|drawn| **drawn == Drawn::Whole).count();
    let outcome = format!("{seen} of {} shown", counted(pages.len(), "QR code"));
    match end? {
        End::Interrupted => Err(Failure::new(Exit::Failed, format!("interrupted: {outcome}"))),
        End::Done => {
            app.terminal.say(&outcome);
            Ok(())
        }
    }
}

/// Whether a code can be seen whole in the person's window as a page.
pub(super) fn fits(app: &App, code: &QrCode) -> bool {
    let style = app.terminal.qr_style().unwrap_or(Style::FullCells);
    page_size(code, style).fits(app.terminal.window())
}

/// The code and the line under it.
fn page_size(code: &QrCode, style: Style) -> Size {
    code.terminal_size(style).with_rows_below(1)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Done,
    Interrupted,
}

/// Whether a page's code was in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drawn {
    NotYet,
    Whole,
}

struct Book<'a> {
    pages: &'a [Page],
    style: Style,
    at: usize,
    drawn: Vec<Drawn>,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Next,
    Back,
    Quit,
    Interrupt,
    /// Nothing, or the window has changed.
    Stay,
}

impl Book<'_> {
    fn leaf_through(&mut self, app: &App, screen: &mut Screen) -> Result<End, Failure> {
        while let Some(page) = self.pages.get(self.at) {
            let (frame, drawn) = self.frame(page, app.terminal.window());
            screen.show(&frame)?;
            if let Some(seen) = self.drawn.get_mut(self.at).filter(|_| drawn == Drawn::Whole) {
                *seen = Drawn::Whole;
            }
            match turn(screen)? {
                Turn::Next => self.at += 1,
                Turn::Back => self.at = self.at.saturating_sub(1),
                Turn::Quit => break,
                Turn::Interrupt => return Ok(End::Interrupted),
                Turn::Stay => {}
            }
        }
        Ok(End::Done)
    }

    /// The lines of a page that fit a window, and whether the code is among them.
    fn frame(&self, page: &Page, window: Size) -> (Zeroizing<String>, Drawn) {
        let place = format!("{} of {}   {}", self.at + 1, self.pages.len(), page.title);
        let drawing = QrCode::encode(&page.text).map_err(|error| error.to_string()).and_then(|code| {
            let size = page_size(&code, self.style);
            size.check_fits(window).map_err(|error| error.to_string())?;
            Ok((code.to_terminal(self.style), window.rows - size.rows))
        });
        match drawing {
            Ok((drawing, rows_left)) => {
                let footer = self.footer(&place, window, rows_left);
                (Zeroizing::new([drawing.as_str(), &footer].concat()), Drawn::Whole)
            }
            Err(problem) => (Zeroizing::new(self.notice(&place, &problem, window)), Drawn::NotYet),
        }
    }

    /// Where one is and what the keys do: on two lines, or on one where there is no room for more.
    fn footer(&self, place: &str, window: Size, rows_left: u16) -> String {
        let columns = usize::from(window.columns);
        if rows_left > 0 {
            return format!("{}\n{}", cut(place, columns), cut(self.keys(), columns));
        }
        let room = columns.saturating_sub(self.keys().width() + 3);
        cut(&format!("{}   {}", cut(place, room), self.keys()), columns)
    }

    /// What is shown in place of a code that cannot be.
    fn notice(&self, place: &str, problem: &str, window: Size) -> String {
        let (columns, rows) = (usize::from(window.columns), usize::from(window.rows));
        let help = "make it larger, or write the codes into files with `--out DIR --image png`";
        let mut lines = vec![cut(place, columns)];
        lines.extend([problem, help].into_iter().flat_map(|text| wrapped(text, columns)));
        lines.truncate(rows.saturating_sub(1));
        lines.push(cut(self.keys(), columns));
        lines.join("\n")
    }

    fn keys(&self) -> &'static str {
        if self.at + 1 < self.pages.len() { "Enter next   b back   q quit" } else { "Enter done   b back   q quit" }
    }
}

fn turn(screen: &mut Screen) -> Result<Turn, Failure> {
    loop {
        match screen.next_event(PATIENCE)? {
            Some(Event::Key(key)) if key.kind != KeyEventKind::Release => return Ok(meaning(key)),
            Some(Event::Resize(..)) => return Ok(Turn::Stay),
            Some(_) | None => {}
        }
    }
}

/// Nothing happens by itself: this is how long to sleep at once.
const PATIENCE: Duration = Duration::from_secs(3600);

fn meaning(key: KeyEvent) -> Turn {
    match key.code {
        KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => Turn::Interrupt,
        KeyCode::Enter | KeyCode::Right | KeyCode::Down | KeyCode::PageDown | KeyCode::Char(' ' | 'n' | 'j' | 'l') => {
            Turn::Next
        }
        KeyCode::Backspace | KeyCode::Left | KeyCode::Up | KeyCode::PageUp | KeyCode::Char('b' | 'p' | 'k' | 'h') => {
            Turn::Back
        }
        KeyCode::Esc | KeyCode::Char('q' | 'Q') => Turn::Quit,
        _ => Turn::Stay,
    }
}
