//! What happened to one person, as the audit chain has it.

use diesel::prelude::*;

use crate::db::schema::{audit_details, audit_entries, operations, users};
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::web::pagination::{Place, Rows, Toward, newest_first};

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

/// The entries about a user, newest first, a page at a time.
pub fn of(conn: &mut Conn, user: UserId, from: Option<&str>, toward: Toward) -> Result<Rows<Entry>> {
    let query = audit_entries::table
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
        ));
    let (query, inside) = newest_first!(query, audit_entries::seq, from, toward);
    Ok(Rows::cut(query.load(conn)?, toward, inside, |entry: &Entry| Place(0i64, entry.seq)))
}
