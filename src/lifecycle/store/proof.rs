//! What the database says after an operation: the questions of a receipt.

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::db::dialect::among;
use crate::db::schema::{license_types, sessions, users};
use crate::db::{Conn, Result, UserId};
use crate::licenses::{AccessLevel, LicenseType};
use crate::users::State;

/// How many of these people have neither access nor a license. Whoever is gone altogether has neither.
pub fn without_access(conn: &mut Conn, ids: &[UserId]) -> Result<i64> {
    Ok(ids.len() as i64 - with_access(conn, ids)?)
}

/// How many of these people are active.
pub fn with_access(conn: &mut Conn, ids: &[UserId]) -> Result<i64> {
    let active = users::state.eq(State::Active).or(users::access_level.is_not_null());
    Ok(users::table.filter(among(users::id, ids)).filter(active).select(count_star()).first(conn)?)
}

/// Sessions that these people still have.
pub fn sessions(conn: &mut Conn, ids: &[UserId]) -> Result<i64> {
    Ok(sessions::table.filter(among(sessions::user_id, ids)).select(count_star()).first(conn)?)
}

/// License types of which the counter of used seats is not the number of active people who use one.
pub fn wrong_counters(conn: &mut Conn) -> Result<i64> {
    let levels: Vec<(Option<AccessLevel>, i64)> = users::table
        .filter(users::access_level.is_not_null())
        .group_by(users::access_level)
        .select((users::access_level, count_star()))
        .load(conn)?;
    let counters: Vec<(LicenseType, i64)> =
        license_types::table.select((license_types::license_type, license_types::seats_used)).load(conn)?;
    let used = |license: LicenseType| -> i64 {
        let of_type = levels.iter().filter(|(level, _)| level.is_some_and(|level| level.license_type() == license));
        of_type.map(|(_, n)| n).sum()
    };
    Ok(counters.into_iter().filter(|(license, counter)| used(*license) != *counter).count() as i64)
}
