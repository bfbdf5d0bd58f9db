//! Seats: how many there are, how many are used, and that there are never more used than owned.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::LicenseType;
use crate::db::schema::license_types;
use crate::db::{Conn, Error, Result};

/// Seats of one license type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Seats {
    pub license_type: LicenseType,
    /// `None`: unlimited.
    pub owned: Option<i64>,
    pub used: i64,
}

impl Seats {
    /// Seats that nobody uses; `None`: unlimited.
    pub fn free(&self) -> Option<i64> {
        self.owned.map(|owned| owned - self.used)
    }
}

/// All license types in the order of the pages.
pub fn all(conn: &mut Conn) -> Result<Vec<Seats>> {
    let mut seats: Vec<Seats> = license_types::table.load(conn)?;
    seats.sort_by_key(|seats| seats.license_type);
    Ok(seats)
}

pub fn of(conn: &mut Conn, license_type: LicenseType) -> Result<Seats> {
    Ok(license_types::table.find(license_type).first(conn)?)
}

/// Takes `seats` more into use (fewer, if negative). The database itself refuses more than there are.
///
/// Errors: `Error::Check` if that many are not free; the caller's transaction must then be given up.
pub fn use_more(conn: &mut Conn, license_type: LicenseType, seats: i64) -> Result<()> {
    if seats == 0 {
        return Ok(());
    }
    let changed = diesel::update(license_types::table.find(license_type))
        .set(license_types::seats_used.eq(sql::<BigInt>("seats_used + ").bind::<BigInt, _>(seats)))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Sets the number owned (`None`: unlimited).
///
/// Errors: `Error::Check` if more are in use.
pub fn set_owned(conn: &mut Conn, license_type: LicenseType, owned: Option<i64>) -> Result<()> {
    diesel::update(license_types::table.find(license_type)).set(license_types::seats_owned.eq(owned)).execute(conn)?;
    Ok(())
}
