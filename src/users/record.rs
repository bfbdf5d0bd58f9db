//! What the database holds of people's profiles, for a whole set at once: read with what decides about a change, and
//! written with the next version.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use super::fields::{Field, Kind, Unit, Value, Values};
use super::{State, actor, names};
use crate::db::dialect::{among, insert_all, json_rows};
use crate::db::schema::{companies, group_members, groups, job_roles, team_members, teams, users};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;

/// A person as they are now, with the values that were asked for.
#[derive(Debug, Clone)]
pub struct Record {
    pub user: UserId,
    pub name: String,
    pub name_key: String,
    pub state: State,
    /// Of an active user; else the one they had.
    pub level: AccessLevel,
    pub version: i64,
    pub last_sign_in_at: Timestamp,
    pub leaves_at: Option<Timestamp>,
    pub values: Values,
}

impl Record {
    /// Active, and not past the moment at which they leave.
    pub fn has_access(&self, now: Timestamp) -> bool {
        self.state == State::Active && self.leaves_at.is_none_or(|at| at > now)
    }

    pub fn value(&self, field: Field) -> &Value {
        self.values.get(&field).unwrap_or(&Value::Nothing)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct Row {
    id: UserId,
    name_key: String,
    state: State,
    access_level: Option<AccessLevel>,
    last_access_level: AccessLevel,
    version: i64,
    last_sign_in_at: Timestamp,
    leaves_at: Option<Timestamp>,
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
}

impl Row {
    fn value(&self, field: Field) -> Value {
        match field {
            Field::FirstName => Value::of_text(&self.first_name),
            Field::LastName => Value::of_text(&self.last_name),
            Field::Email => Value::of_text(&self.email),
            Field::Level => Value::of_level(self.access_level),
            Field::Title => Value::of_text(&self.title),
            Field::Phone => Value::of_text(&self.phone),
            Field::Mobile => Value::of_text(&self.mobile),
            Field::About => Value::of_text(&self.about),
            Field::EmployeeNumber => Value::of_text(&self.employee_number),
            Field::TimeZone => Value::of_text(&self.time_zone),
            Field::Company => Value::of_id(self.company_id),
            Field::Team => Value::of_id(self.team_id),
            Field::Group => Value::of_id(self.group_id),
            Field::JobRole => Value::of_id(self.job_role_id),
            Field::Manager => Value::of_id(self.manager_id),
            // In tables of their own.
            Field::Teams | Field::Groups => Value::Nothing,
        }
    }
}

/// Whether the rows are held until the end of a writing transaction, where the database works side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    Not,
    ToChange,
}

/// These people, deleted or not, with these fields; who is not there is left out. A fixed number of statements.
pub fn read(conn: &mut Conn, ids: &[UserId], fields: &BTreeSet<Field>, hold: Hold) -> Result<Vec<Record>> {
    if let (Conn::Postgres(c), Hold::ToChange) = (&mut *conn, hold) {
        let held = users::table.filter(among(users::id, ids)).order(users::id).select(users::id).for_no_key_update();
        held.load::<UserId>(c)?;
    }
    let rows: Vec<Row> = users::table.filter(among(users::id, ids)).select(Row::as_select()).load(conn)?;
    let mut teams = members(conn, Field::Teams, ids, fields)?;
    let mut groups = members(conn, Field::Groups, ids, fields)?;
    let record = |row: Row| {
        let mut values: Values = fields.iter().map(|field| (*field, row.value(*field))).collect();
        for (field, of) in [(Field::Teams, &mut teams), (Field::Groups, &mut groups)] {
            if let Some(ids) = of.remove(&row.id) {
                values.insert(field, Value::of_ids(ids));
            }
        }
        Record {
            user: row.id,
            name: format!("{} {}", row.first_name, row.last_name),
            name_key: row.name_key,
            state: row.state,
            level: row.access_level.unwrap_or(row.last_access_level),
            version: row.version,
            last_sign_in_at: row.last_sign_in_at,
            leaves_at: row.leaves_at,
            values,
        }
    };
    Ok(rows.into_iter().map(record).collect())
}

/// The further teams or groups of each, if they are asked for.
fn members(
    conn: &mut Conn,
    field: Field,
    ids: &[UserId],
    fields: &BTreeSet<Field>,
) -> Result<HashMap<UserId, Vec<i64>>> {
    let mut found: HashMap<UserId, Vec<i64>> = HashMap::new();
    if !fields.contains(&field) {
        return Ok(found);
    }
    let rows: Vec<(UserId, i64)> = match field {
        Field::Teams => team_members::table
            .filter(among(team_members::user_id, ids))
            .select((team_members::user_id, team_members::team_id))
            .load(conn)?,
        _ => group_members::table
            .filter(among(group_members::user_id, ids))
            .select((group_members::user_id, group_members::group_id))
            .load(conn)?,
    };
    for (user, unit) in rows {
        found.entry(user).or_default().push(unit);
    }
    Ok(found)
}

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
pub fn write(conn: &mut Conn, people: &[(UserId, &Values)]) -> Result<()> {
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

/// The fields a name or an address is sorted and found by.
pub const KEYS: [Field; 3] = [Field::FirstName, Field::LastName, Field::Email];

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

#[derive(Insertable)]
#[diesel(table_name = users)]
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

/// Whom new people report to, once all of them are there.
pub fn set_managers(conn: &mut Conn, people: &[(UserId, &Values)]) -> Result<()> {
    let managed = people.iter().filter_map(|(id, values)| Some((id.0, values.get(&Field::Manager)?.id()?)));
    let rows: Vec<_> = managed.map(|(id, manager)| serde_json::json!({ "id": id, "manager_id": manager })).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let table = json_rows(conn, 1, &[("id", "bigint"), ("manager_id", "bigint")]);
    let update = format!("UPDATE users SET manager_id = new.manager_id FROM {table} AS new WHERE users.id = new.id");
    sql_query(update).bind::<Text, _>(serde_json::Value::Array(rows).to_string()).execute(conn)?;
    Ok(())
}

/// Which of these addresses (folded) somebody has who is not deleted, with who it is.
pub fn holders(conn: &mut Conn, email_keys: &[&str]) -> Result<HashMap<String, UserId>> {
    let mut found = HashMap::new();
    for keys in email_keys.chunks(10_000) {
        let held = users::table
            .filter(users::email_key.eq_any(keys))
            .filter(users::state.ne(State::Deleted))
            .select((users::email_key, users::id));
        found.extend(held.load::<(String, UserId)>(conn)?);
    }
    Ok(found)
}

/// Everybody above these people, each with whom they report to: a fixed number of statements, whatever the depth.
pub fn managers_above(conn: &mut Conn, ids: &[UserId]) -> Result<HashMap<i64, i64>> {
    #[derive(QueryableByName)]
    struct Pair {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        id: i64,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        manager_id: i64,
    }
    let list = crate::db::dialect::id_list(conn, ids);
    let text = format!(
        "WITH RECURSIVE above(id, manager_id) AS (\
         SELECT id, manager_id FROM users WHERE manager_id IS NOT NULL AND id IN {} UNION \
         SELECT users.id, users.manager_id FROM users JOIN above ON users.id = above.manager_id \
         WHERE users.manager_id IS NOT NULL) SELECT id, manager_id FROM above",
        crate::db::dialect::ids_of(conn, 1)
    );
    let pairs: Vec<Pair> = sql_query(text).bind::<Text, _>(list).load(conn)?;
    Ok(pairs.into_iter().map(|pair| (pair.id, pair.manager_id)).collect())
}

/// Those of these people who are active and not past their leave date.
pub fn with_access(conn: &mut Conn, ids: &[UserId], now: Timestamp) -> Result<Vec<UserId>> {
    let active = users::table.filter(actor::has_access(now)).filter(among(users::id, ids));
    Ok(active.select(users::id).load(conn)?)
}

/// All companies, teams, groups or job roles.
pub fn units(conn: &mut Conn, unit: Unit) -> Result<HashMap<i64, Named>> {
    let rows: Vec<(i64, String, Option<Timestamp>)> = match unit {
        Unit::Company => companies::table.load(conn)?,
        Unit::Team => teams::table.load(conn)?,
        Unit::Group => groups::table.load(conn)?,
        Unit::JobRole => job_roles::table.load(conn)?,
    };
    Ok(rows.into_iter().map(|(id, name, retired_at)| (id, Named { name, is_retired: retired_at.is_some() })).collect())
}

/// The name of a company, a team, a group or a job role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    /// Nobody new gets it.
    pub is_retired: bool,
}
