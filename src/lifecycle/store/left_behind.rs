//! People who are off and still have duties.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use crate::db::schema::users;
use crate::db::{Conn, MultiBackend, Result, Timestamp, UserId};
use crate::history::{self, Condition};
use crate::users::State;
use crate::web::pagination::{Place, ROWS, Rows, Toward};

/// Somebody who is off, since when.
#[derive(Debug, Clone, Queryable)]
pub struct Holder {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub state: State,
    pub since: Timestamp,
}

/// True for people who are off and have any duty.
fn is_left_behind() -> Condition {
    let none: Condition = Box::new(sql::<Bool>("FALSE"));
    let has_duties =
        history::duties().iter().map(|duty| duty.exists()).fold(none, |one, other| Box::new(one.or(other)));
    Box::new(users::state.ne(State::Active).and(has_duties))
}

/// Those who are off the longest first, a page at a time.
pub fn list(conn: &mut Conn, from: Option<&str>, toward: Toward) -> Result<Rows<Holder>> {
    let place = from.and_then(Place::<i64>::from_word);
    let mut query = users::table
        .filter(is_left_behind())
        .select((users::id, users::first_name, users::last_name, users::state, users::state_changed_at))
        .limit(ROWS as i64 + 1)
        .into_boxed::<MultiBackend>();
    if let Some(Place(since, id)) = &place {
        let text = match toward {
            Toward::Next => "(users.state_changed_at, users.id) > (",
            Toward::Previous => "(users.state_changed_at, users.id) < (",
        };
        let beyond = sql::<Bool>(text).bind::<BigInt, _>(*since).sql(", ").bind::<BigInt, _>(*id).sql(")");
        query = query.filter(beyond);
    }
    query = match toward {
        Toward::Next => query.order((users::state_changed_at.asc(), users::id.asc())),
        Toward::Previous => query.order((users::state_changed_at.desc(), users::id.desc())),
    };
    let rows: Vec<Holder> = query.load(conn)?;
    Ok(Rows::cut(rows, toward, place.is_some(), |holder| Place(holder.since.micros(), holder.id.0)))
}

/// All of them.
pub fn ids(conn: &mut Conn) -> Result<Vec<UserId>> {
    Ok(users::table.filter(is_left_behind()).select(users::id).load(conn)?)
}

/// How many they are.
pub fn count(conn: &mut Conn) -> Result<i64> {
    Ok(users::table.filter(is_left_behind()).count().get_result(conn)?)
}
