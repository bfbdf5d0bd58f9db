//! Finding people for pickers: active ones only, by parts of their name or address, a handful at a time.

use diesel::prelude::*;

use super::State;
use super::actor;
use super::list::{self, Filter, Row, Sort};
use super::names;
use crate::db::dialect::among;
use crate::db::schema::users;
use crate::db::{Conn, Result, Timestamp, UserId};

/// People a picker lists at once.
pub const MATCHES: usize = 20;

/// Up to `MATCHES` active people by name, found as in the Users list.
pub fn active(conn: &mut Conn, text: &str, now: Timestamp) -> Result<Vec<Row>> {
    let filter = Filter { q: text.to_owned(), ..Filter::default() };
    let rows = list::chunk(conn, &filter, Sort::BY_NAME, None, MATCHES as i64, now)?;
    Ok(rows.into_iter().filter(|row| row.leaves_at.is_none_or(|at| at > now)).collect())
}

/// Whom somebody meant who typed a name or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    Nobody,
    One(UserId),
    Several,
}

/// The active person of this address or of this whole name; else the only one that a search finds.
pub fn typed(conn: &mut Conn, text: &str, now: Timestamp) -> Result<Typed> {
    let active = users::table.filter(actor::has_access(now)).select(users::id).order(users::id).limit(2);
    let mut found: Vec<UserId> = active.filter(users::email_key.eq(names::email_key(text))).load(conn)?;
    if found.is_empty() {
        found = active.filter(users::name_key.eq(names::fold(text))).load(conn)?;
    }
    if found.is_empty() && !names::fold(text).is_empty() {
        let filter = Filter { q: text.to_owned(), ..Filter::default() };
        let rows = list::chunk(conn, &filter, Sort::BY_NAME, None, 2, now)?;
        found = rows.into_iter().map(|row| row.id).collect();
    }
    Ok(match found[..] {
        [] => Typed::Nobody,
        [one] => Typed::One(one),
        _ => Typed::Several,
    })
}

/// Name and state of somebody, whatever that is. Who is past their leave date is as good as deactivated.
pub fn candidate(conn: &mut Conn, id: UserId, now: Timestamp) -> Result<Option<(String, State)>> {
    let columns = (users::first_name, users::last_name, users::state, users::leaves_at);
    let row: Option<(String, String, State, Option<Timestamp>)> =
        users::table.find(id).select(columns).first(conn).optional()?;
    Ok(row.map(|(first_name, last_name, state, leaves_at)| {
        let has_left = state == State::Active && leaves_at.is_some_and(|at| at <= now);
        (format!("{first_name} {last_name}"), if has_left { State::Deactivated } else { state })
    }))
}

/// Keeps these people's state as it is until the writing transaction ends. In the order of their ids, as every act does,
/// so that nobody waits in a circle. SQLite writes one at a time and needs nothing.
pub fn hold(conn: &mut Conn, ids: &[UserId]) -> Result<()> {
    if let Conn::Postgres(c) = conn {
        let held = users::table.filter(among(users::id, ids)).order(users::id).select(users::id).for_share();
        held.load::<UserId>(c)?;
    }
    Ok(())
}
