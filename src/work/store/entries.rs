//! Hours and notes of a work item, in the database.

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use super::PERSON;
use crate::db::schema::{hours, notes, users};
use crate::db::{Conn, MultiBackend, Result, Timestamp, UserId, WorkItemId};
use crate::web::pagination::ROWS;
use crate::work::{Person, PersonRow};

/// A note with its author; `None`: blank.
#[derive(Debug, Clone)]
pub struct Note {
    pub id: i64,
    pub author: Option<Person>,
    pub body: String,
    pub created_at: Timestamp,
}

/// Time somebody logged on a day.
#[derive(Debug, Clone)]
pub struct Entry {
    pub person: Option<Person>,
    pub day: String,
    pub minutes: i64,
}

pub fn insert_hours(conn: &mut Conn, user: UserId, item: WorkItemId, minutes: i64, day: &str) -> Result<()> {
    let row =
        (hours::user_id.eq(user), hours::work_item_id.eq(item), hours::minutes.eq(minutes), hours::spent_on.eq(day));
    diesel::insert_into(hours::table).values(row).execute(conn)?;
    Ok(())
}

pub fn insert_note(conn: &mut Conn, author: UserId, item: WorkItemId, body: &str, now: Timestamp) -> Result<()> {
    let row =
        (notes::author_id.eq(author), notes::work_item_id.eq(item), notes::body.eq(body), notes::created_at.eq(now));
    diesel::insert_into(notes::table).values(row).execute(conn)?;
    Ok(())
}

/// The newest notes before `older_than`, oldest of them first; true if there are more before.
pub fn notes(conn: &mut Conn, item: WorkItemId, older_than: Option<i64>) -> Result<(Vec<Note>, bool)> {
    let mut query = notes::table
        .left_join(users::table)
        .filter(notes::work_item_id.eq(item))
        .select((notes::id, notes::body, notes::created_at, PERSON.nullable()))
        .order(notes::id.desc())
        .limit(ROWS as i64 + 1)
        .into_boxed::<MultiBackend>();
    if let Some(id) = older_than {
        query = query.filter(notes::id.lt(id));
    }
    let mut rows: Vec<(i64, String, Timestamp, PersonRow)> = query.load(conn)?;
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    // Loaded notes may have come in any order; each page has its own in the order they were written.
    rows.sort_by_key(|(id, _, created_at, _)| (*created_at, *id));
    let note = |(id, body, created_at, author)| Note { id, author: Person::shown(author), body, created_at };
    Ok((rows.into_iter().map(note).collect(), more))
}

/// The newest entries, and number and minutes of all.
pub fn hours(conn: &mut Conn, item: WorkItemId) -> Result<(Vec<Entry>, i64, i64)> {
    let rows: Vec<(String, i64, PersonRow)> = hours::table
        .left_join(users::table)
        .filter(hours::work_item_id.eq(item))
        .select((hours::spent_on, hours::minutes, PERSON.nullable()))
        .order((hours::spent_on.desc(), hours::id.desc()))
        .limit(ROWS as i64)
        .load(conn)?;
    let sum = sql::<Nullable<BigInt>>("CAST(sum(minutes) AS BIGINT)");
    let (entries, minutes): (i64, Option<i64>) =
        hours::table.filter(hours::work_item_id.eq(item)).select((count_star(), sum)).first(conn)?;
    let entry = |(day, minutes, person)| Entry { person: Person::shown(person), day, minutes };
    Ok((rows.into_iter().map(entry).collect(), entries, minutes.unwrap_or(0)))
}
