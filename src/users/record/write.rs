//! Writes people's new values with the next version, and inserts new people: a set at a time.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use crate::db::dialect::{among, insert_all, json_rows};
use crate::db::schema::{group_members, team_members, users};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;
use crate::users::fields::{Field, Kind, Unit, Value, Values};
use crate::users::{State, names};

impl Field {
    /// The column of `users` that holds it; further teams and groups have tables of their own.
    fn column(self) -> Option<&'static str> {
        match self.kind() {
            Kind::Units(_) => None,
            Kind::Unit(Unit::Company) => Some("company_id"),
            Kind::Unit(Unit::Team) => Some("team_id"),
            Kind::Unit(Unit::Group) => Some("group_id"),
            Kind::Unit(Unit::JobRole) => Some("job_role_id"),
            Kind::Person => Some("manager_id"),
            _ => Some(self.as_str()),
        }
    }

    fn is_number(self) -> bool {
        matches!(self.kind(), Kind::Unit(_) | Kind::Person)
    }
}

/// Writes the new values of these people, each with the next version; a field that does not stand with somebody stays as
/// it is. A fixed number of statements for each set of fields.
pub fn write(conn: &mut Conn, people: &[(UserId, Values)]) -> Result<()> {
    let mut alike: HashMap<Vec<Field>, Vec<(UserId, &Values)>> = HashMap::new();
    for (user, values) in people {
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
    let mut columns: Vec<(&str, &str)> = vec![("id", "bigint")];
    let stored = fields.iter().filter_map(|field| Some((*field, field.column()?)));
    let stored: Vec<(Field, &str)> = stored.collect();
    columns.extend(stored.iter().map(|(field, column)| (*column, if field.is_number() { "bigint" } else { "text" })));
    let has_names = fields.iter().any(|field| matches!(field, Field::FirstName | Field::LastName));
    let has_address = fields.contains(&Field::Email);
    if has_names {
        columns.push(("name_key", "text"));
    }
    if has_address {
        columns.push(("email_key", "text"));
    }
    // Who gets a new first name keeps their last one: the key is of both.
    let names = if has_names { names_of(conn, people)? } else { HashMap::new() };
    let rows = people.iter().map(|(user, values)| {
        let mut row = serde_json::Map::new();
        row.insert("id".into(), user.0.into());
        for (field, column) in &stored {
            let value = values.get(field).unwrap_or(&Value::Nothing);
            row.insert((*column).into(), if field.is_number() { value.id().into() } else { value.text().into() });
        }
        let text = |field: Field| values.get(&field).map(Value::text);
        if let Some((first, last)) = names.get(user) {
            let (first, last) = (text(Field::FirstName).unwrap_or(first), text(Field::LastName).unwrap_or(last));
            row.insert("name_key".into(), names::name_key(first, last).into());
        }
        if has_address {
            row.insert("email_key".into(), names::email_key(text(Field::Email).unwrap_or_default()).into());
        }
        serde_json::Value::Object(row)
    });
    let rows = serde_json::Value::Array(rows.collect()).to_string();
    let mut set: Vec<String> = columns[1..].iter().map(|(column, _)| format!("{column} = new.{column}")).collect();
    if fields.contains(&Field::Level) {
        set.push("last_access_level = new.access_level".into());
    }
    set.push("version = version + 1".into());
    let table = json_rows(conn, 1, &columns);
    let update = format!("UPDATE users SET {} FROM {table} AS new WHERE users.id = new.id", set.join(", "));
    sql_query(update).bind::<Text, _>(rows).execute(conn)?;
    Ok(())
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

// Every column is written, so that SQLite takes many rows in one statement.
#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
struct New {
    id: UserId,
    first_name: String,
    last_name: String,
    email: String,
    title: String,
    phone: String,
    mobile: String,
    about: String,
    employee_number: String,
    time_zone: String,
    company_id: Option<i64>,
    team_id: Option<i64>,
    group_id: Option<i64>,
    job_role_id: Option<i64>,
    manager_id: Option<i64>,
    state: State,
    access_level: AccessLevel,
    last_access_level: AccessLevel,
    created_at: Timestamp,
    state_changed_at: Timestamp,
    name_key: String,
    email_key: String,
}

/// Inserts active people with the ids that were reserved for them. Whom they report to is written afterwards, by
/// `set_managers`: people who come together may report to each other.
///
/// Errors: `Error::Taken` if somebody who is not deleted has one of the addresses.
pub fn insert(conn: &mut Conn, people: &[(UserId, &Values)], now: Timestamp) -> Result<()> {
    let rows = people.iter().filter_map(|(id, values)| {
        let text = |field: Field| values.get(&field).map_or_else(String::new, |value| value.text().to_owned());
        let unit = |field: Field| values.get(&field).and_then(Value::id);
        let level = values.get(&Field::Level)?.level()?;
        let (first_name, last_name, email) = (text(Field::FirstName), text(Field::LastName), text(Field::Email));
        Some(New {
            id: *id,
            name_key: names::name_key(&first_name, &last_name),
            email_key: names::email_key(&email),
            first_name,
            last_name,
            email,
            title: text(Field::Title),
            phone: text(Field::Phone),
            mobile: text(Field::Mobile),
            about: text(Field::About),
            employee_number: text(Field::EmployeeNumber),
            time_zone: text(Field::TimeZone),
            company_id: unit(Field::Company),
            team_id: unit(Field::Team),
            group_id: unit(Field::Group),
            job_role_id: unit(Field::JobRole),
            manager_id: None,
            state: State::Active,
            access_level: level,
            last_access_level: level,
            created_at: now,
            state_changed_at: now,
        })
    });
    let rows: Vec<New> = rows.collect();
    insert_all!(conn, users::table, rows)?;
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
    let row = |(user, manager): &(UserId, Value)| serde_json::json!({ "id": user.0, "manager_id": manager.id() });
    let rows = serde_json::Value::Array(people.iter().map(row).collect()).to_string();
    let table = json_rows(conn, 1, &[("id", "bigint"), ("manager_id", "bigint")]);
    let update = format!("UPDATE users SET manager_id = new.manager_id FROM {table} AS new WHERE users.id = new.id");
    sql_query(update).bind::<Text, _>(rows).execute(conn)?;
    Ok(())
}
