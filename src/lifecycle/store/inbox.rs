//! Somebody's messages in the application.

use diesel::prelude::*;

use crate::db::schema::{messages, users};
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::web::pagination::{Place, Rows, Toward, newest_first};

#[derive(Debug, Clone, Queryable)]
pub struct Message {
    pub id: i64,
    pub created_at: Timestamp,
    pub about: Option<UserId>,
    /// `None`: about several, or erased since.
    pub name: Option<(String, String)>,
    pub operation: Option<OperationId>,
    pub read_at: Option<Timestamp>,
}

pub fn insert(
    conn: &mut Conn,
    to: UserId,
    operation: OperationId,
    about: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    diesel::insert_into(messages::table)
        .values((
            messages::user_id.eq(to),
            messages::created_at.eq(now),
            messages::kind.eq("left"),
            messages::about_user.eq(about),
            messages::operation_id.eq(operation),
        ))
        .execute(conn)?;
    Ok(())
}

/// The latest first, a page at a time.
pub fn list(conn: &mut Conn, of: UserId, from: Option<&str>, toward: Toward) -> Result<Rows<Message>> {
    let about = diesel::alias!(users as about);
    let query = messages::table
        .left_join(about.on(about.field(users::id).nullable().eq(messages::about_user)))
        .filter(messages::user_id.eq(of))
        .select((
            messages::id,
            messages::created_at,
            messages::about_user,
            about.fields((users::first_name, users::last_name)).nullable(),
            messages::operation_id,
            messages::read_at,
        ));
    let (query, is_onward) = newest_first!(query, messages::id, from, toward);
    let rows: Vec<Message> = query.load(conn)?;
    Ok(Rows::cut(rows, toward, is_onward, |message| Place(0i64, message.id)))
}

/// All that somebody has are read now.
pub fn read_all(conn: &mut Conn, of: UserId, now: Timestamp) -> Result<()> {
    let unread = messages::table.filter(messages::user_id.eq(of)).filter(messages::read_at.is_null());
    diesel::update(unread).set(messages::read_at.eq(now)).execute(conn)?;
    Ok(())
}
