//! Operations and the outcome per user, as pages and files show them.

use diesel::prelude::*;

use super::super::{Operation, Outcome};
use crate::db::dialect::among;
use crate::db::schema::{operation_rows, operations, users};
use crate::db::{Conn, MultiBackend, OperationId, Result, UserId};
use crate::web::pagination::{Place, ROWS, Rows, Toward, newest_first};

/// An operation in the list: with the name of who started it.
pub struct Listed {
    pub operation: Operation,
    pub by: String,
}

/// All operations, newest first, a page at a time.
pub fn list(conn: &mut Conn, from: Option<&str>, toward: Toward) -> Result<Rows<Listed>> {
    let query = operations::table
        .left_join(users::table.on(users::id.nullable().eq(operations::started_by)))
        .select((Operation::as_select(), (users::first_name, users::last_name).nullable()));
    let (query, is_onward) = newest_first!(query, operations::id, from, toward);
    let rows: Vec<(Operation, Option<(String, String)>)> = query.load(conn)?;
    let rows = Rows::cut(rows, toward, is_onward, |(operation, _)| Place(0i64, operation.id.0));
    Ok(rows.map(|(operation, name)| Listed {
        operation,
        by: name.map_or_else(String::new, |(first, last)| format!("{first} {last}")),
    }))
}

/// One user's part in an operation. The name is empty once the person is erased.
#[derive(Debug, Clone, Queryable)]
pub struct ShownRow {
    pub user: UserId,
    pub name: Option<(String, String)>,
    pub email: Option<String>,
    pub step: String,
    pub outcome: Option<Outcome>,
    pub reason: Option<String>,
}

/// Which rows of an operation are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Only {
    #[default]
    All,
    Done,
    Skipped,
    Failed,
    Waiting,
}

/// Up to `limit` rows behind a user, for a file.
pub fn chunk(conn: &mut Conn, id: OperationId, after: Option<UserId>, limit: i64) -> Result<Vec<ShownRow>> {
    let query = shown(id, Only::All).order(operation_rows::user_id.asc()).limit(limit);
    Ok(query.filter(operation_rows::user_id.gt(after.unwrap_or(UserId(0)))).load(conn)?)
}

/// The outcome per user, a page at a time.
pub fn rows(
    conn: &mut Conn,
    id: OperationId,
    only: Only,
    from: Option<&str>,
    toward: Toward,
) -> Result<Rows<ShownRow>> {
    let place = from.and_then(Place::<i64>::from_word);
    let mut query = shown(id, only).limit(ROWS as i64 + 1);
    query = match (toward, &place) {
        (Toward::Next, Some(Place(_, user))) => query.filter(operation_rows::user_id.gt(*user)),
        (Toward::Previous, Some(Place(_, user))) => query.filter(operation_rows::user_id.lt(*user)),
        (_, None) => query,
    };
    query = match toward {
        Toward::Next => query.order(operation_rows::user_id.asc()),
        Toward::Previous => query.order(operation_rows::user_id.desc()),
    };
    let rows: Vec<ShownRow> = query.load(conn)?;
    Ok(Rows::cut(rows, toward, place.is_some(), |row| Place(0i64, row.user.0)))
}

#[diesel::dsl::auto_type]
fn everybody(id: OperationId) -> _ {
    operation_rows::table
        .left_join(users::table.on(users::id.eq(operation_rows::user_id)))
        .filter(operation_rows::operation_id.eq(id))
        .select((
            operation_rows::user_id,
            (users::first_name, users::last_name).nullable(),
            users::email.nullable(),
            operation_rows::step,
            operation_rows::outcome,
            operation_rows::reason,
        ))
}

fn shown(id: OperationId, only: Only) -> diesel::dsl::IntoBoxed<'static, everybody, MultiBackend> {
    let query = everybody(id).into_boxed::<MultiBackend>();
    match only {
        Only::All => query,
        Only::Waiting => query.filter(operation_rows::outcome.is_null()),
        Only::Done => query.filter(operation_rows::outcome.eq(Outcome::Done)),
        Only::Skipped => query.filter(operation_rows::outcome.eq(Outcome::Skipped)),
        Only::Failed => query.filter(operation_rows::outcome.eq(Outcome::Failed)),
    }
}

/// The names of who started it and of who answers for it now; empty: Roster itself.
pub fn people(conn: &mut Conn, operation: &Operation) -> Result<(String, String)> {
    let ids: Vec<UserId> = operation.started_by.into_iter().chain(operation.run_by).collect();
    let rows: Vec<(UserId, String, String)> = users::table
        .filter(among(users::id, &ids))
        .select((users::id, users::first_name, users::last_name))
        .load(conn)?;
    let name = |id: Option<UserId>| {
        let row = rows.iter().find(|(of, ..)| Some(*of) == id);
        row.map_or_else(String::new, |(_, first, last)| format!("{first} {last}"))
    };
    Ok((name(operation.started_by), name(operation.run_by)))
}
