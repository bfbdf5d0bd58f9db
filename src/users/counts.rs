//! How many people are in each state: counted where the state changes, so that no page counts a million rows.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::State;
use crate::db::schema::user_counts;
use crate::db::{Conn, Result};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub active: i64,
    pub deactivated: i64,
    pub deleted: i64,
}

pub fn read(conn: &mut Conn) -> Result<Counts> {
    let rows: Vec<(State, i64)> = user_counts::table.load(conn)?;
    let of = |state| rows.iter().find(|(s, _)| *s == state).map_or(0, |(_, n)| *n);
    Ok(Counts { active: of(State::Active), deactivated: of(State::Deactivated), deleted: of(State::Deleted) })
}

/// Adds `n` people to a state (takes away, if negative). Called in the transaction that changes them.
pub fn add(conn: &mut Conn, state: State, n: i64) -> Result<()> {
    if n != 0 {
        diesel::update(user_counts::table.find(state))
            .set(user_counts::users.eq(sql::<BigInt>("users + ").bind::<BigInt, _>(n)))
            .execute(conn)?;
    }
    Ok(())
}
