use jiff::Timestamp;

use crate::time::UnixTime;

/// A point in time as people and programs read it: RFC 3339, in UTC, to the second.
pub(super) fn rfc3339(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).map_or_else(|_| format!("@{seconds}"), |timestamp| timestamp.to_string())
}
