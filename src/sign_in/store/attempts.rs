//! Attempts to sign in that did not work, counted in the database so that all processes slow down together.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::db::dialect::on;
use crate::db::schema::sign_in_attempts;
use crate::db::{Conn, Result, Timestamp};

/// Failures of this bucket and the moment of the last, held until the end of the transaction.
pub fn hold(conn: &mut Conn, bucket: &str, now: Timestamp) -> Result<(i64, Timestamp)> {
    let row = (
        sign_in_attempts::bucket.eq(bucket),
        sign_in_attempts::failures.eq(0),
        sign_in_attempts::last_failed_at.eq(now),
    );
    on!(&mut *conn, c => diesel::insert_into(sign_in_attempts::table).values(row).on_conflict_do_nothing().execute(c))?;
    let query =
        sign_in_attempts::table.find(bucket).select((sign_in_attempts::failures, sign_in_attempts::last_failed_at));
    let row = match conn {
        Conn::Postgres(c) => query.for_update().first(c)?,
        Conn::Sqlite(c) => query.first(c)?,
    };
    Ok(row)
}

pub fn set(conn: &mut Conn, bucket: &str, failures: i64, now: Timestamp) -> Result<()> {
    diesel::update(sign_in_attempts::table.find(bucket))
        .set((sign_in_attempts::failures.eq(failures), sign_in_attempts::last_failed_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

pub fn remove(conn: &mut Conn, bucket: &str) -> Result<()> {
    diesel::delete(sign_in_attempts::table.find(bucket)).execute(conn)?;
    Ok(())
}

pub fn take_one_back(conn: &mut Conn, bucket: &str) -> Result<()> {
    diesel::update(sign_in_attempts::table.find(bucket).filter(sign_in_attempts::failures.gt(0)))
        .set(sign_in_attempts::failures.eq(sql::<BigInt>("failures - 1")))
        .execute(conn)?;
    Ok(())
}

/// Removes rows last touched before `moment`; rows that an attempt holds just now are left for the next time.
pub fn remove_older(conn: &mut Conn, moment: Timestamp) -> Result<()> {
    const ROWS: &str = "SELECT bucket FROM sign_in_attempts WHERE last_failed_at < ";
    match conn {
        Conn::Postgres(c) => diesel::sql_query(format!(
            "DELETE FROM sign_in_attempts WHERE bucket IN ({ROWS} $1 LIMIT 1000 FOR UPDATE SKIP LOCKED)"
        ))
        .bind::<BigInt, _>(moment)
        .execute(c)?,
        Conn::Sqlite(c) => {
            diesel::sql_query(format!("DELETE FROM sign_in_attempts WHERE bucket IN ({ROWS} ? LIMIT 1000)"))
                .bind::<BigInt, _>(moment)
                .execute(c)?
        }
    };
    Ok(())
}
