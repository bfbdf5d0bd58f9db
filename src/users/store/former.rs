//! Deleted people who had an address: whoever gets it next may be one of them, come back.

use diesel::prelude::*;

use crate::db::schema::{operations, users};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::users::{State, names};

/// Deleted people who are offered at once.
const OFFERED: i64 = 5;

/// Somebody in the recycle bin, who can be restored.
#[derive(Debug, Clone, Queryable)]
pub struct Former {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub title: String,
    pub deleted_at: Timestamp,
    /// Why they were deleted.
    pub reason: Option<String>,
}

/// The latest of those in the recycle bin who had this address and are not being erased.
pub fn of_address(conn: &mut Conn, email: &str) -> Result<Vec<Former>> {
    Ok(users::table
        .left_join(operations::table.on(users::state_operation_id.eq(operations::id.nullable())))
        .filter(users::state.eq(State::Deleted))
        .filter(users::email_key.eq(names::email_key(email)))
        .filter(users::erasing_since.is_null())
        .order((users::deleted_at.desc(), users::id.desc()))
        .limit(OFFERED)
        .select((
            users::id,
            users::first_name,
            users::last_name,
            users::title,
            users::deleted_at.assume_not_null(),
            operations::reason.nullable(),
        ))
        .load(conn)?)
}
