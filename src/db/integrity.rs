//! Whether the database itself is sound: its file, its foreign keys, and the triggers that keep other tables true.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use super::{Conn, Result};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(conn: &mut Conn, sql: &str) -> Result<Vec<String>> {
    let lines: Vec<Line> = sql_query(sql).load(conn)?;
    Ok(lines.into_iter().map(|line| line.line).collect())
}

/// What SQLite finds wrong with its file; nothing on PostgreSQL, whose server checks its own pages.
pub fn broken_pages(conn: &mut Conn) -> Result<Vec<String>> {
    match conn {
        Conn::Postgres(_) => Ok(Vec::new()),
        Conn::Sqlite(_) => {
            let sql =
                "SELECT integrity_check AS line FROM pragma_integrity_check WHERE integrity_check <> 'ok' LIMIT 20";
            lines(conn, sql)
        }
    }
}

/// References that lead nowhere. PostgreSQL keeps them from being written unless a constraint or its trigger is off.
pub fn broken_references(conn: &mut Conn) -> Result<Vec<String>> {
    let sql = match conn {
        Conn::Sqlite(_) => {
            "SELECT 'row ' || coalesce(rowid, '?') || ' of ' || \"table\" || ' names a row of ' || parent \
             || ' that is not there' AS line FROM pragma_foreign_key_check LIMIT 20"
        }
        Conn::Postgres(_) => {
            "SELECT CAST(conrelid AS regclass) || ': the constraint ' || conname || ' is not validated' AS line \
             FROM pg_constraint WHERE NOT convalidated AND connamespace = CAST(current_schema() AS regnamespace) \
             UNION ALL SELECT CAST(tgrelid AS regclass) || ': the trigger ' || tgname || ' is off' \
             FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid \
             WHERE tgenabled IN ('D', 'R') AND relnamespace = CAST(current_schema() AS regnamespace)"
        }
    };
    lines(conn, sql)
}
