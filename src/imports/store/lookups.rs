//! What is known of the people and names that a slice of lines mentions: a fixed number of statements for each.

use std::collections::{HashMap, HashSet};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::db::dialect::{among, among_texts};
use crate::db::schema::users;
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;
use crate::users::fields::Unit;
use crate::users::find::LIVE;
use crate::users::{State, actor, names, units};

/// Somebody whom a line may mean.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Person {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub email_key: String,
    pub employee_number: String,
    pub state: State,
    /// The level they had, whatever their state.
    pub level: AccessLevel,
}

impl Person {
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// Everybody who can be meant: by id also those in the recycle bin, by address and employee number only the others.
pub fn people(conn: &mut Conn, ids: &[i64], email_keys: &[&str], numbers: &[&str]) -> Result<Vec<Person>> {
    let columns = (
        users::id,
        users::first_name,
        users::last_name,
        users::email,
        users::email_key,
        users::employee_number,
        users::state,
        users::last_access_level,
    );
    let mut found: Vec<Person> = Vec::new();
    if !ids.is_empty() {
        found.extend(users::table.filter(among(users::id, ids)).select(columns).load::<Person>(conn)?);
    }
    let live = || users::table.filter(sql::<Bool>(LIVE)).select(columns);
    if !email_keys.is_empty() {
        found.extend(live().filter(among_texts(users::email_key, email_keys)).load::<Person>(conn)?);
    }
    if !numbers.is_empty() {
        let numbered = live()
            .filter(sql::<Bool>("users.employee_number <> ''"))
            .filter(among_texts(users::employee_number, numbers));
        found.extend(numbered.load::<Person>(conn)?);
    }
    found.sort_by_key(|person| person.id);
    found.dedup();
    Ok(found)
}

/// Which of these addresses somebody in the recycle bin has.
pub fn in_the_bin(conn: &mut Conn, email_keys: &[&str]) -> Result<HashSet<String>> {
    let deleted =
        users::table.filter(users::state.eq(State::Deleted)).filter(among_texts(users::email_key, email_keys));
    Ok(deleted.select(users::email_key).distinct().load(conn)?.into_iter().collect())
}

/// Who has these whole names (folded), with whether they have access.
pub fn called(conn: &mut Conn, name_keys: &[&str], now: Timestamp) -> Result<HashMap<String, Vec<(i64, bool)>>> {
    let mut found: HashMap<String, Vec<(i64, bool)>> = HashMap::new();
    if name_keys.is_empty() {
        return Ok(found);
    }
    let rows: Vec<(String, i64, bool)> = users::table
        .filter(among_texts(users::name_key, name_keys))
        .filter(sql::<Bool>(LIVE))
        .select((users::name_key, users::id, actor::has_access(now)))
        .load(conn)?;
    for (key, id, has_access) in rows {
        found.entry(key).or_default().push((id, has_access));
    }
    Ok(found)
}

/// The companies, teams, groups and job roles, by their folded names.
#[derive(Debug, Default)]
pub struct Units(HashMap<(Unit, String), Vec<(i64, bool)>>);

/// What a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    One(i64),
    Several,
    Retired,
    Nothing,
}

impl Units {
    pub fn read(conn: &mut Conn) -> Result<Self> {
        let mut all = Units::default();
        for unit in [Unit::Company, Unit::Team, Unit::Group, Unit::JobRole] {
            for named in units::all(conn, unit)? {
                all.0.entry((unit, names::fold(&named.name))).or_default().push((named.id, !named.is_retired));
            }
        }
        Ok(all)
    }

    /// Retired ones only count if no other has the name.
    pub fn named(&self, unit: Unit, name: &str) -> Named {
        let Some(all) = self.0.get(&(unit, names::fold(name))) else { return Named::Nothing };
        let mut usable = all.iter().filter(|(_, is_usable)| *is_usable);
        match (usable.next(), usable.next()) {
            (Some((id, _)), None) => Named::One(*id),
            (Some(_), Some(_)) => Named::Several,
            (None, _) => Named::Retired,
        }
    }

    /// All with this name, retired ones too: somebody may have one already.
    pub fn ids(&self, unit: Unit, name: &str) -> impl Iterator<Item = i64> {
        self.0.get(&(unit, names::fold(name))).into_iter().flatten().map(|(id, _)| *id)
    }
}
