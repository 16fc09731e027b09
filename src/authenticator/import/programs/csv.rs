//! The CSV of password managers, read by what its columns are called and not by whose it is: the next program's is read too.
//!
//! Passwords and notes are not read, but for a URI of an account in them.

mod columns;
mod headerless;
mod row;
mod sources;

use self::columns::Columns;
use self::headerless::is_enpass;
use self::sources::{Quirk, Source};
use crate::authenticator::import::archive::Archive;
use crate::authenticator::import::encoded::as_utf8;
use crate::authenticator::import::item::Items;
use crate::authenticator::import::table::Table;
use crate::authenticator::import::{Import, ImportError, Opened, Sample, json, lines, unread};

pub(super) use headerless::{open_enpass, open_keeper, recognizes_enpass, recognizes_keeper};

/// By its header, with a column for codes, or with passwords, of which it is said that they are all that there is.
pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    Layout::of(sample.bytes).is_some()
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    Layout::of(bytes).ok_or(ImportError::Unknown)?.import().map(Opened::Plain)
}

pub(super) const DASHLANE: &str = "Dashlane zip";

/// Where Dashlane's archive has the items with codes. Its other tables may have a URI in a note.
const CREDENTIALS: &str = "credentials.csv";

pub(super) fn recognizes_dashlane(archive: &Archive<'_>) -> bool {
    archive.has(CREDENTIALS)
}

pub(super) fn open_dashlane(archive: &mut Archive<'_>) -> Result<Opened, ImportError> {
    let mut import = Import { format: DASHLANE, found: Vec::new(), notes: Vec::new() };
    let names: Vec<String> = archive.names().map(str::to_owned).filter(|name| name.ends_with(".csv")).collect();
    for name in names {
        let bytes = archive.read(DASHLANE, &name)?;
        let text = as_utf8(&bytes);
        let mut one = match Layout::of(&text) {
            Some(layout) => layout.import()?,
            None => Import { format: DASHLANE, found: Vec::new(), notes: Vec::new() },
        };
        unread::name(&text, &mut one);
        import.found.extend(one.found);
        if name == CREDENTIALS {
            import.notes = one.notes;
        }
    }
    Ok(Opened::Plain(import))
}

/// A table whose columns are known.
struct Layout<'a> {
    table: Table<'a>,
    columns: Columns,
    source: Source,
}

impl<'a> Layout<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        if json::begins_as_json(bytes) {
            return None;
        }
        let table = Table::of(bytes);
        let columns = Columns::of(table.header());
        let source = Source::of(&columns);
        let is_named = !columns.titles.is_empty() || !columns.usernames.is_empty() || !columns.issuers.is_empty();
        let is_known = (is_named && columns.has_codes())
            || (columns.has_password && (is_named || !columns.urls.is_empty()))
            || (is_named && has_uri_in_a_row(&table));
        (is_known && !is_enpass(bytes)).then_some(Self { table, columns, source })
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
        let has_codes = self.columns.has_codes() || self.source.quirk == Quirk::RoboForm;
        let without = (!has_codes).then_some("no column of it is for one-time codes");
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
