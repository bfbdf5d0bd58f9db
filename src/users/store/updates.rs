//! What was said on somebody's profile.

use diesel::prelude::*;

use super::super::State;
use crate::db::schema::{notes, users};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::web::pagination::{Place, Rows, Toward, newest_first};

/// A note about a person.
#[derive(Debug, Clone, Queryable)]
pub struct Update {
    pub id: i64,
    pub body: String,
    pub at: Timestamp,
    /// `None`: whoever wrote it was deleted.
    pub author: Option<Author>,
}

#[derive(Debug, Clone, Queryable)]
pub struct Author {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub state: State,
}

/// The updates on a profile, newest first, a page at a time.
pub fn of(conn: &mut Conn, user: UserId, from: Option<&str>, toward: Toward) -> Result<Rows<Update>> {
    let by = notes::author_id.eq(users::id.nullable()).and(users::state.ne(State::Deleted));
    let query = notes::table.left_join(users::table.on(by)).filter(notes::about_user_id.eq(user)).select((
        notes::id,
        notes::body,
        notes::created_at,
        (users::id, users::first_name, users::last_name, users::state).nullable(),
    ));
    let (query, inside) = newest_first!(query, notes::id, from, toward);
    Ok(Rows::cut(query.load(conn)?, toward, inside, |update: &Update| Place(0i64, update.id)))
}
