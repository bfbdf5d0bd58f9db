//! The changes of state, each for a whole set of people at once. Whether they may be made was decided before.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::departures::no_departure;
use crate::db::dialect::among;
use crate::db::schema::users;
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;
use crate::users::{State, names};

/// Which operation changes them, and when.
#[derive(Debug, Clone, Copy)]
pub struct Stamp {
    pub operation: OperationId,
    pub now: Timestamp,
}

macro_rules! stamped {
    ($stamp:expr) => {
        (
            users::state_changed_at.eq($stamp.now),
            users::state_operation_id.eq($stamp.operation),
            users::version.eq(sql::<BigInt>("version + 1")),
        )
    };
}

pub fn deactivate(conn: &mut Conn, ids: &[UserId], stamp: Stamp) -> Result<()> {
    diesel::update(users::table.filter(among(users::id, ids)))
        .set((
            users::state.eq(State::Deactivated),
            users::last_access_level.eq(sql::<Text>("COALESCE(access_level, last_access_level)")),
            users::access_level.eq(None::<AccessLevel>),
            no_departure!(),
            stamped!(stamp),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn activate(conn: &mut Conn, ids: &[UserId], level: AccessLevel, stamp: Stamp) -> Result<()> {
    diesel::update(users::table.filter(among(users::id, ids)))
        .set((
            users::state.eq(State::Active),
            users::deleted_from.eq(None::<State>),
            users::deleted_at.eq(None::<Timestamp>),
            users::access_level.eq(level),
            users::last_access_level.eq(level),
            no_departure!(),
            stamped!(stamp),
        ))
        .execute(conn)?;
    Ok(())
}

/// The tombstone. Nothing else is rewritten, so that restoring brings everything back.
pub fn delete(conn: &mut Conn, ids: &[UserId], stamp: Stamp) -> Result<()> {
    diesel::update(users::table.filter(among(users::id, ids)))
        .set((
            users::deleted_from.eq(sql::<Nullable<Text>>("state")),
            users::state.eq(State::Deleted),
            users::deleted_at.eq(stamp.now),
            users::last_access_level.eq(sql::<Text>("COALESCE(access_level, last_access_level)")),
            users::access_level.eq(None::<AccessLevel>),
            no_departure!(),
            stamped!(stamp),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn restore_as_deactivated(conn: &mut Conn, ids: &[UserId], stamp: Stamp) -> Result<()> {
    diesel::update(users::table.filter(among(users::id, ids)))
        .set((
            users::state.eq(State::Deactivated),
            users::deleted_from.eq(None::<State>),
            users::deleted_at.eq(None::<Timestamp>),
            no_departure!(),
            stamped!(stamp),
        ))
        .execute(conn)?;
    Ok(())
}

/// A new address for somebody whose own is taken. One statement each: this is rare.
pub fn give_address(conn: &mut Conn, user: UserId, email: &str) -> Result<()> {
    diesel::update(users::table.find(user))
        .set((users::email.eq(email.trim()), users::email_key.eq(names::email_key(email))))
        .execute(conn)?;
    Ok(())
}
