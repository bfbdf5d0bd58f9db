//! What the database holds of people's profiles, for a whole set at once, with what decides about a change.

mod lookups;
mod write;

use std::collections::{BTreeSet, HashMap};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::State;
use super::fields::{Field, Value, Values};
use crate::db::dialect::{among, json_array};
use crate::db::schema::{group_members, team_members, users};
use crate::db::{Conn, Error, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;

pub use lookups::{holders, managers_above, number_holders, with_access};
pub use write::{insert, set_managers, write};

/// A person as they are now, with the values that were asked for.
#[derive(Debug, Clone)]
pub struct Record {
    pub user: UserId,
    pub name: String,
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

#[derive(Queryable)]
struct Row {
    id: UserId,
    state: State,
    access_level: Option<AccessLevel>,
    last_access_level: AccessLevel,
    version: i64,
    last_sign_in_at: Timestamp,
    leaves_at: Option<Timestamp>,
    first_name: String,
    last_name: String,
    /// JSON: the values that are asked for, in their order.
    values: String,
}

/// Whether the rows are held until the end of a writing transaction, where the database works side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    Not,
    ToChange,
}

/// These people, deleted or not, with these fields; who is not there is left out. A fixed number of statements.
pub fn read(conn: &mut Conn, ids: &[UserId], fields: &BTreeSet<Field>, hold: Hold) -> Result<Vec<Record>> {
    if hold == Hold::ToChange {
        versions(conn, ids, hold)?;
    }
    let in_row: Vec<(Field, &str)> = fields.iter().filter_map(|field| Some((*field, field.column()?))).collect();
    // One column, however many values: a whole profile is long, and what is not asked for is not read.
    let values: Vec<String> = in_row
        .iter()
        .map(|(field, column)| if field.is_number() { (*column).to_owned() } else { format!("NULLIF({column}, '')") })
        .collect();
    let values = format!("CAST({}({}) AS text)", json_array(conn), values.join(", "));
    let columns = (
        users::id,
        users::state,
        users::access_level,
        users::last_access_level,
        users::version,
        users::last_sign_in_at,
        users::leaves_at,
        users::first_name,
        users::last_name,
        sql::<Text>(&values),
    );
    let rows: Vec<Row> = users::table.filter(among(users::id, ids)).select(columns).load(conn)?;
    let mut teams = members(conn, Field::Teams, ids, fields)?;
    let mut groups = members(conn, Field::Groups, ids, fields)?;
    let record = |row: Row| {
        let stored: Vec<Value> = serde_json::from_str(&row.values).map_err(|error| Error::Other(error.to_string()))?;
        let mut values: Values = in_row.iter().map(|(field, _)| *field).zip(stored).collect();
        for (field, of) in [(Field::Teams, &mut teams), (Field::Groups, &mut groups)] {
            if let Some(ids) = of.remove(&row.id) {
                values.insert(field, Value::of_ids(ids));
            }
        }
        Ok(Record {
            user: row.id,
            name: format!("{} {}", row.first_name, row.last_name),
            state: row.state,
            level: row.access_level.unwrap_or(row.last_access_level),
            version: row.version,
            last_sign_in_at: row.last_sign_in_at,
            leaves_at: row.leaves_at,
            values,
        })
    };
    rows.into_iter().map(record).collect()
}

/// The versions of these people's rows.
pub fn versions(conn: &mut Conn, ids: &[UserId], hold: Hold) -> Result<Vec<(UserId, i64)>> {
    let rows = users::table.filter(among(users::id, ids)).select((users::id, users::version));
    Ok(match (conn, hold) {
        (Conn::Postgres(c), Hold::ToChange) => rows.order(users::id).for_no_key_update().load(c)?,
        (conn, _) => rows.load(conn)?,
    })
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
