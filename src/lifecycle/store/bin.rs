//! Who is in the recycle bin.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use crate::db::schema::{operations, users};
use crate::db::{Conn, MultiBackend, OperationId, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;
use crate::users::State;
use crate::web::pagination::{Place, ROWS, Rows, Toward};

/// A deleted user, with who deleted them and why.
#[derive(Debug, Clone, Queryable)]
pub struct Binned {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub level: AccessLevel,
    pub deleted_at: Timestamp,
    pub operation: Option<OperationId>,
    pub reason: Option<String>,
    pub by: Option<(String, String)>,
    /// On the way out for good since then.
    pub erasing_since: Option<Timestamp>,
}

/// The latest first, a page at a time.
pub fn list(conn: &mut Conn, from: Option<&str>, toward: Toward) -> Result<Rows<Binned>> {
    let place = from.and_then(Place::<i64>::from_word);
    let by = diesel::alias!(users as by);
    let mut query = users::table
        .left_join(operations::table.on(users::state_operation_id.eq(operations::id.nullable())))
        .left_join(by.on(by.field(users::id).nullable().eq(operations::started_by)))
        .filter(users::state.eq(State::Deleted))
        .select((
            users::id,
            users::first_name,
            users::last_name,
            users::email,
            users::last_access_level,
            users::deleted_at.assume_not_null(),
            users::state_operation_id,
            operations::reason.nullable(),
            by.fields((users::first_name, users::last_name)).nullable(),
            users::erasing_since,
        ))
        .limit(ROWS as i64 + 1)
        .into_boxed::<MultiBackend>();
    if let Some(Place(at, id)) = &place {
        let text = match toward {
            Toward::Next => "(users.deleted_at, users.id) < (",
            Toward::Previous => "(users.deleted_at, users.id) > (",
        };
        let beyond = sql::<Bool>(text).bind::<BigInt, _>(*at).sql(", ").bind::<BigInt, _>(*id).sql(")");
        query = query.filter(beyond);
    }
    query = match toward {
        Toward::Next => query.order((users::deleted_at.desc(), users::id.desc())),
        Toward::Previous => query.order((users::deleted_at.asc(), users::id.asc())),
    };
    let rows: Vec<Binned> = query.load(conn)?;
    Ok(Rows::cut(rows, toward, place.is_some(), |user| Place(user.deleted_at.micros(), user.id.0)))
}

/// Everybody in it.
pub fn ids(conn: &mut Conn) -> Result<Vec<UserId>> {
    Ok(users::table.filter(users::state.eq(State::Deleted)).order(users::id).select(users::id).load(conn)?)
}
