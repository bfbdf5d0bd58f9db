//! Hostile files: refused or read, without a panic and without much memory.

use std::io::{Cursor, Write};

use roster::spreadsheet::Refusal;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::read;
use crate::imports::{fixture, uploaded};
use crate::support::{Browser, TestApp, program};

const RELS: &str = r#"<?xml version="1.0"?><Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns:r="r"><sheets><sheet name="People" sheetId="1" r:id="s"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<Relationships><Relationship Id="s" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="t" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="u" Type="x/styles" Target="styles.xml"/></Relationships>"#;

/// A workbook of these parts beside the usual ones.
fn workbook(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let usual: [(&str, &[u8]); 3] = [
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
    ];
    for (name, bytes) in usual.iter().filter(|(name, _)| !parts.iter().any(|(part, _)| part == name)).chain(parts) {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("a workbook").into_inner()
}

fn sheet(rows: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>{rows}</sheetData></worksheet>");
    workbook(&[("xl/worksheets/sheet1.xml", sheet.as_bytes())])
}

/// Peak memory of this process, in megabytes.
#[cfg(target_os = "linux")]
fn peak() -> u64 {
    program::peak_megabytes(std::process::id())
}

#[test]
fn a_plain_workbook_is_read() {
    let (_, rows) = read(&sheet(r#"<row r="3"><c r="B3" t="inlineStr"><is><t>a&amp;b</t></is></c><c t="n"><v>7</v></c><c t="b"><v>1</v></c></row>"#)).expect("read");
    assert_eq!(super::cells(&rows), ["B3=a&b", "C3=7", "D3=TRUE"]);
}

#[test]
fn what_a_file_claims_decides_nothing() {
    let strings = br#"<sst uniqueCount="99999999999999" count="99999999999999"><si><t>x</t></si></sst>"#;
    let rows = br#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>"#;
    let (_, read_rows) =
        read(&workbook(&[("xl/sharedStrings.xml", strings), ("xl/worksheets/sheet1.xml", rows)])).expect("read");
    assert_eq!(super::cells(&read_rows), ["A1=x"]);
    for bad in [
        r#"<row r="99999999999"><c><v>1</v></c></row>"#,
        r#"<row r="2"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>"#,
        r#"<row r="1"><c r="ZZZZ1"><v>1</v></c></row>"#,
        r#"<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>"#,
        r#"<row r="1"><c t="s"><v>18446744073709551616</v></c></row>"#,
        r#"<row r="1"><c t="str"><v>&lol;</v></c></row>"#,
        r#"<row r="1"><c t="str"><v>a<![CDATA[b]]></v></c></row>"#,
    ] {
        assert!(matches!(read(&sheet(bad)), Err(Refusal::Damaged)), "{bad}: {:?}", read(&sheet(bad)));
    }
    let far = r#"<row r="7"><c r="XFD7"><v>1</v></c></row>"#;
    assert_eq!(
        read(&sheet(far)).expect_err("too far").to_string(),
        "Cell XFD7 is beyond column GR, the last that is read."
    );
    let long = format!(r#"<row r="7"><c r="C7" t="str"><v>{}</v></c></row>"#, "x".repeat(32_768));
    assert_eq!(read(&sheet(&long)).expect_err("too long").to_string(), "Cell C7 holds more than 32767 characters.");
}

#[test]
fn entities_that_name_each_other_and_outside_files_are_not_followed() {
    let bomb = br#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row r="1"><c t="str"><v>&b;&c;</v></c></row></sheetData></worksheet>"#;
    assert!(matches!(read(&workbook(&[("xl/worksheets/sheet1.xml", bomb)])), Err(Refusal::Damaged)));
}

#[test]
#[cfg(target_os = "linux")]
fn a_small_file_that_unpacks_to_much_takes_little_memory() {
    let before = peak();
    let zeros = vec![b' '; 600 << 20];
    let grown = peak().saturating_sub(before);
    // A sheet of nothing, a text of nothing, strings of nothing: each of 600 MB in some 600 kB.
    for part in ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"] {
        let bytes = workbook(&[(part, &zeros)]);
        assert!(bytes.len() < 2 << 20);
        assert!(matches!(read(&bytes), Err(Refusal::TooLargeInside | Refusal::Damaged)), "{part}");
    }
    drop(zeros);
    assert!(peak() < before + grown + 100, "{} MB, {before} before", peak());
}

/// A workbook whose cells, this many in each of so many rows, all are the same string.
fn of_one_string(string: &str, rows: usize, columns: usize) -> Vec<u8> {
    let strings = format!("<sst><si><t>{string}</t></si></sst>");
    let row = format!("<row>{}</row>", r#"<c t="s"><v>0</v></c>"#.repeat(columns));
    let sheet = format!("<worksheet><sheetData>{}</sheetData></worksheet>", row.repeat(rows));
    workbook(&[("xl/sharedStrings.xml", strings.as_bytes()), ("xl/worksheets/sheet1.xml", sheet.as_bytes())])
}

#[test]
fn a_string_that_all_cells_share_counts_in_each_of_them() {
    let longest = "x".repeat(32_767);
    let bytes = of_one_string(&longest, 2_500, 200);
    assert!(bytes.len() < 128 << 10, "{}", bytes.len());
    assert_eq!(read(&bytes).expect_err("too long").to_string(), "Row 1 holds too much text: at most 128 KB.");
    let mut taken = 0;
    let told = roster::spreadsheet::read(super::file(&of_one_string(&longest, 2_500, 3)), None, |row| {
        taken += row.bytes();
        Ok::<_, Refusal>(())
    });
    let told = told.expect_err("too much").to_string();
    assert_eq!(told, "This file holds too much text: at most 64 MB in all its cells.");
    assert!(taken <= 64 << 20, "{taken}");
    let csv = format!("Email\n{}", [longest.as_str(); 5].join(","));
    assert!(matches!(read(csv.as_bytes()), Err(Refusal::RowTooLong(2))));
}

#[test]
#[cfg(target_os = "linux")]
fn a_small_workbook_of_long_texts_is_taken_in_with_little_memory() {
    let app = TestApp::start();
    let ada = app.person("Ada Lindqvist").administrator().create();
    // A process of its own, whose memory no other test uses.
    let serving = program::wait_until_ready(program::start(&mut app.roster(&[])));
    let mut browser = Browser::at(&serving.address);
    browser.sign_in(&ada);
    // 24 MB of text in a few kilobytes, all of it allowed.
    let before = serving.peak_megabytes();
    let page = uploaded(&mut browser, "long.xlsx", &of_one_string(&"x".repeat(30_000), 200, 4));
    page.must_say("Say what the columns are.");
    let peak = serving.peak_megabytes();
    // The pages of the database and of the program count as well, as far as they are mapped: the text is there once.
    assert!(peak < before + 60, "{peak} MB, {before} before");
}

#[test]
fn too_many_rows_are_refused_while_they_stream_by() {
    let text = format!("Email\n{}", "a@example.test\n".repeat(100_001));
    assert!(matches!(read(text.as_bytes()), Err(Refusal::TooManyRows)));
    let empty = "\n".repeat(300_000);
    let (_, rows) = read(format!("Email{empty}x").as_bytes()).expect("read");
    assert_eq!(super::cells(&rows), ["A1=Email", "A300001=x"]);
    let commas = ",".repeat(5 << 20);
    assert!(matches!(read(commas.as_bytes()), Err(Refusal::NotASpreadsheet)));
}

/// A small generator of its own, so that a failure is the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

#[test]
fn damaged_files_never_panic() {
    let mut chance = Chance(0x5EED);
    let workbook = fixture("people.xlsx");
    // Unpacked, so that the damage reaches the XML and not only the packing.
    let plain = stored_again(&workbook);
    for (name, whole) in [
        ("workbook", &workbook),
        ("plain workbook", &plain),
        ("text", &fixture("people-utf16.csv")),
        ("csv", &fixture("people-utf8.csv")),
    ] {
        for round in 0..400 {
            let mut bytes = whole.clone();
            match chance.below(3) {
                0 => bytes.truncate(chance.below(whole.len())),
                1 => {
                    for _ in 0..=chance.below(20) {
                        let at = chance.below(bytes.len());
                        bytes[at] = chance.below(256) as u8;
                    }
                }
                _ => {
                    let (from, to) = (chance.below(bytes.len()), chance.below(bytes.len()));
                    let piece = bytes[from..(from + chance.below(200)).min(whole.len())].to_vec();
                    bytes.splice(to..to, piece);
                }
            }
            let outcome = std::panic::catch_unwind(|| drop(read(&bytes)));
            assert!(outcome.is_ok(), "{name}, round {round}");
        }
    }
    for _ in 0..400 {
        let length = chance.below(4_000);
        let bytes: Vec<u8> = (0..length).map(|_| chance.below(256) as u8).collect();
        assert!(std::panic::catch_unwind(|| drop(read(&bytes))).is_ok());
    }
}

#[test]
fn a_workbook_of_too_many_sheets_is_refused_and_of_long_names_some_is_kept() {
    let book = |name: &str, sheets: usize| {
        let sheets = format!("<sheet name=\"{name}\" r:id=\"s\"/>").repeat(sheets);
        let book = format!("<workbook xmlns:r=\"r\"><sheets>{sheets}</sheets></workbook>");
        let rows = "<worksheet><sheetData><row r=\"1\"><c t=\"n\"><v>1</v></c></row></sheetData></worksheet>";
        workbook(&[("xl/workbook.xml", book.as_bytes()), ("xl/worksheets/sheet1.xml", rows.as_bytes())])
    };
    let names = |bytes: &[u8]| read(bytes).map(|(about, _)| about);
    assert_eq!(names(&book(&"n".repeat(500), 1)).expect("read").sheet, "n".repeat(100));
    assert!(read(&book("n", 1_000)).is_ok());
    assert!(matches!(read(&book("n", 1_001)), Err(Refusal::TooLargeInside)));
}

fn stored_again(workbook: &[u8]) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(workbook)).expect("a workbook");
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for index in 0..from.len() {
        let mut part = from.by_index(index).expect("a part");
        to.start_file(part.name().expect("a name").into_owned(), stored).expect("a part");
        std::io::copy(&mut part, &mut to).expect("copied");
    }
    to.finish().expect("a workbook").into_inner()
}
