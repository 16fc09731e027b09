//! The whole window, for as long as a command shows something in it that is not to stay.

mod suspend;

use std::io::{self, IsTerminal, StderrLock, Write};
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{self, Event};
use crossterm::execute;
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use zeroize::Zeroizing;

pub(super) use self::suspend::job_control;
use super::Terminal;
use super::qr::window_size;
use super::restore::before_signals_end_it;
use crate::cli::failure::{Failure, failed};
use crate::qr::terminal::Size;

/// The person's window (stderr), taken over: the alternate screen, without echo or cursor, each key as it is pressed.
///
/// When this is dropped the screen is wiped and left, and the terminal is as it was before. So it is after a panic, after a
/// signal that ends the process, and while the process is stopped. Ctrl-C is a key while it lasts; Ctrl-Z stops the process.
#[must_use]
pub(in crate::cli) struct Screen {
    /// The number of the taking over in which the command draws.
    taken: u64,
}

impl Terminal {
    /// The window's size at this moment; that of the first terminals where it is not known.
    pub(in crate::cli) fn window(&self) -> Size {
        size()
    }

    /// Takes the window over.
    pub(in crate::cli) fn take_over(&self) -> Result<Screen, Failure> {
        if !io::stderr().is_terminal() {
            return Err(Failure::usage("this is shown on a terminal only, and stderr is not one"));
        }
        restore_at_every_end()?;
        suspend::attend().map_err(failed("cannot wait for signals"))?;
        let mut stderr = io::stderr().lock();
        enable_raw_mode().map_err(failed("cannot take the terminal over"))?;
        // From here on it is there to be dropped.
        let screen = Screen { taken: give_to(Holder::Command) };
        enter(&mut stderr).map_err(failed(CANNOT_WRITE))?;
        // From now on a change of size is noticed, and so is coming back after a stop.
        let _ = event::poll(Duration::ZERO).map_err(failed(CANNOT_READ))?;
        Ok(screen)
    }
}

impl Screen {
    /// Shows these lines from the top on, and nothing else. They must fit: nothing is cut here.
    pub(in crate::cli) fn show(&mut self, lines: &str) -> Result<(), Failure> {
        self.came_back();
        // Written over what is there, and not after wiping it, so that nothing flickers.
        let lines = Zeroizing::new(lines.trim_end_matches('\n').replace('\n', "\x1b[K\r\n"));
        self.write(|stderr| {
            execute!(stderr, MoveTo(0, 0))?;
            stderr.write_all(lines.as_bytes())?;
            execute!(stderr, Clear(ClearType::UntilNewLine), Clear(ClearType::FromCursorDown))
        })
    }

    /// Writes into the window, unless it was given back since [`came_back`](Self::came_back) was asked: then
    /// [`next_event`](Self::next_event) returns at once.
    pub(super) fn write(
        &mut self,
        write: impl FnOnce(&mut StderrLock<'static>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        // Held from before the look until all is written: a stop waits for it.
        let mut stderr = io::stderr().lock();
        if *window() != (Window { holder: Holder::Command, taken: self.taken }) {
            return Ok(());
        }
        write(&mut stderr).map_err(failed(CANNOT_WRITE))
    }

    /// Whether the window was given back and taken over again since this was asked last, so that it is empty now.
    pub(super) fn came_back(&mut self) -> bool {
        let taken = window().taken;
        taken != std::mem::replace(&mut self.taken, taken)
    }

    /// The next key or change of size, or `None` if there is none for as long as this.
    ///
    /// Ctrl-Z stops the process. Going on is a change of size too: the window is empty then.
    pub(in crate::cli) fn next_event(&mut self, wait: Duration) -> Result<Option<Event>, Failure> {
        wait_until_it_is_ours();
        let event = next(wait)?;
        if !event.as_ref().is_some_and(suspend::is_asked_for_by) {
            return Ok(event);
        }
        suspend::suspend();
        wait_until_it_is_ours();
        // What was typed after Ctrl-Z was meant for the shell.
        let mut last = next(Duration::ZERO)?;
        while last.is_some() {
            last = next(Duration::ZERO)?;
        }
        let Size { columns, rows } = size();
        Ok(Some(Event::Resize(columns, rows)))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

fn size() -> Size {
    window_size(&io::stderr()).unwrap_or(Size { columns: 80, rows: 24 })
}

fn next(wait: Duration) -> Result<Option<Event>, Failure> {
    let next = || if event::poll(wait)? { event::read().map(Some) } else { Ok(None) };
    next().map_err(failed(CANNOT_READ))
}

const CANNOT_READ: &str = "cannot read from the terminal";
const CANNOT_WRITE: &str = "cannot write to the terminal";

/// Who has the window. Whoever changes it holds stderr from before until the window is what it says: a signal that finds
/// that the command does not have it ends the process at once.
static WINDOW: Mutex<Window> = Mutex::new(Window { holder: Holder::Shell, taken: 0 });
static CHANGED: Condvar = Condvar::new();

/// Who has the window. A signal's thread and a panic's hook know of no [`Screen`].
#[derive(Clone, Copy, PartialEq, Eq)]
struct Window {
    holder: Holder,
    /// How often the command has taken it over.
    taken: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holder {
    /// Whoever has started the command: not yet, or not any more.
    Shell,
    Command,
    /// Whoever has started the command, until the process goes on.
    ShellMeanwhile,
}

fn window() -> MutexGuard<'static, Window> {
    WINDOW.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Says who has the window now, and how often the command has taken it over.
fn give_to(holder: Holder) -> u64 {
    let mut window = window();
    window.holder = holder;
    window.taken += u64::from(holder == Holder::Command);
    CHANGED.notify_all();
    window.taken
}

fn wait_until_it_is_ours() {
    let ours = CHANGED.wait_while(window(), |window| window.holder == Holder::ShellMeanwhile);
    drop(ours.unwrap_or_else(PoisonError::into_inner));
}

/// Shows an empty window of the command's own, in a terminal that is in raw mode.
fn enter(stderr: &mut StderrLock<'_>) -> io::Result<()> {
    execute!(stderr, EnterAlternateScreen, Hide, Clear(ClearType::All))
}

/// Shows what was in the window before the command, and has the terminal as it was.
fn leave(stderr: &mut StderrLock<'_>) {
    // What was shown may be a secret, and some terminals keep the alternate screen for whoever enters it next.
    let _ = execute!(stderr, Clear(ClearType::All), MoveTo(0, 0), Show, LeaveAlternateScreen);
    let _ = disable_raw_mode();
}

/// Gives the window back, once.
fn restore() {
    let mut stderr = io::stderr().lock();
    let holder = window().holder;
    if holder == Holder::Command {
        leave(&mut stderr);
    }
    give_to(Holder::Shell);
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
