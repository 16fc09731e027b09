mod plan;
mod sources;

use std::path::{Path, PathBuf};

use clap::Args;

use self::plan::Plan;
use self::sources::Gathered;
use super::intake::{self, Candidate, OnConflict, Outcome};
use super::vault::{self, VaultOptions};
use crate::authenticator::{Entries, Vault};
use crate::cli::App;
use crate::cli::failure::{Exit, Failure};
use crate::cli::help::and_examples;
use crate::cli::options::Output;
use crate::cli::table::counted;
use crate::cli::terminal::one_from_stdin;
use crate::otp::Kind;
use crate::time::{Clock, UnixTime};

#[derive(Args, Debug)]
#[command(after_help = and_examples(
    "Each file is recognized by its content; docs/importing.md lists the formats. Before anything is written, the \
     plan is shown: new, same (already in the vault, and left alone except for a HOTP counter that moves on), conflict (the vault has the issuer and account \
     with another secret or other parameters), skipped (and why).\n\n\
     Either all planned entries are written or none; vault.age.bak then holds the vault as it was before. A conflict \
     stops the import, unless --keep-both or --skip-conflicts is given. An entry that cannot be imported does not \
     stop the others.\n\n\
     Exit codes: 0 if every entry of the files is in the vault or was left out as asked; 6 if the vault was written \
     and some entries were skipped; any other if nothing was written. With --dry-run, 0 if every file can be read.\n\n\
     With --output json: {written, files: [{file, format, notes}], entries: [{file, outcome, label, reason, \
     warnings, entry}], new, same, conflict, skipped}. outcome is one of the last four, which are counts. entry is as \
     `list` shows it, with tags and without created. It is null for a skipped entry, and its id is null unless \
     something was written.",
    [
        ("vmfa import aegis.json", "Import the entries of an Aegis export, after a look at the plan"),
        ("vmfa import aegis.json --dry-run", "Show the plan and write nothing"),
    ],
))]
pub(in crate::cli) struct Arguments {
    /// The files to import, or `-` for stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Read the password of encrypted files from this file instead of asking for it
    #[arg(long, value_name = "FILE")]
    import_password_file: Option<PathBuf>,
    /// Show the plan and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask for confirmation
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Import a conflicting entry under a name of its own, such as `GitHub:alice (2)`
    #[arg(long)]
    keep_both: bool,
    /// Leave conflicting entries out
    #[arg(long, conflicts_with = "keep_both")]
    skip_conflicts: bool,
    #[command(flatten)]
    vault: VaultOptions,
}

/// More than any person has, and few enough to be compared with each other in a second or two.
const MAX_ENTRIES: usize = 10_000;

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    arguments.check(app)?;
    let Gathered { sources, mut candidates, vault } = sources::read(arguments, app)?;
    let now = app.clock.now().map_err(|error| Failure::from_error(Exit::Failed, &error))?;
    let vault = match vault {
        None => vault::open_if_any(app, &arguments.vault)?,
        opened => opened,
    };
    let mut planned = vault.as_ref().map(|vault| vault.entries().clone()).unwrap_or_default();
    let outcomes = arguments.judge(app, &mut planned, &mut candidates, now)?;
    let plan = Plan { sources: &sources, candidates: &candidates, outcomes: &outcomes, entries: &planned };
    plan.show(&app.terminal);
    if arguments.dry_run {
        return arguments.answer(app, &plan, false);
    }
    let sums = plan.sums();
    arguments.refuse_conflicts(sums.conflict)?;
    if sums.new + sums.moved == 0 {
        app.terminal.say("there is nothing to write");
        arguments.answer(app, &plan, false)?;
        return sums.say_what_was_skipped();
    }
    arguments.confirm(app, sums.new, sums.moved)?;
    let (vault, outcomes) = write(arguments, app, vault, &mut candidates, &outcomes, now)?;
    let plan = Plan { sources: &sources, candidates: &candidates, outcomes: &outcomes, entries: vault.entries() };
    app.terminal.say(&format!("{} imported", counted(sums.new, "entry")));
    if sums.moved > 0 {
        app.terminal.say(&format!("{} moved on", counted(sums.moved, "counter")));
    }
    arguments.answer(app, &plan, true)?;
    sums.say_what_was_skipped()
}

/// Writes what was planned, as one change. If another process has changed the vault so that the plan is no longer true,
/// nothing is written.
fn write(
    arguments: &Arguments,
    app: &App,
    vault: Option<Vault>,
    candidates: &mut [Candidate],
    planned: &[Outcome],
    now: UnixTime,
) -> Result<(Vault, Vec<Outcome>), Failure> {
    let mut vault = match vault {
        Some(vault) => vault,
        None => vault::open_or_create(app, &arguments.vault)?,
    };
    let outcomes = vault.change(|entries| {
        let outcomes = arguments.judge(app, entries, candidates, now)?;
        if outcomes.iter().map(Outcome::as_str).eq(planned.iter().map(Outcome::as_str)) {
            return Ok(outcomes);
        }
        Err(Failure::new(Exit::Failed, "the vault was changed meanwhile, and the plan no longer holds")
            .hint("nothing was written; run the import again"))
    })?;
    Ok((vault, outcomes))
}

impl Arguments {
    /// What is wrong with the call itself, before anything is asked for.
    fn check(&self, app: &App) -> Result<(), Failure> {
        let files = self.files.iter().chain(&self.import_password_file).chain(&app.options.passphrase_file);
        let stdin_is_taken = files.clone().any(|file| file == Path::new("-"));
        one_from_stdin(files.map(PathBuf::as_path))?;
        if !self.dry_run && !self.yes && (!app.terminal.can_prompt() || stdin_is_taken) {
            return Err(Failure::usage("`--yes` is needed where the question cannot be answered on stdin")
                .hint("`--dry-run` shows the plan and writes nothing"));
        }
        Ok(())
    }

    fn judge(
        &self,
        app: &App,
        entries: &mut Entries,
        candidates: &mut [Candidate],
        now: UnixTime,
    ) -> Result<Vec<Outcome>, Failure> {
        let on_conflict = if self.keep_both { OnConflict::KeepBoth } else { OnConflict::LeaveOut };
        let mut outcomes = intake::judge(entries, candidates, on_conflict, now, &app.entropy)?;
        for (candidate, outcome) in candidates.iter().zip(&mut outcomes) {
            // The codes before a counter that is further on were shown elsewhere, and the service takes none of them again.
            if let (Outcome::Same(id), kind @ Kind::Hotp { counter: to, .. }) = (&*outcome, candidate.new.key.kind)
                && let Some(from) = entries.move_counter_on(*id, kind)
            {
                *outcome = Outcome::Moved { id: *id, from, to };
            }
        }
        Ok(outcomes)
    }

    fn refuse_conflicts(&self, conflicts: usize) -> Result<(), Failure> {
        if conflicts == 0 || self.skip_conflicts {
            return Ok(());
        }
        let message = format!("nothing was imported: {} in conflict", counted(conflicts, "entry"));
        Err(Failure::new(Exit::Failed, message)
            .hint("`--keep-both` imports them under names of their own, `--skip-conflicts` leaves them out"))
    }

    fn confirm(&self, app: &App, new: usize, moved: usize) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        let moving = if moved > 0 { format!(" and move {} on", counted(moved, "counter")) } else { String::new() };
        let answer = app.terminal.ask(&format!("import {}{moving}? [y/N] ", counted(new, "entry")), "--yes")?;
        match answer.trim() {
            "y" | "Y" | "yes" => Ok(()),
            _ => Err(Failure::new(Exit::Failed, "nothing was imported")),
        }
    }

    fn answer(&self, app: &App, plan: &Plan<'_>, written: bool) -> Result<(), Failure> {
        match app.options.output {
            Output::Text => Ok(()),
            Output::Json => app.terminal.answer_json(&plan.json(written)),
        }
    }
}
