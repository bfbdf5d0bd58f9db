//! People as they stand in the form of a filter.

use diesel::prelude::*;

use crate::db::schema::users;
use crate::db::{Conn, Result, UserId};
use crate::users::State;

/// The address of somebody, for a field that takes one.
pub fn email_of(conn: &mut Conn, id: UserId) -> Result<Option<String>> {
    Ok(users::table.find(id).filter(users::state.ne(State::Deleted)).select(users::email).first(conn).optional()?)
}
