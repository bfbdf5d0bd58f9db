//! Writes people's new values with the next version, and inserts new people: a set at a time.

use std::borrow::Cow;
use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::dialect::{Cell, Kind, Rows, among, insert_all};
use crate::db::schema::{group_members, team_members, users};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::users::fields::{self, Field, Unit, Value, Values};
use crate::users::{State, names};

impl Field {
    /// The column of `users` that holds it; further teams and groups have tables of their own.
    pub(super) fn column(self) -> Option<&'static str> {
        match self.kind() {
            fields::Kind::Units(_) => None,
            fields::Kind::Unit(Unit::Company) => Some("company_id"),
            fields::Kind::Unit(Unit::Team) => Some("team_id"),
            fields::Kind::Unit(Unit::Group) => Some("group_id"),
            fields::Kind::Unit(Unit::JobRole) => Some("job_role_id"),
            fields::Kind::Person => Some("manager_id"),
            _ => Some(self.as_str()),
        }
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self.kind(), fields::Kind::Unit(_) | fields::Kind::Person)
    }
}

/// Writes the new values of these people, each with the next version; a field that does not stand with somebody stays as
/// it is. A fixed number of statements for each set of fields.
pub fn write(conn: &mut Conn, people: &[(UserId, Cow<'_, Values>)]) -> Result<()> {
    let mut alike: HashMap<Vec<Field>, Vec<(UserId, &Values)>> = HashMap::new();
    for (user, values) in people {
        let values: &Values = values;
        alike.entry(values.keys().copied().collect()).or_default().push((*user, values));
    }
    for (fields, people) in alike {
        write_columns(conn, &fields, &people)?;
        for field in fields.iter().filter(|field| field.column().is_none()) {
            let of = people.iter().map(|(user, values)| (*user, values.get(field).map_or(&[][..], Value::ids)));
            write_members(conn, *field, &of.collect::<Vec<_>>())?;
        }
    }
    Ok(())
}

fn write_columns(conn: &mut Conn, fields: &[Field], people: &[(UserId, &Values)]) -> Result<()> {
    let mut columns = vec![("id", Kind::Number)];
    let stored = fields.iter().filter_map(|field| Some((*field, field.column()?)));
    let stored: Vec<(Field, &str)> = stored.collect();
    let kind = |field: Field| if field.is_number() { Kind::Number } else { Kind::Text };
    columns.extend(stored.iter().map(|(field, column)| (*column, kind(*field))));
    let has_level = fields.contains(&Field::Level);
    let has_names = fields.iter().any(|field| matches!(field, Field::FirstName | Field::LastName));
    let has_address = fields.contains(&Field::Email);
    if has_level {
        columns.push(("last_access_level", Kind::Text));
    }
    if has_names {
        columns.push(("name_key", Kind::Text));
    }
    if has_address {
        columns.push(("email_key", Kind::Text));
    }
    // Who gets a new first name keeps their last one: the key is of both.
    let names = if has_names { names_of(conn, people)? } else { HashMap::new() };
    let mut cells = Vec::with_capacity(people.len() * columns.len());
    for (user, values) in people {
        let text = |field: Field| values.get(&field).map(Value::text);
        cells.push(Cell::Number(user.0));
        cells.extend(stored.iter().map(|(field, _)| {
            let value = values.get(field).unwrap_or(&Value::Nothing);
            if field.is_number() { Cell::number(value.id()) } else { Cell::text(value.text()) }
        }));
        if has_level {
            cells.push(Cell::text(text(Field::Level).unwrap_or_default()));
        }
        if has_names {
            let (first, last) = names.get(user).map_or(("", ""), |(first, last)| (first, last));
            let (first, last) = (text(Field::FirstName).unwrap_or(first), text(Field::LastName).unwrap_or(last));
            cells.push(Cell::Text(names::name_key(first, last).into()));
        }
        if has_address {
            cells.push(Cell::Text(names::email_key(text(Field::Email).unwrap_or_default()).into()));
        }
    }
    Rows::new(&columns, cells).update(conn, "users", "version = version + 1")
}

fn names_of(conn: &mut Conn, people: &[(UserId, &Values)]) -> Result<HashMap<UserId, (String, String)>> {
    let ids = people.iter().map(|(user, _)| *user);
    let rows: Vec<(UserId, String, String)> = users::table
        .filter(among(users::id, ids))
        .select((users::id, users::first_name, users::last_name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, first, last)| (id, (first, last))).collect())
}

fn write_members(conn: &mut Conn, field: Field, people: &[(UserId, &[i64])]) -> Result<()> {
    let ids: Vec<UserId> = people.iter().map(|(user, _)| *user).collect();
    let pairs = people.iter().flat_map(|(user, units)| units.iter().map(move |unit| (*user, *unit)));
    if field == Field::Teams {
        diesel::delete(team_members::table.filter(among(team_members::user_id, &ids))).execute(conn)?;
        let rows = pairs.map(|(user, unit)| (team_members::user_id.eq(user), team_members::team_id.eq(unit)));
        let rows: Vec<_> = rows.collect();
        insert_all!(conn, team_members::table, rows)?;
    } else {
        diesel::delete(group_members::table.filter(among(group_members::user_id, &ids))).execute(conn)?;
        let rows = pairs.map(|(user, unit)| (group_members::user_id.eq(user), group_members::group_id.eq(unit)));
        let rows: Vec<_> = rows.collect();
        insert_all!(conn, group_members::table, rows)?;
    }
    Ok(())
}

const NEW: [(&str, Kind); 21] = [
    ("id", Kind::Number),
    ("first_name", Kind::Text),
    ("last_name", Kind::Text),
    ("email", Kind::Text),
    ("title", Kind::Text),
    ("phone", Kind::Text),
    ("mobile", Kind::Text),
    ("about", Kind::Text),
    ("employee_number", Kind::Text),
    ("time_zone", Kind::Text),
    ("company_id", Kind::Number),
    ("team_id", Kind::Number),
    ("group_id", Kind::Number),
    ("job_role_id", Kind::Number),
    ("state", Kind::Text),
    ("access_level", Kind::Text),
    ("last_access_level", Kind::Text),
    ("created_at", Kind::Number),
    ("state_changed_at", Kind::Number),
    ("name_key", Kind::Text),
    ("email_key", Kind::Text),
];

/// Inserts active people with the ids that were reserved for them. Whom they report to is written afterwards, by
/// `set_managers`: people who come together may report to each other.
///
/// Errors: `Error::Taken` if somebody who is not deleted has one of the addresses.
pub fn insert<'a>(conn: &mut Conn, people: &[(UserId, &'a Values)], now: Timestamp) -> Result<()> {
    let cells = |(id, values): &(UserId, &'a Values)| {
        let text = |field: Field| values.get(&field).map_or("", Value::text);
        let unit = |field: Field| Cell::number(values.get(&field).and_then(Value::id));
        let level = values.get(&Field::Level)?.level()?.as_str();
        let (first_name, last_name, email) = (text(Field::FirstName), text(Field::LastName), text(Field::Email));
        Some([
            Cell::Number(id.0),
            Cell::text(first_name),
            Cell::text(last_name),
            Cell::text(email),
            Cell::text(text(Field::Title)),
            Cell::text(text(Field::Phone)),
            Cell::text(text(Field::Mobile)),
            Cell::text(text(Field::About)),
            Cell::text(text(Field::EmployeeNumber)),
            Cell::text(text(Field::TimeZone)),
            unit(Field::Company),
            unit(Field::Team),
            unit(Field::Group),
            unit(Field::JobRole),
            Cell::text(State::Active.as_str()),
            Cell::text(level),
            Cell::text(level),
            Cell::Number(now.micros()),
            Cell::Number(now.micros()),
            Cell::Text(names::name_key(first_name, last_name).into()),
            Cell::Text(names::email_key(email).into()),
        ])
    };
    Rows::new(&NEW, people.iter().filter_map(cells).flatten().collect()).insert(conn, "users")?;
    for field in [Field::Teams, Field::Groups] {
        let of = people.iter().map(|(user, values)| (*user, values.get(&field).map_or(&[][..], Value::ids)));
        let of: Vec<_> = of.filter(|(_, units)| !units.is_empty()).collect();
        if !of.is_empty() {
            write_members(conn, field, &of)?;
        }
    }
    Ok(())
}

/// Whom people report to, once everybody is there who may be named.
pub fn set_managers(conn: &mut Conn, people: &[(UserId, Value)]) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let cells = people.iter().flat_map(|(user, manager)| [Cell::Number(user.0), Cell::number(manager.id())]);
    Rows::new(&[("id", Kind::Number), ("manager_id", Kind::Number)], cells.collect()).update(conn, "users", "")
}
