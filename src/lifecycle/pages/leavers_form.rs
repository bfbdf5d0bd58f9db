//! Receives a list of leavers: pasted, or a small file that is read and not kept.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use encoding_rs::{Encoding, WINDOWS_1252};
use futures_core::Stream;
use std::future::poll_fn;
use std::pin::Pin;

use crate::web::{Error, Page};

/// How long a form of this size may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of a list; 2,000 names are far less.
const LARGEST: usize = 1 << 20;

/// What was sent. `file` is what is in it; the error is a sentence for the field.
#[derive(Debug, Default)]
pub struct Sent {
    pub people: String,
    pub is_too_large: bool,
    pub file: Option<Result<String, String>>,
}

/// Reads the form; its token comes first and is checked.
pub async fn read(page: &Page, multipart: Multipart) -> Result<Sent, Error> {
    tokio::time::timeout(PATIENCE, fields(page, multipart)).await.map_err(|_| Error::TooSlow)?
}

async fn fields(page: &Page, mut multipart: Multipart) -> Result<Sent, Error> {
    let (mut sent, mut is_ours) = (Sent::default(), false);
    while let Some(field) = poll_fn(|cx| Pin::new(&mut multipart).poll_next(cx)).await {
        let mut field = field.map_err(|_| unreadable())?;
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = bytes(&mut field).await?;
        match (name.as_str(), bytes) {
            ("csrf", bytes) => {
                page.check_token(&String::from_utf8_lossy(&bytes.unwrap_or_default()))?;
                is_ours = true;
            }
            ("people", Some(bytes)) => sent.people = String::from_utf8_lossy(&bytes).into_owned(),
            ("people", None) => sent.is_too_large = true,
            ("file", Some(bytes)) if bytes.is_empty() => {}
            ("file", Some(bytes)) => sent.file = Some(decode(&bytes)),
            ("file", None) => sent.file = Some(Err("This file is too large for a list: at most 1 MB.".into())),
            _ => {}
        }
    }
    if !is_ours {
        page.check_token("")?;
    }
    Ok(sent)
}

fn unreadable() -> Error {
    Error::BadRequest("This form did not arrive as it was sent. Go back and send it again.".into())
}

/// The bytes of a field; `None` if there are too many.
async fn bytes(field: &mut Field) -> Result<Option<Vec<u8>>, Error> {
    match field.bytes(LARGEST).await {
        Ok(bytes) => Ok(Some(bytes.map_err(|_| unreadable())?.to_vec())),
        Err(_) => Ok(None),
    }
}

/// Text in whatever encoding spreadsheets write it: by its mark, else UTF-8, else Windows-1252.
fn decode(bytes: &[u8]) -> Result<String, String> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err("This is a spreadsheet. Save it as CSV, or copy the column and paste it above.".into());
    }
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode(bytes).0.into_owned());
    }
    if bytes.contains(&0) {
        return Err("This is not a text file. Save the list as CSV, or paste it above.".into());
    }
    Ok(match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode(bytes).0.into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn lists_are_read_in_the_encodings_that_spreadsheets_write() {
        let utf_16: Vec<u8> = "\u{FEFF}Jörg".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in ["Jörg".as_bytes(), b"\xEF\xBB\xBFJ\xC3\xB6rg", b"J\xF6rg", &utf_16] {
            assert_eq!(decode(bytes).as_deref(), Ok("Jörg"), "{bytes:?}");
        }
        assert!(decode(b"PK\x03\x04...").is_err());
    }
}
