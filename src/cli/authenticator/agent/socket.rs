//! Where a vault's agent is met: which socket it is, who may be on its other end, and who takes it away.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{Mode, chmod};
use rustix::io::{Errno, FdFlags, fcntl_setfd};
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, Shutdown, SocketAddrUnix, SocketType, connect, shutdown, socket};
use sha2::{Digest, Sha256};

use super::AgentError;
use super::wire::Binding;
use crate::files::{self, FileError};

/// A vault, as its agent knows it: by its absolute path, without links.
#[derive(Clone, Debug)]
pub(super) struct Site {
    vault: PathBuf,
    pub(super) binding: Binding,
}

/// Nobody else starts or ends an agent of the vault while this is held. The kernel lets go of it with the process.
#[derive(Debug)]
#[must_use]
pub(super) struct Turn {
    _folder: Option<File>,
}

impl Site {
    /// The vault in the folder `vault`, which need not exist.
    pub(super) fn of(vault: &Path) -> Result<Self, AgentError> {
        let found = match vault.canonicalize() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => std::path::absolute(vault),
            found => found,
        };
        let vault = found.map_err(FileError::io("look at", vault))?;
        let binding = Sha256::digest(vault.as_os_str().as_encoded_bytes()).into();
        Ok(Self { vault, binding })
    }

    pub(super) fn vault(&self) -> &Path {
        &self.vault
    }

    /// The sockets at which an agent of this vault may wait; a new one waits at the first.
    ///
    /// `runtime` is the folder that a session has for such things. One that is missing or not the owner's alone, as
    /// `su` leaves it in the environment, is as good as none. Then, and for whoever asks from outside the session, the
    /// place is the vault's own folder.
    pub(super) fn sockets(&self, runtime: Option<&Path>) -> Result<Vec<PathBuf>, AgentError> {
        let mut sockets = Vec::new();
        if let Some(runtime) = runtime.filter(|runtime| files::is_private_dir(runtime).unwrap_or(false)) {
            let folder = runtime.join("vmfa");
            // What stands in its place is not passed by: somebody has put it there.
            files::is_private_dir(&folder)?;
            sockets.push(folder.join(format!("{}.sock", self.name())));
        }
        sockets.push(self.vault.join("agent.sock"));
        Ok(sockets)
    }

    /// Waits until it is this process's turn to start or to end the vault's agent.
    pub(super) fn turn(&self) -> Result<Turn, AgentError> {
        // The folder itself is locked: a file beside it would be one more thing that can be left behind.
        match File::open(&self.vault) {
            Ok(folder) => {
                folder.lock().map_err(FileError::io("lock", &self.vault))?;
                Ok(Turn { _folder: Some(folder) })
            }
            // An agent can outlive its vault, and must still be ended.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Turn { _folder: None }),
            Err(error) => Err(FileError::io("open", &self.vault)(error).into()),
        }
    }

    /// The first half of the binding, so that the socket's path stays short; the whole is compared by the agent.
    fn name(&self) -> String {
        self.binding.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A listening socket, and which file it is.
pub(super) struct Bound {
    pub(super) listener: UnixListener,
    path: PathBuf,
    file: (u64, u64),
}

impl Bound {
    /// Listens at `path`, mode 0600, in place of whatever an agent that was killed has left there.
    pub(super) fn at(path: &Path) -> Result<Self, AgentError> {
        if let Some(folder) = path.parent() {
            files::private_dir(folder)?;
        }
        // Made aside and renamed, so that the name never stands for a socket that nobody listens to yet.
        let mut aside = path.as_os_str().to_owned();
        aside.push(".new");
        let aside = PathBuf::from(aside);
        address(&aside)?;
        files::remove_leftover(&aside).map_err(FileError::io("remove", &aside))?;
        let listener = UnixListener::bind(&aside).map_err(FileError::io("listen at", &aside))?;
        listener.set_nonblocking(true).map_err(FileError::io("listen at", &aside))?;
        chmod(&aside, Mode::RUSR | Mode::WUSR).map_err(|error| FileError::io("close", &aside)(error.into()))?;
        let file = identity_of(&aside.symlink_metadata().map_err(FileError::io("look at", &aside))?);
        fs::rename(&aside, path).map_err(FileError::io("replace", path))?;
        Ok(Self { listener, path: path.to_owned(), file })
    }

    /// Whether the path still leads to this socket. Without it nobody can ask for anything any more, nor for the end.
    pub(super) fn is_reachable(&self) -> bool {
        self.path.symlink_metadata().is_ok_and(|metadata| identity_of(&metadata) == self.file)
    }

    /// Takes the socket away, unless another agent has replaced it by now.
    pub(super) fn remove(self, site: &Site) {
        // From here on whoever connects is refused and does not wait. The socket stays open, because that keeps the file's
        // number from being given to the next agent's socket, which would then be taken for this one.
        let _ = shutdown(&self.listener, Shutdown::Both);
        // Nobody can be told of what fails here, and a socket that is left behind is replaced by the next agent.
        let Ok(_turn) = site.turn() else { return };
        if self.is_reachable() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A connection to whoever listens at `path`, or `None` if nobody does.
///
/// Nothing was said yet on it, and it is sure that the other end is this user's.
pub(super) fn meet(path: &Path) -> Result<Option<UnixStream>, AgentError> {
    let metadata = match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        metadata => metadata.map_err(FileError::io("look at", path))?,
    };
    if !metadata.file_type().is_socket() {
        return Err(AgentError::NotASocket { path: path.to_owned() });
    }
    refuse_others(path, metadata.uid())?;
    let failed = |error: Errno| FileError::io("connect to", path)(error.into());
    let stream = socket(AddressFamily::UNIX, SocketType::STREAM, None).map_err(failed)?;
    fcntl_setfd(&stream, FdFlags::CLOEXEC).map_err(failed)?;
    // Also before connecting, which waits where many others wait already.
    for side in [Timeout::Recv, Timeout::Send] {
        set_socket_timeout(&stream, side, Some(PATIENCE)).map_err(failed)?;
    }
    match connect(&stream, &address(path)?) {
        Ok(()) => {}
        // The agent was killed and has left its socket, or has just ended.
        Err(Errno::CONNREFUSED | Errno::NOENT) => return Ok(None),
        Err(Errno::AGAIN) => return Err(AgentError::Silent { pid: None }),
        Err(error) => return Err(failed(error).into()),
    }
    if let Some(peer) = peer(&stream).map_err(FileError::io("look at", path))? {
        refuse_others(path, peer.uid)?;
    }
    Ok(Some(UnixStream::from(stream)))
}

/// How long a command waits for an agent. It is longer than an agent lets stuck clients hold up the next ones.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who is on the other end of a connection.
pub(super) struct Peer {
    pub(super) uid: u32,
    pub(super) pid: Option<i32>,
}

/// Who is on the other end, as the kernel knows it; `None` on a system that cannot say, where the modes of the socket
/// and of its folder must do.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn peer(stream: &impl AsFd) -> io::Result<Option<Peer>> {
    let credentials = nix::sys::socket::getsockopt(stream, nix::sys::socket::sockopt::PeerCredentials)?;
    Ok(Some(Peer { uid: credentials.uid(), pid: Some(credentials.pid()) }))
}

#[cfg(any(
    target_os = "dragonfly",
    target_os = "freebsd",
    target_os = "ios",
    target_os = "macos",
    target_os = "netbsd",
    target_os = "openbsd"
))]
pub(super) fn peer(stream: &impl AsFd) -> io::Result<Option<Peer>> {
    let (uid, _) = nix::unistd::getpeereid(stream)?;
    Ok(Some(Peer { uid: uid.as_raw(), pid: None }))
}

#[cfg(not(any(
    target_os = "android",
    target_os = "dragonfly",
    target_os = "freebsd",
    target_os = "ios",
    target_os = "linux",
    target_os = "macos",
    target_os = "netbsd",
    target_os = "openbsd"
)))]
pub(super) fn peer(_: &impl AsFd) -> io::Result<Option<Peer>> {
    Ok(None)
}

fn refuse_others(path: &Path, owner: u32) -> Result<(), FileError> {
    if owner == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    Err(FileError::ForeignOwner { path: path.to_owned(), owner })
}

/// The kernel's form of a socket's path, which has room for some hundred bytes only.
fn address(path: &Path) -> Result<SocketAddrUnix, AgentError> {
    SocketAddrUnix::new(path).map_err(|error| match error {
        Errno::NAMETOOLONG => AgentError::PathTooLong { path: path.to_owned() },
        error => FileError::io("name", path)(error.into()).into(),
    })
}

fn identity_of(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}
