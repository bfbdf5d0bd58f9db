//! The rows of companies, teams, groups and job roles. There are few of each, next to people: they are read whole, and
//! folded, sorted and searched in memory.

pub mod counts;
pub mod members;
pub mod placed;

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::Unit;
use crate::db::{Conn, Result, Timestamp};
use crate::users::names;

/// A company, team, group or job role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub id: i64,
    pub name: String,
    /// Whoever has it keeps it; nobody new gets it.
    pub is_retired: bool,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    retired_at: Option<i64>,
}

impl From<Row> for Named {
    fn from(Row { id, name, retired_at }: Row) -> Self {
        Named { id, name, is_retired: retired_at.is_some() }
    }
}

/// All of a kind by name, retired ones too.
pub fn all(conn: &mut Conn, unit: Unit) -> Result<Vec<Named>> {
    let rows: Vec<Row> = sql_query(format!("SELECT id, name, retired_at FROM {}", unit.table())).load(conn)?;
    Ok(by_name(rows))
}

fn by_name(rows: Vec<Row>) -> Vec<Named> {
    let mut named: Vec<Named> = rows.into_iter().map(Named::from).collect();
    named.sort_by_cached_key(|one| (names::fold(&one.name), one.id));
    named
}

/// All of a kind by their ids, retired ones too.
pub fn by_id(conn: &mut Conn, unit: Unit) -> Result<HashMap<i64, Named>> {
    Ok(all(conn, unit)?.into_iter().map(|named| (named.id, named)).collect())
}

/// Errors: `Error::NotFound` if there is none with this id.
pub fn find(conn: &mut Conn, unit: Unit, id: i64) -> Result<Named> {
    let query = sql_query(format!("SELECT id, name, retired_at FROM {} WHERE id = $1", unit.table()));
    Ok(query.bind::<BigInt, _>(id).get_result::<Row>(conn)?.into())
}

pub fn insert(conn: &mut Conn, unit: Unit, name: &str) -> Result<i64> {
    #[derive(QueryableByName)]
    struct New {
        #[diesel(sql_type = BigInt)]
        id: i64,
    }
    let query = sql_query(format!("INSERT INTO {} (name) VALUES ($1) RETURNING id", unit.table()));
    Ok(query.bind::<Text, _>(name).get_result::<New>(conn)?.id)
}

pub fn rename(conn: &mut Conn, unit: Unit, id: i64, name: &str) -> Result<()> {
    let query = sql_query(format!("UPDATE {} SET name = $1 WHERE id = $2", unit.table()));
    query.bind::<Text, _>(name).bind::<BigInt, _>(id).execute(conn)?;
    Ok(())
}

/// `None`: back again.
pub fn set_retired(conn: &mut Conn, unit: Unit, id: i64, at: Option<Timestamp>) -> Result<()> {
    let query = sql_query(format!("UPDATE {} SET retired_at = $1 WHERE id = $2", unit.table()));
    query.bind::<Nullable<BigInt>, _>(at).bind::<BigInt, _>(id).execute(conn)?;
    Ok(())
}
