//! Comma-separated values (RFC 4180), in which password managers export. Which program wrote a file shows in its header.

use csv::{ReaderBuilder, StringRecord};

use super::ImportError;

/// A file whose first row names its columns.
pub(super) struct Table {
    header: StringRecord,
    rows: Vec<StringRecord>,
}

/// One row below the header.
pub(super) struct Row<'a> {
    header: &'a StringRecord,
    cells: &'a StringRecord,
    number: usize,
}

impl Table {
    /// Whether the first line names all these columns, in any case.
    pub(super) fn has_columns(bytes: &[u8], columns: &[&str]) -> bool {
        let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let mut header = StringRecord::new();
        let read = ReaderBuilder::new().has_headers(false).from_reader(line).read_record(&mut header);
        read.is_ok() && columns.iter().all(|column| position(&header, column).is_some())
    }

    /// Reads all of it.
    ///
    /// # Errors
    /// [`ImportError::Damaged`] with the row, if it is not text or has fewer cells than there are columns: then the file
    /// was cut off.
    pub(super) fn read(format: &'static str, bytes: &[u8]) -> Result<Self, ImportError> {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        let mut rows = Vec::new();
        for (index, row) in reader.records().enumerate() {
            let damaged = |what: String| ImportError::Damaged { format, what: format!("row {} {what}", index + 1) };
            let row = row.map_err(|_| damaged("is not UTF-8".to_owned()))?;
            let columns = rows.first().map_or(0, StringRecord::len);
            if row.len() < columns {
                return Err(damaged(format!("has {} of {columns} cells", row.len())));
            }
            rows.push(row);
        }
        let mut rows = rows.into_iter();
        Ok(Self { header: rows.next().unwrap_or_default(), rows: rows.collect() })
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (2..).zip(&self.rows).map(|(number, cells)| Row { header: &self.header, cells, number })
    }
}

impl<'a> Row<'a> {
    /// The cell in this column, or nothing if there is no such column.
    pub(super) fn get(&self, column: &str) -> &'a str {
        position(self.header, column).and_then(|index| self.cells.get(index)).unwrap_or_default()
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &'a str> {
        self.cells.iter()
    }

    /// What the row is called if it has no name: its number, that of the header being 1.
    pub(super) fn place(&self) -> String {
        format!("row {}", self.number)
    }
}

fn position(header: &StringRecord, column: &str) -> Option<usize> {
    header.iter().position(|name| name.trim().eq_ignore_ascii_case(column))
}
