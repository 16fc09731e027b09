use std::ops::Range;

use zeroize::Zeroizing;

use super::keys::{Command, Motion};
use super::row::{Moving, Reading, Row};
use super::veil::Veil;
use crate::authenticator::{EntryId, Order, Query};
use crate::cli::table::printable;
use crate::otp::Code;
use crate::qr::QrCode;
use crate::qr::terminal::Style;
use crate::time::UnixTime;

/// What is watched and how it is looked at. It knows no terminal, no clock and no vault.
pub(super) struct State {
    /// All of the vault's entries.
    pub(super) rows: Vec<Row>,
    /// Those of `rows` that fit what was typed, in their order.
    pub(super) fitting: Vec<usize>,
    /// Which of `fitting` is selected.
    pub(super) selected: usize,
    /// Which of `fitting` is the uppermost in sight.
    pub(super) top: usize,
    /// How many of them are in sight.
    pub(super) height: usize,
    pub(super) filter: String,
    /// The codes of entries that count, as they were asked for.
    pub(super) taken: Vec<Taken>,
    pub(super) view: View,
    pub(super) veil: Veil,
    /// In which order the rows are to be given to [`show`](Self::show).
    pub(super) order: Order,
    /// With what is drawn: half blocks, and other characters beyond ASCII, or not.
    pub(super) style: Style,
    /// What became of the last key.
    pub(super) message: Option<String>,
    /// Why the rows are not the newest.
    pub(super) trouble: Option<String>,
}

/// A code that was asked for, and the counter that it cost.
pub(super) struct Taken {
    pub(super) id: EntryId,
    pub(super) code: Code,
    pub(super) counter: u64,
}

/// What is in the window.
pub(super) enum View {
    Codes,
    Help,
    Qr { label: String, code: QrCode },
}

/// What a command asks of whoever has the vault, the clock and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(super) enum Deed {
    Nothing,
    /// Copy what [`State::offer`] offers.
    Copy,
    /// Spend the counter of this entry.
    TakeCode(EntryId),
    ShowQr(EntryId),
    DrawAnew,
    /// Show the rows in the order of [`State::order`].
    Sort,
    Quit,
}

/// A code that can be copied.
pub(super) struct Offer {
    pub(super) code: Zeroizing<String>,
    /// Whose it is and how long it is good.
    pub(super) what: String,
    pub(super) id: EntryId,
    /// From when to when it lasts; `None` for the code of a counter, which is spent already.
    pub(super) lasts: Option<Range<UnixTime>>,
}

impl State {
    pub(super) fn new(filter: &str, style: Style) -> Self {
        Self {
            rows: Vec::new(),
            fitting: Vec::new(),
            selected: 0,
            top: 0,
            height: 1,
            filter: filter.to_owned(),
            taken: Vec::new(),
            view: View::Codes,
            veil: Veil::Lifted,
            order: Order::Added,
            style,
            message: None,
            trouble: None,
        }
    }

    /// Watches these rows from now on. The selection stays on its entry, or at its place if that is gone.
    pub(super) fn show(&mut self, rows: Vec<Row>) {
        let selected = self.selection().map(|row| row.id);
        let first = self.rows.is_empty();
        self.rows = rows;
        self.taken.retain(|taken| self.rows.iter().any(|row| row.id == taken.id));
        self.search();
        if first {
            return self.select_best();
        }
        let again = self.fitting.iter().position(|index| self.rows.get(*index).map(|row| row.id) == selected);
        self.select(again.unwrap_or(self.selected));
    }

    /// Does what can be done here, and says what is left to do.
    pub(super) fn obey(&mut self, command: Command) -> Deed {
        if command == Command::Nothing {
            return Deed::Nothing;
        }
        self.message = None;
        match (command, &self.view) {
            (Command::Quit, _) => Deed::Quit,
            (Command::DrawAnew, _) => Deed::DrawAnew,
            (_, View::Help | View::Qr { .. }) => {
                self.view = View::Codes;
                Deed::Nothing
            }
            (command, View::Codes) => self.obey_at_codes(command),
        }
    }

    /// Scrolls so that the selection is in sight where there is room for this many rows.
    pub(super) fn settle(&mut self, rows_in_sight: usize) {
        self.height = rows_in_sight.max(1);
        let last_top = self.fitting.len().saturating_sub(self.height);
        let lowest = self.selected.saturating_sub(self.height - 1);
        self.top = self.top.clamp(lowest, self.selected.max(lowest)).min(last_top);
    }

    /// The row that is selected.
    pub(super) fn selection(&self) -> Option<&Row> {
        self.fitting.get(self.selected).and_then(|index| self.rows.get(*index))
    }

    /// Hides the code that is in sight, if codes are hidden.
    pub(super) const fn veil_again(&mut self) {
        self.veil = self.veil.showing_only(None);
    }

    /// The code of the selection, to be copied.
    pub(super) fn offer(&self, now: UnixTime) -> Option<Offer> {
        let row = self.selection()?;
        let (code, what, lasts) = match (row.reading(now), self.taken_of(row.id)) {
            (Some(Reading { code, left, lasts, .. }), _) => {
                (code, format!("{}, good for {left} s", row.label), Some(lasts))
            }
            (None, Some(taken)) => (taken.code.clone(), format!("{}, counter {}", row.label, taken.counter), None),
            (None, None) => return None,
        };
        Some(Offer { code: Zeroizing::new(code.as_str().to_owned()), what, id: row.id, lasts })
    }

    /// The code that was asked for of an entry that counts.
    pub(super) fn taken_of(&self, id: EntryId) -> Option<&Taken> {
        self.taken.iter().find(|taken| taken.id == id)
    }

    /// Shows a code that a counter was spent for, in place of the one before. Where codes are hidden it is hidden too, so
    /// that it can be copied unseen.
    pub(super) fn take(&mut self, id: EntryId, code: Code, counter: u64) {
        if !self.veil.shows(id) {
            self.message = Some(format!("counter {counter} is spent: Enter copies its code, Tab shows it"));
        }
        self.taken.retain(|taken| taken.id != id);
        self.taken.push(Taken { id, code, counter });
    }

    /// Shows the QR code of an entry, until a key is pressed.
    pub(super) fn show_qr(&mut self, id: EntryId, code: QrCode) {
        let label = self.rows.iter().find(|row| row.id == id).map(|row| row.label.clone()).unwrap_or_default();
        self.view = View::Qr { label, code };
    }

    fn obey_at_codes(&mut self, command: Command) -> Deed {
        match command {
            Command::Type('?') if self.filter.is_empty() => self.view = View::Help,
            Command::Help => self.view = View::Help,
            Command::Type(c) => self.refine(|filter| filter.push(c)),
            Command::TakeBackCharacter => self.refine(|filter| {
                filter.pop();
            }),
            Command::TakeBackWord => self.refine(take_back_word),
            Command::TakeBackAll => self.refine(String::clear),
            Command::Leave if self.filter.is_empty() => return Deed::Quit,
            Command::Leave => self.clear_filter(),
            Command::Move(motion) => self.go(motion),
            Command::Copy => return self.copy(),
            Command::TakeCode => return self.take_code(),
            Command::ShowQr => return self.selection().map_or(Deed::Nothing, |row| Deed::ShowQr(row.id)),
            Command::Reveal => self.reveal(),
            Command::ToggleVeil => self.veil = self.veil.toggled(),
            Command::NextOrder => {
                self.order = next_order(self.order);
                return Deed::Sort;
            }
            Command::DrawAnew | Command::Quit | Command::Other | Command::Nothing => {}
        }
        Deed::Nothing
    }

    fn copy(&mut self) -> Deed {
        match self.selection().map(|row| (row.id, &row.moving)) {
            None => Deed::Nothing,
            Some((id, Moving::Counter(_))) if self.taken_of(id).is_none() => {
                self.message =
                    Some("this entry counts (HOTP): Ctrl-T takes its next code, Enter then copies it".to_owned());
                Deed::Nothing
            }
            Some(_) => Deed::Copy,
        }
    }

    fn take_code(&mut self) -> Deed {
        match self.selection().map(|row| (row.id, &row.moving)) {
            None => Deed::Nothing,
            Some((id, Moving::Counter(_))) => Deed::TakeCode(id),
            Some((_, Moving::Time(_))) => {
                self.message =
                    Some("the code of this entry changes with time; Ctrl-T is for those that count (HOTP)".to_owned());
                Deed::Nothing
            }
        }
    }

    fn go(&mut self, motion: Motion) {
        let page = self.height.saturating_sub(1).max(1);
        self.select(match motion {
            Motion::Up => self.selected.saturating_sub(1),
            Motion::Down => self.selected + 1,
            Motion::PageUp => self.selected.saturating_sub(page),
            Motion::PageDown => self.selected + page,
            Motion::First => 0,
            Motion::Last => usize::MAX,
        });
        self.veil = self.veil.showing_only(self.selection().map(|row| row.id));
    }

    /// Shows the selected code, or hides it if it is shown.
    fn reveal(&mut self) {
        if self.veil == Veil::Lifted {
            self.message = Some("all codes are shown; Ctrl-X hides them".to_owned());
            return;
        }
        let selected = self.selection().map(|row| row.id).filter(|id| !self.veil.shows(*id));
        self.veil = self.veil.showing_only(selected);
    }

    /// Searches for something else. What fits best is selected.
    fn refine(&mut self, change: impl FnOnce(&mut String)) {
        let before = self.filter.clone();
        change(&mut self.filter);
        if self.filter != before {
            self.search();
            self.select_best();
        }
    }

    /// Shows all again, around the entry that was found.
    fn clear_filter(&mut self) {
        let found = self.fitting.get(self.selected).copied();
        self.filter.clear();
        self.search();
        self.select(found.unwrap_or_default());
    }

    fn search(&mut self) {
        let query = self.query();
        let fits = |(index, row): (usize, &Row)| row.texts.fit(&query).map(|_| index);
        self.fitting = self.rows.iter().enumerate().filter_map(fits).collect();
    }

    /// What was typed, without its accents if no entry has them so.
    fn query(&self) -> Query {
        let query = Query::new(&self.filter);
        let fits = self.rows.iter().any(|row| row.texts.fit(&query).is_some());
        if fits { query } else { query.without_accents() }
    }

    fn select_best(&mut self) {
        let query = self.query();
        let fit = |index: &usize| self.rows.get(*index).and_then(|row| row.texts.fit(&query));
        // The first of those that fit equally well. Without a search all do.
        let best = (0..self.fitting.len()).min_by_key(|place| self.fitting.get(*place).and_then(fit));
        self.select(if self.filter.is_empty() { 0 } else { best.unwrap_or_default() });
    }

    fn select(&mut self, place: usize) {
        self.selected = place.min(self.fitting.len().saturating_sub(1));
        // Where the selection has gone by itself, nobody has asked for the code.
        let kept = self.selection().map(|row| row.id).filter(|id| self.veil.shows(*id));
        self.veil = self.veil.showing_only(kept);
    }

    /// What was typed, printable.
    pub(super) fn typed(&self) -> String {
        printable(&self.filter)
    }
}

const fn next_order(order: Order) -> Order {
    match order {
        Order::Added => Order::Name,
        Order::Name => Order::Use,
        Order::Use => Order::Added,
    }
}

fn take_back_word(filter: &mut String) {
    let kept = filter.trim_end().rfind(char::is_whitespace).map_or(0, |at| at + 1);
    filter.truncate(kept);
}

#[cfg(test)]
mod tests;
