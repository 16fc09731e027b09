//! What makes a process an agent: it belongs to no terminal and no shell, and leaves nothing of its memory behind.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::net::UnixStream;

use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit, setrlimit, setsid, umask};
use rustix::stdio;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level::pipe;

/// Leaves the terminal, the session and the files of whoever started it.
pub(super) fn detach() -> io::Result<()> {
    close_inherited()?;
    setsid()?;
    umask(Mode::RWXG | Mode::RWXO);
    std::env::set_current_dir("/")
}

/// Sees to it that memory is not written out: no core dumps, and no debugger of the same user.
pub(super) fn close_memory() -> io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    // A core dump that goes to a program is not bound by that limit.
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
    Ok(())
}

/// A stream that becomes readable when a signal asks the process to end.
pub(super) fn end_signals() -> io::Result<UnixStream> {
    let (receiver, sender) = UnixStream::pair()?;
    for signal in [SIGTERM, SIGHUP, SIGINT] {
        pipe::register(signal, sender.try_clone()?)?;
    }
    Ok(receiver)
}

/// Opens what takes the place of stdin, stdout and stderr, while a failure can still be told.
pub(super) fn open_nothing() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open("/dev/null")
}

/// Lets go of stdin, stdout and stderr, so that nobody who reads from them waits for the agent's end.
pub(super) fn close_streams(nothing: &File) -> io::Result<()> {
    stdio::dup2_stdin(nothing)?;
    stdio::dup2_stdout(nothing)?;
    stdio::dup2_stderr(nothing)?;
    Ok(())
}

/// Closes what a shell has opened for the command that started the agent, such as the lock of `flock 9` in a script,
/// which would stay locked as long as the vault stays unlocked.
fn close_inherited() -> io::Result<()> {
    let mut inherited: Vec<i32> = Vec::new();
    for entry in fs::read_dir("/dev/fd")? {
        inherited.extend(entry?.file_name().to_str().and_then(|name| name.parse::<i32>().ok()));
    }
    for fd in inherited.into_iter().filter(|fd| *fd > 2) {
        // The folder's own is among them and closed already.
        let _ = nix::unistd::close(fd);
    }
    Ok(())
}
