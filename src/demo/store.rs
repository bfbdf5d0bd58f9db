//! Who was loaded, by address.

use diesel::prelude::*;

use crate::db::schema::{report_runs, reports, users};
use crate::db::{Conn, Result, Timestamp, UserId};

/// Everybody's id and folded address.
pub fn everybody(conn: &mut Conn) -> Result<Vec<(UserId, String)>> {
    Ok(users::table.select((users::id, users::email_key)).order(users::id).load(conn)?)
}

/// Somebody else opens the reports of everybody, too: nobody may stop them by leaving without a word.
pub fn add_report_runs(conn: &mut Conn, reader: UserId, now: Timestamp) -> Result<()> {
    let reports: Vec<i64> = reports::table.select(reports::id).filter(reports::runs_as.ne(reader)).load(conn)?;
    for report in reports {
        diesel::insert_into(report_runs::table)
            .values((
                report_runs::report_id.eq(report),
                report_runs::user_id.eq(reader),
                report_runs::last_run_at.eq(now),
            ))
            .execute(conn)?;
    }
    Ok(())
}
