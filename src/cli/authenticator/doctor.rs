mod copies;
mod server_clock;

use std::path::Path;

use clap::Args;
use serde::Serialize;

use self::server_clock::{Doubt, Reading, Server};
use super::vault::{self, VaultOptions};
use crate::authenticator::{self, Checkup, Condition, Finding};
use crate::cli::failure::{Exit, Failure};
use crate::cli::help::and_examples;
use crate::cli::options::Output;
use crate::cli::table::{counted, printable};
use crate::cli::{App, moment};
use crate::time::{Clock, UnixTime};

#[derive(Args, Debug)]
#[command(after_help = and_examples(
    "Nothing is changed, and only the server that --server names is asked. The exit code is 1 if a check fails, and also if \
     the server's time is not certain. An offset is proposed only if it is certain. The server is asked three times, which \
     takes a second or two.\n\n\
     With --output json: {checks: [{what, result, detail, hint}], clock_behind_by, clock_certain, clock_answers}. \
     result is ok, note, doubt or wrong; hint may be null. clock_behind_by is how many seconds are to be added to the \
     clock by the server's time, and null if that is not certain. clock_certain is null without --server. \
     clock_answers is [{behind_by_ms: [least, most], cached_by}]; cached_by is the field that names a cache.",
    [
        ("vmfa doctor", "Check the files and the clock"),
        ("vmfa doctor --open", "Check that the vault and its backups open, too"),
    ],
))]
pub(in crate::cli) struct Arguments {
    /// Compare the clock with this server's, by one plain HTTP request, as in http://example.com
    #[arg(long, value_name = "URL")]
    server: Option<Server>,
    /// Open the vault, its backups, and copies of it in its folder too
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    vault: VaultOptions,
}

#[derive(Serialize)]
struct Report {
    checks: Vec<Check>,
    #[serde(flatten)]
    clock: ServerClock,
}

/// What the server has said of this machine's clock.
#[derive(Default, Serialize)]
struct ServerClock {
    #[serde(rename = "clock_behind_by")]
    behind_by: Option<i64>,
    #[serde(rename = "clock_certain")]
    certain: Option<bool>,
    #[serde(rename = "clock_answers")]
    answers: Vec<AnswerJson>,
}

#[derive(Serialize)]
struct AnswerJson {
    behind_by_ms: [i64; 2],
    cached_by: Option<&'static str>,
}

impl AnswerJson {
    fn of(reading: &Reading) -> Self {
        let (least, most) = reading.behind_by_millis();
        Self { behind_by_ms: [least, most], cached_by: reading.cached_by() }
    }
}

/// One thing that was looked at.
#[derive(Serialize)]
struct Check {
    what: String,
    result: Verdict,
    detail: String,
    hint: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Ok,
    Note,
    /// What was asked for could not be found out.
    Doubt,
    Wrong,
}

impl Check {
    fn new(what: impl Into<String>, result: Verdict, detail: impl Into<String>) -> Self {
        Self { what: what.into(), result, detail: detail.into(), hint: None }
    }

    fn wrong(what: impl Into<String>, failure: Failure) -> Self {
        Self { what: what.into(), result: Verdict::Wrong, detail: failure.message, hint: failure.hint }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn line(&self) -> String {
        let word = match self.result {
            Verdict::Ok => "ok    ",
            Verdict::Note => "note  ",
            Verdict::Doubt => "doubt ",
            Verdict::Wrong => "wrong ",
        };
        let hint = self.hint.as_ref().map(|hint| format!("\n      hint: {hint}")).unwrap_or_default();
        format!("{word}{}: {}{hint}", self.what, self.detail)
    }
}

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let path = vault::path(app)?;
    let checkup = authenticator::check(&path);
    let folder = path.display().to_string();
    let mut checks: Vec<Check> =
        checkup.findings.iter().filter_map(|finding| file_check(&path, &folder, finding)).collect();
    if is_good(&checkup, "vault.age") && !is_good(&checkup, "vault.age.bak") {
        checks.push(Check::new("backups", Verdict::Note, "there is none, since nothing was changed yet"));
    }
    checks.push(clock_check(app, checkup.latest));
    if arguments.open {
        open(arguments, app, &checkup, &mut checks);
    }
    let mut clock = ServerClock::default();
    if let Some(server) = &arguments.server {
        checks.push(server_check(server, app, &mut clock));
    }
    let report = Report { checks, clock };
    match app.options.output {
        Output::Text => {
            app.terminal.answer(&report.checks.iter().map(Check::line).collect::<Vec<_>>().join("\n"))?;
        }
        Output::Json => app.terminal.answer_json(&report)?,
    }
    report.outcome()
}

impl Report {
    fn outcome(&self) -> Result<(), Failure> {
        let all = self.checks.len();
        let count = |verdict| self.checks.iter().filter(|check| check.result == verdict).count();
        let message = match (count(Verdict::Wrong), count(Verdict::Doubt)) {
            (0, 0) => return Ok(()),
            (wrong, 0) => format!("{wrong} of {all} checks failed"),
            (0, doubts) => format!("{doubts} of {all} checks gave no certain result"),
            (wrong, doubts) => format!("{wrong} of {all} checks failed, and {doubts} gave no certain result"),
        };
        Err(Failure::new(Exit::Failed, message))
    }
}

fn is_good(checkup: &Checkup, file: &str) -> bool {
    checkup.findings.iter().any(|finding| finding.file == file && matches!(finding.condition, Condition::Good))
}

fn file_check(path: &Path, folder: &str, finding: &Finding) -> Option<Check> {
    let what = if finding.file.is_empty() { folder.to_owned() } else { printable(&finding.file) };
    Some(match &finding.condition {
        Condition::Absent => return None,
        Condition::Good => Check::new(what, Verdict::Ok, "there, and yours alone"),
        Condition::Missing if finding.file.is_empty() => {
            Check::new(what, Verdict::Wrong, "there is no vault").hint("`vmfa add` makes one with its first entry")
        }
        Condition::Missing => Check::new(what, Verdict::Wrong, "it is missing").hint(restoring(&finding.file)),
        Condition::Bad(error) => Check::wrong(what, Failure::from(error)),
        Condition::NotAge => Check::new(what, Verdict::Wrong, "it is damaged: it does not begin as an age file does")
            .hint(restoring(&finding.file)),
        Condition::Torn { line } => Check::new(what, Verdict::Note, format!("line {line} is damaged, and passed over"))
            .hint(forgotten(&finding.file)),
        Condition::Leftover => {
            Check::new(what, Verdict::Note, "a writer that died has left it; the next change removes it")
        }
        stranger => copies::stranger(&path.join(&finding.file), what, stranger),
    })
}

/// How a file comes back that is lost or damaged.
fn restoring(file: &str) -> &'static str {
    match file {
        "vault.age" => "what it was before its last change is in `vault.age.bak`; a copy of that in its place opens",
        "identity.age" => "put it back from a copy: without it the passphrase opens nothing",
        _ => "the vault does not need this backup, and newer ones push it out",
    }
}

/// What is not known any more when a line of a file is damaged, and how it mends.
fn forgotten(file: &str) -> &'static str {
    match file {
        "handed-out" => "`code --fresh` may give a code again that was shown; the next code writes the file anew",
        _ => "`--sort use` may not know each entry's last use; the next code of another entry writes the file anew",
    }
}

/// No clock that is right shows less: this version was not written before.
const WRITTEN: UnixTime = UnixTime::from_secs(1_760_000_000);

/// A clock that is off by less is adjusted all the time, and files that were copied keep their times.
const SLACK: std::time::Duration = std::time::Duration::from_secs(60);

fn clock_check(app: &App, latest: Option<UnixTime>) -> Check {
    let now = match app.clock.now() {
        Ok(now) => now,
        Err(error) => return Check::wrong("clock", Failure::from_error(Exit::Failed, &error)),
    };
    let shown = moment::rfc3339(now);
    let hint = "set it right; `vmfa doctor --server URL` measures by how much it is off";
    if now < WRITTEN {
        return Check::new("clock", Verdict::Wrong, format!("it shows {shown}, before vmfa was written")).hint(hint);
    }
    match latest {
        Some(latest) if latest > now.after(SLACK) => {
            let detail = format!("it shows {shown}, and the vault was written at {}", moment::rfc3339(latest));
            Check::new("clock", Verdict::Wrong, detail).hint(hint)
        }
        _ => Check::new("clock", Verdict::Ok, format!("it shows {shown}, which is plausible")),
    }
}

/// Opens the vault and its backups, and the copies that were found beside them.
fn open(arguments: &Arguments, app: &App, checkup: &Checkup, checks: &mut Vec<Check>) {
    let opened = vault::open(app, &arguments.vault).and_then(|mut vault| Ok((vault.history()?, vault)));
    let (history, vault) = match opened {
        Ok(opened) => opened,
        Err(failure) => return checks.push(Check::wrong("vault", failure)),
    };
    copies::compare(app, &vault, checkup, checks);
    let entries = counted(vault.entries().iter().count() as u64, "entry");
    checks.push(Check::new("vault", Verdict::Ok, format!("it opens, and has {entries}")));
    let (open, shut): (Vec<_>, Vec<_>) = history.states().iter().partition(|state| state.entries().is_some());
    checks.push(Check::new("backups", Verdict::Ok, format!("{} open", open.len())));
    checks.extend(shut.iter().map(|state| {
        Check::new(
            format!("state {}", state.number),
            Verdict::Wrong,
            "this backup is damaged, or encrypted to others only",
        )
        .hint("newer changes push it out; the vault itself does not need it")
    }));
    if !vault.offset().is_none() {
        let detail = format!("{} s are added to this machine's clock", vault.offset());
        checks.push(Check::new("offset", Verdict::Note, detail).hint("`vmfa offset clear` takes the clock as it is"));
    }
}

/// What a phone and its verifier put up with, a step of 30 s aside.
const TOLERABLE_SECS: u64 = 2;

fn server_check(server: &Server, app: &App, clock: &mut ServerClock) -> Check {
    let what = format!("clock of {}", server.name());
    let readings = match server.read(&app.clock) {
        Ok(readings) => readings,
        Err(failure) => return Check::wrong(what, failure),
    };
    clock.answers = readings.iter().map(AnswerJson::of).collect();
    let outcome = server_clock::judge(&readings);
    clock.certain = Some(outcome.is_ok());
    clock.behind_by = outcome.ok();
    match outcome {
        Err(doubt) => uncertain(what, doubt, &readings),
        Ok(behind) if behind.unsigned_abs() <= TOLERABLE_SECS => {
            Check::new(what, Verdict::Ok, format!("it differs by {behind} s, which does no harm"))
        }
        Ok(behind) => {
            let word = if behind > 0 { "slow" } else { "fast" };
            let detail = format!("this machine's clock is {} s {word}", behind.unsigned_abs());
            let hint = format!("set it right, or let vmfa allow for it: `vmfa offset set {behind:+}`");
            Check::new(what, Verdict::Wrong, detail).hint(hint)
        }
    }
}

/// An offset is not proposed then: with a wrong one, every code would be wrong.
fn uncertain(what: String, doubt: Doubt, readings: &[Reading]) -> Check {
    let values: Vec<String> = readings.iter().map(|reading| format!("{:+} s", reading.behind_by())).collect();
    let detail = format!(
        "it is not certain how far this machine's clock is off: {doubt}; the answers put it behind by {}",
        values.join(", ")
    );
    let hint = match doubt {
        Doubt::Slow => "try again, or ask a server that is nearer",
        Doubt::Cached { .. } | Doubt::Disagreement => "ask another server, one that answers by itself",
    };
    Check::new(what, Verdict::Doubt, detail).hint(hint)
}
