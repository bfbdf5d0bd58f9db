//! Who was loaded, by address.

use diesel::prelude::*;

use crate::db::schema::users;
use crate::db::{Conn, Result, UserId};

/// Everybody's id and folded address.
pub fn everybody(conn: &mut Conn) -> Result<Vec<(UserId, String)>> {
    Ok(users::table.select((users::id, users::email_key)).order(users::id).load(conn)?)
}
