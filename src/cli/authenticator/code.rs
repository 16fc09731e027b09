mod timing;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use serde::Serialize;

use self::timing::Choice;
use super::clear_clipboard::{self, Clearing};
use super::entries::kind_name;
use super::vault::{self, VaultOptions};
use crate::authenticator::{CounterError, Entry, EntryId, Match, Vault};
use crate::cli::failure::{Exit, Failure};
use crate::cli::help::and_examples;
use crate::cli::options::Output;
use crate::cli::terminal::clipboard::Clipboard;
use crate::cli::{App, unset_clock};
use crate::otp::{Code, Kind, Totp};
use crate::time::UnixTime;

#[derive(Args, Debug)]
#[command(after_help = and_examples(
    "The code is the only thing on stdout. With --copy, nothing is.\n\n\
     vmfa remembers each code that it shows, so --fresh shows no code twice. It does not remember codes of --at.\n\n\
     With --output json: {code, type, name, issuer, account}, and for totp and steam {period, valid_from, \
     valid_until, remaining, next}, for hotp {counter}. Times are Unix seconds, valid_until is the first second after, \
     next is the code that follows. With --copy: {copied_with, cleared_after, type, name, issuer, account}; \
     cleared_after may be null.",
    [
        ("vmfa code github", "Show the code of the one entry that fits"),
        ("vmfa code arn:aws:iam::123456789012:mfa/alice --fresh", "Show a code that was not shown before, for the MFA device with this ARN"),
    ],
))]
pub(in crate::cli) struct Arguments {
    /// The entry: its name, issuer or account, a part of one, or words from them; not needed if there is only one
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    query: Option<String>,
    /// Show the next code instead of the current one
    #[arg(long)]
    next: bool,
    /// Wait for a code that is valid for at least this many more seconds
    #[arg(long, value_name = "SECONDS")]
    min_valid: Option<u32>,
    /// Show the code for this time, in Unix seconds or as in 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<UnixTime>,
    /// Wait for a code that was not shown before
    #[arg(long, conflicts_with = "at")]
    fresh: bool,
    /// With --fresh: exit with code 3 instead of waiting if the current code was shown before
    #[arg(long, requires = "fresh")]
    no_wait: bool,
    /// Wait for the next period and show its code
    #[arg(long, conflicts_with_all = ["next", "min_valid", "at", "no_wait"])]
    wait_next: bool,
    /// For hotp: show the code of this counter without moving the entry's own
    #[arg(long, conflicts_with = "fresh")]
    counter: Option<u64>,
    /// Copy the code to the clipboard instead of showing it
    #[arg(long)]
    copy: bool,
    /// With --copy: clear the clipboard after this many seconds, or never for 0 [default: 45]
    #[arg(long, value_name = "SECONDS", requires = "copy")]
    clear_after: Option<u64>,
    #[command(flatten)]
    vault: VaultOptions,
}

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    // A code that no clipboard takes would be spent for nothing.
    let clipboard = if arguments.copy { Some(app.terminal.clipboard()?) } else { None };
    let mut vault = vault::open(app, &arguments.vault)?;
    let query = arguments.query.as_deref();
    let found = query.map_or_else(|| vault.entries().only(), |query| vault.entries().find(query, Match::Best));
    let entry = vault::one(found, query)?;
    let (id, kind) = (entry.id, entry.key.kind);
    let code = match kind {
        Kind::Totp(totp) => by_time(arguments, app, &vault, entry, totp)?,
        Kind::Hotp { .. } => by_counter(arguments, &mut vault, id)?,
    };
    match clipboard {
        Some(clipboard) => copy(arguments, app, &clipboard, &code)?,
        None => show(app, &code)?,
    }
    // Afterwards, so that the person does not wait for it.
    if arguments.at.is_none() {
        note_use(&vault, id);
    }
    Ok(())
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

impl<'a> CodeJson<'a> {
    fn of(entry: &'a Entry, code: &Code, moving: Moving) -> Self {
        Self {
            code: code.as_str().to_owned(),
            kind: kind_name(entry.key.kind),
            name: entry.name.as_deref(),
            issuer: &entry.key.issuer,
            account: &entry.key.account,
            moving,
        }
    }
}

/// For programs, what became of a code that is not on stdout.
#[derive(Serialize)]
struct CopiedJson<'a> {
    copied_with: &'static str,
    cleared_after: Option<u64>,
    #[serde(rename = "type")]
    kind: &'static str,
    name: Option<&'a str>,
    issuer: &'a str,
    account: &'a str,
}

/// Puts the code into the clipboard. It is in one place then, and not on the screen or in a pipe as well.
fn copy(arguments: &Arguments, app: &App, clipboard: &Clipboard, code: &CodeJson<'_>) -> Result<(), Failure> {
    let tool = clipboard.copy(&code.code)?;
    let seconds = arguments.clear_after.unwrap_or(CLEAR_AFTER_SECS);
    let cleared_after = if seconds > 0 && tool.can_clear() {
        // This command ends now; whoever takes its processes over reaps it.
        let _: Clearing = clear_clipboard::later(tool, &code.code, seconds).map_err(|failure| Failure {
            message: format!("the code is in the clipboard, but {}", failure.message),
            ..failure
        })?;
        Some(seconds)
    } else {
        None
    };
    let outlook = match cleared_after {
        Some(seconds) => format!("it is cleared in {seconds} s if it still holds the code"),
        None if seconds == 0 => "it is not cleared".to_owned(),
        None => "it cannot be read back, so it is not cleared".to_owned(),
    };
    app.terminal.say(&format!("the code is in the clipboard ({tool}); {outlook}"));
    match app.options.output {
        Output::Text => Ok(()),
        Output::Json => app.terminal.answer_json(&CopiedJson {
            copied_with: tool.name(),
            cleared_after,
            kind: code.kind,
            name: code.name,
            issuer: code.issuer,
            account: code.account,
        }),
    }
}

/// Longer than a code lasts, and than it takes to find the field to paste it into.
pub(super) const CLEAR_AFTER_SECS: u64 = 45;

fn show(app: &App, code: &CodeJson<'_>) -> Result<(), Failure> {
    match app.options.output {
        Output::Text => app.terminal.answer(&code.code),
        Output::Json => app.terminal.answer_json(code),
    }
}

fn by_time<'a>(
    arguments: &Arguments,
    app: &App,
    vault: &'a Vault,
    entry: &'a Entry,
    totp: Totp,
) -> Result<CodeJson<'a>, Failure> {
    if arguments.counter.is_some() {
        return Err(Failure::usage("`--counter` is for hotp entries, and this one is time-based"));
    }
    if arguments.at.is_none() {
        unset_clock::warn(app, |now| vault.time_for(entry, now));
    }
    let choice = Choice { arguments, app, vault, entry, period: totp.period };
    let chosen = choice.choose()?;
    let key = totp.keyed(&entry.key.secret);
    let clock = |time| choice.offset().shown_at(time).as_secs();
    let moving = Moving::Time {
        period: totp.period.as_secs(),
        valid_from: clock(chosen.lasts.start),
        valid_until: clock(chosen.lasts.end),
        remaining: chosen.lasts.end.as_secs().saturating_sub(chosen.now.as_secs()),
        next: key.code(chosen.next).as_str().to_owned(),
    };
    Ok(CodeJson::of(entry, &key.code(chosen.step), moving))
}

fn by_counter<'a>(arguments: &Arguments, vault: &'a mut Vault, id: EntryId) -> Result<CodeJson<'a>, Failure> {
    if arguments.next || arguments.at.is_some() || arguments.min_valid.is_some() || arguments.wait_next {
        return Err(Failure::usage(
            "`--next`, `--wait-next`, `--at` and `--min-valid` are for time-based entries, and this one is hotp",
        ));
    }
    let (code, counter) = match arguments.counter {
        Some(counter) => (vault.entries().code_at(id, counter)?, counter),
        // What returns from here is on the disk: two processes never show the code of one counter.
        None => vault.change(|entries| entries.spend_counter(id).map_err(Failure::from))?,
    };
    let entry = vault.entries().get(id).ok_or(CounterError::Gone)?;
    Ok(CodeJson::of(entry, &code, Moving::Counter { counter }))
}

/// Nothing but an order depends on it, so a failure is not said here: `list --sort use` and `doctor` say it.
pub(super) fn note_use(vault: &Vault, id: EntryId) {
    let _ = vault.note_use(id);
}

fn parse_time(text: &str) -> Result<UnixTime, String> {
    // `u64::from_str` would accept a leading `+`.
    if text.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(seconds) = text.parse()
    {
        let time = UnixTime::from_secs(seconds);
        // A time that does not fit would be cut, and its code would be another time's.
        return if time.as_secs() == seconds { Ok(time) } else { Err("the time is too large".to_owned()) };
    }
    let timestamp: jiff::Timestamp =
        text.parse().map_err(|_| "neither Unix seconds nor a time as in 2026-01-31T12:00:00Z".to_owned())?;
    u64::try_from(timestamp.as_second()).map(UnixTime::from_secs).map_err(|_| "the time is before 1970".to_owned())
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
