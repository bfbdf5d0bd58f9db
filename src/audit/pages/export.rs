//! The audit log as a file: every entry that matches the filter, however many, the latest first.

use actix_web::web::{Data, Query};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::super::Path;
use super::super::store::entries::{self as store, Filter, From};
use super::filter_form::Typed;
use super::wording::{self, Changed, Line};
use crate::db::{self, Conn, Timestamp};
use crate::sign_in::Administrator;
use crate::web::table_file::{self, Cells, Format, ROWS_AT_A_TIME, chunks};
use crate::web::{Answer, Error, Page, Site};

const HEAD: [&str; 13] = [
    "entry",
    "at",
    "act",
    "what",
    "actor_id",
    "actor",
    "user_id",
    "user",
    "operation",
    "path",
    "reason",
    "before",
    "after",
];

/// `GET /audit-log.csv`
pub async fn csv(administrator: Administrator, site: Data<Site>, typed: Query<Typed>) -> Answer {
    let (first, next) = entries(&administrator.page, site, typed.into_inner()).await?;
    Ok(table_file::answer("audit-log", Format::Csv, HEAD, chunks(first, next, cells)))
}

/// `GET /audit-log.json`: one array, an entry in each line.
pub async fn json(administrator: Administrator, site: Data<Site>, typed: Query<Typed>) -> Answer {
    let (first, next) = entries(&administrator.page, site, typed.into_inner()).await?;
    Ok(table_file::array_answer("audit-log", chunks(first, next, object)))
}

type Next = Box<dyn Fn(&Line) -> db::Result<Vec<Line>> + Send>;

/// The first chunk, read before the answer begins: a database that is away is said, not cut off. And how to go on.
async fn entries(page: &Page, site: Data<Site>, typed: Typed) -> Result<(Vec<Line>, Next), Error> {
    let zone = page.zone.clone();
    let read = move |conn: &mut Conn| {
        let meant = typed.read(conn, &zone)?;
        if let Some((_, problem)) = meant.errors.all().next() {
            return Err(Error::BadRequest(problem.clone()));
        }
        let first = chunk(conn, &meant.filter, From::Latest)?;
        Ok((first, meant.filter))
    };
    let (first, filter) = site.db.read(read).await?;
    let next = move |last: &Line| site.db.read_now(|conn| chunk(conn, &filter, From::Before(last.place())));
    Ok((first, Box::new(next)))
}

fn chunk(conn: &mut Conn, filter: &Filter, from: From) -> db::Result<Vec<Line>> {
    let read = store::read(conn, filter, from, ROWS_AT_A_TIME)?;
    wording::lines(conn, read)
}

fn cells(line: &Line) -> Cells {
    let id = |id: Option<i64>| id.map_or_else(String::new, |id| id.to_string());
    let side = |side: fn(&Changed) -> &str| {
        let changed = line.changed.iter().filter(|changed| !side(changed).is_empty());
        changed.map(|changed| format!("{}: {}", changed.field, side(changed))).collect::<Vec<_>>().join("; ")
    };
    table_file::texts([
        line.number.to_string(),
        in_utc(line.at),
        line.act.clone(),
        line.sentence(),
        id(line.actor_id.map(|id| id.0)),
        line.actor.clone(),
        id(line.user_id.map(|id| id.0)),
        line.user.clone(),
        id(line.operation.map(|id| id.0)),
        line.path.map_or("", Path::as_str).to_owned(),
        line.reason.clone(),
        side(|changed| &changed.before),
        side(|changed| &changed.after),
    ])
}

fn object(line: &Line) -> Value {
    let changed = line
        .changed
        .iter()
        .map(|changed| json!({ "field": changed.field, "before": changed.before, "after": changed.after }));
    json!({
        "entry": line.number,
        "at": in_utc(line.at),
        "act": line.act,
        "what": line.sentence(),
        "actor_id": line.actor_id,
        "actor": line.actor,
        "user_id": line.user_id,
        "user": line.user_id.map(|_| &line.user),
        "operation": line.operation,
        "path": line.path.map(Path::as_str),
        "reason": line.reason,
        "changes": changed.collect::<Vec<_>>(),
        "details": line.details,
    })
}

fn in_utc(at: Timestamp) -> String {
    at.in_zone(&TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
