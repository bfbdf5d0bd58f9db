//! Files that LibreOffice Calc writes now, where it is installed.

use std::path::Path;
use std::process::Command;

use super::{cells, read};
use crate::imports::fixture;

/// `None`, and a word about it, where LibreOffice is not installed.
fn convert(folder: &Path, from: &str, to: &str) -> Option<Vec<u8>> {
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let arguments = [profile.as_str(), "--headless", "--convert-to", to, "--outdir"];
    let run = Command::new("soffice").args(arguments).arg(folder).arg(folder.join(from)).output();
    let output = match run {
        Ok(output) => output,
        Err(error) => {
            eprintln!("LibreOffice is not installed ({error}): only the files kept in tests/fixtures/import are read.");
            return None;
        }
    };
    let ending = to.split(':').next().unwrap_or(to);
    let path = folder.join(from).with_extension(ending);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr))))
}

#[test]
fn what_libreoffice_writes_is_read_back() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("people.fods"), fixture("people.fods")).expect("written");
    let (_, rows) = read(&fixture("people.xlsx")).expect("the workbook that is kept");
    let expected = cells(&rows);
    let Some(workbook) = convert(folder.path(), "people.fods", "xlsx") else { return };
    assert_eq!(cells(&read(&workbook).expect("a workbook").1), expected);
    for (filter, kept) in
        [("44,34,76,1", "people-utf8.csv"), ("59,34,1,1", "people-1252.csv"), ("9,34,65535,1", "people-utf16.csv")]
    {
        let to = format!("csv:Text - txt - csv (StarCalc):{filter}");
        let Some(text) = convert(folder.path(), "people.fods", &to) else { return };
        let (_, kept) = read(&fixture(kept)).expect("the file that is kept");
        assert_eq!(cells(&read(&text).expect(filter).1), cells(&kept), "{filter}");
    }
    // A thousand rows that LibreOffice itself turned from text into a workbook.
    let lines = (0..1_000).map(|n| format!("Person {n},p{n}@example.test,{n:05}\n"));
    let text = format!("Name,Email,Number\n{}", lines.collect::<String>());
    std::fs::write(folder.path().join("many.csv"), text).expect("written");
    let Some(workbook) = convert(folder.path(), "many.csv", "xlsx") else { return };
    let (_, rows) = read(&workbook).expect("a workbook");
    assert_eq!(rows.len(), 1_001);
    assert_eq!(cells(&rows[1_000..])[1], "B1001=p999@example.test");
}
