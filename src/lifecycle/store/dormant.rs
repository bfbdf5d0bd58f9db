//! Finds dormant users along an index made for it, whatever the filter, and what they last did.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::{Deserialize, Serialize};

use super::super::dormant::Dormant;
use crate::db::dialect::{among, id_list, ids_of};
use crate::db::schema::users;
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;
use crate::web::pagination::{Place, ROWS, Rows, Toward};

/// Up to how many are sorted by name after they were found; of more, a walk along the names soon fills a page.
const FEW: i64 = 3_000;

/// One person in the list.
#[derive(Debug, Clone, Queryable)]
pub struct Row {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub title: String,
    pub level: AccessLevel,
    pub created_at: Timestamp,
    pub last_sign_in_at: Timestamp,
    pub leaves_at: Option<Timestamp>,
    name_key: String,
}

impl Row {
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// By what the list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The longest without a sign-in first.
    LastSignIn,
    Name,
}

/// A sort key, as it travels in an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Key {
    Moment(i64),
    Text(String),
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: UserId,
}

/// Part of every statement here. The state is written out, so that the index made for this is known to fit.
fn is_dormant(dormant: Dormant, now: Timestamp) -> String {
    let (since, now) = (dormant.since(now).micros(), now.micros());
    format!(
        "users.state = 'active' AND users.last_sign_in_at < {since} AND users.created_at < {since} AND NOT EXISTS \
         (SELECT 1 FROM dormant_exemptions AS exempt WHERE exempt.user_id = users.id AND exempt.ends_at > {now})"
    )
}

/// One part for each level, because the index begins with it: `{level}` in `part` is the level's word.
fn of_each_level(dormant: Dormant, part: &str) -> String {
    let parts = dormant.levels().into_iter().map(|level| part.replace("{level}", level.as_str()));
    parts.collect::<Vec<_>>().join(" UNION ALL ")
}

/// All of them, in the order of their ids.
pub fn ids(conn: &mut Conn, dormant: &Dormant, now: Timestamp) -> Result<Vec<UserId>> {
    let mut ids = some(conn, *dormant, None, now)?;
    ids.sort_unstable();
    Ok(ids)
}

/// All, or up to `limit` of each level, in no order.
fn some(conn: &mut Conn, dormant: Dormant, limit: Option<i64>, now: Timestamp) -> Result<Vec<UserId>> {
    let limit = limit.map_or_else(String::new, |limit| format!(" LIMIT {limit}"));
    let part = format!(
        "SELECT id FROM (SELECT users.id FROM users WHERE users.access_level = '{{level}}' AND {}{limit}) AS part",
        is_dormant(dormant, now)
    );
    let rows: Vec<Id> = sql_query(of_each_level(dormant, &part)).load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// A page of them, from a place on.
pub fn page(
    conn: &mut Conn,
    dormant: Dormant,
    order: Order,
    from: Option<&str>,
    toward: Toward,
    now: Timestamp,
) -> Result<Rows<Row>> {
    let place = from.and_then(Place::<Key>::from_word).filter(|Place(key, _)| match key {
        Key::Moment(_) => order == Order::LastSignIn,
        Key::Text(_) => order == Order::Name,
    });
    let toward = if place.is_some() { toward } else { Toward::Next };
    let ids = match (order, &place) {
        (Order::LastSignIn, Some(Place(Key::Moment(at), id))) => {
            by_last_sign_in(conn, dormant, Some((*at, *id)), toward, now)?
        }
        (Order::LastSignIn, _) => by_last_sign_in(conn, dormant, None, toward, now)?,
        (Order::Name, Some(Place(Key::Text(key), id))) => by_name(conn, dormant, Some((key, *id)), toward, now)?,
        (Order::Name, _) => by_name(conn, dormant, None, toward, now)?,
    };
    let rows = rows(conn, &ids)?;
    Ok(Rows::cut(rows, toward, place.is_some(), |row| match order {
        Order::LastSignIn => Place(Key::Moment(row.last_sign_in_at.micros()), row.id.0),
        Order::Name => Place(Key::Text(row.name_key.clone()), row.id.0),
    }))
}

fn direction(toward: Toward) -> (&'static str, &'static str) {
    match toward {
        Toward::Next => (">", "ASC"),
        Toward::Previous => ("<", "DESC"),
    }
}

/// The first of each level, of which the first of all are taken.
fn by_last_sign_in(
    conn: &mut Conn,
    dormant: Dormant,
    after: Option<(i64, i64)>,
    toward: Toward,
    now: Timestamp,
) -> Result<Vec<UserId>> {
    let (beyond, direction) = direction(toward);
    let limit = ROWS + 1;
    let after = after
        .map_or_else(String::new, |(at, id)| format!(" AND (users.last_sign_in_at, users.id) {beyond} ({at}, {id})"));
    let part = format!(
        "SELECT id, signed_in FROM (SELECT users.id, users.last_sign_in_at AS signed_in FROM users \
         WHERE users.access_level = '{{level}}' AND {}{after} \
         ORDER BY users.last_sign_in_at {direction}, users.id {direction} LIMIT {limit}) AS part",
        is_dormant(dormant, now)
    );
    let parts = of_each_level(dormant, &part);
    let text =
        format!("SELECT id FROM ({parts}) AS parts ORDER BY signed_in {direction}, id {direction} LIMIT {limit}");
    let rows: Vec<Id> = sql_query(text).load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

fn by_name(
    conn: &mut Conn,
    dormant: Dormant,
    after: Option<(&String, i64)>,
    toward: Toward,
    now: Timestamp,
) -> Result<Vec<UserId>> {
    let found = some(conn, dormant, Some(FEW + 1), now)?;
    let is_few = found.len() as i64 <= FEW;
    let (beyond, direction) = direction(toward);
    // Of a few the key is written so that no database takes its index, and reads everybody in that order.
    let key = if is_few { "users.name_key || ''" } else { "users.name_key" };
    let levels = dormant.levels().iter().map(|level| format!("'{}'", level.as_str())).collect::<Vec<_>>().join(", ");
    let who = if is_few {
        format!("users.id IN {}", ids_of(conn, 1))
    } else {
        let walk = is_dormant(dormant, now).replace("users.last_sign_in_at", "users.last_sign_in_at + 0");
        format!("$1 = '' AND users.access_level || '' IN ({levels}) AND {walk}")
    };
    let after_text = after.map_or_else(String::new, |(_, id)| format!(" AND ({key}, users.id) {beyond} ($2, {id})"));
    let text = format!(
        "SELECT users.id FROM users WHERE {who}{after_text} ORDER BY {key} {direction}, users.id {direction} LIMIT {}",
        ROWS + 1
    );
    let list = if is_few { id_list(conn, &found) } else { String::new() };
    let query = sql_query(text).bind::<Text, _>(list);
    let rows: Vec<Id> = match after {
        Some((key, _)) => query.bind::<Text, _>(key.clone()).load(conn)?,
        None => query.load(conn)?,
    };
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// These people, in this order.
fn rows(conn: &mut Conn, ids: &[UserId]) -> Result<Vec<Row>> {
    let rows: Vec<Row> = users::table
        .filter(among(users::id, ids))
        .select((
            users::id,
            users::first_name,
            users::last_name,
            users::title,
            users::access_level.assume_not_null(),
            users::created_at,
            users::last_sign_in_at,
            users::leaves_at,
            users::name_key,
        ))
        .load(conn)?;
    let mut by_id: HashMap<UserId, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

/// How many dormant users have each level. One statement that reads an index; with `most`, up to one more than that of
/// each level, however many there are.
pub fn count(conn: &mut Conn, dormant: Dormant, most: Option<i64>, now: Timestamp) -> Result<Vec<(AccessLevel, i64)>> {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = Text)]
        level: String,
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let limit = most.map_or_else(String::new, |most| format!(" LIMIT {}", most + 1));
    let part = format!(
        "SELECT '{{level}}' AS level, COUNT(*) AS n FROM \
         (SELECT 1 AS one FROM users WHERE users.access_level = '{{level}}' AND {}{limit}) AS part",
        is_dormant(dormant, now)
    );
    let rows: Vec<Counted> = sql_query(of_each_level(dormant, &part)).load(conn)?;
    Ok(rows.into_iter().filter_map(|row| Some((AccessLevel::parse(&row.level)?, row.n))).collect())
}

/// The latest of each kind of work that somebody did; `None` where there is none.
#[derive(Debug, Clone, QueryableByName)]
pub struct Evidence {
    #[diesel(sql_type = BigInt)]
    pub user_id: UserId,
    /// The day as it was entered: `2026-03-01`.
    #[diesel(sql_type = Nullable<Text>)]
    pub hours: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub note: Option<Timestamp>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub document: Option<Timestamp>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub work_item: Option<Timestamp>,
}

/// What each of these people did last: one statement, each answer the end of an index.
pub fn evidence(conn: &mut Conn, ids: &[UserId]) -> Result<HashMap<UserId, Evidence>> {
    let text = format!(
        "SELECT users.id AS user_id, \
         (SELECT MAX(hours.spent_on) FROM hours WHERE hours.user_id = users.id) AS hours, \
         (SELECT MAX(notes.created_at) FROM notes WHERE notes.author_id = users.id) AS note, \
         (SELECT MAX(documents.created_at) FROM documents WHERE documents.owner_id = users.id) AS document, \
         (SELECT MAX(work_items.created_at) FROM work_items WHERE work_items.created_by = users.id) AS work_item \
         FROM users WHERE users.id IN {}",
        ids_of(conn, 1)
    );
    let list = id_list(conn, ids);
    let rows: Vec<Evidence> = sql_query(text).bind::<Text, _>(list).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.user_id, row)).collect())
}
