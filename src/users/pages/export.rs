//! The list as a file: everybody who matches the filter, however many, in the order of the list.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header;
use actix_web::web::{Bytes, Data, Query};
use serde::Deserialize;
use tokio::sync::mpsc;

use crate::db::{self, Timestamp};
use crate::sign_in::Administrator;
use crate::users::list::{self, Filter, Row, Sort};
use crate::web::{Answer, Site};

const ROWS_AT_A_TIME: i64 = 1_000;
const HEAD: [&str; 9] =
    ["id", "first_name", "last_name", "title", "email", "access_level", "license", "last_sign_in", "status"];

#[derive(Deserialize)]
pub struct Order {
    #[serde(default)]
    sort: String,
}

/// `GET /users.csv`. Written while it is sent, a chunk at a time, so that a large organization needs no more memory.
pub async fn index(_: Administrator, site: Data<Site>, filter: Query<Filter>, order: Query<Order>) -> Answer {
    let (filter, sort, now) = (filter.into_inner(), Sort::parse(&order.sort), site.clock.now());
    // The first chunk is read before the answer begins: a database that is away is said, not cut off.
    let wanted = filter.clone();
    let read = move |conn: &mut db::Conn| list::chunk(conn, &wanted, sort, None, ROWS_AT_A_TIME, now);
    let first = site.db.read(read).await?;
    let (sender, receiver) = mpsc::channel(2);
    drop(tokio::task::spawn_blocking(move || write_all(&site, &filter, sort, now, first, &sender)));
    let name = "attachment; filename=\"users.csv\"";
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(Written(receiver)))
}

type Chunk = io::Result<Bytes>;

/// Ends early, without a word, if nobody reads any more.
fn write_all(site: &Site, filter: &Filter, sort: Sort, now: Timestamp, first: Vec<Row>, sender: &mpsc::Sender<Chunk>) {
    let mut rows = first;
    let mut is_start = true;
    loop {
        if sender.blocking_send(written(&rows, is_start)).is_err() || (rows.len() as i64) < ROWS_AT_A_TIME {
            return;
        }
        is_start = false;
        let last = rows.last().cloned();
        let next = site.db.read_now(|conn| list::chunk(conn, filter, sort, last.as_ref(), ROWS_AT_A_TIME, now));
        rows = match next {
            Ok(rows) => rows,
            Err(error) => {
                // The file is cut off, so that nobody takes it for the whole.
                let _ = sender.blocking_send(Err(io::Error::other(error)));
                return;
            }
        };
    }
}

fn written(rows: &[Row], is_start: bool) -> Chunk {
    let mut csv = csv::Writer::from_writer(Vec::new());
    if is_start {
        csv.write_record(HEAD).map_err(io::Error::other)?;
    }
    for row in rows {
        let signed_in = match row.last_sign_in_at {
            at if at.is_never() => String::new(),
            at => at.in_zone(&jiff::tz::TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        };
        let level = row.level.map_or("", |level| level.name());
        let license = row.level.map_or("", |level| level.license_type().name());
        let id = row.id.to_string();
        let cells = [
            &id,
            &row.first_name,
            &row.last_name,
            &row.title,
            &row.email,
            level,
            license,
            &signed_in,
            row.state.name(),
        ];
        csv.write_record(cells.map(harmless)).map_err(io::Error::other)?;
    }
    let bytes = csv.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    Ok(Bytes::from(bytes))
}

/// A spreadsheet takes a cell that begins so for a formula, and would run what somebody typed as their name.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

struct Written(mpsc::Receiver<Chunk>);

impl MessageBody for Written {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Chunk>> {
        self.0.poll_recv(context)
    }
}
