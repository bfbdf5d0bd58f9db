//! What kind of file it is: told by what is in it, because names lie.

use std::fs::File;
use std::io::{Read, Seek};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{LIMITS, Refusal};

pub enum Kind {
    Workbook,
    Text(&'static Encoding),
}

const ZIP: &[u8] = b"PK\x03\x04";
/// The container of .xls, and of workbooks with a password.
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// Beginnings of what people choose by mistake.
const OTHERS: [&[u8]; 8] =
    [b"%PDF", b"{\\rtf", b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"\x1F\x8B", b"7z\xBC\xAF", b"Rar!"];
/// Read at once.
const CHUNK: usize = 256 * 1024;

/// Leaves the file at its beginning.
pub fn of(mut file: &File) -> Result<Kind, Refusal> {
    let size = file.metadata()?.len();
    if size == 0 {
        return Err(Refusal::Empty);
    }
    if size > LIMITS.bytes {
        return Err(Refusal::TooLarge);
    }
    let mut head = Vec::new();
    file.take(4096).read_to_end(&mut head)?;
    let kind = if head.starts_with(ZIP) {
        Kind::Workbook
    } else if head.starts_with(COMPOUND) {
        return Err(if is_protected(file, &head)? { Refusal::Protected } else { Refusal::OldWorkbook });
    } else if OTHERS.iter().any(|other| head.starts_with(other)) || is_markup(&head) {
        return Err(Refusal::NotASpreadsheet);
    } else {
        file.rewind()?;
        Kind::Text(encoding(file, &head)?)
    };
    file.rewind()?;
    Ok(kind)
}

/// A page or an XML file that was given the name of a spreadsheet: programs do that.
fn is_markup(head: &[u8]) -> bool {
    let start = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let start = start[..start.len().min(9)].to_ascii_lowercase();
    [&b"<?xml"[..], b"<html", b"<!doctype", b"<table", b"<workbook"].iter().any(|tag| start.starts_with(tag))
}

/// True if the container has the entry in which a workbook with a password is kept.
fn is_protected(file: &File, head: &[u8]) -> Result<bool, Refusal> {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut window = head.to_vec();
    loop {
        if window.windows(name.len()).any(|part| part == name) {
            return Ok(true);
        }
        // The end is looked at again, with what follows it.
        let end = window.len().saturating_sub(name.len());
        let mut next = window.split_off(end);
        let kept = next.len();
        file.take(CHUNK as u64).read_to_end(&mut next)?;
        if next.len() == kept {
            return Ok(false);
        }
        window = next;
    }
}

/// By the mark at the beginning; else UTF-8 if all of it can be that; else Windows-1252, which anything can be.
fn encoding(mut file: &File, head: &[u8]) -> Result<&'static Encoding, Refusal> {
    if let Some((marked, _)) = Encoding::for_bom(head) {
        return Ok(marked);
    }
    // No mark, but every other byte is nothing: what Windows programs call Unicode.
    if head.len() >= 4 && (head[1] == 0 || head[0] == 0) {
        return Ok(if head[1] == 0 { UTF_16LE } else { UTF_16BE });
    }
    let (mut rest, mut buffer) = (Vec::new(), vec![0; CHUNK]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(if rest.is_empty() { UTF_8 } else { WINDOWS_1252 });
        }
        rest.extend_from_slice(&buffer[..read]);
        match std::str::from_utf8(&rest) {
            Ok(_) => rest.clear(),
            Err(error) if error.error_len().is_some() => return Ok(WINDOWS_1252),
            // A character is cut in two by the end of what was read.
            Err(error) => drop(rest.drain(..error.valid_up_to())),
        }
    }
}
