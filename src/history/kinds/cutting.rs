//! Cutting associations for good, so many rows at a time.

use diesel::RunQueryDsl;
use diesel::sql_query;
use diesel::sql_types::Text;

use crate::db::dialect::{id_list, ids_of};
use crate::db::{Conn, Result, UserId};

/// Empties `column` of up to `limit` rows that refer to these users; `key` tells rows of the table apart.
pub fn empty(conn: &mut Conn, table: &str, key: &str, column: &str, users: &[UserId], limit: i64) -> Result<i64> {
    let theirs = theirs(conn, table, key, column, limit);
    run(conn, format!("UPDATE {table} SET {column} = NULL WHERE ({key}) IN ({theirs})"), users)
}

/// Deletes up to `limit` rows that refer to these users.
pub fn delete(conn: &mut Conn, table: &str, key: &str, column: &str, users: &[UserId], limit: i64) -> Result<i64> {
    let theirs = theirs(conn, table, key, column, limit);
    run(conn, format!("DELETE FROM {table} WHERE ({key}) IN ({theirs})"), users)
}

fn theirs(conn: &Conn, table: &str, key: &str, column: &str, limit: i64) -> String {
    format!("SELECT {key} FROM {table} WHERE {column} IN {} LIMIT {limit}", ids_of(conn, 1))
}

pub fn run(conn: &mut Conn, statement: String, users: &[UserId]) -> Result<i64> {
    let list = id_list(conn, users);
    Ok(sql_query(statement).bind::<Text, _>(list).execute(conn)? as i64)
}
