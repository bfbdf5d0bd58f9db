//! How many there are, and how many people are in each: counted up to a bound, so that no page counts a million rows.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use super::super::Unit;
use crate::db::dialect::{id_list, ids_of};
use crate::db::{Conn, Result};

/// How many of each kind are not retired.
pub fn tally(conn: &mut Conn) -> Result<Vec<(Unit, i64)>> {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = Text)]
        unit: Unit,
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let one = |unit: &Unit| {
        let (word, table) = (unit.as_str(), unit.table());
        format!("SELECT CAST('{word}' AS TEXT) AS unit, count(*) AS number FROM {table} WHERE retired_at IS NULL")
    };
    let counted: Vec<Counted> =
        sql_query(Unit::ALL.iter().map(one).collect::<Vec<_>>().join(" UNION ALL ")).load(conn)?;
    let number = |unit| counted.iter().find(|counted| counted.unit == unit).map_or(0, |counted| counted.number);
    Ok(Unit::ALL.iter().map(|unit| (*unit, number(*unit))).collect())
}

/// The active members of each of these, by id; `most` stands for that many or more.
pub fn active_members(conn: &mut Conn, unit: Unit, ids: &[i64], most: i64) -> Result<HashMap<i64, i64>> {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = BigInt)]
        id: i64,
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let (table, column) = (unit.table(), unit.column());
    // The state is hidden from the planners: the index of the members is the one to go along.
    let is_active = "users.state || '' = 'active'";
    let further = unit.further().map_or_else(String::new, |further| {
        format!(
            " + (SELECT count(*) FROM (SELECT 1 FROM {further} AS further JOIN users ON users.id = further.user_id \
             WHERE further.{column} = unit.id AND {is_active} \
             AND (users.{column} IS NULL OR users.{column} <> unit.id) LIMIT {most}) AS those)"
        )
    });
    let query = format!(
        "SELECT unit.id, (SELECT count(*) FROM (SELECT 1 FROM users WHERE users.{column} = unit.id \
         AND users.state <> 'deleted' AND {is_active} LIMIT {most}) AS these){further} AS number \
         FROM {table} AS unit WHERE unit.id IN {}",
        ids_of(conn, 1)
    );
    let list = id_list(conn, ids);
    let counted: Vec<Counted> = sql_query(query).bind::<Text, _>(list).load(conn)?;
    Ok(counted.into_iter().map(|counted| (counted.id, counted.number.min(most))).collect())
}
