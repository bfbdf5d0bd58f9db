//! Who is in a company, a team, a group or has a job role: a page of them by name, and how some stand to it.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::super::Unit;
use crate::db::dialect::{id_list, ids_of};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::users::State;
use crate::web::pagination::{Place, ROWS, Rows, Toward};

/// Up to how many further members it is less work to read them all and sort them than to walk along everybody's names.
const FEW: i64 = 1_000;

/// Somebody who belongs to a unit. Deleted people belong to none that a page shows.
#[derive(Debug, Clone, QueryableByName)]
pub struct Member {
    #[diesel(sql_type = BigInt)]
    pub id: UserId,
    #[diesel(sql_type = Text)]
    pub first_name: String,
    #[diesel(sql_type = Text)]
    pub last_name: String,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Text)]
    pub email: String,
    #[diesel(sql_type = Text)]
    pub state: State,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub leaves_at: Option<Timestamp>,
    #[diesel(sql_type = Bool)]
    pub is_home: bool,
    #[diesel(sql_type = Text)]
    name_key: String,
}

/// A page of the members by name, from a place on: those whose home it is and the further ones, in one order.
pub fn page(conn: &mut Conn, unit: Unit, id: i64, from: Option<&str>, toward: Toward) -> Result<Rows<Member>> {
    let place = from.and_then(Place::<String>::from_word);
    let toward = if place.is_some() { toward } else { Toward::Next };
    let started_inside = place.is_some();
    let place = place.unwrap_or(Place(String::new(), i64::MIN));
    let column = unit.column();
    let mut rows = walk(conn, true, "users.name_key", &format!("users.{column} = {id}"), &place, toward)?;
    if let Some(further) = unit.further() {
        let elsewhere = format!("(users.{column} IS NULL OR users.{column} <> {id})");
        let (key, belongs) = if are_few(conn, further, column, id)? {
            ("users.name_key || ''", format!("users.id IN (SELECT user_id FROM {further} WHERE {column} = {id})"))
        } else {
            let there = format!("SELECT 1 FROM {further} AS f WHERE f.{column} = {id} AND f.user_id = users.id");
            ("users.name_key", format!("EXISTS ({there})"))
        };
        rows.extend(walk(conn, false, key, &format!("{elsewhere} AND {belongs}"), &place, toward)?);
        rows.sort_by(|a, b| (&a.name_key, a.id).cmp(&(&b.name_key, b.id)));
        if toward == Toward::Previous {
            rows.reverse();
        }
        rows.truncate(ROWS + 1);
    }
    Ok(Rows::cut(rows, toward, started_inside, |row| Place(row.name_key.clone(), row.id.0)))
}

/// `key`: the name, or the name hidden from the planners, so that no index of it is taken.
fn walk(
    conn: &mut Conn,
    is_home: bool,
    key: &str,
    condition: &str,
    Place(name, id): &Place<String>,
    toward: Toward,
) -> Result<Vec<Member>> {
    let (beyond, direction) = if toward == Toward::Next { (">", "ASC") } else { ("<", "DESC") };
    let query = format!(
        "SELECT users.id, users.first_name, users.last_name, users.title, users.email, users.state, users.leaves_at, \
         users.name_key, {is_home} AS is_home FROM users \
         WHERE {condition} AND users.state <> 'deleted' AND ({key}, users.id) {beyond} ($1, $2) \
         ORDER BY {key} {direction}, users.id {direction} LIMIT {}",
        ROWS + 1
    );
    Ok(sql_query(query).bind::<Text, _>(name).bind::<BigInt, _>(*id).load(conn)?)
}

fn are_few(conn: &mut Conn, further: &str, column: &str, id: i64) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let most = FEW + 1;
    let query =
        format!("SELECT count(*) AS number FROM (SELECT 1 FROM {further} WHERE {column} = {id} LIMIT {most}) AS those");
    Ok(sql_query(query).get_result::<Counted>(conn)?.number <= FEW)
}

/// Somebody as they stand to a unit: how they belong to it, and to which other one they belong first.
#[derive(Debug, Clone, QueryableByName)]
pub struct Candidate {
    #[diesel(sql_type = BigInt)]
    pub id: UserId,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub home_id: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub home_name: Option<String>,
    #[diesel(sql_type = Bool)]
    pub is_further: bool,
}

/// These people as they stand to a unit; nobody for an id that is not there.
pub fn candidates(conn: &mut Conn, unit: Unit, id: i64, users: &[UserId]) -> Result<Vec<Candidate>> {
    let (table, column) = (unit.table(), unit.column());
    let is_further = unit.further().map_or_else(
        || "FALSE".to_owned(),
        |further| {
            format!("EXISTS (SELECT 1 FROM {further} AS further WHERE further.{column} = {id} AND further.user_id = users.id)")
        },
    );
    let query = format!(
        "SELECT users.id, users.{column} AS home_id, home.name AS home_name, {is_further} AS is_further \
         FROM users LEFT JOIN {table} AS home ON home.id = users.{column} WHERE users.id IN {} ORDER BY users.id",
        ids_of(conn, 1)
    );
    let list = id_list(conn, users);
    Ok(sql_query(query).bind::<Text, _>(list).load(conn)?)
}
