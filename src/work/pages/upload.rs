//! Receiving a document: streamed to a file within the limit, kept only if it could be entered.

use std::future::poll_fn;
use std::io::Write;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::web::Bytes;
use futures_core::Stream;
use tempfile::NamedTempFile;

use super::{beside_field, documents::limit};
use crate::db::Lane;
use crate::licenses::Rights;
use crate::secrets::random_token;
use crate::sign_in::Viewer;
use crate::web::{Error, FieldErrors, Site};
use crate::work::documents::{self, Arrived, Place};

/// How long the next piece may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Written to disk at once.
const CHUNK: usize = 256 * 1024;
/// Bytes of a form's token and other small fields.
const SMALL: usize = 4 * 1024;

/// Takes the form's token and its file (the token comes first) and enters the file at `place`.
///
/// The inner error stands beside the field `file`; then nothing is left of the upload.
pub async fn receive(
    viewer: &Viewer,
    site: &Site,
    mut multipart: Multipart,
    place: Place,
) -> Result<Result<(), FieldErrors>, Error> {
    if !viewer.may(Rights::DO_WORK) {
        return Err(Error::forbidden("People with a Standard or Light license upload documents."));
    }
    let mut is_ours = false;
    while let Some(mut field) = next(&mut multipart).await? {
        match field.name() {
            Some("csrf") => {
                let token = field.bytes(SMALL).await.map_err(|_| unreadable())?.map_err(|_| unreadable())?;
                viewer.page.check_token(&String::from_utf8_lossy(&token))?;
                is_ours = true;
            }
            Some("file") if is_ours => {
                let received = store(site, &mut field).await?;
                drop(field);
                let kept = match received {
                    Ok(kept) => kept,
                    Err(message) => {
                        drain(&mut multipart).await;
                        return Ok(Err(beside_file(message)));
                    }
                };
                return enter(viewer, site, place, kept).await;
            }
            Some("file") => viewer.page.check_token("")?,
            _ => {
                field.bytes(SMALL).await.map_err(|_| unreadable())?.map_err(|_| unreadable())?;
            }
        }
    }
    if !is_ours {
        viewer.page.check_token("")?;
    }
    Ok(Err(beside_file("Choose a file first.".into())))
}

fn beside_file(message: String) -> FieldErrors {
    let mut errors = FieldErrors::default();
    errors.add("file", message);
    errors
}

fn unreadable() -> Error {
    Error::BadRequest("This upload cannot be read. Go back and send the file again.".into())
}

/// A file below the uploads folder that goes away again unless it was entered.
struct Kept {
    path: PathBuf,
    arrived: Arrived,
    entered: bool,
}

impl Drop for Kept {
    fn drop(&mut self) {
        if !self.entered
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "a refused upload could not be removed");
        }
    }
}

/// In a task of its own: whoever hangs up now must not take away the file of a document that is being entered.
async fn enter(viewer: &Viewer, site: &Site, place: Place, mut kept: Kept) -> Result<Result<(), FieldErrors>, Error> {
    let (db, user, now) = (site.db.clone(), viewer.id, site.clock.now());
    let entering = actix_web::rt::spawn(async move {
        let kept = &mut kept;
        let arrived = kept.arrived.clone();
        let added = db.write(Lane::Work, move |conn| documents::add(conn, user, place, &arrived, now)).await;
        kept.entered = added.is_ok();
        added
    });
    beside_field(entering.await.map_err(Error::fault)?)
}

/// Streams the field to a file of its own. The inner error is a sentence for whoever sent it.
async fn store(site: &Site, field: &mut Field) -> Result<Result<Kept, String>, Error> {
    let sent_name = field.content_disposition().and_then(|about| about.get_filename()).unwrap_or_default().to_owned();
    let folder = site.uploads.clone();
    let mut file = blocking(move || NamedTempFile::new_in(folder)).await?;
    let (mut size, mut buffer) = (0, Vec::with_capacity(CHUNK));
    while let Some(piece) = next(field).await? {
        size += piece.len();
        if size > site.upload_limit {
            discard(field, site.upload_limit).await;
            return Ok(Err(format!("This file is too large: at most {}.", limit(site))));
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
    let stored_as = random_token::<20>();
    let path = site.uploads.join(&stored_as);
    let target = path.clone();
    blocking(move || {
        file.as_file().sync_all()?;
        file.persist_noclobber(target).map_err(|error| error.error)
    })
    .await?;
    let arrived = Arrived { name: documents::clean_name(&sent_name), bytes: size as i64, stored_as };
    Ok(Ok(Kept { path, arrived, entered: false }))
}

async fn write(mut file: NamedTempFile, mut buffer: Vec<u8>) -> Result<(NamedTempFile, Vec<u8>), Error> {
    blocking(move || {
        file.write_all(&buffer)?;
        buffer.clear();
        Ok((file, buffer))
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await.map_err(Error::fault)?;
    done.map_err(|error| Error::fault(format!("the uploads folder: {error}")))
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
