//! A table as a file, in the format that was asked for: CSV, XLSX or JSON, however many rows, in bounded memory.

use std::fs::File;
use std::io::{self, Read, Seek};

use actix_web::HttpResponse;
use jiff::ZonedDateTime as Zoned;
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Workbook, XlsxError};

use super::file::{self, Reader};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    Json,
}

impl Format {
    /// By the ending of a file's name.
    pub fn parse(ending: &str) -> Option<Self> {
        match ending {
            "csv" => Some(Format::Csv),
            "xlsx" => Some(Format::Xlsx),
            "json" => Some(Format::Json),
            _ => None,
        }
    }

    pub fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
            Format::Json => "json",
        }
    }
}

/// One cell. A text stays a text, whatever it begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Number(i64),
    /// Nothing, if it is empty.
    Text(String),
    /// With its offset as a text; in a workbook a date that can be sorted and reckoned with, in its zone.
    Moment(Zoned),
}

pub type Cells = Vec<Cell>;

/// Cells that hold texts.
pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Cells {
    texts.into_iter().map(|text| Cell::Text(text.into())).collect()
}

/// Rows of a sheet below its head; a spreadsheet has no more. Further rows go to further sheets.
pub const ROWS_ON_A_SHEET: usize = 1_048_575;
const JSON: &str = "application/json";
/// Bytes of a finished file that are sent at a time.
const BYTES_AT_A_TIME: usize = 1 << 16;

/// Sends `head` and the rows that `next` gives, until it gives none.
///
/// If reading fails in the middle, the file is cut off, so that nobody takes it for the whole.
pub fn answer<E: std::error::Error + Send + Sync + 'static>(
    name: &str,
    format: Format,
    head: impl IntoIterator<Item = impl Into<String>>,
    mut next: impl FnMut() -> Result<Vec<Cells>, E> + Send + 'static,
) -> HttpResponse {
    let head: Vec<String> = head.into_iter().map(Into::into).collect();
    let content_type = match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::Json => JSON,
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    file::answer(&format!("{name}.{}", format.ending()), content_type, move |reader| {
        let next = || next().map_err(io::Error::other);
        match format {
            Format::Csv => write_csv(&head, next, reader),
            Format::Json => write_array(next, |row, bytes| write_object(&head, row, bytes), reader),
            Format::Xlsx => send_workbook(&head, next, reader),
        }
    })
}

/// Sends the values that `next` gives as one JSON array, a value in each line, until it gives none: for what is no table.
pub fn array_answer<E: std::error::Error + Send + Sync + 'static>(
    name: &str,
    mut next: impl FnMut() -> Result<Vec<serde_json::Value>, E> + Send + 'static,
) -> HttpResponse {
    file::answer(&format!("{name}.json"), JSON, move |reader| {
        let next = || next().map_err(io::Error::other);
        write_array(next, |value, bytes| Ok(serde_json::to_writer(bytes, value)?), reader)
    })
}

/// Rows that are read and written at a time.
pub const ROWS_AT_A_TIME: i64 = 1_000;

/// Gives what `shown` makes of the rows of `first`, then of those that `next` reads behind the last one, until it reads no
/// full chunk.
pub fn chunks<R, S, E>(
    first: Vec<R>,
    next: impl Fn(&R) -> Result<Vec<R>, E>,
    shown: impl Fn(&R) -> S,
) -> impl FnMut() -> Result<Vec<S>, E> {
    let (mut first, mut last) = (Some(first), None);
    move || {
        let mut rows = match (first.take(), last.take()) {
            (Some(first), _) => first,
            (None, Some(last)) => next(&last)?,
            (None, None) => return Ok(Vec::new()),
        };
        let given = rows.iter().map(&shown).collect();
        let is_full = rows.len() as i64 >= ROWS_AT_A_TIME;
        last = rows.pop().filter(|_| is_full);
        Ok(given)
    }
}

fn write_csv(head: &[String], mut next: impl FnMut() -> io::Result<Vec<Cells>>, reader: &Reader) -> io::Result<()> {
    let mut head = Some(head);
    loop {
        let rows = next()?;
        let mut csv = csv::Writer::from_writer(Vec::new());
        if let Some(head) = head.take() {
            csv.write_record(head).map_err(io::Error::other)?;
        } else if rows.is_empty() {
            return Ok(());
        }
        for row in &rows {
            csv.write_record(row.iter().map(in_csv)).map_err(io::Error::other)?;
        }
        reader.send(csv.into_inner().map_err(|error| io::Error::other(error.to_string()))?)?;
        if rows.is_empty() {
            return Ok(());
        }
    }
}

fn in_csv(cell: &Cell) -> String {
    match cell {
        Cell::Number(number) => number.to_string(),
        Cell::Text(text) => harmless(text),
        Cell::Moment(at) => in_iso(at),
    }
}

/// A spreadsheet takes a cell that begins so for a formula, and would run what somebody typed as their name.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

fn in_iso(at: &Zoned) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// An array, one of its values on each line.
fn write_array<R>(
    mut next: impl FnMut() -> io::Result<Vec<R>>,
    write: impl Fn(&R, &mut Vec<u8>) -> io::Result<()>,
    reader: &Reader,
) -> io::Result<()> {
    let mut before: &[u8] = b"[\n";
    loop {
        let rows = next()?;
        if rows.is_empty() {
            let is_empty = before.first() == Some(&b'[');
            return reader.send(if is_empty { b"[]\n".to_vec() } else { b"\n]\n".to_vec() });
        }
        let mut bytes = Vec::new();
        for row in &rows {
            bytes.extend_from_slice(before);
            before = b",\n";
            write(row, &mut bytes)?;
        }
        reader.send(bytes)?;
    }
}

/// By hand, so that the columns keep their order. An empty cell is null.
fn write_object(head: &[String], row: &Cells, bytes: &mut Vec<u8>) -> io::Result<()> {
    let mut between = b'{';
    for (name, cell) in head.iter().zip(row) {
        bytes.push(std::mem::replace(&mut between, b','));
        serde_json::to_writer(&mut *bytes, name)?;
        bytes.push(b':');
        serde_json::to_writer(&mut *bytes, &in_json(cell))?;
    }
    bytes.push(b'}');
    Ok(())
}

fn in_json(cell: &Cell) -> serde_json::Value {
    match cell {
        Cell::Number(number) => (*number).into(),
        Cell::Text(text) if text.is_empty() => serde_json::Value::Null,
        Cell::Text(text) => text.as_str().into(),
        Cell::Moment(at) => in_iso(at).into(),
    }
}

/// A workbook knows its end before its beginning: it is written into a file without a name, then sent.
fn send_workbook(head: &[String], next: impl FnMut() -> io::Result<Vec<Cells>>, reader: &Reader) -> io::Result<()> {
    let is_read = || reader.is_there();
    let mut file = workbook(head, next, ROWS_ON_A_SHEET, is_read)?;
    loop {
        let mut bytes = Vec::with_capacity(BYTES_AT_A_TIME);
        let read = (&mut file).take(BYTES_AT_A_TIME as u64).read_to_end(&mut bytes)?;
        if read == 0 {
            return Ok(());
        }
        reader.send(bytes)?;
    }
}

/// The rows as a workbook, so many on a sheet, in a temporary file at its beginning. Stops when `is_wanted` says no.
pub fn workbook(
    head: &[String],
    mut next: impl FnMut() -> io::Result<Vec<Cells>>,
    rows_on_a_sheet: usize,
    is_wanted: impl Fn() -> bool,
) -> io::Result<File> {
    let mut workbook = Workbook::new();
    let mut rows = next()?.into_iter();
    let mut has_more = true;
    while has_more {
        let sheet = workbook.add_worksheet_with_constant_memory().map_err(wrong)?;
        let (bold, moment) = (Style::new().set_bold(), Style::new().set_num_format("yyyy-mm-dd hh:mm"));
        for (column, name) in (0..).zip(head) {
            sheet.write_string_with_format(0, column, name, &bold).map_err(wrong)?;
            sheet.set_column_width(column, 20).map_err(wrong)?;
        }
        sheet.set_freeze_panes(1, 0).map_err(wrong)?;
        let mut at = 0;
        while at < rows_on_a_sheet {
            let Some(row) = rows.next() else {
                if !is_wanted() {
                    return Err(io::Error::new(io::ErrorKind::BrokenPipe, "nobody reads any more"));
                }
                rows = next()?.into_iter();
                if rows.len() == 0 {
                    has_more = false;
                    break;
                }
                continue;
            };
            at += 1;
            for (column, cell) in (0..).zip(row) {
                match cell {
                    Cell::Number(number) => sheet.write_number(at as u32, column, number as f64).map_err(wrong)?,
                    Cell::Text(text) if text.is_empty() => continue,
                    Cell::Text(text) => sheet.write_string(at as u32, column, text).map_err(wrong)?,
                    Cell::Moment(it) => match in_workbook(&it) {
                        Some(it) => sheet.write_datetime_with_format(at as u32, column, it, &moment).map_err(wrong)?,
                        None => sheet.write_string(at as u32, column, in_iso(&it)).map_err(wrong)?,
                    },
                };
            }
        }
        // No empty sheet behind one that is just full.
        if has_more && rows.len() == 0 {
            rows = next()?.into_iter();
            has_more = rows.len() > 0;
        }
    }
    let mut file = tempfile::tempfile()?;
    workbook.save_to_writer(&file).map_err(wrong)?;
    file.rewind()?;
    Ok(file)
}

/// `None`: before 1900, which a workbook has no date for.
fn in_workbook(at: &Zoned) -> Option<ExcelDateTime> {
    let (month, day) = (u8::try_from(at.month()).ok()?, u8::try_from(at.day()).ok()?);
    let (hour, minute) = (u16::try_from(at.hour()).ok()?, u8::try_from(at.minute()).ok()?);
    let date = ExcelDateTime::from_ymd(u16::try_from(at.year()).ok()?, month, day).ok()?;
    date.and_hms(hour, minute, f64::from(at.second())).ok()
}

fn wrong(error: XlsxError) -> io::Error {
    io::Error::other(error)
}
