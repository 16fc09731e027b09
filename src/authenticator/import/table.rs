//! Comma-separated values (RFC 4180), in which password managers export; also with semicolons, tabs or bars between cells.

use csv::{ByteRecord, Reader, ReaderBuilder, StringRecord};

use super::ImportError;

/// How a file is laid out, and its first row.
pub(super) struct Table<'a> {
    rows: &'a [u8],
    delimiter: u8,
    header: StringRecord,
}

/// One row.
pub(super) struct Row {
    pub cells: StringRecord,
    /// The first row of the file, which is the header if it has one, is 1.
    pub number: usize,
    /// Whether it was UTF-8. What was not is written as `�`.
    pub is_utf8: bool,
}

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Longer than a header is.
const MAX_HEADER_BYTES: usize = 64 << 10;

/// What a file may have at most. Each cell and each row takes some bytes more than it has characters.
const MAX_ROWS: usize = 100_000;
const MAX_CELLS: usize = 4_000_000;

impl<'a> Table<'a> {
    /// A table with what separates most cells in the first row.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let (named, rows) = named_delimiter(bytes);
        let candidates = named.as_ref().map_or(DELIMITERS.as_slice(), std::slice::from_ref);
        let tables = candidates.iter().map(|delimiter| Self::with(*delimiter, rows));
        // Of several with as many cells the first is taken.
        let best = tables.reduce(|best, table| if table.header.len() > best.header.len() { table } else { best });
        best.unwrap_or_else(|| Self::with(b',', rows))
    }

    /// A table in which this separates the cells.
    pub(super) fn with(delimiter: u8, rows: &'a [u8]) -> Self {
        let start = rows.get(..MAX_HEADER_BYTES).unwrap_or(rows);
        let mut record = ByteRecord::new();
        // Nothing is read of a text that is empty.
        let _ = reader(delimiter, start).read_byte_record(&mut record);
        Self { rows, delimiter, header: StringRecord::from_byte_record_lossy(record) }
    }

    /// The cells of the first row.
    pub(super) fn header(&self) -> impl Iterator<Item = &str> {
        self.header.iter().map(str::trim)
    }

    /// All the rows, the first one too.
    ///
    /// # Errors
    /// [`ImportError::Damaged`] if there are more than any export has.
    pub(super) fn for_each(&self, format: &'static str, mut take: impl FnMut(Row)) -> Result<(), ImportError> {
        let damaged = |what: String| ImportError::Damaged { format, what };
        if self.rows.iter().filter(|byte| **byte == self.delimiter).count() > MAX_CELLS {
            return Err(damaged(format!("it has more than {MAX_CELLS} cells")));
        }
        for (number, record) in (1..).zip(reader(self.delimiter, self.rows).into_byte_records()) {
            if number > MAX_ROWS {
                return Err(damaged(format!("it has more than {MAX_ROWS} rows")));
            }
            // A flexible reader of bytes in memory has nothing to fail at.
            let record = record.map_err(|_| damaged(format!("row {number} cannot be read")))?;
            let (cells, is_utf8) = match StringRecord::from_byte_record(record) {
                Ok(cells) => (cells, true),
                Err(error) => (StringRecord::from_byte_record_lossy(error.into_byte_record()), false),
            };
            take(Row { cells, number, is_utf8 });
        }
        Ok(())
    }

    /// Whether a word of ASCII stands in it at all, in any case. To find it costs less than to read the rows.
    pub(super) fn may_hold(&self, word: &[u8]) -> bool {
        self.rows.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
    }

    /// Whether a quotation mark has no second one, so that a cell may have swallowed rows.
    pub(super) fn is_left_open(&self) -> bool {
        !self.rows.iter().filter(|byte| **byte == b'"').count().is_multiple_of(2)
    }
}

impl Row {
    /// What the row is called if it has no name.
    pub(super) fn place(&self) -> String {
        format!("row {}", self.number)
    }
}

fn reader(delimiter: u8, bytes: &[u8]) -> Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes)
}

/// Spreadsheets may say in a line before the table what separates its cells: `sep=;`.
fn named_delimiter(bytes: &[u8]) -> (Option<u8>, &[u8]) {
    match bytes {
        [b's', b'e', b'p', b'=', delimiter, rest @ ..] if DELIMITERS.contains(delimiter) => {
            (Some(*delimiter), rest.trim_ascii_start())
        }
        _ => (None, bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cells_are_told_apart_by_what_separates_most_of_them() {
        for text in [
            "a,b,c",
            "a;b;c",
            "a\tb\tc",
            "a|b|c",
            "\"a\";\"b\";\"c\"",
            "sep=;\r\na;b;c",
            "a ,b, c",
            "\n\na,b,c\nd;e;f;g",
        ] {
            assert_eq!(Table::of(text.as_bytes()).header().collect::<Vec<_>>(), ["a", "b", "c"], "{text}");
        }
        assert_eq!(Table::of(b"a;b,c").header().collect::<Vec<_>>(), ["a;b", "c"]);
        assert_eq!(Table::of(b"").header().count(), 0);
    }

    #[test]
    fn more_rows_and_cells_than_any_export_has_are_refused() {
        for text in ["a,\n".repeat(MAX_ROWS + 1), ",".repeat(MAX_CELLS + 1)] {
            let error = Table::of(text.as_bytes()).for_each("CSV", |_| {}).unwrap_err();
            assert!(error.to_string().starts_with("this CSV file is damaged: it has more than "), "{error}");
        }
    }

    #[test]
    fn a_row_that_is_not_utf_8_keeps_what_is() {
        let mut rows = Vec::new();
        Table::of(b"a,b\n\xe9t\xe9,c\n").for_each("CSV", |row| rows.push((row.is_utf8, row.cells))).unwrap();
        assert_eq!(rows[1], (false, StringRecord::from(vec!["\u{fffd}t\u{fffd}", "c"])));
    }
}
