//! What the header of an HTTP answer says about the time, and whether a cache has answered.

use jiff::fmt::rfc2822::DateTimeParser;
use thiserror::Error;

/// What one answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// Its `Date` (RFC 9110 section 6.6.1), in Unix seconds.
    pub(super) date: i64,
    /// The field by which it is known to come from a cache.
    pub(super) cached_by: Option<&'static str>,
}

/// An answer has no time that could be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum NoTime {
    #[error("does not say what time it has")]
    Absent,
    #[error("says several times at once")]
    Several,
}

/// The header of the final answer, once all of it is among the bytes that were read: an interim one (1xx) is passed over
/// (RFC 9110 section 15.2).
pub(super) fn header(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes;
    loop {
        let end = end_of_header(rest)?;
        let (header, behind) = rest.split_at_checked(end)?;
        if !is_interim(header) {
            return Some(header);
        }
        rest = behind;
    }
}

/// How many bytes there are up to the blank line and with it. A line may end without CR (RFC 9112 section 2.2).
fn end_of_header(bytes: &[u8]) -> Option<usize> {
    let mut end = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        end += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            return Some(end);
        }
    }
    None
}

fn is_interim(header: &[u8]) -> bool {
    let mut words = header.split(|byte| *byte == b' ');
    words.next().is_some_and(|version| version.starts_with(b"HTTP/"))
        && words.next().is_some_and(|status| status.len() == 3 && status.starts_with(b"1"))
}

/// Reads a header.
///
/// # Errors
/// [`NoTime`].
pub(super) fn read(header: &[u8]) -> Result<Answer, NoTime> {
    let fields = fields(&String::from_utf8_lossy(header)).ok_or(NoTime::Absent)?;
    let dates = fields.iter().filter(|field| field.name == "date");
    let dates: Option<Vec<i64>> = dates.map(|field| unix_seconds(&field.value)).collect();
    match dates.ok_or(NoTime::Absent)?.as_slice() {
        [] => Err(NoTime::Absent),
        // A proxy that repeats the field contradicts nobody.
        [date, others @ ..] if others.iter().all(|other| other == date) => {
            Ok(Answer { date: *date, cached_by: fields.iter().find_map(cache) })
        }
        _ => Err(NoTime::Several),
    }
}

fn unix_seconds(date: &str) -> Option<i64> {
    DateTimeParser::new().parse_timestamp(date).ok().map(jiff::Timestamp::as_second)
}

/// A field of a header, its name in lower case.
struct Field {
    name: String,
    value: String,
}

/// The fields of a header, or `None` if it is not one of HTTP. A line that begins with a blank goes on with the field
/// before it (`obs-fold`, RFC 9112 section 5.2): it is no field of its own, whatever stands in it.
fn fields(header: &str) -> Option<Vec<Field>> {
    let mut lines = header.lines();
    lines.next().filter(|status| status.starts_with("HTTP/"))?;
    let mut fields: Vec<Field> = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        if line.starts_with([' ', '\t']) {
            if let Some(field) = fields.last_mut() {
                let value = format!("{} {}", field.value, line.trim());
                value.trim().clone_into(&mut field.value);
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push(Field { name: name.trim_end().to_lowercase(), value: value.trim().to_owned() });
        }
    }
    Some(fields)
}

/// The field's name if it says that a cache has answered.
fn cache(field: &Field) -> Option<&'static str> {
    let value = field.value.to_lowercase();
    match field.name.as_str() {
        // Its presence alone says that the server has neither made nor confirmed this answer (RFC 9111 section 5.1),
        // whatever its value is and how often it stands there.
        "age" => Some("Age"),
        // RFC 9211 section 2.1.
        "cache-status" => {
            value.split([';', ',']).any(|word| matches!(word.trim(), "hit" | "hit=?1")).then_some("Cache-Status")
        }
        // No standard: what caches say of themselves. Varnish gives two numbers where it had the answer already.
        "x-cache-hits" => {
            let hits = value.split(',').any(|hits| hits.trim().parse::<u64>().is_ok_and(|hits| hits > 0));
            hits.then_some("X-Cache-Hits")
        }
        "x-varnish" => (value.split_whitespace().count() > 1).then_some("X-Varnish"),
        name if name.contains("cache") => {
            ["hit", "stale", "updating"].iter().any(|word| value.contains(word)).then_some("X-Cache")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 9110 section 5.6.7, and its value by `date --date=... +%s`.
    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const SECONDS: i64 = 784_111_777;

    fn said(fields: &str) -> Result<Answer, NoTime> {
        read(format!("HTTP/1.1 200 OK\r\n{fields}\r\n").as_bytes())
    }

    #[test]
    fn a_date_is_read_from_an_answer_of_any_status_and_version() {
        for status in ["HTTP/1.1 301 Moved", "HTTP/1.0 404 Not Found", "HTTP/1.1 500"] {
            let header = format!("{status}\r\nserver: x\r\ndate: {DATE}\r\n\r\n");
            assert_eq!(read(header.as_bytes()), Ok(Answer { date: SECONDS, cached_by: None }), "{status}");
        }
        for header in
            ["", "HTTP/1.1 200 OK\r\n\r\n", &format!("date: {DATE}"), &format!("SSH-2.0-x\r\nDate: {DATE}\r\n")]
        {
            assert_eq!(read(header.as_bytes()), Err(NoTime::Absent), "{header}");
        }
        for date in ["soon", "", "784111777", "Sun, 06 Nov 1994 99:49:37 GMT"] {
            assert_eq!(said(&format!("Date: {date}\r\n")), Err(NoTime::Absent), "{date}");
        }
    }

    #[test]
    fn several_dates_must_be_the_same() {
        assert_eq!(said(&format!("Date: {DATE}\r\ndate: {DATE}\r\n")).map(|answer| answer.date), Ok(SECONDS));
        let other = "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n";
        assert_eq!(said(&format!("Date: {DATE}\r\n{other}")), Err(NoTime::Several));
        assert_eq!(said(&format!("Date: {DATE}\r\nDate: soon\r\n")), Err(NoTime::Absent));
    }

    #[test]
    fn a_folded_line_belongs_to_the_field_before_it() {
        assert_eq!(said(&format!("Date:\r\n {DATE}\r\n")).map(|answer| answer.date), Ok(SECONDS));
        assert_eq!(said("Date: Sun, 06 Nov 1994\r\n\t08:49:37 GMT\r\n").map(|answer| answer.date), Ok(SECONDS));
        assert_eq!(said(&format!("Server: x\r\n Date: {DATE}\r\n")), Err(NoTime::Absent));
        let answer = said(&format!("Date: {DATE}\r\nServer: x\r\n Age: 5\r\n")).unwrap();
        assert_eq!(answer.cached_by, None);
        assert_eq!(said(&format!(" Age: 5\r\nDate: {DATE}\r\n")).unwrap().cached_by, None);
    }

    #[test]
    fn an_answer_of_a_cache_is_known_by_any_age_and_by_the_words_of_caches() {
        for (field, by) in [
            ("Age: 120", Some("Age")),
            ("age: 0", Some("Age")),
            ("Age : 7", Some("Age")),
            ("Age:", Some("Age")),
            ("Age: -1", Some("Age")),
            ("Age: yesterday", Some("Age")),
            ("Age: 5\r\nAge: 99", Some("Age")),
            ("Age: 99999999999999999999999999", Some("Age")),
            ("X-Cache: HIT", Some("X-Cache")),
            ("X-Cache: TCP_MEM_HIT from a1 (AkamaiGHost)", Some("X-Cache")),
            ("x-cache: MISS, HIT", Some("X-Cache")),
            ("X-Cache: Hit from cloudfront", Some("X-Cache")),
            ("CF-Cache-Status: STALE", Some("X-Cache")),
            ("Cache-Status: Origin; fwd=miss, CDN; hit; ttl=30", Some("Cache-Status")),
            ("Cache-Status: CDN; fwd=uri-miss; detail=whit", None),
            ("X-Cache-Lookup: HIT from cache.example:3128", Some("X-Cache")),
            ("X-Cache-Hits: 0, 3", Some("X-Cache-Hits")),
            ("X-Varnish: 32770 3", Some("X-Varnish")),
            ("X-Varnish: 32770", None),
            ("X-Cache-Hits: 0, 0", None),
            ("X-Cache: MISS", None),
            ("CF-Cache-Status: DYNAMIC", None),
            // A proxy that passes an answer on is no cache.
            ("Via: 1.1 proxy", None),
            ("X-Age: 5", None),
        ] {
            assert_eq!(said(&format!("Date: {DATE}\r\n{field}\r\n")).unwrap().cached_by, by, "{field}");
        }
    }

    #[test]
    fn the_header_ends_at_the_blank_line_and_an_interim_answer_is_passed_over() {
        for (bytes, whole) in [
            ("HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", Some("HTTP/1.1 200 OK\r\nA: b\r\n\r\n")),
            ("HTTP/1.1 200 OK\nA: b\n\nbody", Some("HTTP/1.1 200 OK\nA: b\n\n")),
            ("HTTP/1.1 103 Early Hints\r\nDate: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", Some("HTTP/1.1 200 OK\r\n\r\n")),
            ("HTTP/1.1 103 Early Hints\r\nDate: x\r\n\r\nHTTP/1.1 200 OK\r\n", None),
            ("HTTP/1.1 200 OK\r\nA: b\r\n", None),
            ("", None),
        ] {
            assert_eq!(header(bytes.as_bytes()), whole.map(str::as_bytes), "{bytes}");
        }
    }
}
