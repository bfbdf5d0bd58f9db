//! The facts that decide, read for any number of people in a fixed number of statements.

use std::collections::{HashMap, HashSet};

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::super::guard::Facts;
use crate::db::dialect::among;
use crate::db::schema::{sessions, users};
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::history;
use crate::licenses::AccessLevel;
use crate::users::{State, record};

/// How much of people's history a reading needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Not at all: the act does not depend on it.
    None,
    /// Whether there is any.
    Any,
    /// All of it, in numbers.
    Counted,
}

type Row = (
    (UserId, String, String, String, String),
    (State, Option<State>, Option<AccessLevel>, AccessLevel),
    (i64, Timestamp, Option<OperationId>),
    (Option<Timestamp>, Option<OperationId>, String, Option<Timestamp>),
);

/// Those of these ids that belong to somebody.
pub fn known(conn: &mut Conn, ids: &[UserId]) -> Result<Vec<UserId>> {
    Ok(users::table.filter(among(users::id, ids)).order(users::id).select(users::id).load(conn)?)
}

/// The facts of these people, by id.
///
/// `hold`: on PostgreSQL their rows are held until the transaction ends, so that nobody is assigned work, writes a
/// note or signs in between the judgment and the act. Their sessions are not counted then.
pub fn read(conn: &mut Conn, ids: &[UserId], depth: Depth, hold: bool) -> Result<Vec<Facts>> {
    let query = users::table.filter(among(users::id, ids)).order(users::id).select((
        (users::id, users::first_name, users::last_name, users::name_key, users::email_key),
        (users::state, users::deleted_from, users::access_level, users::last_access_level),
        (users::version, users::state_changed_at, users::state_operation_id),
        (users::leaves_at, users::leave_operation_id, users::time_zone, users::erasing_since),
    ));
    let rows: Vec<Row> = match &mut *conn {
        Conn::Postgres(c) if hold => query.for_update().load(c)?,
        conn => query.load(&mut *conn)?,
    };
    let (mut counted, mut any) = (HashMap::new(), HashSet::new());
    match depth {
        Depth::None => {}
        Depth::Any => any = history::any(conn, ids)?,
        Depth::Counted => counted = history::count(conn, ids)?,
    }
    // An act ends sessions and counts them by that.
    let sessions = if hold { HashMap::new() } else { sessions_of(conn, ids)? };
    let facts = rows.into_iter().map(
        |((user, first, last, name_key, email_key), (state, deleted_from, level, last_level), row, leave)| {
            let (version, state_changed_at, state_operation) = row;
            let (leaves_at, leave_operation, time_zone, erasing) = leave;
            let history = counted.remove(&user).unwrap_or_default();
            Facts {
                user,
                name: format!("{first} {last}"),
                name_key,
                email_key,
                state,
                deleted_from,
                level: level.unwrap_or(last_level),
                sessions: sessions.get(&user).copied().unwrap_or_default(),
                has_history: !history.is_empty() || any.contains(&user),
                history,
                version,
                state_changed_at,
                state_operation,
                is_being_erased: erasing.is_some(),
                leaves_at,
                leave_operation,
                time_zone,
                undone: None,
            }
        },
    );
    Ok(facts.collect())
}

fn sessions_of(conn: &mut Conn, ids: &[UserId]) -> Result<HashMap<UserId, i64>> {
    let rows: Vec<(UserId, i64)> = sessions::table
        .filter(among(sessions::user_id, ids))
        .group_by(sessions::user_id)
        .select((sessions::user_id, count_star()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Which of these folded addresses a live user has.
pub fn taken_addresses<'a>(conn: &mut Conn, keys: impl Iterator<Item = &'a str>) -> Result<HashSet<String>> {
    let keys: Vec<&str> = keys.collect();
    Ok(record::holders(conn, &keys)?.into_keys().collect())
}
