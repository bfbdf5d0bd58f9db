//! Updates on people's profiles: notes that are about somebody.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::db::dialect::{among, insert_all};
use crate::db::schema::notes;
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};

/// The same update on the profile of each of these people.
pub fn post(
    conn: &mut Conn,
    author: UserId,
    people: &[UserId],
    body: &str,
    operation: OperationId,
    now: Timestamp,
) -> Result<()> {
    let rows = people.iter().map(|person| {
        (
            notes::author_id.eq(author),
            notes::about_user_id.eq(person),
            notes::body.eq(body),
            notes::created_at.eq(now),
            notes::operation_id.eq(operation),
        )
    });
    let rows: Vec<_> = rows.collect();
    insert_all!(conn, notes::table, rows)?;
    Ok(())
}

/// Takes back what an operation posted with these people.
pub fn take_back(conn: &mut Conn, operation: OperationId, people: &[UserId]) -> Result<()> {
    let posted = notes::table
        .filter(notes::operation_id.assume_not_null().eq(operation))
        .filter(among(notes::about_user_id.assume_not_null(), people));
    diesel::delete(posted).execute(conn)?;
    Ok(())
}

/// With which of these people the update of an operation stands.
pub fn holders(conn: &mut Conn, operation: OperationId, people: &[UserId]) -> Result<HashSet<UserId>> {
    let posted = notes::table
        .filter(notes::operation_id.assume_not_null().eq(operation))
        .filter(among(notes::about_user_id.assume_not_null(), people));
    let holders: Vec<UserId> = posted.select(notes::about_user_id.assume_not_null()).load(conn)?;
    Ok(holders.into_iter().collect())
}
