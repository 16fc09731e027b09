use std::ops::Range;

use crate::authenticator::{ClockOffset, Entry, EntryId, Texts};
use crate::cli::table::printable;
use crate::otp::{Code, CodeFormat, Kind, TotpKey};
use crate::time::UnixTime;

/// An entry as it is watched.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: EntryId,
    /// Printable.
    pub(super) label: String,
    pub(super) texts: Texts,
    pub(super) moving: Moving,
    /// How a code is written, which says how wide it is.
    pub(super) format: CodeFormat,
    /// By how much the clocks are off.
    pub(super) offset: ClockOffset,
}

/// With what the code of an entry changes.
#[derive(Debug)]
pub(super) enum Moving {
    Time(TotpKey),
    /// The counter of the next code.
    Counter(u64),
}

/// What there is to be read of a row at some moment.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) code: Code,
    /// The code that follows.
    pub(super) next: Option<Code>,
    /// For how many seconds more the code is good.
    pub(super) left: u64,
    /// For how many it was at first.
    pub(super) period: u64,
    /// From when to when, in the times for which the code is computed.
    pub(super) lasts: Range<UnixTime>,
}

impl Row {
    /// The row of an entry whose codes are those of a clock that is off by this.
    pub(super) fn of(entry: &Entry, offset: ClockOffset) -> Self {
        let (moving, format) = match entry.key.kind {
            Kind::Totp(totp) => (Moving::Time(totp.keyed(&entry.key.secret)), totp.format),
            Kind::Hotp { counter, digits, .. } => (Moving::Counter(counter), CodeFormat::Decimal(digits)),
        };
        Self { id: entry.id, label: printable(&entry.label()), texts: Texts::of(entry), moving, format, offset }
    }

    /// The code at `now` and how long it lasts; `None` for an entry that counts. This is the only place where a row looks at
    /// the time.
    pub(super) fn reading(&self, now: UnixTime) -> Option<Reading> {
        let Moving::Time(key) = &self.moving else { return None };
        let (period, now) = (key.period(), self.offset.correct(now));
        let step = period.step_at(now);
        let end = step.next().map_or(now, |next| period.start_of(next));
        Some(Reading {
            code: key.code(step),
            next: step.next().map(|next| key.code(next)),
            left: end.as_secs().saturating_sub(now.as_secs()),
            period: u64::from(period.as_secs()),
            lasts: period.start_of(step)..end,
        })
    }

    /// How many cells a code of this row takes, in groups.
    pub(super) fn code_cells(&self) -> usize {
        let characters = self.code_characters();
        characters + groups(characters).len() - 1
    }

    /// What stands in the place of a hidden code, as wide and in the same groups: `dot` takes one cell.
    pub(super) fn dots(&self, dot: &str) -> String {
        grouped(&"*".repeat(self.code_characters())).replace('*', dot)
    }

    fn code_characters(&self) -> usize {
        match self.format {
            CodeFormat::Decimal(digits) => usize::from(digits.count()),
            CodeFormat::Steam => 5,
        }
    }
}

/// A code in groups that the eye can carry: `123 456`, `1234 5678`, `123 4567`; up to five characters stay together.
pub(super) fn grouped(code: &str) -> zeroize::Zeroizing<String> {
    let mut text = zeroize::Zeroizing::new(String::with_capacity(code.len() + 2));
    let mut characters = code.chars();
    for (index, size) in groups(code.len()).iter().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        text.extend(characters.by_ref().take(*size));
    }
    text
}

const fn groups(characters: usize) -> &'static [usize] {
    match characters {
        6 => &[3, 3],
        7 => &[3, 4],
        8 => &[4, 4],
        9 => &[3, 3, 3],
        10 => &[5, 5],
        _ => &[5],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_grouped_by_its_length() {
        for (code, expected) in [
            ("1", "1"),
            ("FR8RV", "FR8RV"),
            ("123456", "123 456"),
            ("1234567", "123 4567"),
            ("12345678", "1234 5678"),
            ("123456789", "123 456 789"),
            ("1234567890", "12345 67890"),
        ] {
            assert_eq!(*grouped(code), expected);
        }
    }
}
