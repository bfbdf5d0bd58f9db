//! The groups of a grouped list: the first rows of each, and how many it has as far as that costs nothing.

use super::super::grouping::{Grouping, Of, ROWS as SHOWN};
use super::super::{Filter, Show, Sort};
use super::ways::Known;
use super::{Row, count, read as read_rows};
use crate::db::{Conn, Result, Timestamp};
use crate::licenses::{AccessLevel, LicenseType, seats};
use crate::users::counts;
use crate::web::pagination::{ROWS, Toward};

/// How many are in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Exactly(i64),
    /// Too many to count unasked.
    MoreThan(i64),
}

/// A group with its first rows.
#[derive(Debug, Clone)]
pub struct Group {
    pub name: String,
    pub filter: Filter,
    pub rows: Vec<Row>,
    pub size: Size,
}

/// Reads these groups. Those without anybody are left out. `counted`: every size is wanted exactly.
pub fn read(
    conn: &mut Conn,
    grouping: Grouping,
    groups: Vec<Of>,
    sort: Sort,
    counted: bool,
    now: Timestamp,
) -> Result<Vec<Group>> {
    let (mut read, mut known) = (Vec::new(), Known::default());
    for Of { name, filter, .. } in groups {
        let mut rows = read_rows(conn, &filter, sort, (None, Toward::Next), ROWS as i64 + 1, &mut known, now)?;
        let size = if rows.len() <= ROWS {
            Size::Exactly(rows.len() as i64)
        } else if let Some(size) = by_counters(conn, grouping, &filter, now)? {
            Size::Exactly(size)
        } else if counted {
            Size::Exactly(count(conn, &filter, now)?)
        } else {
            Size::MoreThan(ROWS as i64)
        };
        rows.truncate(SHOWN);
        if !rows.is_empty() {
            read.push(Group { name, filter, rows, size });
        }
    }
    Ok(read)
}

/// Without a look at the people: where the filter says nothing else, the counters of states and seats know.
fn by_counters(conn: &mut Conn, grouping: Grouping, filter: &Filter, now: Timestamp) -> Result<Option<i64>> {
    let bare = Filter { show: filter.show, level: filter.level, license: filter.license, ..Filter::default() };
    if *filter != bare {
        return Ok(None);
    }
    let used = |conn: &mut Conn, license: LicenseType| seats::of(conn, license).map(|seats| seats.used);
    let is_of_active = matches!(filter.show, Show::Active | Show::All);
    Ok(match (grouping, filter.level, filter.license) {
        (Grouping::License, None, Some(license)) if is_of_active => Some(used(conn, license)?),
        (Grouping::Level, Some(level), None) if is_of_active => {
            let administrators = Filter { level: Some(AccessLevel::SystemAdministrator), ..Filter::default() };
            Some(match level {
                AccessLevel::SystemAdministrator => count(conn, &administrators, now)?,
                AccessLevel::Standard => used(conn, level.license_type())? - count(conn, &administrators, now)?,
                level => used(conn, level.license_type())?,
            })
        }
        (_, None, None) => match filter.show {
            Show::Active => Some(counts::read(conn)?.active),
            Show::Deactivated => Some(counts::read(conn)?.deactivated),
            _ => None,
        },
        _ => None,
    })
}
