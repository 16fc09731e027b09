//! How far this machine's clock is from a server's, by the `Date` header of HTTP.
//!
//! Over plain HTTP only. A client of TLS is a large thing for one header, and a clock that is off by more than a
//! certificate's life could not use it. Whoever sits on the way can therefore lie about the time; so the difference is
//! shown to a person and stored by them, and nothing is set by itself.
//!
//! Nobody need lie for the answer to be wrong: a cache on the way repeats the `Date` of an answer that it has kept. So
//! caches are told not to, the server is asked several times over more than a second, and answers that do not go on as
//! this machine's clock does are not believed. A query made up for each request would get past a cache as well, but would ask for
//! something else than the person has named, and would not show a server whose clock stands still.

mod answer;
mod measurement;

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::thread;
use std::time::Duration;

pub(super) use self::measurement::{Doubt, Reading, judge};
use crate::cli::failure::{Exit, Failure, failed};
use crate::time::{Clock, UnixTime};

/// A server that is asked for the time.
#[derive(Clone, Debug)]
pub(super) struct Server {
    host: String,
    /// With its port.
    authority: String,
    path: String,
}

impl std::str::FromStr for Server {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rest = match text.split_once("://") {
            None => text,
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
            Some(_) => {
                return Err("only http:// servers can be asked for the time, as in http://example.com".to_owned());
            }
        };
        let (authority, path) = rest.find(['/', '?']).map_or((rest, ""), |end| rest.split_at(end));
        let legible = |c: char| c.is_ascii_graphic() && c != '@' && c != '#';
        if authority.is_empty() || !rest.chars().all(legible) {
            return Err("that is no URL of a server, as in http://example.com".to_owned());
        }
        let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let port = if has_port { "" } else { ":80" };
        Ok(Self { host: authority.to_owned(), authority: format!("{authority}{port}"), path: absolute(path) })
    }
}

/// The path as a request names it: with a slash in front, also where there is a query alone.
fn absolute(path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// How long a connection is waited for, and then its answer, all of it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Far more than the header of an answer.
const MAX_ANSWER_BYTES: usize = 64 << 10;

/// A name has a few addresses. One with thousands is a trap.
const MAX_ADDRESSES: usize = 4;

/// Three answers with this pause between them take more than a second in all, which [`judge`] asks for.
const ASKED: usize = 3;
const PAUSE: Duration = Duration::from_millis(650);

impl Server {
    pub(super) fn name(&self) -> &str {
        &self.host
    }

    /// What the server says, asked several times, each time on a connection of its own.
    pub(super) fn read(&self, clock: &dyn Clock) -> Result<Vec<Reading>, Failure> {
        let mut readings = vec![self.read_once(clock)?];
        while readings.len() < ASKED {
            thread::sleep(PAUSE);
            readings.push(self.read_once(clock)?);
        }
        Ok(readings)
    }

    fn read_once(&self, clock: &dyn Clock) -> Result<Reading, Failure> {
        let asking = || failed(format!("cannot ask `{}` for the time", self.host));
        let now = || clock.now().map_err(failed("cannot tell the time"));
        let mut connection = self.connect().map_err(asking())?;
        let asked = now()?;
        let header = self.ask(&mut connection, clock, asked.after(PATIENCE)).map_err(asking())?;
        let answered = now()?;
        let answer = answer::read(&header).map_err(|no_time| {
            Failure::new(Exit::Failed, format!("`{}` {no_time}", self.host))
                .hint("a web server answers with one `Date` header; ask another one")
        })?;
        Ok(Reading { asked, answered, answer })
    }

    fn connect(&self) -> io::Result<TcpStream> {
        let mut refused = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in self.authority.to_socket_addrs()?.take(MAX_ADDRESSES) {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(connection) => {
                    connection.set_write_timeout(Some(PATIENCE))?;
                    return Ok(connection);
                }
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    /// The header of the answer to a HEAD request. It is not waited for beyond the deadline, however slowly it drips in.
    fn ask(&self, connection: &mut TcpStream, clock: &dyn Clock, deadline: UnixTime) -> io::Result<Vec<u8>> {
        connection.write_all(self.request().as_bytes())?;
        let mut bytes = Vec::new();
        let mut part = [0; 4096];
        // Up to the blank line: some servers keep the connection open in spite of what was asked.
        loop {
            if let Some(header) = answer::header(&bytes) {
                return Ok(header.to_vec());
            }
            let left = deadline.since(clock.now().map_err(io::Error::other)?).min(PATIENCE);
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            connection.set_read_timeout(Some(left))?;
            match connection.read(&mut part)? {
                0 => return Ok(bytes),
                read => bytes.extend_from_slice(part.get(..read).unwrap_or_default()),
            }
            if bytes.len() > MAX_ANSWER_BYTES {
                return Ok(bytes);
            }
        }
    }

    /// Caches are told to ask the server itself (RFC 9111 section 5.2.1.4; `Pragma` is for those of HTTP/1.0).
    fn request(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        format!(
            "HEAD {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: vmfa/{version}\r\nCache-Control: no-cache\r\nPragma: no-cache\r\n\
             Connection: close\r\n\r\n",
            self.path, self.host
        )
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::time::ClockError;

    #[test]
    fn a_server_is_named_by_an_http_url_or_its_name() {
        for (text, authority, path) in [
            ("http://example.com", "example.com:80", "/"),
            ("HTTP://example.com:8080/a/b", "example.com:8080", "/a/b"),
            ("example.com", "example.com:80", "/"),
            ("http://example.com?a=/b", "example.com:80", "/?a=/b"),
            ("http://[::1]:99/", "[::1]:99", "/"),
        ] {
            let server: Server = text.parse().unwrap();
            assert_eq!((server.authority.as_str(), server.path.as_str()), (authority, path), "{text}");
        }
        for text in
            ["https://example.com", "ftp://example.com", "", "http://", "http://a b", "http://a/\r\nX: y", "http://a@b"]
        {
            assert!(text.parse::<Server>().is_err(), "{text}");
        }
    }

    /// A clock that is a second further each time it is looked at.
    #[derive(Default)]
    struct Hurrying(AtomicU64);

    impl Clock for Hurrying {
        fn now(&self) -> Result<UnixTime, ClockError> {
            Ok(UnixTime::from_secs(self.0.fetch_add(1, Ordering::SeqCst)))
        }
    }

    #[test]
    fn an_answer_that_drips_in_without_end_is_not_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server: Server = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let drip = thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            while connection.write_all(b"x").is_ok() {}
        });
        let failure = server.read(&Hurrying::default()).unwrap_err();
        drip.join().unwrap();
        assert!(failure.message.starts_with("cannot ask `127.0.0.1:"), "{}", failure.message);
    }
}
