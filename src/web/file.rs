//! A file to keep, written while it is sent, so that a large one needs no more memory.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header;
use actix_web::web::Bytes;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

type Chunk = io::Result<Bytes>;

/// Nothing: the file is whole.
const END: Chunk = Ok(Bytes::new());

/// How long whoever reads a file may take for a part of it: so long a thread waits.
const PATIENCE: Duration = Duration::from_secs(120);

/// Takes the parts of a file, and waits until whoever reads it is ready for them.
pub(super) struct Reader(mpsc::Sender<Chunk>);

impl Reader {
    /// Errors: nobody reads the file any more, or far too slowly.
    pub fn send(&self, bytes: Vec<u8>) -> io::Result<()> {
        let is_taken = self.hand_over(Ok(Bytes::from(bytes)));
        is_taken.then_some(()).ok_or_else(|| io::Error::new(io::ErrorKind::BrokenPipe, "nobody reads any more"))
    }

    pub fn is_there(&self) -> bool {
        !self.0.is_closed()
    }

    fn hand_over(&self, chunk: Chunk) -> bool {
        let sent = Handle::current().block_on(tokio::time::timeout(PATIENCE, self.0.send(chunk)));
        matches!(sent, Ok(Ok(())))
    }
}

/// Answers with what `write` sends, from a thread that may wait.
///
/// If writing fails in the middle, the file is cut off, so that nobody takes it for the whole.
pub(super) fn answer(
    name: &str,
    content_type: &'static str,
    write: impl FnOnce(&Reader) -> io::Result<()> + Send + 'static,
) -> HttpResponse {
    let (sender, receiver) = mpsc::channel(2);
    let write_all = move || {
        let reader = Reader(sender);
        // Nobody may read any more: then there is nobody to tell.
        reader.hand_over(write(&reader).map_or_else(Err, |()| END));
    };
    drop(tokio::task::spawn_blocking(write_all));
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(Written(receiver))
}

/// What comes out of the channel, until its end is marked. If it ends without, the answer is broken off.
struct Written(mpsc::Receiver<Chunk>);

impl MessageBody for Written {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Chunk>> {
        self.0.poll_recv(context).map(|chunk| match chunk {
            Some(Ok(chunk)) if chunk.is_empty() => None,
            Some(chunk) => Some(chunk),
            None => Some(Err(io::Error::new(io::ErrorKind::BrokenPipe, "the file is not whole"))),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    fn next(body: &mut Written) -> Option<Chunk> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(poll_fn(|context| Pin::new(&mut *body).poll_next(context)))
    }

    #[test]
    fn a_file_without_its_end_is_broken_off_and_not_taken_for_whole() {
        for is_whole in [true, false] {
            let (sender, receiver) = mpsc::channel(2);
            let mut body = Written(receiver);
            sender.blocking_send(Ok(Bytes::from("a"))).expect("sent");
            if is_whole {
                sender.blocking_send(END).expect("sent");
            }
            drop(sender);
            assert_eq!(next(&mut body).expect("a part").expect("bytes"), "a");
            match next(&mut body) {
                None => assert!(is_whole),
                Some(end) => assert!(!is_whole && end.is_err(), "{end:?}"),
            }
        }
    }
}
