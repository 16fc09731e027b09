//! Typing that is not shown, and a terminal that shows again whatever ends it.

use std::fs::File;
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::SIGINT;
use signal_hook::low_level::emulate_default_handler;
use zeroize::Zeroizing;

use super::restore::before_signals_end_it;

/// Reads a line from the controlling terminal that is not shown while it is typed.
///
/// rpassword turns the terminal's own handling of keys off, and for Ctrl-C raises SIGINT before it has turned it on
/// again. An interactive bash mends that; a script, `dash` or `$(…)` leaves the person with a terminal that shows
/// nothing they type. It also asks before it stops the terminal from showing keys, and whoever is quick sees the first.
pub(super) fn read_line(prompt: &str) -> io::Result<Zeroizing<String>> {
    let shown = Shown::remember()?;
    let typed = rpassword::prompt_password(prompt).map(Zeroizing::new);
    drop(shown);
    if typed.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::Interrupted) {
        // The thread that waits for signals may not have seen it yet. Whichever is first, the process dies of it.
        emulate_default_handler(SIGINT)?;
    }
    match typed {
        // rpassword puts U+FFFD in the place of what it cannot decode, so that two passwords would be one.
        Ok(text) if text.contains(char::REPLACEMENT_CHARACTER) => Err(io::ErrorKind::InvalidData.into()),
        typed => typed,
    }
}

/// The terminal as it was before something was typed unseen. While this is held, no key is shown; a signal that ends the
/// process puts the terminal back first.
struct Shown;

static BEFORE: Mutex<Option<(File, Termios)>> = Mutex::new(None);

impl Shown {
    fn remember() -> io::Result<Self> {
        before_signals_end_it(restore)?;
        let tty = File::options().read(true).write(true).open("/dev/tty")?;
        let settings = tcgetattr(&tty)?;
        let mut unseen = settings.clone();
        unseen.local_modes.remove(LocalModes::ECHO);
        let mut before = before();
        tcsetattr(&tty, OptionalActions::Now, &unseen)?;
        *before = Some((tty, settings));
        Ok(Self)
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        put_back();
    }
}

fn before() -> MutexGuard<'static, Option<(File, Termios)>> {
    BEFORE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The terminal, if this has put it back as it was. Nobody can be told if that fails.
fn put_back() -> Option<File> {
    let (tty, settings) = before().take()?;
    tcsetattr(&tty, OptionalActions::Now, &settings).is_ok().then_some(tty)
}

fn restore() {
    if let Some(mut tty) = put_back() {
        let _ = writeln!(tty);
    }
}
