//! The organization's own name: a setting, shown in the head of every page.

use diesel::prelude::*;

use crate::db::dialect::on;
use crate::db::schema::settings;
use crate::db::{Conn, Result};

const NAME: &str = "organization_name";

pub fn name(conn: &mut Conn) -> Result<String> {
    let name: Option<String> = settings::table.find(NAME).select(settings::value).first(conn).optional()?;
    Ok(name.unwrap_or_default())
}

pub fn set_name(conn: &mut Conn, name: &str) -> Result<()> {
    let row = (settings::name.eq(NAME), settings::value.eq(name));
    on!(conn, c => diesel::insert_into(settings::table)
        .values(row)
        .on_conflict(settings::name)
        .do_update()
        .set(settings::value.eq(name))
        .execute(c))?;
    Ok(())
}
