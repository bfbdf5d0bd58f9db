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
use ways::{Known, Matching, Query};

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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    let rows = read(conn, filter, sort, (place, toward), ROWS as i64 + 1, &mut Known::default(), now)?;
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
    let place = after.map(|row| place_of(row, sort));
    read(conn, filter, sort, (place, Toward::Next), limit, &mut Known::default(), now)
}

/// All who match, in the order of their ids.
pub fn ids(conn: &mut Conn, filter: &Filter, now: Timestamp) -> Result<Vec<UserId>> {
    let mut ids: Vec<UserId> = Vec::new();
    if let Some(matching) = Matching::of(conn, filter, None, &mut Known::default(), now)? {
        for query in matching.queries(conn) {
            ids.extend(query.select(users::id).load::<UserId>(conn)?);
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// How many match: read when somebody asks for it, never with a page.
pub fn count(conn: &mut Conn, filter: &Filter, now: Timestamp) -> Result<i64> {
    let Some(matching) = Matching::of(conn, filter, None, &mut Known::default(), now)? else { return Ok(0) };
    let mut queries = matching.queries(conn);
    match queries.pop() {
        Some(query) if queries.is_empty() => Ok(query.select(count_star()).first(conn)?),
        _ => Ok(ids(conn, filter, now)?.len() as i64), // some may be found twice
    }
}

/// These people, whatever any filter says, without those who are deleted.
pub fn these(conn: &mut Conn, ids: &[UserId], sort: Sort) -> Result<Vec<Row>> {
    let there = users::table.into_boxed().filter(among(users::id, ids)).filter(users::state.ne(State::Deleted));
    ordered(conn, there, sort, false, sort.descending)
}

/// First the ids, out of the indexes alone where a walk finds them; then the rows of those.
fn read(
    conn: &mut Conn,
    filter: &Filter,
    sort: Sort,
    (place, toward): (Option<Place<Key>>, Toward),
    limit: i64,
    known: &mut Known,
    now: Timestamp,
) -> Result<Vec<Row>> {
    let Some(matching) = Matching::of(conn, filter, Some(sort), known, now)? else { return Ok(Vec::new()) };
    let is_walk = matching.is_in_order();
    let down = sort.descending != (toward == Toward::Previous);
    let mut queries: Vec<Query> = Vec::new();
    for query in matching.queries(conn) {
        let query = query.limit(limit);
        queries.push(match &place {
            Some(place) => after(query, sort, is_walk, place, down),
            None => query,
        });
    }
    if matching.is_everybody() && queries.len() == 1 {
        return ordered(conn, queries.remove(0), sort, is_walk, down);
    }
    let mut found: Vec<(Key, UserId)> = Vec::new();
    for query in queries {
        found.extend(keys(conn, query.order(sql::<Text>(&order(sort, is_walk, down))), sort)?);
    }
    found.sort_unstable();
    found.dedup();
    if down {
        found.reverse();
    }
    found.truncate(limit as usize);
    let there = users::table.into_boxed().filter(among(users::id, found.iter().map(|(_, id)| id)));
    ordered(conn, there, sort, false, down)
}

fn keys(conn: &mut Conn, query: Query, sort: Sort) -> Result<Vec<(Key, UserId)>> {
    let text = |(key, id): (String, UserId)| (Key::Text(key), id);
    Ok(match sort.by {
        By::Name => query.select((users::name_key, users::id)).load(conn)?.into_iter().map(text).collect(),
        By::Email => query.select((users::email_key, users::id)).load(conn)?.into_iter().map(text).collect(),
        By::LastSignIn => {
            let found: Vec<(i64, UserId)> =
                query.select((sql::<BigInt>("users.last_sign_in_at"), users::id)).load(conn)?;
            found.into_iter().map(|(at, id)| (Key::Moment(at), id)).collect()
        }
    })
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
    Ok(query.order(sql::<Text>(&order(sort, is_walk, down))).select(columns).load(conn)?)
}

fn order(sort: Sort, is_walk: bool, down: bool) -> String {
    let direction = if down { "DESC" } else { "ASC" };
    format!("{} {direction}, users.id {direction}", expression(sort, is_walk))
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
fn after(query: Query, sort: Sort, is_walk: bool, Place(key, id): &Place<Key>, down: bool) -> Query {
    let start = format!("({}, users.id) {} (", expression(sort, is_walk), if down { "<" } else { ">" });
    let start = sql::<Bool>(&start);
    match key {
        Key::Text(key) => query.filter(start.bind::<Text, _>(key.clone()).sql(", ").bind::<BigInt, _>(*id).sql(")")),
        Key::Moment(key) => query.filter(start.bind::<BigInt, _>(*key).sql(", ").bind::<BigInt, _>(*id).sql(")")),
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
