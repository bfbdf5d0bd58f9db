//! The table of settings: a row for each that was chosen.

use diesel::prelude::*;

use super::{Chosen, Setting};
use crate::db::dialect::on;
use crate::db::schema::{audit_entries, settings};
use crate::db::{Conn, Result, Timestamp};

/// Everything that was chosen.
pub fn all(conn: &mut Conn) -> Result<Chosen> {
    let rows: Vec<(String, String)> = settings::table.load(conn)?;
    let mut chosen = Chosen::default();
    for (name, value) in rows {
        if let Some(setting) = Setting::parse(&name) {
            chosen.set(setting, Some(value));
        }
    }
    Ok(chosen)
}

pub fn one(conn: &mut Conn, setting: Setting) -> Result<Option<String>> {
    Ok(settings::table.find(setting.as_str()).select(settings::value).first(conn).optional()?)
}

/// How many entries of the audit log are older.
pub fn entries_before(conn: &mut Conn, limit: Timestamp) -> Result<i64> {
    Ok(audit_entries::table.filter(audit_entries::at.lt(limit)).count().get_result(conn)?)
}

/// Chooses a value, or (`None`) takes the choice back.
pub fn set(conn: &mut Conn, setting: Setting, value: Option<&str>) -> Result<()> {
    let Some(value) = value else {
        diesel::delete(settings::table.find(setting.as_str())).execute(conn)?;
        return Ok(());
    };
    let row = (settings::name.eq(setting.as_str()), settings::value.eq(value));
    on!(conn, c => diesel::insert_into(settings::table)
        .values(row)
        .on_conflict(settings::name)
        .do_update()
        .set(settings::value.eq(value))
        .execute(c))?;
    Ok(())
}
