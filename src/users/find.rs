//! Finding people for pickers: active ones only, by parts of their name or address, a handful at a time.

use diesel::prelude::*;

use super::State;
use super::list::{self, Filter, Row, Sort};
use crate::db::dialect::among;
use crate::db::schema::users;
use crate::db::{Conn, Result, Timestamp, UserId};

/// People a picker lists at once.
pub const MATCHES: usize = 20;

/// Up to `MATCHES` active people by name, found as in the Users list.
pub fn active(conn: &mut Conn, text: &str, now: Timestamp) -> Result<Vec<Row>> {
    let filter = Filter { q: text.to_owned(), ..Filter::default() };
    list::chunk(conn, &filter, Sort::BY_NAME, None, MATCHES as i64, now)
}

/// Name and state of somebody, whatever that is.
pub fn candidate(conn: &mut Conn, id: UserId) -> Result<Option<(String, State)>> {
    let columns = (users::first_name, users::last_name, users::state);
    let row: Option<(String, String, State)> = users::table.find(id).select(columns).first(conn).optional()?;
    Ok(row.map(|(first_name, last_name, state)| (format!("{first_name} {last_name}"), state)))
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
