//! The agent's life: it answers until its time is up, until it is told to end, until a signal ends it, or until its
//! socket is gone, as after a logout.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::lifetime::{Lifetime, Moment};
use super::page::Page;
use super::socket::{self, Bound};
use super::wire::{Binding, REQUEST_BYTES, Request, Status};
use crate::time::Clock;

/// What an agent is made of. It is one thread: no client is waited for, so none can hold up another.
pub(super) struct Server<'a> {
    pub(super) bound: &'a Bound,
    /// Becomes readable when a signal asks for the end.
    pub(super) signals: UnixStream,
    pub(super) binding: Binding,
    pub(super) lifetime: Lifetime,
    pub(super) clock: &'a dyn Clock,
}

/// A connection whose request is not whole yet.
struct Client {
    stream: UnixStream,
    since: Moment,
    request: Vec<u8>,
}

/// What became of a client when it was listened to.
enum Heard {
    NotAllYet,
    Gone,
    Request(Request),
    Refused(Status),
}

/// Further ones wait in the kernel's queue. Each leaves within [`PATIENCE`].
const MAX_CLIENTS: usize = 32;

/// A command sends its request as soon as it is connected. Whoever takes longer is stuck.
const PATIENCE: Duration = Duration::from_secs(2);

/// The clocks and the socket are looked at this often: after a suspend, the time limit of `poll` goes on where it stopped.
const LOOK: Duration = Duration::from_secs(1);

impl Server<'_> {
    /// Answers with `page`, which is wiped before this returns, until the end.
    pub(super) fn run(self, page: Page) {
        let mut clients = Vec::new();
        // A clock that cannot be read ends it too.
        while let Ok(now) = Moment::now(self.clock)
            && let Some(left) = self.lifetime.left(now)
            && self.bound.is_reachable()
        {
            clients.retain(|client: &Client| now.since(client.since) < PATIENCE);
            let Ok(Woken::Serve) = self.wait(&clients, left.min(LOOK)) else { return };
            // The time may have run out while this waited, and then nothing is given away any more.
            let Ok(now) = Moment::now(self.clock) else { return };
            if self.lifetime.left(now).is_none() {
                return;
            }
            self.accept(&mut clients, now);
            if let Some(mut client) = answer(&mut clients, &self.binding, &page) {
                drop(page);
                client.answer(&Status::Done.header(0));
                return;
            }
        }
    }

    /// Waits until there is something to do, or `limit` is over.
    fn wait(&self, clients: &[Client], limit: Duration) -> io::Result<Woken> {
        let mut fds = vec![PollFd::new(&self.signals, PollFlags::IN)];
        fds.extend(clients.iter().map(|client| PollFd::new(&client.stream, PollFlags::IN)));
        if clients.len() < MAX_CLIENTS {
            fds.push(PollFd::new(&self.bound.listener, PollFlags::IN));
        }
        let limit = Timespec::try_from(limit).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        match poll(&mut fds, Some(&limit)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let asked_to_end = fds.first().is_some_and(|signals| !signals.revents().is_empty());
        Ok(if asked_to_end { Woken::End } else { Woken::Serve })
    }

    fn accept(&self, clients: &mut Vec<Client>, now: Moment) {
        while clients.len() < MAX_CLIENTS {
            // Whoever has hung up again, and whatever the kernel lacks for a moment, is not worth ending for.
            let Ok((stream, _)) = self.bound.listener.accept() else { return };
            if is_own(&stream) && stream.set_nonblocking(true).is_ok() {
                clients.push(Client { stream, since: now, request: Vec::with_capacity(REQUEST_BYTES) });
            }
        }
    }
}

enum Woken {
    Serve,
    End,
}

/// Answers all requests that are whole; gives the client back that asks for the end.
fn answer(clients: &mut Vec<Client>, binding: &Binding, page: &Page) -> Option<Client> {
    let mut waiting = Vec::with_capacity(clients.len());
    let mut end = None;
    for mut client in clients.drain(..) {
        match client.hear(binding) {
            Heard::NotAllYet => waiting.push(client),
            Heard::Gone => {}
            Heard::Request(Request::Identity) => client.answer(page.answer()),
            Heard::Request(Request::End) => end = Some(client),
            Heard::Refused(status) => client.answer(&status.header(0)),
        }
    }
    *clients = waiting;
    end
}

impl Client {
    /// Reads what has arrived.
    fn hear(&mut self, binding: &Binding) -> Heard {
        let mut bytes = [0; REQUEST_BYTES];
        let missing = REQUEST_BYTES - self.request.len();
        let arrived = match self.stream.read(bytes.get_mut(..missing).unwrap_or_default()) {
            Ok(0) => return Heard::Gone,
            Ok(read) => bytes.get(..read).unwrap_or_default(),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
                return Heard::NotAllYet;
            }
            Err(_) => return Heard::Gone,
        };
        self.request.extend_from_slice(arrived);
        match Request::decode(&self.request, binding) {
            None => Heard::NotAllYet,
            Some(Ok(request)) => Heard::Request(request),
            Some(Err(status)) => Heard::Refused(status),
        }
    }

    /// Answers. Nothing else was sent on the connection, so the kernel has room for all of it at once; a client that has
    /// gone, or that has arranged it otherwise, gets no answer.
    fn answer(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }
}

/// Whether the other end is this user's. Root's is not: it has no business here, and can help itself.
fn is_own(stream: &impl AsFd) -> bool {
    let own = rustix::process::geteuid().as_raw();
    socket::peer(stream).is_ok_and(|peer| peer.is_none_or(|peer| peer.uid == own))
}
