//! One-time links by which people choose a password of their own. One a person, and only its digest is kept.

use diesel::prelude::*;

use super::digest;
use crate::db::dialect::{among, on};
use crate::db::schema::{sign_in_links, users};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;
use crate::users::actor;

/// Whom a link lets in.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Invited {
    pub user: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub level: Option<AccessLevel>,
    /// `None`: they were erased.
    pub made_by: Option<UserId>,
}

/// The person's one link; one that they had before opens nothing any more.
pub fn put(
    conn: &mut Conn,
    user: UserId,
    token: &str,
    made_by: UserId,
    made_at: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let values = (
        sign_in_links::token_digest.eq(digest(token)),
        sign_in_links::made_by.eq(made_by),
        sign_in_links::made_at.eq(made_at),
        sign_in_links::expires_at.eq(expires_at),
    );
    on!(conn, c => diesel::insert_into(sign_in_links::table)
        .values((sign_in_links::user_id.eq(user), values.clone()))
        .on_conflict(sign_in_links::user_id)
        .do_update()
        .set(values)
        .execute(c))?;
    Ok(())
}

/// Who comes in by this link, if it is valid and they are still let in. The rule asks whether whoever made it still may.
pub fn find(conn: &mut Conn, token: &str, now: Timestamp) -> Result<Option<Invited>> {
    Ok(sign_in_links::table
        .inner_join(users::table.on(users::id.eq(sign_in_links::user_id)))
        .filter(sign_in_links::token_digest.eq(digest(token)))
        .filter(sign_in_links::expires_at.gt(now))
        .filter(actor::has_access(now))
        .select((
            users::id,
            users::first_name,
            users::last_name,
            users::email,
            users::access_level,
            sign_in_links::made_by,
        ))
        .first(conn)
        .optional()?)
}

/// The person's link, if they have one that is not too old: until when, who made it, and what level the person has.
pub fn of(conn: &mut Conn, user: UserId, now: Timestamp) -> Result<Option<Made>> {
    Ok(sign_in_links::table
        .inner_join(users::table.on(users::id.eq(sign_in_links::user_id)))
        .filter(sign_in_links::user_id.eq(user))
        .filter(sign_in_links::expires_at.gt(now))
        .select((sign_in_links::expires_at, sign_in_links::made_by, users::access_level))
        .first(conn)
        .optional()?)
}

pub type Made = (Timestamp, Option<UserId>, Option<AccessLevel>);

/// Takes away the links that these people made for others: whoever is out has no way in by somebody else's name.
pub fn end_made_by(conn: &mut Conn, users: &[UserId]) -> Result<()> {
    diesel::delete(sign_in_links::table.filter(among(sign_in_links::made_by.assume_not_null(), users)))
        .execute(conn)?;
    Ok(())
}

/// Takes these people's links away.
pub fn end(conn: &mut Conn, users: &[UserId]) -> Result<()> {
    diesel::delete(sign_in_links::table.filter(among(sign_in_links::user_id, users))).execute(conn)?;
    Ok(())
}

/// Takes away the links that ran out.
pub fn prune(conn: &mut Conn, now: Timestamp) -> Result<()> {
    diesel::delete(sign_in_links::table.filter(sign_in_links::expires_at.le(now))).execute(conn)?;
    Ok(())
}
