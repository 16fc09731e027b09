//! A terminal that is put back as it was, whatever ends the process.

use std::io;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use nix::sys::signal::SigmaskHow;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::screen::job_control;

/// Sees to it that a signal which ends the process calls `restore` first, which must do no harm when there is nothing to
/// put back: it is not forgotten again.
///
/// There is one thread for all signals and all that is to be put back. With two, one would end the process before the
/// other had done its part.
pub(super) fn before_signals_end_it(restore: fn()) -> io::Result<()> {
    {
        let mut restorers = RESTORERS.lock().unwrap_or_else(PoisonError::into_inner);
        if !restorers.iter().any(|known| std::ptr::fn_addr_eq(*known, restore)) {
            restorers.push(restore);
        }
    }
    static WATCHED: OnceLock<Result<(), io::ErrorKind>> = OnceLock::new();
    WATCHED.get_or_init(|| watch().map_err(|error| error.kind())).map_err(io::Error::from)
}

static RESTORERS: Mutex<Vec<fn()>> = Mutex::new(Vec::new());

/// The thread stays: a handler that was installed is not taken back, and without it the signals would do nothing any more.
fn watch() -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM])?;
    let work = move || {
        for signal in signals.forever() {
            RESTORERS.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(|restore| restore());
            let _ = emulate_default_handler(signal);
        }
    };
    // The thread begins as this one is. Were it to get SIGTSTP, the process would stop with the terminal as it is.
    let before = job_control().thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
    let started = thread::Builder::new().name("signals".to_owned()).spawn(work);
    before.thread_set_mask()?;
    started.map(|_| ())
}
