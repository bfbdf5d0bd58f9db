//! People's photos, as bytes with their digest.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::dialect::{among, on};
use crate::db::schema::{photos, users};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::users::State;

/// A photo as it is served.
#[derive(Debug, Clone, Queryable)]
pub struct Stored {
    pub digest: String,
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// The photo of somebody who is not deleted.
pub fn find(conn: &mut Conn, user: UserId) -> Result<Option<Stored>> {
    Ok(photos::table
        .inner_join(users::table.on(users::id.eq(photos::user_id)))
        .filter(photos::user_id.eq(user))
        .filter(users::state.ne(State::Deleted))
        .select((photos::digest, photos::content_type, photos::bytes))
        .first(conn)
        .optional()?)
}

/// The digests of the photos that these people have.
pub fn digests(conn: &mut Conn, users: &[UserId]) -> Result<HashMap<UserId, String>> {
    let columns = (photos::user_id, photos::digest);
    let found = photos::table.into_boxed().filter(among(photos::user_id, users)).select(columns);
    Ok(found.load::<(UserId, String)>(conn)?.into_iter().collect())
}

/// Puts a photo in the place of the one they had.
pub fn put(
    conn: &mut Conn,
    user: UserId,
    digest: &str,
    content_type: &str,
    bytes: &[u8],
    now: Timestamp,
) -> Result<()> {
    let values = (
        photos::digest.eq(digest),
        photos::content_type.eq(content_type),
        photos::bytes.eq(bytes),
        photos::changed_at.eq(now),
    );
    on!(conn, c => diesel::insert_into(photos::table)
        .values((photos::user_id.eq(user), values))
        .on_conflict(photos::user_id)
        .do_update()
        .set(values)
        .execute(c))?;
    Ok(())
}

/// False: they had none.
pub fn remove(conn: &mut Conn, user: UserId) -> Result<bool> {
    Ok(diesel::delete(photos::table.find(user)).execute(conn)? == 1)
}
