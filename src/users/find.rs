//! Finding people for pickers: active ones only, by parts of their name or address, a handful at a time.

use diesel::prelude::*;

use super::{State, names};
use crate::db::dialect::{among, search_contains};
use crate::db::schema::users;
use crate::db::{Conn, Result, UserId};

/// People a picker lists at once.
pub const MATCHES: usize = 20;

/// Somebody active, as a picker shows them.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Candidate {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub title: String,
    pub email: String,
}

/// Up to `MATCHES` active people by name. From three letters on, parts of name and address count; below, beginnings.
pub fn active(conn: &mut Conn, text: &str) -> Result<Vec<Candidate>> {
    let text = names::fold(text);
    let columns = (users::id, users::first_name, users::last_name, users::title, users::email);
    let people = users::table.filter(users::state.eq(State::Active)).select(columns);
    let by_name = (users::name_key, users::id);
    if text.chars().count() >= 3 {
        return Ok(people.filter(search_contains(users::id, &text)).order(by_name).limit(MATCHES as i64).load(conn)?);
    }
    // No character comes after this one, so the range holds all that begin with the text.
    let end = format!("{text}\u{10ffff}");
    let mut found: Vec<Candidate> = people
        .filter(users::name_key.ge(&text).and(users::name_key.lt(&end)))
        .order(by_name)
        .limit(MATCHES as i64)
        .load(conn)?;
    if found.len() < MATCHES {
        let by_email: Vec<Candidate> = people
            .filter(users::email_key.ge(&text).and(users::email_key.lt(&end)))
            .order((users::email_key, users::id))
            .limit(MATCHES as i64)
            .load(conn)?;
        let others: Vec<_> = by_email.into_iter().filter(|person| !found.contains(person)).collect();
        found.extend(others);
        found.truncate(MATCHES);
    }
    Ok(found)
}

/// Name and state of somebody, whatever that is.
pub fn candidate(conn: &mut Conn, id: UserId) -> Result<Option<(String, State)>> {
    let row: Option<(String, String, State)> =
        users::table.find(id).select((users::first_name, users::last_name, users::state)).first(conn).optional()?;
    Ok(row.map(|(first_name, last_name, state)| (format!("{first_name} {last_name}"), state)))
}

/// Keeps these people's state as it is until the writing transaction ends. In the order of their ids, so that two who
/// hold several never wait for each other. SQLite writes one at a time and needs nothing.
pub fn hold(conn: &mut Conn, ids: &[UserId]) -> Result<()> {
    if let Conn::Postgres(c) = conn {
        let held = users::table.filter(among(users::id, ids)).order(users::id).select(users::id).for_share();
        held.load::<UserId>(c)?;
    }
    Ok(())
}
