//! What commands want from a vault's agent: the identity, or that it ends.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::AgentError;
use super::socket::{self, Site, Turn};
use super::wire::{HEADER_BYTES, Request, Status};
use crate::authenticator::OwnIdentity;
use crate::files::{self, FileError};

/// Whether there was an agent to be ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(in crate::cli) enum Ended {
    /// There was one, and it holds nothing any more.
    Now,
    /// There was none.
    Before,
}

/// The identity that the vault's agent holds, or `None` if there is no agent.
pub(super) fn identity(site: &Site, sockets: &[PathBuf]) -> Result<Option<OwnIdentity>, AgentError> {
    for path in sockets {
        let Some(stream) = meet(path)? else { continue };
        let text = ask(stream, Request::Identity, site)?;
        return OwnIdentity::parse(&text).map(Some).ok_or(AgentError::Garbled);
    }
    Ok(None)
}

/// Ends the vault's agents, wherever they are, and takes their sockets away. The turn shows that none is just starting.
pub(super) fn end(site: &Site, sockets: &[PathBuf], _: &Turn) -> Result<Ended, AgentError> {
    let mut ended = Ended::Before;
    for path in sockets {
        if let Some(stream) = meet(path)? {
            ask(stream, Request::End, site)?;
            ended = Ended::Now;
        }
        files::remove_leftover(path).map_err(FileError::io("remove", path))?;
    }
    Ok(ended)
}

fn meet(path: &Path) -> Result<Option<UnixStream>, AgentError> {
    match socket::meet(path) {
        // No agent can have made such a socket.
        Err(AgentError::PathTooLong { .. }) => Ok(None),
        met => met,
    }
}

fn ask(mut stream: UnixStream, request: Request, site: &Site) -> Result<Zeroizing<Vec<u8>>, AgentError> {
    let pid = socket::peer(&stream).ok().flatten().and_then(|peer| peer.pid);
    let mut header = [0; HEADER_BYTES];
    let mut answer = Zeroizing::default();
    let mut exchange = || -> io::Result<Option<Status>> {
        stream.write_all(&request.encode(&site.binding))?;
        stream.read_exact(&mut header)?;
        let Some((status, length)) = Status::decode(header) else { return Ok(None) };
        answer = Zeroizing::new(vec![0; usize::from(length)]);
        stream.read_exact(&mut answer)?;
        Ok(Some(status))
    };
    match exchange() {
        Ok(Some(Status::Done)) => Ok(answer),
        Ok(Some(Status::OtherVault)) => Err(AgentError::OtherVault),
        Ok(Some(Status::NotUnderstood) | None) => Err(AgentError::OtherVersion { pid }),
        // A read that ran into its time limit, or an agent that was killed meanwhile.
        Err(_) => Err(AgentError::Silent { pid }),
    }
}
