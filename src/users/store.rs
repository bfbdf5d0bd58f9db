//! The rows of people.

pub mod consistency;
pub mod former;
pub mod photos;
pub mod reporting;
pub mod updates;

use diesel::prelude::*;

use super::create::NewUser;
use super::{State, names};
use crate::db::schema::users;
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;

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
    diesel::update(users::table.find(user))
        .set((users::time_zone.eq(zone), users::version.eq(users::version + 1)))
        .execute(conn)?;
    Ok(())
}

/// Somebody who is not deleted, with the state and level that `reinstate` changes.
#[derive(Debug, Clone, Queryable)]
pub struct Live {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub state: State,
    pub level: Option<AccessLevel>,
}

/// Who is not deleted and has this address.
pub fn find_live(conn: &mut Conn, email: &str) -> Result<Option<Live>> {
    Ok(users::table
        .filter(users::email_key.eq(names::email_key(email)))
        .filter(users::state.ne(State::Deleted))
        .select((users::id, users::first_name, users::last_name, users::state, users::access_level))
        .first(conn)
        .optional()?)
}

/// Gives an access level to somebody who is not deleted, who is then active. Seats and counts are the caller's.
pub fn set_active_with(conn: &mut Conn, user: &Live, level: AccessLevel, now: Timestamp) -> Result<()> {
    let row = users::table.find(user.id);
    let values = (
        users::state.eq(State::Active),
        users::access_level.eq(Some(level)),
        users::last_access_level.eq(level),
        users::version.eq(users::version + 1),
        users::leaves_at.eq(None::<Timestamp>),
        users::leaves_zone.eq(""),
        users::leave_operation_id.eq(None::<i64>),
    );
    diesel::update(row).set(values).execute(conn)?;
    if user.state != State::Active {
        let by_no_operation = users::state_operation_id.eq(None::<i64>);
        diesel::update(row).set((users::state_changed_at.eq(now), by_no_operation)).execute(conn)?;
    }
    Ok(())
}
