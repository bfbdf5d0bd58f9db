//! What an operation found in people's rows, noted and put back.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use super::super::Step;
use crate::db::dialect::{among, id_list, ids_of};
use crate::db::schema::operation_rows;
use crate::db::{Conn, OperationId, Result, UserId};
use crate::operations::Outcome;

/// What an operation did to each of these people.
pub fn done(conn: &mut Conn, operation: OperationId, users: &[UserId]) -> Result<Vec<(UserId, Step)>> {
    Ok(operation_rows::table
        .filter(operation_rows::operation_id.eq(operation))
        .filter(among(operation_rows::user_id, users))
        .filter(operation_rows::outcome.eq(Outcome::Done))
        .select((operation_rows::user_id, operation_rows::step))
        .load(conn)?)
}

/// Notes these people's rows as they are now.
pub fn note(conn: &mut Conn, operation: OperationId, users: &[UserId]) -> Result<()> {
    let text = format!(
        "UPDATE operation_rows SET before_version = found.version, before_changed_at = found.state_changed_at, \
         before_operation_id = found.state_operation_id FROM users AS found \
         WHERE operation_rows.operation_id = {operation} AND found.id = operation_rows.user_id \
         AND operation_rows.user_id IN {}",
        ids_of(conn, 1)
    );
    let list = id_list(conn, users);
    sql_query(text).bind::<Text, _>(list).execute(conn)?;
    Ok(())
}

/// Puts back when and by what their state had changed last; and the version, if nobody edited them in between: the
/// operation and its undoing raised it by one each.
pub fn as_it_was(conn: &mut Conn, undone: OperationId, users: &[UserId]) -> Result<()> {
    let text = format!(
        "UPDATE users SET state_changed_at = was.before_changed_at, state_operation_id = was.before_operation_id, \
         version = CASE WHEN users.version = was.before_version + 2 THEN was.before_version ELSE users.version END \
         FROM operation_rows AS was WHERE was.operation_id = {undone} AND was.user_id = users.id \
         AND was.before_version IS NOT NULL AND users.id IN {}",
        ids_of(conn, 1)
    );
    let list = id_list(conn, users);
    sql_query(text).bind::<Text, _>(list).execute(conn)?;
    Ok(())
}
