//! Who may act on whom, and who keeps the organization from being locked out.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::actor::Actor;
use crate::db::schema::{passwords, users};
use crate::db::{Conn, Result, UserId};
use crate::licenses::AccessLevel;

/// True if every right of `level` is among the actor's own: nobody acts on, or hands out, more than they have.
pub fn is_within(actor: &Actor, level: AccessLevel) -> bool {
    actor.may(level.rights())
}

/// The administrators who can really sign in: active, System Administrator, with a password and no leave date. Never none of them.
///
/// Written out, not bound, and the state so that no index of it is taken: the few are found in an index of their own,
/// however many people there are.
pub fn administrators_who_can_sign_in(conn: &mut Conn) -> Result<Vec<UserId>> {
    Ok(users::table
        .inner_join(passwords::table.on(passwords::user_id.eq(users::id)))
        .filter(sql::<Bool>(
            "users.access_level = 'system_administrator' AND users.state || '' = 'active' AND users.leaves_at IS NULL",
        ))
        .order(users::id)
        .select(users::id)
        .load(conn)?)
}

/// True if this user is the only administrator who can sign in.
pub fn is_last_administrator(conn: &mut Conn, user: UserId) -> Result<bool> {
    Ok(administrators_who_can_sign_in(conn)? == [user])
}
