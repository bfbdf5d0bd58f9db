//! Marks in the chain: where it begins, how far it was verified, and whether somebody wants it verified.

use diesel::prelude::*;

use crate::db::dialect::on;
use crate::db::schema::{audit_details, audit_entries, audit_marks};
use crate::db::{Conn, Result, Timestamp};

/// Where the chain begins since older entries were removed.
pub const START: &str = "start";
/// How far it was found to be as written.
pub const VERIFIED: &str = "verified";
/// Somebody wants all of it read again. It says when, and nothing else.
pub const ASKED: &str = "asked";

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = audit_marks)]
#[diesel(treat_none_as_null = true)]
pub struct Mark {
    pub name: String,
    pub entries: i64,
    pub link: Vec<u8>,
    pub at: Timestamp,
    pub whole_at: Option<Timestamp>,
    pub finding: String,
    pub seal: Vec<u8>,
}

pub fn read(conn: &mut Conn, name: &str) -> Result<Option<Mark>> {
    Ok(audit_marks::table.find(name).first(conn).optional()?)
}

pub fn write(conn: &mut Conn, mark: &Mark) -> Result<()> {
    on!(conn, c => diesel::insert_into(audit_marks::table)
        .values(mark)
        .on_conflict(audit_marks::name)
        .do_update()
        .set(mark)
        .execute(c))?;
    Ok(())
}

pub fn remove(conn: &mut Conn, name: &str) -> Result<()> {
    diesel::delete(audit_marks::table.find(name)).execute(conn)?;
    Ok(())
}

/// The time of the first entry there is.
pub fn first_at(conn: &mut Conn) -> Result<Option<Timestamp>> {
    Ok(audit_entries::table.order(audit_entries::seq).select(audit_entries::at).first(conn).optional()?)
}

/// The number of the last entry there is; 0: there is none.
pub fn last_entry(conn: &mut Conn) -> Result<i64> {
    let last = audit_entries::table.order(audit_entries::seq.desc()).select(audit_entries::seq).first(conn);
    Ok(last.optional()?.unwrap_or(0))
}

/// How many entries there are at most: those between the first and the last.
pub fn entries(conn: &mut Conn) -> Result<i64> {
    let first =
        audit_entries::table.order(audit_entries::seq).select(audit_entries::seq).first::<i64>(conn).optional()?;
    first.map_or(Ok(0), |first| last_entry(conn).map(|last| last - first + 1))
}

/// Removes the entries up to this one. Only the retention does.
pub fn remove_entries(conn: &mut Conn, up_to: i64) -> Result<()> {
    diesel::delete(audit_details::table.filter(audit_details::seq.le(up_to))).execute(conn)?;
    diesel::delete(audit_entries::table.filter(audit_entries::seq.le(up_to))).execute(conn)?;
    Ok(())
}
