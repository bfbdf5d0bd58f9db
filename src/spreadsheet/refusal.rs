//! Why a file is not read, in words that say what to do.

use std::io;

use super::LIMITS;

#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("This file is empty.")]
    Empty,
    #[error("Nothing stands in this sheet.")]
    NothingInIt,
    #[error("This is a workbook of the old kind (.xls). Save it as .xlsx or .csv and choose that file.")]
    OldWorkbook,
    #[error("This workbook is protected by a password. Save it without one and choose that file.")]
    Protected,
    #[error("This is a binary workbook (.xlsb). Save it as .xlsx or .csv and choose that file.")]
    BinaryWorkbook,
    #[error("This is an OpenDocument spreadsheet (.ods). Save it as .xlsx or .csv and choose that file.")]
    OpenDocument,
    #[error("This is a Numbers document. Export it as .xlsx or .csv and choose that file.")]
    Numbers,
    #[error("This is not a spreadsheet. Choose an .xlsx or .csv file.")]
    NotASpreadsheet,
    #[error("This workbook is damaged, or was not written by a spreadsheet program. Open it in one and save it again.")]
    Damaged,
    #[error("This file is too large: at most {} MB.", LIMITS.bytes >> 20)]
    TooLarge,
    #[error("Unpacked, this workbook is too large. Save it as .csv and choose that file.")]
    TooLargeInside,
    #[error("This file has more than {} rows. Split it.", LIMITS.rows)]
    TooManyRows,
    #[error("Cell {0} is beyond column {last}, the last that is read.", last = super::column_name(LIMITS.columns - 1))]
    TooManyColumns(String),
    #[error("Cell {0} holds more than {most} characters.", most = LIMITS.cell)]
    CellTooLong(String),
    #[error("Row {0} holds too much text: at most {most} KB.", most = LIMITS.row >> 10)]
    RowTooLong(u32),
    #[error("This file holds too much text: at most {} MB in all its cells.", LIMITS.text >> 20)]
    TooMuchText,
    #[error("This workbook has no sheet called “{name}”. It has: {}.", .there.join(", "))]
    NoSuchSheet { name: String, there: Vec<String> },
    /// The machine's own trouble, no fault of the file.
    #[error("the uploaded file: {0}")]
    Io(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::FileTooLarge => Refusal::TooLargeInside,
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => Refusal::Damaged,
            _ => Refusal::Io(error),
        }
    }
}

impl From<zip::result::ZipError> for Refusal {
    fn from(error: zip::result::ZipError) -> Self {
        match error {
            zip::result::ZipError::Io(error) => error.into(),
            _ => Refusal::Damaged,
        }
    }
}

impl From<quick_xml::Error> for Refusal {
    fn from(error: quick_xml::Error) -> Self {
        match error {
            quick_xml::Error::Io(error) => io::Error::new(error.kind(), error.to_string()).into(),
            _ => Refusal::Damaged,
        }
    }
}

impl From<quick_xml::events::attributes::AttrError> for Refusal {
    fn from(_: quick_xml::events::attributes::AttrError) -> Self {
        Refusal::Damaged
    }
}
