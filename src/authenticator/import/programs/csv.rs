//! The CSV of password managers, read by what its columns are called and not by whose it is: the next program's is read too.
//!
//! Passwords and notes are not read, but for a URI of an account in them.

mod columns;
mod headerless;
mod row;
mod sources;

use self::columns::Columns;
use self::sources::Source;
use crate::authenticator::import::item::Items;
use crate::authenticator::import::table::Table;
use crate::authenticator::import::{Import, ImportError, Opened, Sample, lines};

pub(super) use headerless::{open_enpass, open_keeper, recognizes_enpass, recognizes_keeper};

/// By its header, with a column for codes, or with passwords, of which it is said that they are all that there is.
pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    Layout::of(sample.bytes).is_some()
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    Layout::of(bytes).ok_or(ImportError::Unknown)?.import().map(Opened::Plain)
}

/// A table whose columns are known.
struct Layout<'a> {
    table: Table<'a>,
    columns: Columns,
    source: Source,
}

impl<'a> Layout<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let table = Table::of(bytes);
        let columns = Columns::of(table.header());
        let source = Source::of(&columns);
        let is_named = !columns.titles.is_empty() || !columns.usernames.is_empty() || !columns.issuers.is_empty();
        let is_known = (is_named && columns.has_codes())
            || (columns.has_password && (is_named || !columns.urls.is_empty()))
            || (is_named && has_uri_in_a_row(&table));
        is_known.then_some(Self { table, columns, source })
    }

    fn import(&self) -> Result<Import, ImportError> {
        let format = self.source.format;
        let mut items = Items::called("row");
        self.table.for_each(format, |row| {
            if row.number > 1
                && let Some(codes) = self.read(&row)
            {
                items.take(codes);
            }
        })?;
        let mut import = items.import(format);
        import.notes.extend(self.notes());
        Ok(import)
    }

    fn notes(&self) -> impl Iterator<Item = String> {
        let without = (!self.columns.has_codes()).then_some("no column of it is for one-time codes");
        let open = self.table.is_left_open().then_some(LEFT_OPEN);
        [without, self.source.note, open].into_iter().flatten().map(str::to_owned)
    }
}

const LEFT_OPEN: &str = "a quotation mark in it has no second one: look whether rows are missing";

/// Whether a row has a URI in a cell of its own, beside one that may name it.
fn has_uri_in_a_row(table: &Table<'_>) -> bool {
    let columns = table.header().count();
    let mut has_uri = false;
    if columns > 1 && table.may_hold(b"otpauth://") {
        let result = table.for_each("", |row| {
            let is_row = row.number > 1 && row.cells.len() == columns;
            has_uri = has_uri || is_row && row.cells.iter().skip(1).any(lines::has_any);
        });
        has_uri &= result.is_ok();
    }
    has_uri
}
