//! `vmfa watch`: the codes of now, for as long as the person looks at them.

mod draw;
mod help;
mod keys;
mod row;
mod state;
mod veil;

use std::time::Duration;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use self::row::Row;
use self::state::{Deed, State};
use self::veil::Veil;
use super::clear_clipboard::{self, Clearing, Life};
use super::code::{CLEAR_AFTER_SECS, note_use};
use super::entries::sorting::Sorting;
use super::vault::{self, VaultOptions};
use crate::authenticator::{Entry, EntryId, Refresh, Seen, Uses, Vault};
use crate::cli::failure::{Exit, Failure};
use crate::cli::help::and_examples;
use crate::cli::options::Output;
use crate::cli::terminal::canvas::Canvas;
use crate::cli::{App, unset_clock};
use crate::qr::QrCode;
use crate::time::{Clock, UnixTime};

#[derive(Args, Debug)]
#[command(after_help = and_examples(
    "Typing searches. F1 shows the keys; Esc and Ctrl-C end it, and Ctrl-Z suspends it.\n\n\
     With --hide a code is shown only when you move to its entry, or press Tab; Enter copies it unseen.\n\n\
     It is drawn on stderr, which must be a terminal; nothing is written to stdout.",
    [
        ("vmfa watch", "Show all codes"),
        ("vmfa watch git", "Show the codes of the entries that fit"),
    ],
))]
pub(in crate::cli) struct Arguments {
    /// What to search for at first: a part of a name, issuer or account
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    query: Option<String>,
    /// Hide each code until its entry is selected
    #[arg(long)]
    hide: bool,
    #[command(flatten)]
    sorting: Sorting,
    #[command(flatten)]
    vault: VaultOptions,
}

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    if app.options.output == Output::Json {
        return Err(Failure::usage("`watch` is for people, and has no JSON")
            .hint("`vmfa code --output json` says when a code ends and which one follows"));
    }
    // Before a passphrase is asked for in vain.
    app.terminal.require_canvas()?;
    let style = app.terminal.qr_style().map_err(|error| Failure::from_error(Exit::Usage, &error))?;
    let vault = vault::open(app, &arguments.vault)?;
    unset_clock::warn(app, |now| vault.offset().correct(now));
    let veil = if arguments.hide { Veil::Hidden { revealed: None } } else { Veil::Lifted };
    let query = arguments.query.as_deref().unwrap_or_default();
    let state = State { veil, order: arguments.sorting.order(), ..State::new(query, style) };
    let uses = uses(&vault);
    let canvas = app.terminal.canvas()?;
    Watch { app, vault, seen: Seen::default(), uses, state, canvas, asked_at: None, clearing: None }.run()
}

struct Watch<'a> {
    app: &'a App,
    vault: Vault,
    seen: Seen,
    /// As they were when the order was chosen, so that no row moves away from a person because they have used it.
    uses: Uses,
    state: State,
    canvas: Canvas,
    /// When a counter's code was last asked for.
    asked_at: Option<UnixTime>,
    /// What will clear the clipboard of the code that was copied last.
    clearing: Option<Clearing>,
}

/// Whether the person has had enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    GoOn,
    Quit,
}

impl Watch<'_> {
    fn run(&mut self) -> Result<(), Failure> {
        loop {
            self.refresh();
            self.clearing.take_if(|clearing| clearing.reap() == Life::Over);
            let (now, size) = (self.now()?, self.app.terminal.window());
            if self.canvas.came_back() {
                self.state.veil_again();
            }
            self.state.settle(draw::rows_in_sight(size));
            self.canvas.draw(size, draw::lines(&self.state, now, size))?;
            let Some(event) = self.canvas.next_event(until_next_second(now))? else { continue };
            let deed = self.state.obey(keys::command(&event));
            // The code may be another one than when it was drawn.
            let now = self.now()?;
            if self.act(deed, now) == Flow::Quit {
                return Ok(());
            }
        }
    }

    fn now(&self) -> Result<UnixTime, Failure> {
        self.app.clock.now().map_err(|error| Failure::from_error(Exit::Failed, &error))
    }

    /// Takes over what another process has changed in the vault.
    fn refresh(&mut self) {
        match self.vault.refresh(&mut self.seen) {
            Ok(Refresh::Same) => {}
            Ok(Refresh::Read) => self.show_entries(),
            Err(error) => {
                let failure = Failure::from(error);
                self.state.trouble = Some(format!("these are not the newest entries: {}", failure.message));
            }
        }
    }

    fn show_entries(&mut self) {
        self.state.trouble = None;
        let mut entries: Vec<&Entry> = self.vault.entries().iter().collect();
        self.state.order.sort(&mut entries, &self.uses);
        self.state.show(entries.into_iter().map(|entry| Row::of(entry, self.vault.offset_for(entry))).collect());
    }

    /// Does what the state cannot do by itself. What fails is said in the window, and the codes stay.
    fn act(&mut self, deed: Deed, now: UnixTime) -> Flow {
        let done = match deed {
            Deed::Quit => return Flow::Quit,
            Deed::Nothing => Ok(()),
            Deed::DrawAnew => {
                self.canvas.forget();
                Ok(())
            }
            Deed::Sort => {
                self.uses = uses(&self.vault);
                self.show_entries();
                Ok(())
            }
            Deed::Copy => self.copy(now),
            Deed::TakeCode(id) => self.take_code(id, now),
            Deed::ShowQr(id) => self.show_qr(id),
        };
        if let Err(failure) = done {
            self.state.message = Some(failure.message);
        }
        Flow::GoOn
    }

    fn copy(&mut self, now: UnixTime) -> Result<(), Failure> {
        let Some(offer) = self.state.offer(now) else { return Ok(()) };
        let clipboard = self.app.terminal.clipboard()?;
        // Before it is in the clipboard: `code --fresh` of another process must not give it as well.
        let remembered = offer.lasts.as_ref().map_or(Ok(()), |lasts| self.vault.hand_out(offer.id, lasts));
        let tool = clipboard.copy(offer.code.as_str())?;
        note_use(&self.vault, offer.id);
        let mut troubles = Vec::new();
        if let Err(error) = remembered {
            // As with `code`, the person gets the code all the same: they have not asked for a fresh one.
            troubles.push(format!("`code --fresh` will not know it: {error}"));
        }
        if tool.can_clear() {
            match clear_clipboard::later(tool, offer.code.as_str(), CLEAR_AFTER_SECS) {
                // The one before would clear the same code too soon, and finds no other one any more.
                Ok(clearing) => {
                    if let Some(before) = self.clearing.replace(clearing) {
                        before.call_off();
                    }
                }
                Err(failure) => troubles.push(failure.message),
            }
        }
        let copied = format!("copied: {} ({tool})", offer.what);
        self.state.message = Some(match troubles.as_slice() {
            [] => copied,
            troubles => format!("{copied}, but {}", troubles.join("; ")),
        });
        Ok(())
    }

    /// Spends a counter. The code is shown once it is on the disk that nobody gets it again.
    fn take_code(&mut self, id: EntryId, now: UnixTime) -> Result<(), Failure> {
        let asked_at = self.asked_at.replace(now);
        if asked_at.is_some_and(|before| before <= now && now.since(before) < KEY_REPEATS) {
            return Ok(());
        }
        let (code, counter) = self.vault.change(|entries| entries.spend_counter(id).map_err(Failure::from))?;
        note_use(&self.vault, id);
        self.show_entries();
        self.state.take(id, code, counter);
        Ok(())
    }

    fn show_qr(&mut self, id: EntryId) -> Result<(), Failure> {
        let entry = self.vault.entries().get(id).ok_or_else(|| Failure::new(Exit::NotFound, "the entry is gone"))?;
        let code = QrCode::encode(&entry.to_uri()).map_err(|error| Failure::from_error(Exit::Failed, &error))?;
        self.state.show_qr(id, code);
        Ok(())
    }
}

/// Which entries were used, or none where that is not known: the window is no place to say why, and `doctor` does.
fn uses(vault: &Vault) -> Uses {
    vault.uses().unwrap_or_default()
}

/// A key that is held down comes again and again, sooner than this, and must not spend a counter each time.
const KEY_REPEATS: Duration = Duration::from_secs(1);

/// Codes change, and countdowns move, where a second begins.
const fn until_next_second(now: UnixTime) -> Duration {
    Duration::from_millis(1000 - now.as_millis() % 1000)
}
