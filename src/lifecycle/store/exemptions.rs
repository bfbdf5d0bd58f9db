//! Exemptions from dormancy: who has one, until when and why.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use crate::db::dialect::{among, insert_all};
use crate::db::schema::{dormant_exemptions as exemptions, users};
use crate::db::{Conn, MultiBackend, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;
use crate::users::State;
use crate::web::pagination::{Place, ROWS, Rows, Toward};

/// What an exemption says.
#[derive(Debug, Clone)]
pub struct Exemption {
    pub ends_at: Timestamp,
    pub reason: String,
    pub exempted_by: Option<UserId>,
    pub exempted_at: Timestamp,
}

/// Somebody who is or becomes exempt. The level is the last one, of whoever has none.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub level: AccessLevel,
    pub state: State,
}

impl Person {
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

type PersonRow = (UserId, String, String, Option<AccessLevel>, AccessLevel, State);

macro_rules! person {
    () => {
        (users::id, users::first_name, users::last_name, users::access_level, users::last_access_level, users::state)
    };
}

fn person((id, first_name, last_name, level, last_level, state): PersonRow) -> Person {
    Person { id, first_name, last_name, level: level.unwrap_or(last_level), state }
}

/// Those of these people who are active, by name.
pub fn active(conn: &mut Conn, ids: &[UserId]) -> Result<Vec<Person>> {
    let rows: Vec<PersonRow> = users::table
        .filter(among(users::id, ids))
        .filter(users::state.eq(State::Active))
        .order((users::name_key, users::id))
        .select(person!())
        .load(conn)?;
    Ok(rows.into_iter().map(person).collect())
}

#[derive(Insertable)]
#[diesel(table_name = exemptions)]
struct Row<'a> {
    user_id: UserId,
    ends_at: Timestamp,
    reason: &'a str,
    exempted_by: Option<UserId>,
    exempted_at: Timestamp,
}

/// The same exemption for all of these people, in place of those that they have.
pub fn put(conn: &mut Conn, ids: &[UserId], exemption: &Exemption) -> Result<()> {
    diesel::delete(exemptions::table.filter(among(exemptions::user_id, ids))).execute(conn)?;
    let row = |user: &UserId| Row {
        user_id: *user,
        ends_at: exemption.ends_at,
        reason: &exemption.reason,
        exempted_by: exemption.exempted_by,
        exempted_at: exemption.exempted_at,
    };
    let rows: Vec<Row> = ids.iter().map(row).collect();
    insert_all!(conn, exemptions::table, rows)?;
    Ok(())
}

/// Who it is, and the end of the exemption that they have now.
pub fn of(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<Option<(Person, Timestamp)>> {
    let row: Option<(PersonRow, Timestamp)> = exemptions::table
        .inner_join(users::table)
        .filter(exemptions::user_id.eq(user))
        .filter(exemptions::ends_at.gt(now))
        .select((person!(), exemptions::ends_at))
        .first(conn)
        .optional()?;
    Ok(row.map(|(row, ends_at)| (person(row), ends_at)))
}

pub fn remove(conn: &mut Conn, user: UserId) -> Result<()> {
    diesel::delete(exemptions::table.find(user)).execute(conn)?;
    Ok(())
}

/// An exemption with whose it is, and who made it.
pub type Listed = (Person, Exemption, Option<(String, String)>);

/// Exemptions that hold now, the next to end first, a page at a time. People in the recycle bin are left out.
pub fn list(conn: &mut Conn, from: Option<&str>, toward: Toward, now: Timestamp) -> Result<Rows<Listed>> {
    let place = from.and_then(Place::<i64>::from_word);
    let by = diesel::alias!(users as by);
    let mut query = exemptions::table
        .inner_join(users::table)
        .left_join(by.on(by.field(users::id).nullable().eq(exemptions::exempted_by)))
        .filter(exemptions::ends_at.gt(now))
        .filter(users::state.ne(State::Deleted))
        .select((
            person!(),
            (exemptions::ends_at, exemptions::reason, exemptions::exempted_by, exemptions::exempted_at),
            by.fields((users::first_name, users::last_name)).nullable(),
        ))
        .limit(ROWS as i64 + 1)
        .into_boxed::<MultiBackend>();
    if let Some(Place(at, id)) = &place {
        let text = match toward {
            Toward::Next => "(dormant_exemptions.ends_at, dormant_exemptions.user_id) > (",
            Toward::Previous => "(dormant_exemptions.ends_at, dormant_exemptions.user_id) < (",
        };
        query = query.filter(sql::<Bool>(text).bind::<BigInt, _>(*at).sql(", ").bind::<BigInt, _>(*id).sql(")"));
    }
    query = match toward {
        Toward::Next => query.order((exemptions::ends_at.asc(), exemptions::user_id.asc())),
        Toward::Previous => query.order((exemptions::ends_at.desc(), exemptions::user_id.desc())),
    };
    let rows: Vec<(PersonRow, (Timestamp, String, Option<UserId>, Timestamp), Option<(String, String)>)> =
        query.load(conn)?;
    let rows = rows.into_iter().map(|(row, (ends_at, reason, exempted_by, exempted_at), by)| {
        (person(row), Exemption { ends_at, reason, exempted_by, exempted_at }, by)
    });
    let started_inside = place.is_some();
    Ok(Rows::cut(rows.collect(), toward, started_inside, |(person, exemption, _)| {
        Place(exemption.ends_at.micros(), person.id.0)
    }))
}
