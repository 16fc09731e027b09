//! What a kept record is: its table, its key and its columns, all under one tag.
//!
//! Nothing is read but with a tag that fits, over the table's name, the key and every column. So a row that was changed,
//! moved to another key or table, or made by somebody without the key ring is not believed, and a column cannot be left
//! outside the tag. Each record names the event of the audit log that last wrote it: an older row that is put back names
//! an older event than the log does.

use std::fmt;

use super::{Page, Paged, Read, Row, StoreError, Value, Write};
use crate::seal::{KeyRing, Purpose, Tag};

/// A noun that is kept in rows of its own.
pub trait Record: Sized {
    /// Where and how it is kept.
    const SHAPE: Shape;

    /// The values of the key's columns.
    fn key(&self) -> Vec<Value>;

    /// The values of the other columns.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if one cannot be kept, such as a number that is too large.
    fn columns(&self) -> Result<Vec<Value>, StoreError>;

    /// The record of the key's columns and the others.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the columns are not those of one.
    fn read(row: &mut Row) -> Result<Self, StoreError>;
}

/// Where and how a kind of record is kept.
#[derive(Debug)]
pub struct Shape {
    /// The table.
    pub table: &'static str,
    /// The columns of the primary key; the account first, where it belongs to one.
    pub key: &'static [&'static str],
    /// The other columns, in order. Each table has three more: those of the last event, and the tag.
    pub columns: &'static [&'static str],
}

/// Which record it is, as the audit log and errors name it: `users:alice`. The account is not part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordName(String);

/// An event of an account's log: the lane it is in, and the length of the lane with it. That of no event is all zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventRef {
    /// The lane.
    pub lane: u32,
    /// Its number in the lane, from 1.
    pub number: u64,
}

/// The record with this key.
///
/// # Errors
/// [`StoreError`] if the database fails; [`StoreError::Altered`] if its tag does not fit.
pub fn find<R: Record>(tx: &mut dyn Read, key: &[Value]) -> Result<Option<R>, StoreError> {
    let shape = &R::SHAPE;
    let sql = format!("SELECT {} FROM {} WHERE {}", shape.select(), shape.table, equal(shape.key, 1));
    let Some(row) = tx.query(&sql, key)?.pop() else { return Ok(None) };
    believe(tx.keys(), row).map(|(record, _)| Some(record))
}

/// The records whose column has this value, in the order of their keys.
///
/// # Errors
/// [`StoreError`] if the database fails or one of them cannot be believed.
pub(super) fn find_by<R: Record>(tx: &mut dyn Read, columns: &[&str], values: &[Value]) -> Result<Vec<R>, StoreError> {
    let shape = &R::SHAPE;
    let order = shape.key.join(", ");
    let sql = format!("SELECT {} FROM {} WHERE {} ORDER BY {order}", shape.select(), shape.table, equal(columns, 1));
    let rows = tx.query(&sql, values)?;
    rows.into_iter().map(|row| believe(tx.keys(), row).map(|(record, _)| record)).collect()
}

/// A page of the records whose keys begin with `within`, in the order of the key's last column, which is a text.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub(super) fn page<R: Record>(tx: &mut dyn Read, within: &[Value], page: &Page) -> Result<Paged<R>, StoreError> {
    let shape = &R::SHAPE;
    let Some((last, first)) = shape.key.split_last() else { return Err(StoreError::damaged(shape.table)) };
    let limit = page.limit.max(1);
    let mut values = within.to_vec();
    values.push(page.after.as_deref().unwrap_or_default().into());
    values.push((i64::from(limit) + 1).into());
    let (after, most) = (first.len() + 1, first.len() + 2);
    let before = if first.is_empty() { String::new() } else { format!("{} AND ", equal(first, 1)) };
    let sql = format!(
        "SELECT {} FROM {} WHERE {before}{last} > ${after} ORDER BY {last} LIMIT ${most}",
        shape.select(),
        shape.table
    );
    let mut rows = tx.query(&sql, &values)?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).and_then(|row| row.text_at(first.len()));
    let mut paged = Paged { items: Vec::new(), damaged: Vec::new(), next };
    for row in rows {
        let name = shape.name(row.values());
        match believe(tx.keys(), row) {
            Ok((record, _)) => paged.items.push(record),
            Err(StoreError::Altered { .. } | StoreError::Damaged { .. }) => paged.damaged.push(name),
            Err(error) => return Err(error),
        }
    }
    Ok(paged)
}

/// Adds a record, written last by `event`.
pub(super) fn insert<R: Record>(tx: &mut dyn Write, record: &R, event: EventRef) -> Result<(), StoreError> {
    let shape = &R::SHAPE;
    let values = with_tag(tx.keys(), record, event)?;
    let places: Vec<String> = (1..=values.len()).map(|place| format!("${place}")).collect();
    let sql = format!("INSERT INTO {} ({}) VALUES ({})", shape.table, shape.select(), places.join(", "));
    tx.execute(&sql, &values)?;
    Ok(())
}

/// Writes a record in the place of the one with its key, written last by `event`. A record that is found under one key and
/// written under another would be read again as it was: a spent code unspent. So exactly one row must change.
pub(super) fn update<R: Record>(tx: &mut dyn Write, record: &R, event: EventRef) -> Result<(), StoreError> {
    let shape = &R::SHAPE;
    let values = with_tag(tx.keys(), record, event)?;
    let keys = shape.key.len();
    let changed: Vec<&str> = shape.columns.iter().copied().chain(END).collect();
    let sql = format!("UPDATE {} SET {} WHERE {}", shape.table, set(&changed, keys + 1), equal(shape.key, 1));
    changed_one(tx.execute(&sql, &values)?, || shape.name(&values))
}

/// Removes a record.
pub(super) fn delete(tx: &mut dyn Write, shape: &Shape, key: &[Value]) -> Result<(), StoreError> {
    let sql = format!("DELETE FROM {} WHERE {}", shape.table, equal(shape.key, 1));
    changed_one(tx.execute(&sql, key)?, || shape.name(key))
}

/// A row as it stands in a table, believed or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which record it is.
    pub name: RecordName,
    /// The values of its key.
    pub key: Vec<Value>,
    /// The event that last wrote it, if it can be believed.
    pub event: Option<EventRef>,
}

/// Hands each row of the table that belongs to the account to `look`, in the order of the keys.
///
/// # Errors
/// [`StoreError`] if the database fails.
pub fn walk<R: Record>(
    tx: &mut dyn Read,
    account: &Value,
    look: &mut dyn FnMut(Found, Option<R>),
) -> Result<(), StoreError> {
    const PAGE: i64 = 1000;
    let shape = &R::SHAPE;
    let Some(belongs) = shape.account_column() else { return Ok(()) };
    let order = shape.key.join(", ");
    let mut after: Option<Vec<Value>> = None;
    loop {
        let mut values = vec![account.clone()];
        let beyond = match &after {
            None => String::new(),
            Some(key) => {
                values.extend(key.iter().cloned());
                let places: Vec<String> = (2..2 + key.len()).map(|place| format!("${place}")).collect();
                format!(" AND ({order}) > ({})", places.join(", "))
            }
        };
        values.push(PAGE.into());
        let sql = format!(
            "SELECT {} FROM {} WHERE {belongs} = $1{beyond} ORDER BY {order} LIMIT ${}",
            shape.select(),
            shape.table,
            values.len()
        );
        let rows = tx.query(&sql, &values)?;
        let count = rows.len();
        for row in rows {
            let key: Vec<Value> = row.values().iter().take(shape.key.len()).cloned().collect();
            let name = shape.name(&key);
            after = Some(key.clone());
            match believe::<R>(tx.keys(), row) {
                Ok((record, event)) => look(Found { name, key, event: Some(event) }, Some(record)),
                Err(StoreError::Altered { .. } | StoreError::Damaged { .. }) => {
                    look(Found { name, key, event: None }, None);
                }
                Err(error) => return Err(error),
            }
        }
        if i64::try_from(count).unwrap_or(i64::MAX) < PAGE {
            return Ok(());
        }
    }
}

/// The columns that each table ends with.
const END: [&str; 3] = ["audit_lane", "audit_length", "tag"];

impl Shape {
    fn select(&self) -> String {
        let all: Vec<&str> = self.key.iter().chain(self.columns).copied().chain(END).collect();
        all.join(", ")
    }

    /// The name of the record whose values begin with these.
    #[must_use]
    pub fn name(&self, values: &[Value]) -> RecordName {
        let own = values.iter().take(self.key.len()).skip(usize::from(self.key.first() == Some(&ACCOUNT)));
        let parts: Vec<String> = own.map(ToString::to_string).collect();
        RecordName(format!("{}:{}", self.table, parts.join("/")))
    }

    fn account_column(&self) -> Option<&'static str> {
        if self.table == "accounts" {
            return Some("id");
        }
        self.key.iter().chain(self.columns).copied().find(|column| *column == ACCOUNT)
    }
}

const ACCOUNT: &str = "account";

impl RecordName {
    /// A name as it was kept or typed.
    #[must_use]
    pub const fn from_kept(text: String) -> Self {
        Self(text)
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn equal(columns: &[&str], first: usize) -> String {
    joined(columns, first, " AND ")
}

fn set(columns: &[&str], first: usize) -> String {
    joined(columns, first, ", ")
}

fn joined(columns: &[&str], first: usize, with: &str) -> String {
    let parts: Vec<String> =
        columns.iter().zip(first..).map(|(column, place)| format!("{column} = ${place}")).collect();
    parts.join(with)
}

fn changed_one(changed: usize, name: impl FnOnce() -> RecordName) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::altered(name().as_str())) }
}

/// All values of a record, the tag last.
fn with_tag<R: Record>(keys: &KeyRing, record: &R, event: EventRef) -> Result<Vec<Value>, StoreError> {
    let mut values = record.key();
    values.extend(record.columns()?);
    values.push(event.lane.into());
    values.push(i64::try_from(event.number).map_err(|_| StoreError::damaged("an audit log"))?.into());
    let tag = keys.tag(Purpose::Record, &encode(R::SHAPE.table, &values));
    values.push(tag.as_bytes().as_slice().into());
    Ok(values)
}

fn believe<R: Record>(keys: &KeyRing, mut row: Row) -> Result<(R, EventRef), StoreError> {
    let name = R::SHAPE.name(row.values());
    let altered = || StoreError::altered(name.as_str());
    let Some((Value::Blob(tag), rest)) = row.values().split_last() else { return Err(altered()) };
    let tag = Tag::from_bytes(tag).map_err(|_| altered())?;
    keys.check(Purpose::Record, &encode(R::SHAPE.table, rest), &tag).map_err(|_| altered())?;
    row = row.of(name.as_str());
    let record = R::read(&mut row)?;
    Ok((record, EventRef { lane: row.unsigned()?, number: row.unsigned()? }))
}

/// A table's name and values in an encoding in which no two differ and are equal: each with its kind and its length.
fn encode(table: &str, values: &[Value]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    put(&mut bytes, b't', table.as_bytes());
    for value in values {
        match value {
            Value::Null => put(&mut bytes, b'n', &[]),
            Value::Integer(number) => put(&mut bytes, b'i', &number.to_be_bytes()),
            Value::Text(text) => put(&mut bytes, b's', text.as_bytes()),
            Value::Blob(blob) => put(&mut bytes, b'b', blob),
        }
    }
    bytes
}

/// Appends a kind, a length of eight bytes, and the bytes.
pub(super) fn put(bytes: &mut Vec<u8>, kind: u8, content: &[u8]) {
    bytes.push(kind);
    bytes.extend((content.len() as u64).to_be_bytes());
    bytes.extend(content);
}
