use clap::Args;
use serde::Serialize;

use super::entries::EntryJson;
use super::entries::changes::{self, Change};
use super::vault::{self, VaultOptions};
use crate::authenticator::{ClockOffset, Entry, PastState, RestoreError, Vault};
use crate::cli::failure::{Exit, Failure};
use crate::cli::help::and_examples;
use crate::cli::options::Output;
use crate::cli::table::printable;
use crate::cli::{App, moment};

#[derive(Args, Debug)]
#[command(after_help = and_examples(
    "Ten states are kept. The present state becomes the newest of them, so a second `vmfa undo` undoes the \
     first. Counters (hotp) never go back.\n\n\
     With --output json: {\"undone\": STATE}, or with --list {\"states\": [STATE]}; STATE is {number, until, back, \
     away, changed, offset}. until is when the state ended, in Unix seconds. back and away are entries as `list` shows \
     them. changed is [{entry, changes}] as `edit` shows them. offset is the clock's, where it differs. A state that \
     cannot be read has number and until only.",
    [
        ("vmfa undo", "Undo the last change, after a question"),
        ("vmfa undo --list", "List the states that can be restored"),
    ],
))]
pub(in crate::cli) struct Arguments {
    /// List the states that are kept and what each would change, and change nothing
    #[arg(long, conflicts_with_all = ["to", "yes"])]
    list: bool,
    /// The state to restore, by its number in --list [default: 1, the one before the last change]
    #[arg(long, value_name = "NUMBER")]
    to: Option<usize>,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    vault: VaultOptions,
}

#[derive(Serialize)]
struct Undone<'a> {
    undone: StateJson<'a>,
}

#[derive(Serialize)]
struct States<'a> {
    states: Vec<StateJson<'a>>,
}

#[derive(Serialize)]
struct StateJson<'a> {
    number: usize,
    until: u64,
    #[serde(flatten)]
    plan: Option<Plan<'a>>,
}

impl<'a> StateJson<'a> {
    fn of(state: &PastState, plan: Option<Plan<'a>>) -> Self {
        Self { number: state.number, until: state.until.as_secs(), plan }
    }
}

/// What bringing a state back does.
#[derive(Serialize)]
struct Plan<'a> {
    back: Vec<EntryJson<'a>>,
    away: Vec<EntryJson<'a>>,
    changed: Vec<Changed<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<i64>,
    #[serde(skip)]
    lines: Vec<String>,
}

#[derive(Serialize)]
struct Changed<'a> {
    entry: EntryJson<'a>,
    changes: Vec<Change>,
}

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    if !arguments.list && !arguments.yes && !app.terminal.can_prompt() {
        return Err(Failure::usage("`--yes` is needed where stdin is not a terminal"));
    }
    let mut vault = vault::open(app, &arguments.vault)?;
    let history = vault.history()?;
    if arguments.list {
        return list(app, &vault, history.states());
    }
    let number = arguments.to.unwrap_or(1);
    let missing = RestoreError::NoSuchState { number };
    let state = history.state(number).ok_or(missing)?;
    let plan = Plan::of(&vault, state).ok_or(RestoreError::Unreadable { number })?;
    for line in &plan.lines {
        app.terminal.say(line);
    }
    if !arguments.yes && !confirmed(app, state)? {
        return Err(Failure::new(Exit::Failed, "nothing was undone"));
    }
    // The report tells from what it came, which the vault holds no more.
    let (before, offset) = (vault.entries().clone(), vault.offset());
    vault.restore(&history, number)?;
    app.terminal.say(&format!("the vault is as it was until {}; `vmfa undo` takes this back", until(state)));
    match app.options.output {
        Output::Text => Ok(()),
        Output::Json => app
            .terminal
            .answer_json(&Undone { undone: StateJson::of(state, Plan::between(before.iter(), offset, state)) }),
    }
}

fn list(app: &App, vault: &Vault, states: &[PastState]) -> Result<(), Failure> {
    let states: Vec<(&PastState, StateJson<'_>)> =
        states.iter().map(|state| (state, StateJson::of(state, Plan::of(vault, state)))).collect();
    if app.options.output == Output::Json {
        return app.terminal.answer_json(&States { states: states.into_iter().map(|(_, json)| json).collect() });
    }
    if states.is_empty() {
        app.terminal.say("there is no earlier state");
        return Ok(());
    }
    let text: Vec<String> = states.iter().map(|(state, json)| paragraph(state, json.plan.as_ref())).collect();
    app.terminal.answer(&text.join("\n"))
}

fn paragraph(state: &PastState, plan: Option<&Plan<'_>>) -> String {
    let head = format!("{}  until {}", state.number, until(state));
    match plan {
        Some(plan) => format!("{head}{}", plan.lines.iter().map(|line| format!("\n   {line}")).collect::<String>()),
        None => format!("{head}\n   cannot be read"),
    }
}

fn confirmed(app: &App, state: &PastState) -> Result<bool, Failure> {
    let answer = app.terminal.ask(&format!("restore the vault of {}? [y/N] ", until(state)), "--yes")?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn until(state: &PastState) -> String {
    moment::rfc3339(state.until)
}

impl<'a> Plan<'a> {
    fn of(vault: &'a Vault, state: &'a PastState) -> Option<Self> {
        Self::between(vault.entries().iter(), vault.offset(), state)
    }

    /// From the present entries to those of `state`; `None` if that cannot be read.
    fn between(present: impl Iterator<Item = &'a Entry>, offset: ClockOffset, state: &'a PastState) -> Option<Self> {
        let (earlier, earlier_offset) = (state.entries()?, state.offset()?);
        let offset_differs = offset != earlier_offset;
        let mut plan = Self {
            back: Vec::new(),
            away: Vec::new(),
            changed: Vec::new(),
            offset: offset_differs.then(|| earlier_offset.as_secs()),
            lines: Vec::new(),
        };
        let present: Vec<&Entry> = present.collect();
        for entry in earlier.iter().filter(|entry| present.iter().all(|other| other.id != entry.id)) {
            plan.lines.push(format!("`{}` comes back", printable(&entry.label())));
            plan.back.push(EntryJson::from(entry));
        }
        for now in present {
            match earlier.get(now.id) {
                Some(then) => plan.change(now, then),
                None => {
                    plan.lines.push(format!("`{}` goes away", printable(&now.label())));
                    plan.away.push(EntryJson::from(now));
                }
            }
        }
        if offset_differs {
            plan.lines.push(format!("the clock's offset changes from {offset} to {earlier_offset}"));
        }
        if plan.lines.is_empty() {
            plan.lines.push("nothing would change".to_owned());
        }
        Some(plan)
    }

    fn change(&mut self, now: &'a Entry, then: &'a Entry) {
        let changes = changes::between(now, then);
        if changes.is_empty() {
            return;
        }
        let label = printable(&now.label());
        self.lines.extend(changes.iter().map(|change| format!("`{label}`: {}", change.planned())));
        self.changed.push(Changed { entry: EntryJson::from(then), changes });
    }
}

impl From<RestoreError> for Failure {
    fn from(error: RestoreError) -> Self {
        match error {
            RestoreError::Save(error) => error.into(),
            RestoreError::NoSuchState { .. } => {
                Self::from_error(Exit::NotFound, &error).hint("`vmfa undo --list` shows which are kept")
            }
            RestoreError::Unreadable { .. } => {
                Self::from_error(Exit::Failed, &error).hint("`vmfa undo --list` shows which can be read")
            }
            RestoreError::Changed => Self::from_error(Exit::Failed, &error).hint("look at `vmfa undo --list` again"),
        }
    }
}
