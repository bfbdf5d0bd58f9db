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
/// Small fields of a form beside a file.
const FEW: usize = 20;

/// What a form may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the file.
    pub file: usize,
    /// Bytes of each other field.
    pub field: usize,
    /// Other fields.
    pub fields: usize,
}

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

/// A form in which a file may be, as it arrived.
pub struct Sent {
    /// The other fields in the order they were sent; `None`: longer than they may be.
    pub fields: Vec<(String, Option<String>)>,
    /// `None`: no file was chosen. The error is a sentence to stand beside its field.
    pub file: Option<Result<Stored, String>>,
}

/// A file of a form, in the uploads folder under a name of its own.
pub struct Stored {
    name: String,
    bytes: usize,
    pub file: NamedTempFile,
}

/// Takes the form's token and its file, which is the field `file` (the token comes first).
///
/// The inner error is a sentence to stand beside that field; then nothing is left of the upload.
pub async fn receive(
    page: &Page,
    site: &Site,
    multipart: Multipart,
    limit: usize,
) -> Result<Result<Upload, String>, Error> {
    let sent = form(page, site, multipart, Limits { file: limit, field: SMALL, fields: FEW }).await?;
    let Stored { name, bytes, file } = match sent.file {
        Some(Ok(stored)) => stored,
        Some(Err(message)) => return Ok(Err(message)),
        None => return Ok(Err("Choose a file first.".into())),
    };
    let mut fields = BTreeMap::new();
    for (name, value) in sent.fields {
        let value = value.filter(|value| !value.contains('\0')).ok_or_else(unreadable)?;
        fields.insert(name, value);
    }
    Ok(Ok(Upload { name, bytes, file, fields }))
}

/// `receive`, where the file may be left out. What stands behind a file that is refused is not read.
pub async fn form(page: &Page, site: &Site, mut multipart: Multipart, limits: Limits) -> Result<Sent, Error> {
    let (mut is_ours, mut sent) = (false, Sent { fields: Vec::new(), file: None });
    while let Some(mut field) = next(&mut multipart).await? {
        match field.name() {
            Some("csrf") => {
                page.check_token(&text_of(&mut field, SMALL).await?.ok_or_else(unreadable)?)?;
                is_ours = true;
            }
            Some("file") if is_ours && sent.file.is_none() => {
                sent.file = store(site, &mut field, limits.file).await?;
                if matches!(sent.file, Some(Err(_))) {
                    drop(field);
                    drain(&mut multipart).await;
                    return Ok(sent);
                }
            }
            Some("file") => page.check_token("")?,
            name => {
                let name = name.unwrap_or_default().to_owned();
                // Nothing large is taken before the token is seen.
                let value = text_of(&mut field, if is_ours { limits.field } else { SMALL }).await?;
                if sent.fields.len() >= limits.fields {
                    return Err(unreadable());
                }
                sent.fields.push((name, value));
            }
        }
    }
    if !is_ours {
        page.check_token("")?;
    }
    Ok(sent)
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

/// What stands in a field; `None` if that is too much.
async fn text_of(field: &mut Field, most: usize) -> Result<Option<String>, Error> {
    let Ok(bytes) = field.bytes(most).await else { return Ok(None) };
    Ok(Some(String::from_utf8_lossy(&bytes.map_err(|_| unreadable())?).into_owned()))
}

fn unreadable() -> Error {
    Error::BadRequest("This upload cannot be read. Go back and send the file again.".into())
}

/// Streams the field to a file of its own. `None`: none was chosen; the inner error is a sentence for whoever sent it.
async fn store(site: &Site, field: &mut Field, limit: usize) -> Result<Option<Result<Stored, String>>, Error> {
    let sent_name = field.content_disposition().and_then(|about| about.get_filename()).unwrap_or_default().to_owned();
    let folder = site.uploads.clone();
    let mut file = blocking(move || NamedTempFile::new_in(folder)).await?;
    let (mut size, mut buffer) = (0, Vec::with_capacity(CHUNK));
    while let Some(piece) = next(field).await? {
        size += piece.len();
        if size > limit {
            discard(field, limit).await;
            return Ok(Some(Err(format!("This file is too large: at most {}.", limit_in_words(limit)))));
        }
        buffer.extend_from_slice(&piece);
        if buffer.len() >= CHUNK {
            (file, buffer) = write(file, buffer).await?;
        }
    }
    if size == 0 {
        return Ok((!sent_name.is_empty()).then(|| Err("This file is empty.".into())));
    }
    (file, _) = write(file, buffer).await?;
    Ok(Some(Ok(Stored { name: sent_name, bytes: size, file })))
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
