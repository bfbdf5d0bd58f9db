//! Downloading a document: always as a file to keep, never as a page of ours.

use std::fs::File;
use std::io::Read;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header;
use actix_web::web::{Bytes, Data, Path};
use tokio::task::JoinHandle;

use crate::sign_in::Viewer;
use crate::web::{Answer, Error, Site, page::percent_encode, upload};
use crate::work::documents;

const CHUNK: u64 = 128 * 1024;

/// The size limit in words.
pub(super) fn limit(site: &Site) -> String {
    upload::limit_in_words(site.upload_limit)
}

/// `GET /documents/{id}`
pub async fn show(viewer: Viewer, site: Data<Site>, path: Path<i64>) -> Answer {
    let (user, id, now) = (viewer.id, *path, viewer.page.now);
    let (name, stored_as) = site.db.read(move |conn| documents::to_download(conn, user, id, now)).await?;
    let file = site.uploads.join(&stored_as);
    let opened = tokio::task::spawn_blocking(move || {
        let file = File::open(file)?;
        let bytes = file.metadata()?.len();
        Ok::<_, std::io::Error>((file, bytes))
    });
    let (file, bytes) = opened.await.map_err(Error::fault)?.map_err(|error| {
        tracing::error!(%error, document = id, stored_as, "a document's file cannot be opened");
        Error::NotFound
    })?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/octet-stream"))
        .insert_header((header::CONTENT_DISPOSITION, disposition(&name)))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        // Named, or the compression of pages would take the length away.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .body(FileBody { left: bytes, state: State::Here(file) }))
}

/// A plain name for old browsers, and the real one (RFC 5987).
fn disposition(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || " .-_()".contains(c) { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", percent_encode(name))
}

/// A file, read piece by piece off the async threads.
struct FileBody {
    left: u64,
    state: State,
}

enum State {
    Here(File),
    Reading(JoinHandle<std::io::Result<(File, Vec<u8>)>>),
    Over,
}

impl MessageBody for FileBody {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.left)
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Over) {
                State::Here(mut file) if self.left > 0 => {
                    let wanted = self.left.min(CHUNK);
                    self.state = State::Reading(tokio::task::spawn_blocking(move || {
                        let mut bytes = vec![0; wanted as usize];
                        file.read_exact(&mut bytes)?;
                        Ok((file, bytes))
                    }));
                }
                State::Here(_) | State::Over => return Poll::Ready(None),
                State::Reading(mut reading) => {
                    let Poll::Ready(read) = Pin::new(&mut reading).poll(cx) else {
                        self.state = State::Reading(reading);
                        return Poll::Pending;
                    };
                    let (file, bytes) = read.map_err(std::io::Error::other)??;
                    self.left -= bytes.len() as u64;
                    self.state = State::Here(file);
                    return Poll::Ready(Some(Ok(bytes.into())));
                }
            }
        }
    }
}
