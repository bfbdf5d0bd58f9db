//! What `roster doctor` asks about people: the rows themselves, beside which counters and keys must hold.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;

use crate::db::schema::{passwords, users};
use crate::db::{Conn, Result, UserId};
use crate::licenses::AccessLevel;
use crate::users::State;

/// Rows read at a time, so that a million need no more memory than a few thousand.
const READ: i64 = 5_000;
/// Findings of one kind that are worth listing.
const LISTED: i64 = 100;

/// Active users of each access level.
pub fn active_by_level(conn: &mut Conn) -> Result<Vec<(AccessLevel, i64)>> {
    Ok(users::table
        .filter(users::state.eq(State::Active))
        .filter(users::access_level.is_not_null())
        .group_by(users::access_level)
        .select((users::access_level.assume_not_null(), count_star()))
        .load(conn)?)
}

pub fn by_state(conn: &mut Conn) -> Result<Vec<(State, i64)>> {
    Ok(users::table.group_by(users::state).select((users::state, count_star())).load(conn)?)
}

/// Active without an access level, or with one although off. The database itself refuses both.
pub fn with_a_wrong_level(conn: &mut Conn) -> Result<Vec<UserId>> {
    let is_active = users::state.eq(State::Active);
    let active_without = is_active.and(users::access_level.is_null());
    let off_with = users::state.ne(State::Active).and(users::access_level.is_not_null());
    // One after the other: SQLite's planner gives up on both in one, with the partial indexes that are there.
    let mut wrong: Vec<UserId> = users::table.filter(active_without).select(users::id).limit(LISTED).load(conn)?;
    wrong.extend(users::table.filter(off_with).select(users::id).limit(LISTED).load::<UserId>(conn)?);
    Ok(wrong)
}

/// Addresses that more than one live user has. The database itself refuses them.
pub fn shared_addresses(conn: &mut Conn) -> Result<Vec<String>> {
    Ok(users::table
        .filter(users::state.ne(State::Deleted))
        .group_by(users::email_key)
        .having(count_star().gt(1))
        .select(users::email_key)
        .limit(LISTED)
        .load(conn)?)
}

/// System Administrators who are active and have a password.
pub fn administrators_who_can_sign_in(conn: &mut Conn) -> Result<i64> {
    Ok(users::table
        .inner_join(passwords::table)
        .filter(users::access_level.eq(AccessLevel::SystemAdministrator))
        .filter(users::state.eq(State::Active))
        .count()
        .get_result(conn)?)
}

/// What a user's keys are folded from, and the keys.
#[derive(Queryable)]
pub struct Keyed {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub name_key: String,
    pub email_key: String,
}

/// Shows every user to `see`, deleted ones included.
pub fn for_each(conn: &mut Conn, mut see: impl FnMut(Keyed)) -> Result<()> {
    let mut last = UserId(i64::MIN);
    loop {
        let rows: Vec<Keyed> = users::table
            .filter(users::id.gt(last))
            .order(users::id)
            .limit(READ)
            .select((users::id, users::first_name, users::last_name, users::email, users::name_key, users::email_key))
            .load(conn)?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = end.id;
        rows.into_iter().for_each(&mut see);
    }
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: UserId,
}

/// Users whom the index of the search does not have, or (where it keeps them) not under their present keys; and what
/// the index has of people who are not there any more.
pub fn not_searchable(conn: &mut Conn) -> Result<Vec<UserId>> {
    let sql = match conn {
        Conn::Sqlite(_) => {
            "SELECT id FROM users WHERE NOT EXISTS (SELECT 1 FROM user_search WHERE user_search.rowid = users.id) \
             UNION ALL SELECT rowid FROM user_search \
             WHERE NOT EXISTS (SELECT 1 FROM users WHERE users.id = user_search.rowid) LIMIT 100"
        }
        Conn::Postgres(_) => {
            "SELECT coalesce(users.id, user_id) AS id FROM users FULL JOIN user_search ON user_id = users.id \
             WHERE user_id IS NULL OR users.id IS NULL OR search_key <> name_key || ' ' || email_key LIMIT 100"
        }
    };
    let rows: Vec<Id> = sql_query(sql).load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
