//! The whole window, for as long as a command shows something in it that is not to stay.

use std::io::{self, IsTerminal, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{self, Event};
use crossterm::execute;
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use zeroize::Zeroizing;

use super::Terminal;
use super::qr::window_size;
use super::restore::before_signals_end_it;
use crate::cli::failure::{Failure, failed};
use crate::qr::terminal::Size;

/// The person's window (stderr), taken over: the alternate screen, without echo or cursor, each key as it is pressed.
///
/// When this is dropped the screen is wiped and left, and the terminal is as it was before. So it is after a panic and after a
/// signal that ends the process. Ctrl-C is a key while it lasts.
#[must_use]
pub(in crate::cli) struct Screen {
    _taken: (),
}

impl Terminal {
    /// The window's size at this moment; that of the first terminals where it is not known.
    pub(in crate::cli) fn window(&self) -> Size {
        window_size(&io::stderr()).unwrap_or(Size { columns: 80, rows: 24 })
    }

    /// Takes the window over.
    pub(in crate::cli) fn take_over(&self) -> Result<Screen, Failure> {
        if !io::stderr().is_terminal() {
            return Err(Failure::usage("this is shown on a terminal only, and stderr is not one"));
        }
        restore_at_every_end()?;
        let mut stderr = io::stderr().lock();
        enable_raw_mode().map_err(failed("cannot take the terminal over"))?;
        TAKEN.store(true, Ordering::SeqCst);
        // From here on it is there to be dropped.
        let screen = Screen { _taken: () };
        execute!(stderr, EnterAlternateScreen, Hide, Clear(ClearType::All)).map_err(failed(CANNOT_WRITE))?;
        Ok(screen)
    }
}

impl Screen {
    /// Shows these lines from the top on, and nothing else. They must fit: nothing is cut here.
    pub(in crate::cli) fn show(&mut self, lines: &str) -> Result<(), Failure> {
        // Written over what is there, and not after wiping it, so that nothing flickers.
        let lines = Zeroizing::new(lines.trim_end_matches('\n').replace('\n', "\x1b[K\r\n"));
        let mut stderr = io::stderr().lock();
        execute!(stderr, MoveTo(0, 0))
            .and_then(|()| stderr.write_all(lines.as_bytes()))
            .and_then(|()| execute!(stderr, Clear(ClearType::UntilNewLine), Clear(ClearType::FromCursorDown)))
            .map_err(failed(CANNOT_WRITE))
    }

    /// The next key or change of size, or `None` if there is none for as long as this.
    pub(in crate::cli) fn next_event(&mut self, wait: Duration) -> Result<Option<Event>, Failure> {
        let next = || if event::poll(wait)? { event::read().map(Some) } else { Ok(None) };
        next().map_err(failed("cannot read from the terminal"))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

const CANNOT_WRITE: &str = "cannot write to the terminal";

/// Whether the window is taken over. A signal's thread and a panic's hook know of no [`Screen`]. Whoever changes it holds
/// stderr from before until the window is what it says: a signal that finds `false` ends the process at once.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Gives the window back, once.
fn restore() {
    let mut stderr = io::stderr().lock();
    if TAKEN.swap(false, Ordering::SeqCst) {
        // What was shown may be a secret, and some terminals keep the alternate screen for whoever enters it next.
        let _ = execute!(stderr, Clear(ClearType::All), MoveTo(0, 0), Show, LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}

/// Sees to it that a panic and the signals that end a process give the window back first.
fn restore_at_every_end() -> Result<(), Failure> {
    before_signals_end_it(|| {
        // Held to the end, so that nothing more is shown, and now in sight.
        std::mem::forget(io::stderr().lock());
        restore();
    })
    .map_err(failed("cannot wait for signals"))?;
    static HOOKED: Once = Once::new();
    HOOKED.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // Before the message, which would be wiped with the screen.
            restore();
            report(panic);
        }));
    });
    Ok(())
}

#[cfg(test)]
mod tests;
