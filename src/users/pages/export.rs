//! The list as a file: everybody who matches the filter, however many, in the order of the list.

use actix_web::web::{Data, Query};
use serde::Deserialize;

use crate::db;
use crate::sign_in::Administrator;
use crate::users::list::{self, Filter, Row, Sort};
use crate::web::csv_file::{self, ROWS_AT_A_TIME};
use crate::web::{Answer, Site};

const HEAD: [&str; 9] =
    ["id", "first_name", "last_name", "title", "email", "access_level", "license", "last_sign_in", "status"];

#[derive(Deserialize)]
pub struct Order {
    #[serde(default)]
    sort: String,
}

/// `GET /users.csv`
pub async fn index(_: Administrator, site: Data<Site>, filter: Query<Filter>, order: Query<Order>) -> Answer {
    let (filter, sort, now) = (filter.into_inner(), Sort::parse(&order.sort), site.clock.now());
    // The first chunk is read before the answer begins: a database that is away is said, not cut off.
    let wanted = filter.clone();
    let read = move |conn: &mut db::Conn| list::chunk(conn, &wanted, sort, None, ROWS_AT_A_TIME, now);
    let first = site.db.read(read).await?;
    let next =
        move |last: &Row| site.db.read_now(|conn| list::chunk(conn, &filter, sort, Some(last), ROWS_AT_A_TIME, now));
    Ok(csv_file::answer("users.csv", &HEAD, first, cells, next))
}

fn cells(row: &Row) -> Vec<String> {
    let signed_in = match row.last_sign_in_at {
        at if at.is_never() => String::new(),
        at => at.in_zone(&jiff::tz::TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    };
    vec![
        row.id.to_string(),
        row.first_name.clone(),
        row.last_name.clone(),
        row.title.clone(),
        row.email.clone(),
        row.level.map_or("", |level| level.name()).to_owned(),
        row.level.map_or("", |level| level.license_type().name()).to_owned(),
        signed_in,
        row.state.name().to_owned(),
    ]
}
