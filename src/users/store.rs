//! The rows of people.

use diesel::prelude::*;

use super::create::NewUser;
use super::{State, names};
use crate::db::schema::users;
use crate::db::{Conn, Result, Timestamp, UserId};

/// True if somebody who is not deleted has this address.
pub fn is_email_taken(conn: &mut Conn, email: &str) -> Result<bool> {
    let holder: Option<UserId> = users::table
        .filter(users::email_key.eq(names::email_key(email)))
        .filter(users::state.ne(State::Deleted))
        .select(users::id)
        .first(conn)
        .optional()?;
    Ok(holder.is_some())
}

/// An active user's row.
pub fn insert(conn: &mut Conn, new: &NewUser, now: Timestamp) -> Result<UserId> {
    let (first_name, last_name, email) = (new.first_name.trim(), new.last_name.trim(), new.email.trim());
    Ok(diesel::insert_into(users::table)
        .values((
            users::first_name.eq(first_name),
            users::last_name.eq(last_name),
            users::email.eq(email),
            users::title.eq(new.title.trim()),
            users::state.eq(State::Active),
            users::access_level.eq(Some(new.level)),
            users::last_access_level.eq(new.level),
            users::created_at.eq(now),
            users::state_changed_at.eq(now),
            users::name_key.eq(names::name_key(first_name, last_name)),
            users::email_key.eq(names::email_key(email)),
        ))
        .returning(users::id)
        .get_result(conn)?)
}

/// True if there is anybody at all, deleted people included.
pub fn is_anybody_there(conn: &mut Conn) -> Result<bool> {
    let somebody: Option<UserId> = users::table.select(users::id).first(conn).optional()?;
    Ok(somebody.is_some())
}

/// The time zone a person chose; empty: the organization's.
pub fn set_time_zone(conn: &mut Conn, user: UserId, zone: &str) -> Result<()> {
    diesel::update(users::table.find(user)).set(users::time_zone.eq(zone)).execute(conn)?;
    Ok(())
}
