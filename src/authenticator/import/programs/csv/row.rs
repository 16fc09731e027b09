//! One row of a table whose columns are known.

use csv::StringRecord;

use super::Layout;
use super::sources::Quirk;
use crate::authenticator::import::item::{Code, Content, Item};
use crate::authenticator::import::json::Count;
use crate::authenticator::import::programs::keepass::{self, Strings};
use crate::authenticator::import::record::{Record, RecordKind};
use crate::authenticator::import::table::Row;
use crate::authenticator::import::tags::tag;
use crate::authenticator::import::{Found, Skipped, lines};

impl Layout<'_> {
    /// The entries of a row, or nothing if it is blank.
    pub(super) fn read(&self, row: &Row) -> Option<Vec<Found>> {
        let (cells, columns) = (&row.cells, self.columns.names.len());
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return None;
        }
        // The surplus may be blank and the cells moved all the same: a password where the secret should be is base32 often enough.
        let has_surplus = self.source.quirk != Quirk::RoboForm && cells.len() > columns;
        let odd = |reason| Some(vec![Found::Skipped(Skipped { label: row.place(), reason })]);
        if cells.len() < columns {
            return odd(format!("has {} of {columns} cells", cells.len()));
        }
        if has_surplus && !cells.iter().any(is_uri) {
            return odd(format!(
                "has {} cells, and {columns} columns are named: a comma in it may not be quoted",
                cells.len()
            ));
        }
        let is_moved = has_surplus && !self.columns.codes.iter().any(|at| cells.get(*at).is_some_and(is_uri));
        let item = if is_moved { Item::default() } else { self.item(row) };
        let strings = self.strings(cells);
        // Where cells were moved, only a URI is known for what it is.
        let looked_at: &[usize] = if has_surplus { &[] } else { &self.columns.codes };
        let mut codes = self.codes(cells, looked_at);
        codes.extend(strings.codes());
        codes.extend(self.uris(cells, looked_at));
        let mut found = item.read(codes, &row.place());
        if self.source.quirk == Quirk::KeePassXc {
            keepass::drop_fillers(&mut found, item.title, item.username);
        }
        Some(found)
    }

    fn item<'a>(&self, row: &'a Row) -> Item<'a> {
        let (cells, columns) = (&row.cells, &self.columns);
        let (name, issuer) = (first(cells, &columns.titles), first(cells, &columns.issuers));
        let mut username = first(cells, &columns.usernames);
        if username.is_empty() {
            username =
                columns.lines.iter().filter_map(|at| cells.get(*at)).find_map(username_in_lines).unwrap_or_default();
        }
        if username.is_empty() && !issuer.is_empty() {
            username = name.strip_prefix(issuer).and_then(|rest| rest.strip_prefix(':')).unwrap_or(name).trim();
        }
        let title = if issuer.is_empty() { name } else { issuer };
        let (tags, is_thrown_away) = self.tags(cells);
        let is_archived = columns.archived.iter().any(|at| cells.get(*at).is_some_and(is_true));
        let warnings = [
            is_archived.then_some("the item is archived"),
            is_thrown_away.then_some(keepass::THROWN_AWAY),
            (!row.is_utf8).then_some("its row is not UTF-8: look at its names"),
        ];
        let username = if self.source.quirk == Quirk::RoboForm { without_guard(username) } else { username };
        Item {
            title,
            username,
            url: first(cells, &columns.urls),
            tags,
            warnings: warnings.into_iter().flatten().collect(),
        }
    }

    /// The folder and the tags, and whether the folder is KeePassXC's recycle bin, which it names in English.
    fn tags(&self, cells: &StringRecord) -> (Vec<String>, bool) {
        let folder = first(cells, &self.columns.folders).replace('\\', "/");
        let is_keepassxc = self.source.quirk == Quirk::KeePassXc;
        // The outermost group is the database.
        let folder =
            if is_keepassxc { folder.split_once('/').map_or("", |(_, path)| path) } else { folder.trim_matches('/') };
        let is_thrown_away = is_keepassxc && folder.split('/').next() == Some("Recycle Bin");
        let tags = first(cells, &self.columns.tags).split([';', ',']).take(MAX_TAGS);
        (std::iter::once(folder).chain(tags).filter_map(tag).collect(), is_thrown_away)
    }

    /// What stands in the columns for codes.
    fn codes<'a>(&'a self, cells: &'a StringRecord, columns: &[usize]) -> Vec<Code<'a>> {
        let given = columns.iter().filter_map(|at| Some((*at, cells.get(*at)?.trim())));
        let given = given.filter(|(_, cell)| !cell.is_empty());
        let mut codes: Vec<Code<'a>> =
            given.map(|(at, cell)| Code { label: self.columns.name(at), content: self.content(cells, cell) }).collect();
        // A URI says more than the secret alone, which may stand in another column.
        codes.sort_by_key(|code| !matches!(code.content, Content::Text(text) if text.contains("://")));
        codes.extend(cells.iter().filter_map(|cell| cell.strip_prefix(ROBOFORM)).filter_map(|rest| {
            let totp = rest.splitn(4, ',').nth(3)?;
            Some(Code { label: "", content: Content::Text(totp) })
        }));
        codes
    }

    fn content<'a>(&self, cells: &'a StringRecord, cell: &'a str) -> Content<'a> {
        let columns = &self.columns;
        let get = |of: &[usize]| Some(first(cells, of)).filter(|cell| !cell.is_empty());
        let kind = get(&columns.kind).map(RecordKind::named).filter(|kind| !matches!(kind, RecordKind::Unknown));
        let count = |of: &[usize]| get(of).map_or(Count::Absent, Count::of);
        let (algorithm, digits, period) = (get(&columns.algorithm), count(&columns.digits), count(&columns.period));
        let is_said =
            kind.is_some() || algorithm.is_some() || [digits, period].iter().any(|count| *count != Count::Absent);
        match keepass::content(cell) {
            Content::Text(secret) if is_said && !secret.contains("://") => Content::Record(Record {
                kind: kind.unwrap_or_default(),
                secret,
                algorithm,
                digits,
                period,
                counter: count(&columns.counter),
                ..Record::default()
            }),
            content => content,
        }
    }

    fn strings(&self, cells: &StringRecord) -> Strings {
        let mut strings = Strings::default();
        for at in &self.columns.keepass {
            strings.take(self.columns.name(*at), cells.get(*at).unwrap_or_default(), false);
        }
        strings
    }

    /// The URIs in all other cells: notes and other fields have them too, and a comma that was not quoted moves them on.
    fn uris<'a>(&'a self, cells: &'a StringRecord, but: &'a [usize]) -> impl Iterator<Item = Code<'a>> {
        let others = cells.iter().enumerate().filter(|(at, cell)| !but.contains(at) && !cell.starts_with(ROBOFORM));
        let found = others.flat_map(|(at, cell)| lines::find(cell).into_iter().map(move |spot| (at, spot)));
        found.filter_map(|(at, spot)| Some(Code { label: self.columns.name(at), content: Content::found(&spot)? }))
    }
}

const MAX_TAGS: usize = 20;

/// How RoboForm begins the field for a code; three more cells of its own follow before the value.
const ROBOFORM: &str = "TOTP KEY$,";

/// The first cell of these columns in which something stands.
fn first<'a>(cells: &'a StringRecord, columns: &[usize]) -> &'a str {
    let cells = columns.iter().filter_map(|at| cells.get(*at)).map(str::trim);
    cells.into_iter().find(|cell| !cell.is_empty()).unwrap_or_default()
}

fn is_uri(cell: &str) -> bool {
    cell.trim_start().get(..10).is_some_and(|start| start.eq_ignore_ascii_case("otpauth://"))
}

fn is_true(cell: &str) -> bool {
    !["", "0", "false", "no"].iter().any(|word| cell.trim().eq_ignore_ascii_case(word))
}

/// Zoho Vault has the user name in a line of a cell.
fn username_in_lines(cell: &str) -> Option<&str> {
    let pairs = cell.lines().filter_map(|line| line.split_once(':'));
    let is_username =
        |name: &str| ["user name", "username"].iter().any(|known| name.trim().eq_ignore_ascii_case(known));
    pairs.into_iter().find(|(name, _)| is_username(name)).map(|(_, value)| value.trim())
}

/// RoboForm sets an apostrophe before what a spreadsheet would take for a formula.
fn without_guard(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['@', '\'', '=', '+', '-'])).unwrap_or(cell)
}
