//! The CSV of Keeper and of Enpass, which has no header: in a row names of fields stand before their values.

use super::columns::Columns;
use crate::authenticator::import::item::{Code, Content, Item, Items};
use crate::authenticator::import::programs::keepass;
use crate::authenticator::import::table::{Row, Table};
use crate::authenticator::import::tags::tag;
use crate::authenticator::import::{Found, ImportError, Opened, Sample, lines};
use crate::otp::SetupKey;

const KEEPER: &str = "Keeper CSV";
const ENPASS: &str = "Enpass CSV";

/// What Keeper calls the field with a code.
const KEEPER_CODE: &str = "TFC:Keeper";

pub(in crate::authenticator::import::programs) fn recognizes_keeper(sample: &Sample<'_>) -> bool {
    let is_json = sample.bytes.trim_ascii_start().starts_with(b"{");
    !is_json && any_row(sample.bytes, KEEPER_CODE, |row| row.pairs(KEEPER_FIELDS).any(|(name, _)| name == KEEPER_CODE))
}

pub(in crate::authenticator::import::programs) fn open_keeper(bytes: &[u8]) -> Result<Opened, ImportError> {
    read(KEEPER, bytes, |row| {
        let get = |at: usize| row.cells.get(at).unwrap_or_default();
        let folders = [get(0), get(6)].map(|folder| folder.replace('\\', "/"));
        let tags = folders.iter().filter_map(|folder| tag(folder)).collect();
        let item = Item { title: get(1), username: get(2), url: get(4), tags, warnings: Vec::new() };
        let codes = row.pairs(KEEPER_FIELDS).filter(|(name, _)| *name == KEEPER_CODE);
        let codes = codes.filter(|(_, value)| !value.trim().is_empty());
        item.read(
            codes.map(|(_, totp)| Code { label: "", content: Content::Text(totp) }).chain(uris(row)),
            &row.place(),
        )
    })
}

/// Folder, title, login, password, address, notes, shared folder: then pairs of names and values follow.
const KEEPER_FIELDS: usize = 7;

pub(in crate::authenticator::import::programs) fn recognizes_enpass(sample: &Sample<'_>) -> bool {
    is_enpass(sample.bytes)
}

/// By a field for a code beside one for a user name or an address, which in other tables are columns. Enpass sets an asterisk
/// before what is not to be shown.
pub(super) fn is_enpass(bytes: &[u8]) -> bool {
    let has_code = |word| {
        any_row(bytes, word, |row| {
            let has = |names: &[&str]| row.pairs(1).any(|(name, _)| names.contains(&field(name).as_str()));
            has(&[word]) && has(&["username", "email", "e-mail", "url", "website", "password"])
        })
    };
    let columns = Columns::of(Table::with(b',', bytes).header());
    let has_header = (columns.has_password || columns.has_codes()) && !begins_with_an_item(bytes);
    !has_header && ENPASS_CODES.into_iter().any(has_code)
}

/// Whether the first row has a field for a code with a secret or a URI behind it. In a header the name of a column follows.
fn begins_with_an_item(bytes: &[u8]) -> bool {
    ENPASS_CODES.into_iter().any(|word| {
        let is_item = |row: &Row| row.pairs(1).any(|(name, value)| field(name) == word && is_code(value));
        any_row(bytes, word, |row| row.number == 1 && is_item(row))
    })
}

fn is_code(value: &str) -> bool {
    const SHORTEST: usize = 16;
    lines::has_any(value) || value.len() >= SHORTEST && SetupKey::read(value).is_ok()
}

/// What Enpass calls the field, and what it called it before.
const ENPASS_CODES: [&str; 2] = ["one-time code", "totp"];

pub(in crate::authenticator::import::programs) fn open_enpass(bytes: &[u8]) -> Result<Opened, ImportError> {
    read(ENPASS, bytes, |row| {
        let get = |names: &[&str]| {
            let given = row.pairs(1).filter(|(_, value)| !value.trim().is_empty());
            given.into_iter().find(|(name, _)| names.contains(&field(name).as_str())).map_or("", |(_, value)| value)
        };
        let username = [get(&["username"]), get(&["email", "e-mail"])].into_iter().find(|name| !name.is_empty());
        let item = Item {
            title: row.cells.get(0).unwrap_or_default(),
            username: username.unwrap_or_default(),
            url: get(&["url", "website"]),
            ..Item::default()
        };
        let codes = row
            .pairs(1)
            .filter(|(name, value)| ENPASS_CODES.contains(&field(name).as_str()) && !value.trim().is_empty());
        let codes = codes.map(|(_, totp)| Code { label: "", content: keepass::content(totp) });
        item.read(codes.chain(uris(row)), &row.place())
    })
}

fn field(name: &str) -> String {
    name.trim().trim_start_matches('*').to_ascii_lowercase()
}

fn read(format: &'static str, bytes: &[u8], read: impl Fn(&Row) -> Vec<Found>) -> Result<Opened, ImportError> {
    let mut items = Items::called("row");
    Table::with(b',', bytes).for_each(format, |row| {
        let is_header = row.number == 1 && row.cells.get(0).is_some_and(|cell| cell.eq_ignore_ascii_case("title"));
        if !is_header && row.cells.iter().any(|cell| !cell.trim().is_empty()) {
            items.take(read(&row));
        }
    })?;
    Ok(Opened::Plain(items.import(format)))
}

fn any_row(bytes: &[u8], word: &str, fits: impl Fn(&Row) -> bool) -> bool {
    let table = Table::with(b',', bytes);
    let mut any = false;
    table.may_hold(word.as_bytes()) && table.for_each("", |row| any = any || fits(&row)).is_ok() && any
}

fn uris(row: &Row) -> impl Iterator<Item = Code<'_>> {
    let found = row.cells.iter().flat_map(lines::find);
    found.filter_map(|spot| Some(Code { label: "", content: Content::found(&spot)? }))
}

impl Row {
    /// The names and values from a cell on.
    fn pairs(&self, from: usize) -> impl Iterator<Item = (&str, &str)> {
        let values = self.cells.iter().skip(from + 1).step_by(2);
        self.cells.iter().skip(from).step_by(2).zip(values)
    }
}
