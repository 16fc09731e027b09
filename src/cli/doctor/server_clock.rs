//! How far this machine's clock is from a server's, by the `Date` header of HTTP.
//!
//! Over plain HTTP only. A client of TLS is a large thing for one header, and a clock that is off by more than a
//! certificate's life could not use it. Whoever sits on the way can therefore lie about the time; so the difference is
//! shown to a person and stored by them, and nothing is set by itself.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;

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
        let (authority, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
        let legible = |c: char| c.is_ascii_graphic() && c != '@' && c != '#';
        if authority.is_empty() || !rest.chars().all(legible) {
            return Err("that is no URL of a server, as in http://example.com".to_owned());
        }
        let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let port = if has_port { "" } else { ":80" };
        Ok(Self { host: authority.to_owned(), authority: format!("{authority}{port}"), path: path.to_owned() })
    }
}

/// How long an answer is waited for, in each of its parts.
const PATIENCE: Duration = Duration::from_secs(10);

/// Far more than the headers of an answer.
const MAX_ANSWER_BYTES: u64 = 64 << 10;

impl Server {
    pub(super) fn name(&self) -> &str {
        &self.host
    }

    /// The seconds by which the server's clock is ahead of `clock`: exact to half a second and half the time that the
    /// answer took, since a `Date` has no fractions.
    pub(super) fn ahead_by(&self, clock: &dyn Clock) -> Result<i64, Failure> {
        let asking = || failed(format!("cannot ask `{}` for the time", self.host));
        let mut connection = self.connect().map_err(asking())?;
        let before = clock.now().map_err(failed("cannot tell the time"))?;
        let answer = self.ask(&mut connection).map_err(asking())?;
        let after = clock.now().map_err(failed("cannot tell the time"))?;
        let date = date_in(&answer).ok_or_else(|| {
            Failure::new(Exit::Failed, format!("`{}` does not say what time it has", self.host))
                .hint("a web server answers with a `Date` header; ask another one")
        })?;
        Ok(difference(date, before, after))
    }

    fn connect(&self) -> io::Result<TcpStream> {
        let mut refused = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in self.authority.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(connection) => {
                    connection.set_read_timeout(Some(PATIENCE))?;
                    connection.set_write_timeout(Some(PATIENCE))?;
                    return Ok(connection);
                }
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    /// The headers of the answer to a HEAD request.
    fn ask(&self, connection: &mut TcpStream) -> io::Result<String> {
        let version = env!("CARGO_PKG_VERSION");
        let request = format!(
            "HEAD {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: vmfa/{version}\r\nConnection: close\r\n\r\n",
            self.path, self.host
        );
        connection.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        let mut part = [0; 4096];
        let mut limited = connection.take(MAX_ANSWER_BYTES);
        // Up to the blank line: some servers keep the connection open in spite of what was asked.
        while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
            match limited.read(&mut part)? {
                0 => break,
                read => answer.extend_from_slice(part.get(..read).unwrap_or_default()),
            }
        }
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

/// The time in the `Date` header (RFC 9110 section 6.6.1), in whole seconds.
fn date_in(answer: &str) -> Option<i64> {
    let mut lines = answer.lines();
    lines.next().filter(|status| status.starts_with("HTTP/"))?;
    let value = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("date").then_some(value.trim())
    })?;
    DateTimeParser::new().parse_timestamp(value).ok().map(jiff::Timestamp::as_second)
}

/// How far `date`, which was cut to a second, is ahead of the middle of the two readings of the clock.
fn difference(date: i64, before: UnixTime, after: UnixTime) -> i64 {
    let middle = before.as_millis().midpoint(after.as_millis());
    let date = date.saturating_mul(1000).saturating_add(500);
    // Rounded to the nearest second.
    date.saturating_sub_unsigned(middle).saturating_add(500).div_euclid(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_by_an_http_url_or_its_name() {
        for (text, authority, path) in [
            ("http://example.com", "example.com:80", "/"),
            ("HTTP://example.com:8080/a/b", "example.com:8080", "/a/b"),
            ("example.com", "example.com:80", "/"),
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

    #[test]
    fn a_date_is_read_from_an_answer_of_any_status() {
        // The example of RFC 9110 section 5.6.7.
        let answer = "HTTP/1.1 301 Moved\r\nserver: x\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n";
        assert_eq!(date_in(answer), Some(784_111_777));
        for answer in [
            "",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nDate: soon\r\n\r\n",
            "date: Sun, 06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(date_in(answer), None, "{answer}");
        }
    }

    #[test]
    fn a_difference_counts_from_the_middle_of_the_two_readings_and_of_the_second() {
        let difference =
            |date, before, after| difference(date, UnixTime::from_millis(before), UnixTime::from_millis(after));
        assert_eq!(difference(100, 100_000, 100_900), 0);
        assert_eq!(difference(100, 97_000, 99_000), 3);
        assert_eq!(difference(100, 402_200, 402_800), -302);
    }
}
