//! The rows of a CSV file: whichever separator it uses, however ragged its lines are.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::Encoding;

use super::text::Decoded;
use super::{About, Cell, LIMITS, Refusal, Row, address, is_blank};

/// Separators in the order of preference, where the first line leaves it open.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

pub fn read<E: From<Refusal>>(
    file: File,
    encoding: &'static Encoding,
    take: &mut impl FnMut(Row) -> Result<(), E>,
) -> Result<About, E> {
    let mut text = BufReader::new(Decoded::new(file, encoding));
    let mut lines = 0;
    let first = first_line(&mut text, &mut lines)?;
    // What Excel understands as a note to itself.
    let (separator, head) = match first.trim_ascii_end() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] => {
            lines += 1;
            (*separator, Vec::new())
        }
        _ => (separator(&first), first),
    };
    let whole = head.as_slice().chain(text);
    let mut reader = ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(whole);
    let mut record = ByteRecord::new();
    // Lines of the file before this record, and how many of them were inside cells of earlier records.
    let mut inside = 0;
    while reader.read_byte_record(&mut record).map_err(refused)? {
        let breaks = record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let end = reader.position().line() - 1 + lines;
        let line = end.saturating_sub(inside + breaks);
        inside += breaks;
        let cells = cells(&record, line as u32)?;
        if !cells.is_empty() {
            take(Row { line: line as u32, cells })?;
        }
    }
    Ok(About::default())
}

/// The text itself, decoded.
pub fn text(file: File, encoding: &'static Encoding, most: usize) -> Result<String, Refusal> {
    let mut text = Vec::new();
    Decoded::new(file, encoding).take(most as u64 + 1).read_to_end(&mut text).map_err(not_text)?;
    if text.len() > most {
        return Err(Refusal::TooLargeInside);
    }
    String::from_utf8(text).map_err(|_| Refusal::NotASpreadsheet)
}

/// The first line in which something stands; the empty ones before it are counted.
fn first_line(text: &mut impl BufRead, lines: &mut u64) -> Result<Vec<u8>, Refusal> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if text.read_until(b'\n', &mut line).map_err(not_text)? == 0 || !line.trim_ascii().is_empty() {
            return Ok(line);
        }
        *lines += 1;
    }
}

/// The separator that stands most often in the line, outside of quotes.
fn separator(line: &[u8]) -> u8 {
    let mut counts = [0; SEPARATORS.len()];
    let mut is_quoted = false;
    for byte in line {
        is_quoted ^= *byte == b'"';
        if let (false, Some(at)) = (is_quoted, SEPARATORS.iter().position(|separator| separator == byte)) {
            counts[at] += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    counts.iter().position(|count| *count == most).map_or(b',', |at| SEPARATORS[at])
}

fn cells(record: &ByteRecord, line: u32) -> Result<Vec<Cell>, Refusal> {
    let (mut cells, mut length) = (Vec::new(), 0);
    for (column, bytes) in record.iter().enumerate() {
        let text = String::from_utf8_lossy(bytes);
        if is_blank(&text) {
            continue;
        }
        if column >= LIMITS.columns {
            return Err(Refusal::TooManyColumns(address(column, line)));
        }
        if text.chars().nth(LIMITS.cell).is_some() {
            return Err(Refusal::CellTooLong(address(column, line)));
        }
        length += text.len();
        if length > LIMITS.row {
            return Err(Refusal::RowTooLong(line));
        }
        cells.push(Cell { column: column as u16, text: text.into_owned() });
    }
    Ok(cells)
}

fn refused(error: csv::Error) -> Refusal {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => not_text(error),
        _ => Refusal::NotASpreadsheet,
    }
}

fn not_text(error: std::io::Error) -> Refusal {
    match error.kind() {
        std::io::ErrorKind::InvalidData => Refusal::NotASpreadsheet,
        _ => Refusal::Io(error),
    }
}
