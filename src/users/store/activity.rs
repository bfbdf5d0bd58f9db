//! What happened to one person, as the audit chain has it.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use crate::db::schema::{audit_details, audit_entries, operations, users};
use crate::db::{Conn, MultiBackend, OperationId, Result, Timestamp, UserId};
use crate::web::pagination::{Place, ROWS, Rows, Toward};

/// An entry about somebody.
#[derive(Debug, Clone, Queryable)]
pub struct Entry {
    pub seq: i64,
    pub at: Timestamp,
    pub act: String,
    /// `None`: Roster itself, or the command line.
    pub actor: Option<UserId>,
    /// `None` also if whoever did it was erased.
    pub by: Option<(String, String)>,
    pub operation: Option<OperationId>,
    pub reason: Option<String>,
    /// JSON; `None` once it was erased.
    pub details: Option<String>,
}

/// The entries about a user, newest first, a page at a time. A place is the time of an entry and its number.
pub fn of(conn: &mut Conn, user: UserId, from: Option<&str>, toward: Toward) -> Result<Rows<Entry>> {
    let place = from.and_then(Place::<i64>::from_word);
    let toward = if place.is_some() { toward } else { Toward::Next };
    let mut query = audit_entries::table
        .left_join(audit_details::table)
        .left_join(users::table.on(users::id.nullable().eq(audit_entries::actor_id)))
        .left_join(operations::table.on(operations::id.nullable().eq(audit_entries::operation_id)))
        .filter(audit_entries::user_id.eq(user))
        .select((
            audit_entries::seq,
            audit_entries::at,
            audit_entries::act,
            audit_entries::actor_id,
            (users::first_name, users::last_name).nullable(),
            audit_entries::operation_id,
            operations::reason.nullable(),
            audit_details::details.nullable(),
        ))
        .limit(ROWS as i64 + 1)
        .into_boxed::<MultiBackend>();
    if let Some(Place(at, number)) = place {
        let sign = if toward == Toward::Next { "<" } else { ">" };
        let beyond = sql::<Bool>(&format!("(audit_entries.at, audit_entries.seq) {sign} (")).bind::<BigInt, _>(at);
        query = query.filter(beyond.sql(", ").bind::<BigInt, _>(number).sql(")"));
    }
    let query = match toward {
        Toward::Next => query.order((audit_entries::at.desc(), audit_entries::seq.desc())),
        Toward::Previous => query.order((audit_entries::at.asc(), audit_entries::seq.asc())),
    };
    let rows = query.load(conn)?;
    Ok(Rows::cut(rows, toward, place.is_some(), |entry: &Entry| Place(entry.at.micros(), entry.seq)))
}
