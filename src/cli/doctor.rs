mod server_clock;

use clap::Args;
use serde::Serialize;

use self::server_clock::Server;
use super::failure::{Exit, Failure};
use super::help::and_examples;
use super::options::Output;
use super::vault::{self, VaultOptions};
use super::{App, moment};
use crate::authenticator::{self, Checkup, Condition, Finding};
use crate::time::{Clock, UnixTime};

#[derive(Args, Debug)]
#[command(after_help = and_examples(
    "Nothing is changed, and no server is asked but the one that --server names. It exits with 1 if anything \
     is wrong.\n\nWith --output json: {\"checks\": [{what, result, detail, hint}], \"clock_behind_by\"}; result is \
     ok, note or wrong, hint may be null; clock_behind_by is what is to be added to the clock by the server's time, in \
     seconds, and null without --server.",
    [
        ("vmfa doctor", "Check the files and the clock"),
        ("vmfa doctor --open", "Check that the vault and its backups open, too"),
    ],
))]
pub(super) struct Arguments {
    /// Compare the clock with this server's, by one plain HTTP request, as in http://example.com
    #[arg(long, value_name = "URL")]
    server: Option<Server>,
    /// Open the vault and its backups too
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    vault: VaultOptions,
}

#[derive(Serialize)]
struct Report {
    checks: Vec<Check>,
    clock_behind_by: Option<i64>,
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
            Verdict::Wrong => "wrong ",
        };
        let hint = self.hint.as_ref().map(|hint| format!("\n      hint: {hint}")).unwrap_or_default();
        format!("{word}{}: {}{hint}", self.what, self.detail)
    }
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let path = vault::path(app)?;
    let checkup = authenticator::check(&path);
    let folder = path.display().to_string();
    let mut checks: Vec<Check> = checkup.findings.iter().filter_map(|finding| file_check(&folder, finding)).collect();
    if is_good(&checkup, "vault.age") && !is_good(&checkup, "vault.age.bak") {
        checks.push(Check::new("backups", Verdict::Note, "there is none, since nothing was changed yet"));
    }
    checks.push(clock_check(app, checkup.latest));
    if arguments.open {
        checks.extend(open(arguments, app));
    }
    let mut clock_behind_by = None;
    if let Some(server) = &arguments.server {
        let (check, behind_by) = server_check(server, app);
        checks.push(check);
        clock_behind_by = behind_by;
    }
    let report = Report { checks, clock_behind_by };
    match app.options.output {
        Output::Text => {
            app.terminal.answer(&report.checks.iter().map(Check::line).collect::<Vec<_>>().join("\n"))?;
        }
        Output::Json => app.terminal.answer_json(&report)?,
    }
    match report.checks.iter().filter(|check| check.result == Verdict::Wrong).count() {
        0 => Ok(()),
        wrong => Err(Failure::new(Exit::Failed, format!("{wrong} of {} checks went wrong", report.checks.len()))),
    }
}

fn is_good(checkup: &Checkup, file: &str) -> bool {
    checkup.findings.iter().any(|finding| finding.file == file && matches!(finding.condition, Condition::Good))
}

fn file_check(folder: &str, finding: &Finding) -> Option<Check> {
    let what = if finding.file.is_empty() { folder.to_owned() } else { finding.file.clone() };
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
        Condition::Leftover => {
            Check::new(what, Verdict::Note, "a writer that died has left it; the next change removes it")
        }
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
        _ => Check::new("clock", Verdict::Ok, format!("it shows {shown}, which can be")),
    }
}

fn open(arguments: &Arguments, app: &App) -> Vec<Check> {
    let opened = vault::open(app, &arguments.vault).and_then(|mut vault| Ok((vault.history()?, vault)));
    let (history, vault) = match opened {
        Ok(opened) => opened,
        Err(failure) => return vec![Check::wrong("vault", failure)],
    };
    let count = vault.entries().iter().count();
    let mut checks = vec![Check::new("vault", Verdict::Ok, format!("it opens, and has {count} entries"))];
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
    checks
}

/// What a phone and its verifier put up with, a step of 30 s aside.
const TOLERABLE_SECS: u64 = 2;

fn server_check(server: &Server, app: &App) -> (Check, Option<i64>) {
    let what = format!("clock of {}", server.name());
    match server.ahead_by(&app.clock) {
        Err(failure) => (Check::wrong(what, failure), None),
        Ok(ahead) if ahead.unsigned_abs() <= TOLERABLE_SECS => {
            (Check::new(what, Verdict::Ok, format!("it differs by {ahead} s, which does no harm")), Some(ahead))
        }
        Ok(ahead) => {
            let word = if ahead > 0 { "slow" } else { "fast" };
            let detail = format!("this machine's clock is {} s {word}", ahead.unsigned_abs());
            let hint = format!("set it right, or let vmfa allow for it: `vmfa offset set {ahead:+}`");
            (Check::new(what, Verdict::Wrong, detail).hint(hint), Some(ahead))
        }
    }
}
