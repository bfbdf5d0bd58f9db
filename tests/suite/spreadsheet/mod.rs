//! Reading spreadsheets: what comes out is what stands in the cells, and a hostile file does no harm.

mod hostile;
mod libreoffice;
mod reading;

use std::fs::File;
use std::io::{Seek, Write};

use roster::spreadsheet::{self, About, Refusal, Row, address};

/// All rows of a file with this content.
fn read(bytes: &[u8]) -> Result<(About, Vec<Row>), Refusal> {
    read_sheet(bytes, None)
}

fn read_sheet(bytes: &[u8], sheet: Option<&str>) -> Result<(About, Vec<Row>), Refusal> {
    let mut rows = Vec::new();
    let about = spreadsheet::read(file(bytes), sheet, |row| {
        rows.push(row);
        Ok::<_, Refusal>(())
    })?;
    Ok((about, rows))
}

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("written");
    file.rewind().expect("rewound");
    file
}

/// `C7=text`, cell by cell.
fn cells(rows: &[Row]) -> Vec<String> {
    let cells = rows.iter().flat_map(|row| row.cells.iter().map(move |cell| (row, cell)));
    cells.map(|(row, cell)| format!("{}={}", address(cell.column.into(), row.line), cell.text)).collect()
}
