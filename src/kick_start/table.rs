//! Reading one file, row by row, so that a file of any size needs no more memory than a small one.

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};

use super::fields::Fields;
use super::format::Format;
use super::problems::Problems;
use super::source::Source;

/// How often the terminal hears of it.
const TELL_EVERY: u64 = 20_000;

/// Calls `each` for every row that has as many values as the header. Problems with the file itself are added to
/// `problems`; `each` adds those of the row.
///
/// Errors: only what `each` returns; nothing is read after that.
pub fn each_row<E>(
    source: &dyn Source,
    format: &'static Format,
    problems: &mut Problems,
    tell: &mut dyn FnMut(u64, bool),
    mut each: impl FnMut(&mut Fields) -> Result<(), E>,
) -> Result<u64, E> {
    let input = match source.open(format.file) {
        Ok(Some(input)) => input,
        Ok(None) => return Ok(0),
        Err(error) => {
            problems.in_file(format.file, format!("cannot be read: {error}"));
            return Ok(0);
        }
    };
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(1 << 16).from_reader(input);
    let mut record = ByteRecord::new();
    if !read(&mut reader, &mut record, format, problems) {
        if problems.total == 0 {
            problems.in_file(format.file, "is empty: the first line names the columns");
        }
        return Ok(0);
    }
    let Some(columns) = columns(&record, format, problems) else { return Ok(0) };
    let mut rows = 0;
    while read(&mut reader, &mut record, format, problems) {
        rows += 1;
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != columns.len() {
            let text = format!("has {} values, the header names {} columns", record.len(), columns.len());
            problems.at(format.file, line, "", text);
            continue;
        }
        each(&mut Fields::new(format.file, line, &columns, &record, problems))?;
        if rows % TELL_EVERY == 0 {
            tell(rows, false);
        }
    }
    tell(rows, true);
    Ok(rows)
}

fn read<R: Read>(
    reader: &mut csv::Reader<R>,
    record: &mut ByteRecord,
    format: &Format,
    problems: &mut Problems,
) -> bool {
    match reader.read_byte_record(record) {
        Ok(more) => more,
        Err(error) => {
            problems.in_file(format.file, format!("cannot be read: {error}"));
            false
        }
    }
}

/// The header: every column known, none twice, none missing. `None`: the rows cannot be read.
fn columns(header: &ByteRecord, format: &'static Format, problems: &mut Problems) -> Option<Vec<&'static str>> {
    let before = problems.total;
    let mut columns: Vec<&'static str> = Vec::with_capacity(header.len());
    for name in header {
        let name = String::from_utf8_lossy(name);
        let name = name.trim();
        let known = format.required.iter().chain(format.optional).find(|known| **known == name);
        match known {
            Some(known) if columns.contains(known) => problems.at(format.file, 1, name, "this column is there twice"),
            Some(known) => columns.push(known),
            None => {
                let all: Vec<&str> = format.required.iter().chain(format.optional).copied().collect();
                problems.at(format.file, 1, name, format!("unknown column; there are {}", all.join(", ")));
            }
        }
    }
    for missing in format.required.iter().filter(|required| !columns.contains(required)) {
        problems.at(format.file, 1, missing, "this column is missing");
    }
    (problems.total == before).then_some(columns)
}
