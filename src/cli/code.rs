use std::thread;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use serde::Serialize;

use super::App;
use super::entries::kind_name;
use super::failure::{Exit, Failure};
use super::options::Output;
use super::vault::{self, VaultOptions};
use crate::authenticator::{CounterError, Entry, EntryId, Match, Vault};
use crate::otp::{Kind, Period, Totp};
use crate::time::{Clock, UnixTime};

#[derive(Args, Debug)]
#[command(
    after_help = "The code is the only thing on stdout.\n\nWith --output json: {code, type, name, issuer, account}, \
                        and for totp and steam {period, valid_from, valid_until, remaining, next}, for hotp {counter}; \
                        times are Unix seconds, valid_until is the first second after, next is the code that follows."
)]
pub(super) struct Arguments {
    /// Which entry: its name, issuer or account, or a part of one; may be left out where there is only one
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    query: Option<String>,
    /// Show the code that follows the present one
    #[arg(long)]
    next: bool,
    /// Wait for a code that is good for at least this many seconds more
    #[arg(long, value_name = "SECONDS")]
    min_valid: Option<u32>,
    /// Show the code at this time, in Unix seconds or as in 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<UnixTime>,
    #[command(flatten)]
    vault: VaultOptions,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let mut vault = vault::open(app, &arguments.vault)?;
    let query = arguments.query.as_deref();
    let found = query.map_or_else(|| vault.entries().only(), |query| vault.entries().find(query, Match::Best));
    let entry = vault::one(found, query)?;
    match entry.key.kind {
        Kind::Totp(totp) => show(app, &by_time(arguments, app, entry, totp)?),
        Kind::Hotp { .. } => {
            let id = entry.id;
            by_counter(arguments, app, &mut vault, id)
        }
    }
}

/// A code for programs.
#[derive(Serialize)]
struct CodeJson<'a> {
    code: String,
    #[serde(rename = "type")]
    kind: &'static str,
    name: Option<&'a str>,
    issuer: &'a str,
    account: &'a str,
    #[serde(flatten)]
    moving: Moving,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Moving {
    Time { period: u32, valid_from: u64, valid_until: u64, remaining: u64, next: String },
    Counter { counter: u64 },
}

fn show(app: &App, code: &CodeJson<'_>) -> Result<(), Failure> {
    match app.options.output {
        Output::Text => app.terminal.answer(&code.code),
        Output::Json => app.terminal.answer_json(code),
    }
}

fn by_time<'a>(arguments: &Arguments, app: &App, entry: &'a Entry, totp: Totp) -> Result<CodeJson<'a>, Failure> {
    let period = totp.period;
    let min_valid = arguments.min_valid.unwrap_or_default();
    if min_valid > period.as_secs() {
        return Err(Failure::usage(format!("no code of this entry is good for {min_valid} s: it lasts {period} s")));
    }
    let now = match arguments.at {
        Some(at) => ready_at(at, period, min_valid),
        None => wait(app, period, min_valid)?,
    };
    let key = totp.keyed(&entry.key.secret);
    let present = period.step_at(now);
    let step = if arguments.next { present.next() } else { Some(present) };
    let (Some(step), Some(next)) = (step, step.and_then(|step| step.next())) else {
        return Err(Failure::usage("time ends there"));
    };
    let valid_until = period.start_of(next).as_secs();
    Ok(CodeJson {
        code: key.code(step).as_str().to_owned(),
        kind: kind_name(entry.key.kind),
        name: entry.name.as_deref(),
        issuer: &entry.key.issuer,
        account: &entry.key.account,
        moving: Moving::Time {
            period: period.as_secs(),
            valid_from: period.start_of(step).as_secs(),
            valid_until,
            remaining: valid_until.saturating_sub(now.as_secs()),
            next: key.code(next).as_str().to_owned(),
        },
    })
}

fn by_counter(arguments: &Arguments, app: &App, vault: &mut Vault, id: EntryId) -> Result<(), Failure> {
    if arguments.next || arguments.at.is_some() || arguments.min_valid.is_some() {
        return Err(Failure::usage("`--next`, `--at` and `--min-valid` are about time, and this entry counts (hotp)"));
    }
    // What returns from here is on the disk: two processes never show the code of one counter.
    let (code, counter) = vault.change(|entries| entries.spend_counter(id).map_err(Failure::from))?;
    let entry = vault.entries().get(id).ok_or(CounterError::Gone)?;
    show(
        app,
        &CodeJson {
            code: code.as_str().to_owned(),
            kind: kind_name(entry.key.kind),
            name: entry.name.as_deref(),
            issuer: &entry.key.issuer,
            account: &entry.key.account,
            moving: Moving::Counter { counter },
        },
    )
}

/// The present time, once a code is good for `min_valid` seconds more.
fn wait(app: &App, period: Period, min_valid: u32) -> Result<UnixTime, Failure> {
    let mut told = false;
    loop {
        let now = app.clock.now().map_err(|error| Failure::from_error(Exit::Failed, &error))?;
        let ready = ready_at(now, period, min_valid);
        if ready == now {
            return Ok(now);
        }
        let left = ready.since(now);
        if !told {
            app.terminal.say(&format!("the next code comes in {} s", left.as_millis().div_ceil(1000)));
            told = true;
        }
        // The clock is asked again afterwards: it may have been set meanwhile.
        thread::sleep(left);
    }
}

/// The first time, from `now` on, at which a code is good for `min_valid` seconds more. It must be at most a period.
fn ready_at(now: UnixTime, period: Period, min_valid: u32) -> UnixTime {
    let Some(next) = period.step_at(now).next() else { return now };
    let end = period.start_of(next);
    if end.as_secs().saturating_sub(now.as_secs()) >= u64::from(min_valid) { now } else { end }
}

fn parse_time(text: &str) -> Result<UnixTime, String> {
    // `u64::from_str` would accept a leading `+`.
    if text.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(seconds) = text.parse()
    {
        let time = UnixTime::from_secs(seconds);
        // A time that does not fit would be cut, and its code would be another time's.
        return if time.as_secs() == seconds {
            Ok(time)
        } else {
            Err("that is later than any time there is".to_owned())
        };
    }
    let timestamp: jiff::Timestamp =
        text.parse().map_err(|_| "neither Unix seconds nor a time as in 2026-01-31T12:00:00Z".to_owned())?;
    u64::try_from(timestamp.as_second()).map(UnixTime::from_secs).map_err(|_| "that is before 1970".to_owned())
}

impl From<CounterError> for Failure {
    fn from(error: CounterError) -> Self {
        match error {
            CounterError::Gone => Self::from_error(Exit::NotFound, &error),
            CounterError::Exhausted => Self::from_error(Exit::Failed, &error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_waited_for_only_if_too_little_of_the_present_one_is_left() {
        for (now, min_valid, ready) in [(59, 0, 59), (59, 1, 59), (59, 2, 60), (60, 30, 60), (61, 30, 90), (61, 29, 61)]
        {
            let at = ready_at(UnixTime::from_secs(now), Period::default(), min_valid);
            assert_eq!(at.as_secs(), ready, "at {now}, for {min_valid} s");
        }
    }

    #[test]
    fn a_time_is_unix_seconds_or_rfc_3339() {
        for (text, seconds) in [
            ("0", 0),
            ("1111111109", 1_111_111_109),
            ("2005-03-18T01:58:29Z", 1_111_111_109),
            ("2005-03-18T10:58:29+09:00", 1_111_111_109),
        ] {
            assert_eq!(parse_time(text), Ok(UnixTime::from_secs(seconds)), "{text}");
        }
        for text in ["", "-1", "+1", "1e3", "yesterday", "1969-12-31T23:59:59Z", "99999999999999999999"] {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }
}
