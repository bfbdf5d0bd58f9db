//! A list as a file, for spreadsheets or for programs: written while it is sent, so that a large one needs no more memory.

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

/// Rows that are read and written at a time.
pub const ROWS_AT_A_TIME: i64 = 1_000;

pub(super) type Chunk = io::Result<Bytes>;

/// Sends `head` and the cells of `first`, then of what `next` reads behind the last row, until it reads no full chunk.
///
/// If reading fails in the middle, the file is cut off, so that nobody takes it for the whole.
pub fn answer<R: Send + 'static, E: std::error::Error + Send + Sync + 'static>(
    name: &str,
    head: &'static [&'static str],
    first: Vec<R>,
    cells: fn(&R) -> Vec<String>,
    next: impl Fn(&R) -> Result<Vec<R>, E> + Send + 'static,
) -> HttpResponse {
    let mut head = Some(head);
    let write = move |rows: &[R], _: bool| written(head.take(), rows, cells);
    streamed("text/csv; charset=utf-8", name, first, write, next)
}

/// The same as one JSON array, a row in each line.
pub fn json_answer<R: Send + 'static, E: std::error::Error + Send + Sync + 'static>(
    name: &str,
    first: Vec<R>,
    object: fn(&R) -> serde_json::Value,
    next: impl Fn(&R) -> Result<Vec<R>, E> + Send + 'static,
) -> HttpResponse {
    let mut before = "[\n";
    let write = move |rows: &[R], is_last: bool| {
        let mut text = String::new();
        for row in rows {
            text.push_str(before);
            text.push_str(&object(row).to_string());
            before = ",\n";
        }
        if is_last {
            text.push_str(if before == "[\n" { "[]\n" } else { "\n]\n" });
        }
        Ok(Bytes::from(text))
    };
    streamed("application/json", name, first, write, next)
}

/// Sends chunk after chunk. `write` is told whether it is the last one, which may be empty.
fn streamed<R: Send + 'static, E: std::error::Error + Send + Sync + 'static>(
    kind: &'static str,
    name: &str,
    first: Vec<R>,
    mut write: impl FnMut(&[R], bool) -> Chunk + Send + 'static,
    next: impl Fn(&R) -> Result<Vec<R>, E> + Send + 'static,
) -> HttpResponse {
    let (sender, receiver) = mpsc::channel(2);
    let write_all = move || {
        let mut rows = first;
        loop {
            let last = rows.last().filter(|_| rows.len() as i64 >= ROWS_AT_A_TIME);
            if !hand_over(&sender, write(&rows, last.is_none())) {
                return;
            }
            let Some(last) = last else {
                hand_over(&sender, END);
                return;
            };
            rows = match next(last) {
                Ok(rows) => rows,
                Err(error) => {
                    hand_over(&sender, Err(io::Error::other(error)));
                    return;
                }
            };
        }
    };
    drop(tokio::task::spawn_blocking(write_all));
    download(name, kind, receiver)
}

/// Nothing: the file is whole.
pub(super) const END: Chunk = Ok(Bytes::new());

/// How long whoever reads a file may take for a part of it: so long a thread waits.
const PATIENCE: Duration = Duration::from_secs(120);

/// Gives a part to whoever reads the file, on a thread that may wait. False: nobody does any more, or far too slowly.
pub(super) fn hand_over(sender: &mpsc::Sender<Chunk>, chunk: Chunk) -> bool {
    let sent = Handle::current().block_on(tokio::time::timeout(PATIENCE, sender.send(chunk)));
    matches!(sent, Ok(Ok(())))
}

/// Sends what comes out of the channel as a file to keep.
pub(super) fn download(name: &str, content_type: &'static str, chunks: mpsc::Receiver<Chunk>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(Written(chunks))
}

fn written<R>(head: Option<&[&str]>, rows: &[R], cells: fn(&R) -> Vec<String>) -> Chunk {
    let mut csv = csv::Writer::from_writer(Vec::new());
    if let Some(head) = head {
        csv.write_record(head).map_err(io::Error::other)?;
    }
    for row in rows {
        csv.write_record(cells(row).iter().map(|cell| harmless(cell))).map_err(io::Error::other)?;
    }
    let bytes = csv.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    Ok(Bytes::from(bytes))
}

/// A spreadsheet takes a cell that begins so for a formula, and would run what somebody typed as their name.
pub(super) fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
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
