//! Ctrl-Z: the window is given back, the process stops, and when it goes on it takes the window over again.
//!
//! SIGTSTP and SIGCONT are blocked, and one thread waits for them. With a handler, the process could not stop by SIGTSTP
//! itself, which is what a shell waits for and what the kernel ignores where no shell could let the process go on.

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use nix::sys::signal::{SigSet, Signal, kill, raise};
use nix::unistd::Pid;
use rustix::process::getpgrp;
use rustix::termios::tcgetpgrp;

use super::{CHANGED, Holder, enter, give_to, leave, window};

/// The signals by which a shell stops a process and lets it go on. They must be blocked in every thread that there is
/// while the window is taken over: whichever got SIGTSTP would stop the process with the window as it is.
pub(in crate::cli::terminal) fn job_control() -> SigSet {
    [Signal::SIGTSTP, Signal::SIGCONT].into_iter().collect()
}

/// Has the window given back whenever the process is stopped from now on.
///
/// The signals stay blocked, also in the processes that this one starts: a Ctrl-Z does not stop what serves the clipboard.
pub(super) fn attend() -> io::Result<()> {
    job_control().thread_block()?;
    static ATTENDED: OnceLock<Result<(), io::ErrorKind>> = OnceLock::new();
    let start = || thread::Builder::new().name("job control".to_owned()).spawn(obey_the_shell).map(|_| ());
    ATTENDED.get_or_init(|| start().map_err(|error| error.kind())).map_err(io::Error::from)
}

/// Whether this is Ctrl-Z, which is a key in raw mode.
pub(super) fn is_asked_for_by(event: &Event) -> bool {
    matches!(event, Event::Key(KeyEvent { code: KeyCode::Char('z'), modifiers, kind, .. })
        if modifiers.contains(KeyModifiers::CONTROL) && *kind != KeyEventKind::Release)
}

/// Does what the terminal does at Ctrl-Z where it is no key: all processes of the job stop. Returns when this one has
/// stopped and goes on, or soon after.
pub(super) fn suspend() {
    let before = window().taken;
    BY_KEY.store(true, Ordering::SeqCst);
    // A process may always send itself a signal.
    let _ = kill(Pid::this(), Signal::SIGTSTP);
    // Not for ever: a SIGCONT that comes at this moment takes the signal away.
    let went_on = CHANGED.wait_timeout_while(window(), PATIENCE, |window| window.taken == before);
    drop(went_on.map_err(|_| ()));
}

const PATIENCE: Duration = Duration::from_secs(1);

/// Whether the person has asked with the key for the stop that comes next, which is one for the whole job.
static BY_KEY: AtomicBool = AtomicBool::new(false);

fn obey_the_shell() {
    loop {
        match job_control().wait() {
            Ok(Signal::SIGTSTP) => stop(),
            Ok(_) => go_on(),
            // It waits for signals that there are, so it does not fail.
            Err(_) => return,
        }
    }
}

/// Gives the window back and stops.
fn stop() {
    // Held until the process goes on, so that nothing is drawn into the shell's window.
    let mut stderr = io::stderr().lock();
    let holder = window().holder;
    if holder == Holder::Command {
        leave(&mut stderr);
        give_to(Holder::ShellMeanwhile);
    }
    let stops = SigSet::from(Signal::SIGTSTP);
    // This thread is the only one that gets it, so that it stops here, and nowhere else.
    let _ = stops.thread_unblock();
    // The others of the job, such as a script around this command, stop after the window is the shell's.
    let _ = if BY_KEY.swap(false, Ordering::SeqCst) {
        kill(Pid::from_raw(0), Signal::SIGTSTP)
    } else {
        raise(Signal::SIGTSTP)
    };
    let _ = stops.thread_block();
    // Where the kernel has ignored it, because no shell is there to let this process go on, nobody sends this.
    let _ = kill(Pid::this(), Signal::SIGCONT);
}

/// Takes the window over again. It may be in any state: SIGSTOP leaves nobody the time to give it back.
fn go_on() {
    if lend() == Holder::Shell {
        return;
    }
    // Whoever waits for a key stops reading: what is typed is for the shell until its `fg`.
    wake();
    let stops = SigSet::from(Signal::SIGTSTP);
    while take_back() == Holder::ShellMeanwhile {
        // No signal says when the shell lets a process have the terminal that goes on already. Meanwhile a stop finds nothing
        // to give back, and a signal that ends the process finds stderr free.
        let _ = stops.thread_unblock();
        thread::sleep(LOOK_AGAIN);
        let _ = stops.thread_block();
    }
    // It draws the window, which may have another size now.
    wake();
}

/// Leaves the window to the shell if the command has it, and says who has it now.
fn lend() -> Holder {
    let _stderr = io::stderr().lock();
    let holder = window().holder;
    if holder == Holder::Command {
        give_to(Holder::ShellMeanwhile);
        return Holder::ShellMeanwhile;
    }
    holder
}

/// Takes the window back from the shell if it has let the command have the terminal, and says who has it now.
fn take_back() -> Holder {
    let mut stderr = io::stderr().lock();
    let holder = window().holder;
    if holder != Holder::ShellMeanwhile || !is_in_foreground() {
        return holder;
    }
    // crossterm remembers that it has turned raw mode on, and the shell may have turned it off. What fails here fails again
    // when the command draws, and is said then.
    let _ = disable_raw_mode().and_then(|()| enable_raw_mode()).and_then(|()| enter(&mut stderr));
    give_to(Holder::Command);
    Holder::Command
}

/// Ends the waiting for a key, as a change of the window's size does.
fn wake() {
    let _ = kill(Pid::this(), Signal::SIGWINCH);
}

const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Whether the terminal is this job's. One that does not control the session, or does not say, is nobody else's.
fn is_in_foreground() -> bool {
    tcgetpgrp(io::stderr()).map_or(true, |foreground| foreground == getpgrp())
}
