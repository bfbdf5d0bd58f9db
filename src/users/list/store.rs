//! Reads the Users list: a page at a time along an index, or, where few match, those few.

pub mod groups;
pub mod names;
pub mod people;
pub mod picked;
pub mod saved;

mod clauses;
mod ways;

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use serde::{Deserialize, Serialize};

use super::Filter;
use super::sort::{By, Sort};
use crate::db::dialect::among;
use crate::db::schema::users;
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;
use crate::users::State;
use crate::web::pagination::{Place, ROWS, Rows, Toward};
use ways::{Query, matching};

/// One person in the list.
#[derive(Debug, Clone, Queryable)]
pub struct Row {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub title: String,
    pub email: String,
    pub phone: String,
    pub mobile: String,
    pub employee_number: String,
    pub state: State,
    pub level: Option<AccessLevel>,
    pub company_id: Option<i64>,
    pub team_id: Option<i64>,
    pub group_id: Option<i64>,
    pub job_role_id: Option<i64>,
    pub manager_id: Option<UserId>,
    pub time_zone: String,
    pub created_at: Timestamp,
    pub last_sign_in_at: Timestamp,
    pub state_changed_at: Timestamp,
    pub state_operation_id: Option<OperationId>,
    pub leaves_at: Option<Timestamp>,
    pub leaves_zone: String,
    name_key: String,
    email_key: String,
}

/// A sort key, as it travels in an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Moment(i64),
    Text(String),
}

/// A page of those who match, from a place on.
pub fn page(
    conn: &mut Conn,
    filter: &Filter,
    sort: Sort,
    from: Option<&str>,
    toward: Toward,
    now: Timestamp,
) -> Result<Rows<Row>> {
    let place = from.and_then(Place::from_word).filter(|place| fits(sort, place));
    let toward = if place.is_some() { toward } else { Toward::Next };
    let started_inside = place.is_some();
    let rows = read(conn, filter, sort, place, toward, ROWS as i64 + 1, now)?;
    Ok(Rows::cut(rows, toward, started_inside, |row| place_of(row, sort)))
}

/// Up to `limit` of those who match, after the last row of the chunk before: for a file of any size.
pub fn chunk(
    conn: &mut Conn,
    filter: &Filter,
    sort: Sort,
    after: Option<&Row>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Row>> {
    read(conn, filter, sort, after.map(|row| place_of(row, sort)), Toward::Next, limit, now)
}

/// All who match, in the order of their ids.
pub fn ids(conn: &mut Conn, filter: &Filter, now: Timestamp) -> Result<Vec<UserId>> {
    let Some((query, _)) = matching(conn, filter, None, now)? else { return Ok(Vec::new()) };
    let mut ids: Vec<UserId> = query.select(users::id).load(conn)?;
    ids.sort_unstable();
    Ok(ids)
}

/// How many match: read when somebody asks for it, never with a page.
pub fn count(conn: &mut Conn, filter: &Filter, now: Timestamp) -> Result<i64> {
    let Some((query, _)) = matching(conn, filter, None, now)? else { return Ok(0) };
    Ok(query.select(count_star()).first(conn)?)
}

/// These people, whatever any filter says, without those who are deleted.
pub fn these(conn: &mut Conn, ids: &[UserId], sort: Sort) -> Result<Vec<Row>> {
    let there = users::table.into_boxed().filter(among(users::id, ids)).filter(users::state.ne(State::Deleted));
    ordered(conn, there, sort, false, sort.descending)
}

fn read(
    conn: &mut Conn,
    filter: &Filter,
    sort: Sort,
    place: Option<Place<Key>>,
    toward: Toward,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Row>> {
    let Some((query, way)) = matching(conn, filter, Some(sort), now)? else { return Ok(Vec::new()) };
    let is_walk = way.is_in_order();
    let down = sort.descending != (toward == Toward::Previous);
    let query = query.limit(limit);
    let query = match place {
        Some(place) => after(query, sort, is_walk, place, down),
        None => query,
    };
    ordered(conn, query, sort, is_walk, down)
}

fn ordered(conn: &mut Conn, query: Query, sort: Sort, is_walk: bool, down: bool) -> Result<Vec<Row>> {
    let columns = (
        users::id,
        users::first_name,
        users::last_name,
        users::title,
        users::email,
        users::phone,
        users::mobile,
        users::employee_number,
        users::state,
        users::access_level,
        users::company_id,
        users::team_id,
        users::group_id,
        users::job_role_id,
        users::manager_id,
        users::time_zone,
        users::created_at,
        users::last_sign_in_at,
        users::state_changed_at,
        users::state_operation_id,
        users::leaves_at,
        users::leaves_zone,
        users::name_key,
        users::email_key,
    );
    let direction = if down { "DESC" } else { "ASC" };
    let order = format!("{} {direction}, users.id {direction}", expression(sort, is_walk));
    Ok(query.order(sql::<Text>(&order)).select(columns).load(conn)?)
}

/// The sort key. Off the walk it is written so that no database takes its index, and reads everybody in that order.
fn expression(sort: Sort, is_walk: bool) -> &'static str {
    match (sort.by, is_walk) {
        (By::Name, true) => "users.name_key",
        (By::Name, false) => "users.name_key || ''",
        (By::Email, true) => "users.email_key",
        (By::Email, false) => "users.email_key || ''",
        (By::LastSignIn, true) => "users.last_sign_in_at",
        (By::LastSignIn, false) => "users.last_sign_in_at + 0",
    }
}

/// Row values, so that people with equal keys are neither lost nor shown twice where pages meet.
fn after(query: Query, sort: Sort, is_walk: bool, Place(key, id): Place<Key>, down: bool) -> Query {
    let start = format!("({}, users.id) {} (", expression(sort, is_walk), if down { "<" } else { ">" });
    let start = sql::<Bool>(&start);
    match key {
        Key::Text(key) => query.filter(start.bind::<Text, _>(key).sql(", ").bind::<BigInt, _>(id).sql(")")),
        Key::Moment(key) => query.filter(start.bind::<BigInt, _>(key).sql(", ").bind::<BigInt, _>(id).sql(")")),
    }
}

fn place_of(row: &Row, sort: Sort) -> Place<Key> {
    let key = match sort.by {
        By::Name => Key::Text(row.name_key.clone()),
        By::Email => Key::Text(row.email_key.clone()),
        By::LastSignIn => Key::Moment(row.last_sign_in_at.micros()),
    };
    Place(key, row.id.0)
}

fn fits(sort: Sort, Place(key, _): &Place<Key>) -> bool {
    match key {
        Key::Text(_) => sort.by != By::LastSignIn,
        Key::Moment(_) => sort.by == By::LastSignIn,
    }
}
