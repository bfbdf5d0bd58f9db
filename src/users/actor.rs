//! Who acts: read again inside the transaction that acts, so that an administrator who is off does nothing more.

use diesel::dsl;
use diesel::prelude::*;

use super::State;
use crate::db::schema::users;
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::licenses::{AccessLevel, Rights};

/// An active user, as they are in this transaction.
#[derive(Debug, Clone)]
pub struct Actor {
    pub id: UserId,
    pub name: String,
    pub level: AccessLevel,
}

impl Actor {
    pub fn rights(&self) -> Rights {
        self.level.rights()
    }

    pub fn may(&self, rights: Rights) -> bool {
        self.rights().include(rights)
    }
}

/// Active, and not past the moment at which they leave: access ends by the clock, whether or not anything ran then.
pub fn has_access(now: Timestamp) -> HasAccess {
    let stays = users::leaves_at.is_null().or(users::leaves_at.assume_not_null().gt(now));
    users::state.eq(State::Active).and(stays)
}

type Stays = dsl::Or<dsl::IsNull<users::leaves_at>, dsl::Gt<dsl::AssumeNotNull<users::leaves_at>, Timestamp>>;
/// `has_access`, as a type.
pub type HasAccess = dsl::And<dsl::Eq<users::state, State>, Stays>;

/// The actor, if still active. On PostgreSQL the row is held until the end of a writing transaction, so that a
/// deactivation waits for what has begun, and what begins after it is refused.
pub fn present(conn: &mut Conn, id: UserId, now: Timestamp) -> Result<Option<Actor>> {
    read(conn, id, now, Hold::Nothing)
}

/// `present`, for a transaction that writes.
pub fn present_for_write(conn: &mut Conn, id: UserId, now: Timestamp) -> Result<Option<Actor>> {
    read(conn, id, now, Hold::Shared)
}

/// `present`, for a transaction that goes on to change this very row: two that only shared it would wait for each other.
pub fn present_to_change(conn: &mut Conn, id: UserId, now: Timestamp) -> Result<Option<Actor>> {
    read(conn, id, now, Hold::Alone)
}

enum Hold {
    Nothing,
    Shared,
    Alone,
}

fn read(conn: &mut Conn, id: UserId, now: Timestamp, hold: Hold) -> Result<Option<Actor>> {
    let columns = (users::first_name, users::last_name, users::access_level);
    let query = users::table.filter(users::id.eq(id)).filter(has_access(now)).select(columns);
    let row: Option<(String, String, Option<AccessLevel>)> = match (conn, hold) {
        (Conn::Postgres(c), Hold::Shared) => query.for_share().first(c).optional()?,
        (Conn::Postgres(c), Hold::Alone) => query.for_no_key_update().first(c).optional()?,
        (conn, _) => query.first(conn).optional()?,
    };
    Ok(row.and_then(|(first_name, last_name, level)| {
        level.map(|level| Actor { id, name: format!("{first_name} {last_name}"), level })
    }))
}
