//! Looks people up for a list of leavers: by the keys it names, and by parts of them.

use std::collections::{HashMap, HashSet};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer};

use crate::db::dialect::{self, among, among_texts};
use crate::db::schema::{companies, users};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;
use crate::users::State;
use crate::users::find::STATES;

const PROBES: usize = 100;
/// Shorter parts are in no trigram.
const SHORTEST: usize = 3;

/// Somebody who may be meant.
#[derive(Debug, Clone, Queryable)]
pub struct Person {
    pub id: UserId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub title: String,
    pub employee_number: String,
    pub state: State,
    pub level: Option<AccessLevel>,
    pub leaves_at: Option<Timestamp>,
    pub company: Option<String>,
    pub name_key: String,
    pub email_key: String,
}

impl Person {
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// What is looked up exactly, folded as the keys are.
#[derive(Debug, Default)]
pub struct Keys {
    pub emails: HashSet<String>,
    pub numbers: HashSet<String>,
    pub names: HashSet<String>,
}

/// Who has each key.
#[derive(Debug, Default)]
pub struct Exact {
    pub by_email: HashMap<String, Vec<UserId>>,
    pub by_number: HashMap<String, Vec<UserId>>,
    pub by_name: HashMap<String, Vec<UserId>>,
}

type Having = HashMap<String, Vec<UserId>>;

/// Of many, whoever is active comes first.
const ACTIVE_FIRST: &str = "CASE WHEN users.state = 'active' THEN 0 ELSE 1 END";

/// Whoever has one of these keys; people in the recycle bin only where nobody else has it.
pub fn exact(conn: &mut Conn, keys: &Keys) -> Result<Exact> {
    let mut exact = Exact::default();
    for state in STATES {
        read(conn, users::email_key, state, &keys.emails, &mut exact.by_email)?;
        read(conn, users::name_key, state, &keys.names, &mut exact.by_name)?;
    }
    // Numbers have an index of their own, for those who have one.
    for state in STATES {
        let state = format!("{state} AND users.employee_number <> ''");
        read(conn, users::employee_number, &state, &keys.numbers, &mut exact.by_number)?;
    }
    Ok(exact)
}

fn read<C>(conn: &mut Conn, column: C, state: &str, keys: &HashSet<String>, to: &mut Having) -> Result<()>
where
    C: KeyColumn + Copy,
{
    let missing: Vec<&String> = keys.iter().filter(|key| !to.contains_key(*key)).collect();
    let mut found: Having = HashMap::new();
    for (key, user) in column.having(conn, &missing, state)? {
        found.entry(key).or_default().push(user);
    }
    to.extend(found);
    Ok(())
}

/// A column of `users` by which people are looked up.
trait KeyColumn {
    fn having(self, conn: &mut Conn, keys: &[&String], state: &str) -> Result<Vec<(String, UserId)>>;
}

macro_rules! key_column {
    ($($column:ty),+) => {$(
        impl KeyColumn for $column {
            fn having(self, conn: &mut Conn, keys: &[&String], state: &str) -> Result<Vec<(String, UserId)>> {
                Ok(users::table
                    .filter(among_texts(self, keys))
                    .filter(sql::<Bool>(state))
                    .order((sql::<Integer>(ACTIVE_FIRST), users::id))
                    .select((self, users::id))
                    .load(conn)?)
            }
        }
    )+};
}
key_column!(users::email_key, users::name_key, users::employee_number);

/// Where a few people are looked for: those whose name or address begins so, and in whose name or address these parts are.
#[derive(Debug, Clone)]
pub struct Probe {
    /// For which entry; it comes back with the hits.
    pub entry: usize,
    pub name_starts: Option<String>,
    pub email_starts: Option<String>,
    pub contains: Vec<String>,
    pub limit: i64,
}

#[derive(QueryableByName)]
struct Hit {
    #[diesel(sql_type = BigInt)]
    entry: i64,
    #[diesel(sql_type = BigInt)]
    id: UserId,
}

/// The hits of all probes, a hundred in a statement.
pub fn probe(conn: &mut Conn, probes: &[Probe]) -> Result<Vec<(usize, UserId)>> {
    let is_any = |text: &String| text.chars().count() >= SHORTEST;
    let fit = |probe: &&Probe| {
        let starts = probe.name_starts.is_some() || probe.email_starts.is_some();
        probe.contains.iter().all(is_any) && (starts || !probe.contains.is_empty())
    };
    let probes: Vec<&Probe> = probes.iter().filter(fit).collect();
    let mut hits = Vec::new();
    for chunk in probes.chunks(PROBES) {
        let (mut parts, mut texts) = (Vec::new(), Vec::new());
        for probe in chunk {
            parts.push(format!(
                "SELECT {} AS entry, id FROM ({}) AS part",
                cast(probe.entry),
                part(conn, probe, &mut texts)?
            ));
        }
        let found: Vec<Hit> = dialect::load_with_texts(conn, &parts.join(" UNION ALL "), &texts)?;
        hits.extend(found.into_iter().map(|hit| (hit.entry as usize, hit.id)));
    }
    Ok(hits)
}

fn cast(entry: usize) -> String {
    format!("CAST({entry} AS BIGINT)")
}

/// One probe in SQL, its texts added to those that are bound.
fn part(conn: &mut Conn, probe: &Probe, texts: &mut Vec<String>) -> Result<String> {
    let mut conditions = Vec::new();
    let from = if probe.contains.is_empty() {
        "users".to_owned()
    } else {
        conditions.push(dialect::is_found(conn, &probe.contains, texts)?);
        dialect::search_joined(conn).to_owned()
    };
    for (column, start) in [("name_key", &probe.name_starts), ("email_key", &probe.email_starts)] {
        if let Some(start) = start {
            texts.extend([start.clone(), format!("{start}\u{10FFFF}")]);
            let (from, to) = (texts.len() - 1, texts.len());
            conditions.push(format!("users.{column} >= ${from} AND users.{column} < ${to}"));
        }
    }
    conditions.push(STATES[0].to_owned());
    Ok(format!("SELECT users.id FROM {from} WHERE {} LIMIT {}", conditions.join(" AND "), probe.limit))
}

/// These people, whatever their state.
pub fn people(conn: &mut Conn, ids: &[UserId]) -> Result<HashMap<UserId, Person>> {
    let rows: Vec<Person> = users::table
        .left_join(companies::table)
        .filter(among(users::id, ids))
        .select((
            users::id,
            users::first_name,
            users::last_name,
            users::email,
            users::title,
            users::employee_number,
            users::state,
            users::access_level,
            users::leaves_at,
            companies::name.nullable(),
            users::name_key,
            users::email_key,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(|person| (person.id, person)).collect())
}
