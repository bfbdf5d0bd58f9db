//! The rows of a workbook's sheet, as they stream by.

use std::fs::File;

use quick_xml::events::{BytesStart, Event};

use super::number::{self, Look};
use super::package::{Package, attribute};
use super::workbook::{Workbook, character};
use super::{About, Cell, LIMITS, Refusal, Row, address, is_blank};

/// The last row that spreadsheet programs have.
const LAST_LINE: u32 = 1_048_576;

pub fn read<E: From<Refusal>>(
    file: File,
    sheet: Option<&str>,
    take: &mut impl FnMut(Row) -> Result<(), E>,
) -> Result<About, E> {
    let mut package = Package::open(file)?;
    let workbook = Workbook::read(&mut package)?;
    let (name, part) = chosen(&workbook.sheets, sheet)?;
    let about = About { sheet: name.clone(), sheets: workbook.sheets.iter().map(|(name, _)| name.clone()).collect() };
    let mut part = package.part(part, LIMITS.sheet)?.ok_or(Refusal::Damaged)?;
    let mut reading = Reading::new(&workbook);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match part.read_event_into(&mut buffer).map_err(Refusal::from)? {
            Event::Start(tag) => reading.open(&tag)?,
            Event::Text(text) if reading.is_value => reading.push(&text.xml10_content())?,
            Event::GeneralRef(name) if reading.is_value => {
                let mut bytes = [0; 4];
                reading.push(character(&name)?.encode_utf8(&mut bytes))?;
            }
            Event::End(tag) => match tag.local_name().as_ref() {
                "v" | "t" => reading.is_value = false,
                "rPh" => reading.is_reading_aid = false,
                "c" => reading.close_cell()?,
                "row" => {
                    if let Some(row) = reading.close_row() {
                        take(row)?;
                    }
                }
                "sheetData" => return Ok(about),
                _ => {}
            },
            // Cut off, or not a sheet of rows.
            Event::Eof => return Err(Refusal::Damaged.into()),
            _ => {}
        }
    }
}

fn chosen<'a>(sheets: &'a [(String, String)], name: Option<&str>) -> Result<&'a (String, String), Refusal> {
    let wanted = name.map(str::trim).filter(|name| !name.is_empty());
    let found = match wanted {
        None => sheets.first(),
        Some(wanted) => sheets.iter().find(|(name, _)| name.trim().to_lowercase() == wanted.to_lowercase()),
    };
    found.ok_or_else(|| Refusal::NoSuchSheet {
        name: wanted.unwrap_or_default().chars().take(100).collect(),
        there: sheets.iter().take(20).map(|(name, _)| name.clone()).collect(),
    })
}

/// The row and the cell in which we are.
struct Reading<'a> {
    workbook: &'a Workbook,
    line: u32,
    column: usize,
    cells: Vec<Cell>,
    /// Bytes of all cells of the row.
    bytes: usize,
    /// The cell's type and look.
    kind: String,
    look: Look,
    text: String,
    is_value: bool,
    is_reading_aid: bool,
}

impl<'a> Reading<'a> {
    fn new(workbook: &'a Workbook) -> Self {
        Reading {
            workbook,
            line: 0,
            column: 0,
            cells: Vec::new(),
            bytes: 0,
            kind: String::new(),
            look: Look::Plain,
            text: String::new(),
            is_value: false,
            is_reading_aid: false,
        }
    }

    fn open(&mut self, tag: &BytesStart) -> Result<(), Refusal> {
        match tag.local_name().as_ref() {
            "row" => {
                let line = match attribute(tag, "r")? {
                    Some(line) => line.trim().parse().map_err(|_| Refusal::Damaged)?,
                    None => self.line + 1,
                };
                if line <= self.line || line > LAST_LINE {
                    return Err(Refusal::Damaged);
                }
                (self.line, self.column, self.bytes) = (line, 0, 0);
                self.cells.clear();
            }
            "c" => {
                if let Some(place) = attribute(tag, "r")? {
                    self.column = column(&place).ok_or(Refusal::Damaged)?;
                }
                self.kind = attribute(tag, "t")?.unwrap_or_default();
                let style = attribute(tag, "s")?.and_then(|style| style.trim().parse::<usize>().ok());
                self.look = style.and_then(|style| self.workbook.looks.get(style)).copied().unwrap_or(Look::Plain);
                self.text.clear();
            }
            // A cell with its string inside repeats it as its value.
            "v" => self.is_value = self.kind != "inlineStr",
            "t" => self.is_value = !self.is_reading_aid,
            "rPh" => self.is_reading_aid = true,
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, text: &str) -> Result<(), Refusal> {
        self.text.push_str(text);
        if self.text.len() > LIMITS.cell * 8 {
            return Err(Refusal::CellTooLong(address(self.column, self.line)));
        }
        Ok(())
    }

    fn close_cell(&mut self) -> Result<(), Refusal> {
        let (column, value) = (self.column, self.text.trim());
        self.column += 1;
        let text = match self.kind.as_str() {
            _ if value.is_empty() => return Ok(()),
            "s" => {
                let string = value.parse().ok().and_then(|index| self.workbook.strings.get(index));
                unescaped(string.ok_or(Refusal::Damaged)?)
            }
            "inlineStr" | "str" => unescaped(&self.text),
            "b" => if matches!(value, "1" | "true") { "TRUE" } else { "FALSE" }.to_owned(),
            "e" | "d" => value.to_owned(),
            _ => match value.parse::<f64>() {
                Ok(number) => number::shown(number, self.look, self.workbook.from_1904),
                Err(_) => value.to_owned(),
            },
        };
        if is_blank(&text) {
            return Ok(());
        }
        let place = || address(column, self.line);
        if column >= LIMITS.columns {
            return Err(Refusal::TooManyColumns(place()));
        }
        if text.chars().nth(LIMITS.cell).is_some() {
            return Err(Refusal::CellTooLong(place()));
        }
        if self.cells.last().is_some_and(|last| usize::from(last.column) >= column) {
            return Err(Refusal::Damaged);
        }
        self.bytes += text.len();
        if self.bytes > LIMITS.row {
            return Err(Refusal::RowTooLong(self.line));
        }
        self.cells.push(Cell { column: column as u16, text });
        Ok(())
    }

    fn close_row(&mut self) -> Option<Row> {
        let cells = std::mem::take(&mut self.cells);
        (!cells.is_empty()).then_some(Row { line: self.line, cells })
    }
}

/// `C7` -> `2`
fn column(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let column =
        letters.take(4).fold(0, |column, letter| column * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    column.checked_sub(1).filter(|column| *column < 16_384)
}

/// `_x000D_` stands for a character that XML cannot hold.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("_x");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..5).and_then(|code| code.strip_suffix('_'));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32).filter(|c| *c != '\0') {
            Some(c) => {
                whole.push(c);
                whole.push_str(&part[5..]);
            }
            None => {
                whole.push_str("_x");
                whole.push_str(part);
            }
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_escapes_are_read() {
        assert_eq!(["A1", "Z9", "AA3", "XFD1"].map(column), [Some(0), Some(25), Some(26), Some(16_383)]);
        assert_eq!(["", "7", "XFE1", "AAAAA1"].map(column), [None; 4]);
        assert_eq!(unescaped("a_x000D_b_x00e9__xZZ"), "a\rbé_xZZ");
    }
}
