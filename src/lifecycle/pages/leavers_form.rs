//! Receives a list of leavers: pasted, or a small file (a text, or a workbook's first sheet) that is read and not kept.

use std::time::Duration;

use actix_multipart::Multipart;

use crate::spreadsheet::{self, Refusal};
use crate::web::upload::{self, Limits, Stored};
use crate::web::{Error, Page, Site};

/// How long a form of this size may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of a list; 2,000 names are far less.
const LARGEST: usize = 1 << 20;
/// Bytes of a file's text, which may be longer than the file.
const LARGEST_TEXT: usize = 3 * LARGEST;

/// What was sent. `file` is what is in it; the error is a sentence for the field.
#[derive(Debug, Default)]
pub struct Sent {
    pub people: String,
    pub is_too_large: bool,
    pub file: Option<Result<String, String>>,
}

/// Reads the form; its token comes first and is checked.
pub async fn read(page: &Page, site: &Site, multipart: Multipart) -> Result<Sent, Error> {
    let form = upload::form(page, site, multipart, Limits { file: LARGEST, field: LARGEST, fields: 20 });
    let form = tokio::time::timeout(PATIENCE, form).await.map_err(|_| Error::TooSlow)??;
    let people = form.fields.into_iter().rev().find(|(name, _)| name == "people");
    let people = people.map_or_else(|| Some(String::new()), |(_, people)| people);
    let file = match form.file {
        None => None,
        Some(Err(sentence)) => Some(Err(sentence)),
        Some(Ok(stored)) => Some(text(stored).await?),
    };
    Ok(Sent { is_too_large: people.is_none(), people: people.unwrap_or_default(), file })
}

/// The file as it would be pasted.
async fn text(stored: Stored) -> Result<Result<String, String>, Error> {
    let read = move || spreadsheet::as_text(stored.file.reopen()?, LARGEST_TEXT);
    match tokio::task::spawn_blocking(read).await.map_err(Error::fault)? {
        Ok(text) => Ok(Ok(text)),
        Err(Refusal::Io(error)) => Err(Error::fault(error)),
        Err(Refusal::TooLargeInside) => Ok(Err("This file is too large for a list: at most 1 MB.".into())),
        Err(Refusal::NotASpreadsheet) => {
            Ok(Err("This is neither a text file nor a workbook. Save the list as CSV, or paste it above.".into()))
        }
        Err(refusal) => Ok(Err(refusal.to_string())),
    }
}
