//! The sample file: every column by its name, two people who can be imported as they are, and what stands where.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::target::Target;
use crate::users::fields::Field;

/// The columns of the sample: everything but the ID, which nobody types.
fn fields() -> impl Iterator<Item = Field> {
    Field::ALL.iter().copied()
}

/// What stands in a field of the two examples. The second reports to the first.
fn examples(field: Field) -> [&'static str; 2] {
    match field {
        Field::FirstName => ["Maria", "Jonas"],
        Field::LastName => ["Keller", "Berg"],
        Field::Email => ["maria.keller@example.com", "jonas.berg@example.com"],
        Field::Level => ["Standard", "Light"],
        Field::Title => ["Head of design", "Designer"],
        Field::Phone => ["+43 1 555 0100", ""],
        Field::EmployeeNumber => ["00123", "00124"],
        Field::TimeZone => ["Europe/Vienna", ""],
        Field::Manager => ["", "maria.keller@example.com"],
        _ => ["", ""],
    }
}

/// What is good to know beside the columns.
const NOTES: [&str; 6] = [
    "People who are there already are recognized by ID, else by email address, else by employee number. Their row changes \
     them; everybody else comes as somebody new.",
    "An empty cell leaves what is there. A dash alone ( - ) empties it.",
    "Columns may stand in any order, and may be left out. Columns with other headings are left aside.",
    "Names of access levels, companies, teams, groups and job roles are taken without regard to case and stray spaces.",
    "Only the first sheet is read, unless you name another one.",
    "Nothing changes until you have seen what would happen and confirmed it.",
];

/// As a workbook: the people, and a second sheet that explains the columns.
pub fn xlsx() -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let (head, text, wrapped) =
        (Format::new().set_bold(), Format::new().set_num_format("@"), Format::new().set_text_wrap());
    let people = workbook.add_worksheet().set_name("People")?;
    people.set_freeze_panes(1, 0)?;
    for (column, field) in (0..).zip(fields()) {
        let [first, second] = examples(field);
        let width =
            [field.name(), first, second].map(|text| text.chars().count()).into_iter().max().unwrap_or_default();
        // As text, so that the zeros of a number stay.
        people.set_column_format(column, &text)?.set_column_width(column, width as f64 + 2.0)?;
        people.write_string_with_format(0, column, field.name(), &head)?;
        for (row, example) in [(1, first), (2, second)] {
            if !example.is_empty() {
                people.write_string_with_format(row, column, example, &text)?;
            }
        }
    }
    let help = workbook.add_worksheet().set_name("How to fill it in")?;
    help.set_column_width(0, 22)?.set_column_width(1, 90)?;
    help.write_string_with_format(0, 0, "Column", &head)?.write_string_with_format(0, 1, "What stands in it", &head)?;
    let mut row = 1;
    for target in Target::all() {
        help.write_string(row, 0, target.name())?.write_string_with_format(row, 1, target.hint(), &wrapped)?;
        row += 1;
    }
    for note in NOTES {
        row += 1;
        help.write_string_with_format(row, 1, note, &wrapped)?;
    }
    workbook.save_to_buffer()
}

/// As CSV in UTF-8, with the mark by which spreadsheet programs know it.
pub fn csv() -> Result<Vec<u8>, csv::Error> {
    let mut csv = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    csv.write_record(fields().map(Field::name))?;
    for which in 0..2 {
        csv.write_record(fields().map(|field| examples(field)[which]))?;
    }
    csv.into_inner().map_err(|error| error.into_error().into())
}
