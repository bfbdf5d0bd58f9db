//! Receiving a file from a form: streamed to the disk within a limit, and gone again unless somebody keeps it.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::io::Write;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::web::Bytes;
use futures_core::Stream;
use tempfile::NamedTempFile;

use super::{Error, Page, Site, text};

/// How long the next piece may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Written to disk at once.
const CHUNK: usize = 256 * 1024;
/// Bytes of a form's token and other small fields.
const SMALL: usize = 4 * 1024;
/// Small fields of a form.
const MOST_FIELDS: usize = 20;

/// A form with a file, as it arrived.
pub struct Upload {
    /// As the sender called it.
    pub name: String,
    pub bytes: usize,
    /// In the uploads folder, under a name of its own.
    pub file: NamedTempFile,
    /// The small fields.
    pub fields: BTreeMap<String, String>,
}

/// Takes the form's token and its file, which is the field `file` (the token comes first).
///
/// The inner error is a sentence to stand beside that field; then nothing is left of the upload.
pub async fn receive(
    page: &Page,
    site: &Site,
    mut multipart: Multipart,
    limit: usize,
) -> Result<Result<Upload, String>, Error> {
    let (mut is_ours, mut fields, mut file) = (false, BTreeMap::new(), None);
    while let Some(mut field) = next(&mut multipart).await? {
        match field.name() {
            Some("csrf") => {
                page.check_token(&small(&mut field).await?)?;
                is_ours = true;
            }
            Some("file") if is_ours && file.is_none() => match store(site, &mut field, limit).await? {
                Ok(stored) => file = Some(stored),
                Err(message) => {
                    drop(field);
                    drain(&mut multipart).await;
                    return Ok(Err(message));
                }
            },
            Some("file") => page.check_token("")?,
            name => {
                let name = name.unwrap_or_default().to_owned();
                let value = small(&mut field).await?;
                if fields.len() >= MOST_FIELDS || value.contains('\0') {
                    return Err(unreadable());
                }
                fields.insert(name, value);
            }
        }
    }
    if !is_ours {
        page.check_token("")?;
    }
    let Some((name, bytes, file)) = file else { return Ok(Err("Choose a file first.".into())) };
    Ok(Ok(Upload { name, bytes, file, fields }))
}

/// A limit in words: `100 MB`
pub fn limit_in_words(bytes: usize) -> String {
    match bytes >> 20 {
        0 => text::size(bytes as i64),
        megabytes => format!("{megabytes} MB"),
    }
}

/// Work on files, off the async threads.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await.map_err(Error::fault)?;
    done.map_err(|error| Error::fault(format!("the uploads folder: {error}")))
}

/// Makes a file stay, under this path, on the disk for sure.
pub async fn keep(file: NamedTempFile, path: PathBuf) -> Result<(), Error> {
    blocking(move || {
        file.as_file().sync_all()?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        Ok(())
    })
    .await
}

async fn small(field: &mut Field) -> Result<String, Error> {
    let bytes = field.bytes(SMALL).await.map_err(|_| unreadable())?.map_err(|_| unreadable())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn unreadable() -> Error {
    Error::BadRequest("This upload cannot be read. Go back and send the file again.".into())
}

/// Streams the field to a file of its own. The inner error is a sentence for whoever sent it.
async fn store(
    site: &Site,
    field: &mut Field,
    limit: usize,
) -> Result<Result<(String, usize, NamedTempFile), String>, Error> {
    let sent_name = field.content_disposition().and_then(|about| about.get_filename()).unwrap_or_default().to_owned();
    let folder = site.uploads.clone();
    let mut file = blocking(move || NamedTempFile::new_in(folder)).await?;
    let (mut size, mut buffer) = (0, Vec::with_capacity(CHUNK));
    while let Some(piece) = next(field).await? {
        size += piece.len();
        if size > limit {
            discard(field, limit).await;
            return Ok(Err(format!("This file is too large: at most {}.", limit_in_words(limit))));
        }
        buffer.extend_from_slice(&piece);
        if buffer.len() >= CHUNK {
            (file, buffer) = write(file, buffer).await?;
        }
    }
    if size == 0 {
        let is_chosen = !sent_name.is_empty();
        return Ok(Err(if is_chosen { "This file is empty." } else { "Choose a file first." }.into()));
    }
    (file, _) = write(file, buffer).await?;
    Ok(Ok((sent_name, size, file)))
}

async fn write(mut file: NamedTempFile, mut buffer: Vec<u8>) -> Result<(NamedTempFile, Vec<u8>), Error> {
    blocking(move || {
        file.write_all(&buffer)?;
        buffer.clear();
        Ok((file, buffer))
    })
    .await
}

/// The next field of a form or piece of a file; whoever sends nothing for too long is not waited for.
async fn next<T>(stream: &mut (impl Stream<Item = Result<T, MultipartError>> + Unpin)) -> Result<Option<T>, Error> {
    let item = poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx));
    match tokio::time::timeout(PATIENCE, item).await {
        Err(_) => Err(Error::TooSlow),
        Ok(None) => Ok(None),
        Ok(Some(Ok(item))) => Ok(Some(item)),
        Ok(Some(Err(error))) => {
            tracing::info!(%error, "an upload that cannot be read");
            Err(unreadable())
        }
    }
}

/// Reads on for a while, so that the browser has sent its file and shows our answer instead of a broken connection.
async fn discard(field: &mut Field, limit: usize) {
    let most = limit.saturating_mul(4).max(64 << 20);
    let mut seen = 0;
    while let Ok(Some(piece)) = next::<Bytes>(field).await {
        seen += piece.len();
        if seen > most {
            return;
        }
    }
}

async fn drain(multipart: &mut Multipart) {
    while let Ok(Some(mut field)) = next(multipart).await {
        discard(&mut field, 0).await;
    }
}
