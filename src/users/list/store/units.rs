//! The companies, teams, groups and job roles that a filter can name, and people as somebody types them.

use diesel::prelude::*;

use super::super::{Filter, Show, Sort};
use crate::db::schema::{companies, groups, job_roles, teams, users};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::users::details::Named;
use crate::users::find::Typed;
use crate::users::{State, names};

/// Of what kind a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Company,
    Team,
    Group,
    JobRole,
}

/// All of a kind, by name. Also the retired ones: people are still in them.
pub fn all(conn: &mut Conn, kind: Kind) -> Result<Vec<Named>> {
    let mut all: Vec<Named> = match kind {
        Kind::Company => companies::table.select((companies::id, companies::name)).load(conn)?,
        Kind::Team => teams::table.select((teams::id, teams::name)).load(conn)?,
        Kind::Group => groups::table.select((groups::id, groups::name)).load(conn)?,
        Kind::JobRole => job_roles::table.select((job_roles::id, job_roles::name)).load(conn)?,
    };
    all.sort_by_cached_key(|unit| (names::fold(&unit.name), unit.id));
    Ok(all)
}

/// The one person whom somebody typed by name or address: on or off, but not in the recycle bin.
pub fn typed(conn: &mut Conn, text: &str, now: Timestamp) -> Result<Typed> {
    let there = users::table.filter(users::state.ne(State::Deleted)).select(users::id).order(users::id).limit(2);
    let mut found: Vec<UserId> = there.filter(users::email_key.eq(names::email_key(text))).load(conn)?;
    if found.is_empty() {
        found = there.filter(users::name_key.eq(names::fold(text))).load(conn)?;
    }
    if found.is_empty() && !names::fold(text).is_empty() {
        let filter = Filter { q: text.to_owned(), show: Show::All, ..Filter::default() };
        found = super::chunk(conn, &filter, Sort::BY_NAME, None, 2, now)?.iter().map(|row| row.id).collect();
    }
    Ok(match found[..] {
        [] => Typed::Nobody,
        [one] => Typed::One(one),
        _ => Typed::Several,
    })
}

/// The address of somebody, for a field that takes one.
pub fn email_of(conn: &mut Conn, id: UserId) -> Result<Option<String>> {
    Ok(users::table.find(id).filter(users::state.ne(State::Deleted)).select(users::email).first(conn).optional()?)
}
