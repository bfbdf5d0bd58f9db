//! One connection type for both databases, so that a query is written once.

use diesel::{MultiConnection, PgConnection, SqliteConnection};

/// A connection to either database. Most queries run on it directly; where the two differ, `dialect` helps.
#[derive(MultiConnection)]
pub enum Conn {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}
