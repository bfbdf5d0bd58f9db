//! The table of settings: a row for each that was chosen, and the number of the last change.

use diesel::prelude::*;

use super::{Chosen, Setting};
use crate::db::dialect::on;
use crate::db::schema::settings;
use crate::db::{Conn, Result};

/// Beside the settings themselves: how often they were changed.
const VERSION: &str = "preferences_version";

/// Everything that was chosen, and its version.
pub fn all(conn: &mut Conn) -> Result<(Chosen, i64)> {
    let rows: Vec<(String, String)> = settings::table.load(conn)?;
    let (mut chosen, mut version) = (Chosen::default(), 0);
    for (name, value) in rows {
        if name == VERSION {
            version = value.parse().unwrap_or_default();
        } else if let Some(setting) = Setting::parse(&name) {
            chosen.set(setting, Some(value));
        }
    }
    Ok((chosen, version))
}

pub fn one(conn: &mut Conn, setting: Setting) -> Result<Option<String>> {
    Ok(settings::table.find(setting.as_str()).select(settings::value).first(conn).optional()?)
}

/// Chooses a value, or (`None`) takes the choice back.
pub fn set(conn: &mut Conn, setting: Setting, value: Option<&str>) -> Result<()> {
    match value {
        Some(value) => put(conn, setting.as_str(), value),
        None => {
            diesel::delete(settings::table.find(setting.as_str())).execute(conn)?;
            Ok(())
        }
    }
}

pub fn set_version(conn: &mut Conn, version: i64) -> Result<()> {
    put(conn, VERSION, &version.to_string())
}

fn put(conn: &mut Conn, name: &str, value: &str) -> Result<()> {
    let row = (settings::name.eq(name), settings::value.eq(value));
    on!(conn, c => diesel::insert_into(settings::table)
        .values(row)
        .on_conflict(settings::name)
        .do_update()
        .set(settings::value.eq(value))
        .execute(c))?;
    Ok(())
}
