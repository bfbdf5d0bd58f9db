//! A workbook's package: a zip archive of XML parts, opened without trust in what its directory says.

use std::fs::File;
use std::io::{BufReader, Read, Seek};

use quick_xml::Reader;
use quick_xml::events::BytesStart;
use zip::ZipArchive;
use zip::read::ZipFile;

use super::Refusal;
use super::part::Bounded;

/// Parts that a package may have. Workbooks have a few dozen.
const MOST_PARTS: usize = 5_000;

pub struct Package(ZipArchive<BufReader<File>>);

pub type Part<'a> = Reader<BufReader<Bounded<ZipFile<'a, BufReader<File>>>>>;

impl Package {
    pub fn open(file: File) -> Result<Self, Refusal> {
        let mut file = BufReader::new(file);
        check_directory(&mut file)?;
        file.rewind()?;
        let package = Package(ZipArchive::new(file)?);
        match package.foreign() {
            Some(refusal) => Err(refusal),
            None => Ok(package),
        }
    }

    /// What else comes as a zip archive.
    fn foreign(&self) -> Option<Refusal> {
        let has = |start: &str| self.0.file_names_raw().any(|name| name.starts_with(start.as_bytes()));
        if has("xl/workbook.bin") {
            Some(Refusal::BinaryWorkbook)
        } else if has("Index/") || has("Index.zip") {
            Some(Refusal::Numbers)
        } else if has("mimetype") && has("content.xml") {
            Some(Refusal::OpenDocument)
        } else {
            (!has("_rels/.rels")).then_some(Refusal::NotASpreadsheet)
        }
    }

    /// A part by its name, case aside; `None` if there is none. Reading it fails after `limit` bytes.
    pub fn part(&mut self, name: &str, limit: u64) -> Result<Option<Part<'_>>, Refusal> {
        let name = name.trim_start_matches('/');
        let is_it = |raw: &[u8]| {
            raw.len() == name.len()
                && raw.iter().zip(name.bytes()).all(|(a, b)| a.eq_ignore_ascii_case(&b) || (*a == b'\\' && b == b'/'))
        };
        let Some(index) = self.0.file_names_raw().position(is_it) else { return Ok(None) };
        let part = self.0.by_index(index)?;
        if part.size() > limit {
            return Err(Refusal::TooLargeInside);
        }
        let mut reader = Reader::from_reader(BufReader::with_capacity(64 << 10, Bounded::new(part, limit)));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        Ok(Some(reader))
    }
}

/// Counts the entries of the directory, so that a small file cannot ask for much memory by having a million of them.
fn check_directory(file: &mut impl Read) -> Result<(), Refusal> {
    const ENTRY: [u8; 4] = *b"PK\x01\x02";
    let (mut last, mut entries) = ([0; 4], 0);
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        for byte in &buffer[..read] {
            last = [last[1], last[2], last[3], *byte];
            entries += usize::from(last == ENTRY);
        }
        if entries > MOST_PARTS {
            return Err(Refusal::TooLargeInside);
        }
    }
}

/// The value of an attribute, by its name without prefix.
pub fn attribute(tag: &BytesStart, name: &str) -> Result<Option<String>, Refusal> {
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute?;
        if attribute.key.local_name().as_ref() == name {
            return Ok(Some(attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0)?.into_owned()));
        }
    }
    Ok(None)
}
