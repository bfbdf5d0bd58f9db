//! Sessions in the database. Looking one up gives the user's state with it, in one query.

pub mod attempts;
pub mod links;
pub mod setup_links;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use sha2::{Digest, Sha256};

use super::viewer::SignedIn;
use crate::db::dialect::among;
use crate::db::schema::{passwords, sessions, users};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::preferences::{self, Setting};
use crate::users::{State, actor, password};
use crate::web::pagination::{Place, Rows, Toward, newest_first};

/// A session as it is begun.
pub struct NewSession {
    pub user: UserId,
    /// The hash that the password was compared with; `None`: they signed in by other means.
    pub compared_with: Option<String>,
    /// What actix-session keeps, as JSON.
    pub data: String,
    pub address: String,
    pub user_agent: String,
}

/// Only a digest of a key is stored: who reads the database cannot sign in with it.
fn digest(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes()).to_vec()
}

/// One of the organization's preferences, beside the row of a query.
macro_rules! preference {
    ($setting:ident) => {
        sql::<Nullable<Text>>("(SELECT value FROM settings WHERE name = '").sql(Setting::$setting.as_str()).sql("')")
    };
}

/// The session's data and who it belongs to; `None` if it ended, ran out, or its user is not active. It runs out as many
/// hours after it began as the organization chose by now: a shorter time ends older sessions too.
pub fn find(conn: &mut Conn, key: &str, now: Timestamp, default_hours: i64) -> Result<Option<(String, SignedIn)>> {
    let unread =
        sql::<BigInt>("(SELECT COUNT(*) FROM messages WHERE messages.user_id = users.id AND messages.read_at IS NULL)");
    let row: Option<(String, Timestamp, Option<String>, SignedIn)> = sessions::table
        .inner_join(users::table)
        .left_join(passwords::table.on(passwords::user_id.eq(sessions::user_id)))
        .filter(sessions::key_digest.eq(digest(key)))
        .filter(sessions::expires_at.gt(now))
        .filter(actor::has_access(now))
        .select((
            sessions::data,
            sessions::created_at,
            preference!(SessionHours),
            (
                sessions::id,
                users::id,
                users::first_name,
                users::last_name,
                users::email,
                users::access_level.assume_not_null(),
                users::time_zone,
                passwords::must_change.nullable(),
                preference!(OrganizationName),
                preference!(TimeZone),
                preference!(EraseAfterDays),
                unread,
            ),
        ))
        .first(conn)
        .optional()?;
    let lasts = |begun: Timestamp, hours: Option<&str>| {
        begun.plus_seconds(Setting::SessionHours.number(hours).unwrap_or(default_hours) * 3_600) > now
    };
    Ok(row.filter(|(_, begun, hours, _)| lasts(*begun, hours.as_deref())).map(|(data, _, _, who)| (data, who)))
}

/// Begins a session. A user who was deactivated or given another password a moment ago gets none: the key then opens
/// nothing.
pub fn insert(conn: &mut Conn, key: &str, session: &NewSession, now: Timestamp, expires_at: Timestamp) -> Result<()> {
    if actor::present_for_write(conn, session.user, now)?.is_none() {
        return Ok(());
    }
    if session.compared_with.is_some() && password::of_user_for_write(conn, session.user)? != session.compared_with {
        return Ok(());
    }
    diesel::insert_into(sessions::table)
        .values((
            sessions::key_digest.eq(digest(key)),
            sessions::user_id.eq(session.user),
            sessions::data.eq(&session.data),
            sessions::created_at.eq(now),
            sessions::expires_at.eq(expires_at),
            sessions::address.eq(&session.address),
            sessions::user_agent.eq(&session.user_agent),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes new data into a session that still is there. False: it ended, and stays ended.
pub fn update(conn: &mut Conn, key: &str, data: &str) -> Result<bool> {
    let changed = diesel::update(sessions::table.filter(sessions::key_digest.eq(digest(key))))
        .set(sessions::data.eq(data))
        .execute(conn)?;
    Ok(changed == 1)
}

pub fn delete(conn: &mut Conn, key: &str) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::key_digest.eq(digest(key)))).execute(conn)?;
    Ok(())
}

/// Ends every session of these people, and with them the link by which they could come in, and those that they made for
/// others; says how many sessions.
pub fn end_all(conn: &mut Conn, users: &[UserId]) -> Result<i64> {
    links::end(conn, users)?;
    links::end_made_by(conn, users)?;
    Ok(diesel::delete(sessions::table.filter(among(sessions::user_id, users))).execute(conn)? as i64)
}

/// Ends a user's sessions but the one they are using; says how many.
pub fn end_others(conn: &mut Conn, user: UserId, kept: i64) -> Result<i64> {
    let others = sessions::table.filter(sessions::user_id.eq(user)).filter(sessions::id.ne(kept));
    Ok(diesel::delete(others).execute(conn)? as i64)
}

/// Ends every session of one person, who may come in again; says how many.
pub fn end_every(conn: &mut Conn, user: UserId) -> Result<i64> {
    Ok(diesel::delete(sessions::table.filter(sessions::user_id.eq(user))).execute(conn)? as i64)
}

/// Ends this session, if it is this user's. False: there is none.
pub fn end_one(conn: &mut Conn, user: UserId, session: i64) -> Result<bool> {
    let theirs = sessions::table.find(session).filter(sessions::user_id.eq(user));
    Ok(diesel::delete(theirs).execute(conn)? == 1)
}

/// A session as its owner, or an administrator, sees it.
#[derive(Debug, Clone, Queryable)]
pub struct Begun {
    pub id: i64,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub address: String,
    pub user_agent: String,
}

/// A user's sessions that have not run out, newest first, a page at a time. They end as long after they began as the
/// organization says now.
pub fn of_user(
    conn: &mut Conn,
    user: UserId,
    from: Option<&str>,
    toward: Toward,
    (now, default_hours): (Timestamp, i64),
) -> Result<Rows<Begun>> {
    let seconds = preferences::session_hours(conn, default_hours)? * 3_600;
    let begun_lately = sessions::created_at.gt(now.plus_seconds(-seconds));
    let open = sessions::table.filter(sessions::user_id.eq(user)).filter(begun_lately).select((
        sessions::id,
        sessions::created_at,
        sessions::expires_at,
        sessions::address,
        sessions::user_agent,
    ));
    let (query, inside) = newest_first!(open, sessions::id, from, toward);
    let rows = Rows::cut(query.load(conn)?, toward, inside, |session: &Begun| Place(0i64, session.id));
    Ok(rows.map(|session| Begun { expires_at: session.created_at.plus_seconds(seconds), ..session }))
}

/// Takes away the sessions and links that ran out.
pub fn prune(conn: &mut Conn, now: Timestamp, default_hours: i64) -> Result<()> {
    links::prune(conn, now)?;
    let hours = preferences::session_hours(conn, default_hours)?;
    let is_over = sessions::expires_at.le(now).or(sessions::created_at.le(now.plus_seconds(-hours * 3_600)));
    diesel::delete(sessions::table.filter(is_over)).execute(conn)?;
    Ok(())
}

/// People who are not active and yet have sessions (which open nothing, but should have ended). For `roster doctor`.
pub fn who_is_off_but_has_sessions(conn: &mut Conn) -> Result<Vec<UserId>> {
    Ok(sessions::table
        .inner_join(users::table)
        .filter(users::state.ne(State::Active))
        .select(users::id)
        .distinct()
        .limit(100)
        .load(conn)?)
}
