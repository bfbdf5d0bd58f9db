//! Reading a spreadsheet that somebody uploads, row by row: an Excel workbook or a CSV file, however it was written.
//!
//! A file is a stranger's: nothing in it decides how much memory is used. Rows are given one at a time, and all that is
//! kept (the strings that cells share) is bounded by `LIMITS`.

mod csv;
mod kind;
mod number;
mod package;
mod part;
mod refusal;
mod text;
mod workbook;
mod xlsx;

use std::fs::File;

pub use refusal::Refusal;

use kind::Kind;

/// What a file may have at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub bytes: u64,
    pub rows: usize,
    pub columns: usize,
    /// Characters of a cell: as many as spreadsheet programs take.
    pub cell: usize,
    /// Bytes of what stands in all cells of a row, and of the file: cells that share a string count it each.
    pub row: usize,
    pub text: usize,
    /// Bytes of a sheet, unpacked.
    pub sheet: u64,
    /// Bytes of the strings that cells share, unpacked, as they are kept in memory.
    pub strings: u64,
}

pub const LIMITS: Limits = Limits {
    bytes: 64 << 20,
    rows: 100_000,
    columns: 200,
    cell: 32_767,
    row: 128 << 10,
    text: 64 << 20,
    sheet: 512 << 20,
    strings: 64 << 20,
};

/// Empty rows, one after the other, that stay in a text; so its lines have the numbers of the rows.
const MOST_EMPTY: u32 = 1_000;

/// A row in which something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As the spreadsheet program counts: from 1, empty rows too.
    pub line: u32,
    /// The cells in which something stands, from left to right.
    pub cells: Vec<Cell>,
}

impl Row {
    /// Bytes of all its texts.
    pub fn bytes(&self) -> usize {
        self.cells.iter().map(|cell| cell.text.len()).sum()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// From 0: `A`.
    pub column: u16,
    /// As it looks: a number without zeros behind it, a date as 2026-03-31.
    pub text: String,
}

/// What was read: the name of the sheet, and of all sheets of the workbook. A CSV file has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    pub sheet: String,
    pub sheets: Vec<String>,
}

/// Reads the file (its first sheet, or the one of this name) and gives each row to `take`, in order.
///
/// Errors: a refusal as a sentence; what `take` refuses ends the reading. Rows that were taken before stay taken.
pub fn read<E: From<Refusal>>(
    file: File,
    sheet: Option<&str>,
    mut take: impl FnMut(Row) -> Result<(), E>,
) -> Result<About, E> {
    let (mut rows, mut bytes) = (0, 0);
    let mut counted = |row: Row| {
        rows += 1;
        bytes += row.bytes();
        if rows > LIMITS.rows {
            return Err(Refusal::TooManyRows.into());
        }
        if bytes > LIMITS.text { Err(Refusal::TooMuchText.into()) } else { take(row) }
    };
    let about = match kind::of(&file)? {
        Kind::Workbook => xlsx::read(file, sheet, &mut counted)?,
        Kind::Text(encoding) => csv::read(file, encoding, &mut counted)?,
    };
    if rows == 0 { Err(Refusal::NothingInIt.into()) } else { Ok(about) }
}

/// `0` -> `A`, `26` -> `AA`
pub fn column_name(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

/// `(2, 7)` -> `C7`
pub fn address(column: usize, line: u32) -> String {
    format!("{}{line}", column_name(column))
}

/// The file as somebody would paste it: a text as it stands; of a workbook the first sheet, a line for each row, with
/// tabs between its cells. `most`: bytes of the text.
pub fn as_text(file: File, most: usize) -> Result<String, Refusal> {
    match kind::of(&file)? {
        Kind::Text(encoding) => csv::text(file, encoding, most),
        Kind::Workbook => {
            let mut pasted = String::new();
            let mut last = 0;
            xlsx::read(file, None, &mut |row: Row| {
                let empty = row.line.saturating_sub(last + 1).min(MOST_EMPTY);
                for _ in 0..empty + u32::from(last > 0) {
                    pasted.push('\n');
                }
                last = row.line;
                let mut column = 0;
                for cell in row.cells {
                    for _ in column..cell.column {
                        pasted.push('\t');
                    }
                    column = cell.column;
                    pasted.extend(cell.text.chars().map(|c| if c.is_control() { ' ' } else { c }));
                }
                if pasted.len() > most { Err(Refusal::TooLargeInside) } else { Ok(()) }
            })?;
            Ok(pasted)
        }
    }
}

/// True if a spreadsheet program says so that a formula failed. A CSV file has nothing but the text.
pub fn is_error(text: &str) -> bool {
    const ERRORS: [&str; 10] =
        ["#REF!", "#DIV/0!", "#N/A", "#NAME?", "#VALUE!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA"];
    let text = text.trim();
    ERRORS.contains(&text)
        || text.strip_prefix("Err:").is_some_and(|code| code.len() == 3 && code.parse::<u16>().is_ok())
}

/// True if nothing can be seen in the text.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c == '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_called_as_spreadsheet_programs_call_them() {
        let names: Vec<String> = [0, 25, 26, 51, 52, 701, 702].into_iter().map(column_name).collect();
        assert_eq!(names, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
        assert_eq!(address(2, 7), "C7");
    }
}
