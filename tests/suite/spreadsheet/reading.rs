//! Cells with their addresses, as they look.

use super::{cells, read, read_sheet};
use crate::imports::fixture;

#[test]
fn a_workbook_is_read_as_it_looks() {
    let (about, rows) = read(&fixture("people.xlsx")).expect("read");
    assert_eq!((about.sheet.as_str(), about.sheets), ("People", vec!["People".to_owned(), "Notes".to_owned()]));
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 2, 5, 6]);
    let found = cells(&rows);
    for cell in [
        "B1=Surname",
        "A2=Zoë",
        "D2= light ",
        "E2=Editor, “news”",
        "F2=00123",
        "G2=+43 1 5550100",
        "H2=2026-03-31",
        "E5=Head of desk\nand of news",
        "F5=00124",
        "G5=5550101",
        "H5=2019-10-01",
        "C6=francois@example.test",
        "F6=42",
        "G6=1",
        "H6=#DIV/0!",
    ] {
        assert!(found.iter().any(|found| found == cell), "{cell} in {found:?}");
    }
    assert!(!found.iter().any(|cell| cell.starts_with("E6")), "an empty cell is none");
    let (_, rows) = read_sheet(&fixture("people.xlsx"), Some("NOTES")).expect("read");
    assert_eq!(cells(&rows), ["A1=Email", "A2=other@example.test"]);
}

#[test]
fn text_files_say_the_same_in_every_encoding_and_with_every_separator() {
    let (_, rows) = read(&fixture("people-utf8.csv")).expect("read");
    let expected = cells(&rows);
    // The line break inside a cell moves nothing: the spreadsheet's row is meant.
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 2, 5, 6]);
    assert!(expected.contains(&"C6=francois@example.test".to_owned()), "{expected:?}");
    for name in ["people-bom.csv", "people-semicolons.csv", "people-1252.csv", "people-utf16.csv"] {
        let (_, rows) = read(&fixture(name)).expect(name);
        assert_eq!(cells(&rows), expected, "{name}");
    }
}

#[test]
fn rows_keep_their_numbers_whatever_the_lines_end_with() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["Email;Name", "", "a@example.test;\"A", "", "B\"", ";", "b@example.test;C;;extra"].join(end);
        let (_, rows) = read(text.as_bytes()).expect("read");
        assert_eq!(
            cells(&rows),
            ["A1=Email", "B1=Name", "A3=a@example.test", "B3=A\n\nB", "A5=b@example.test", "B5=C", "D5=extra"],
            "{end:?}"
        );
    }
    let (_, rows) = read(b"\n\nsep=;\nEmail;Name\na;b, c\n").expect("read");
    assert_eq!(cells(&rows), ["A4=Email", "B4=Name", "A5=a", "B5=b, c"]);
    let (_, rows) = read(b"Email\tName\nx\t\"y \"\"z\"\"\"").expect("read");
    assert_eq!(cells(&rows), ["A1=Email", "B1=Name", "A2=x", "B2=y \"z\""]);
}
