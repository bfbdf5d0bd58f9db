//! What each field of a filter asks of a person's row, and the index by which few who match are found.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::super::search::Condition;
use super::super::value::{Day, InUnit, Zone};
use super::super::{Filter, Show};
use super::ways::Query;
use crate::db::schema::users;
use crate::db::{Conn, MultiBackend, Result, UserId, dialect};
use crate::licenses::AccessLevel;

/// Operations that are named in a query.
const OPERATIONS: usize = 500;

/// A column of `users` that holds a home, and the table of further ones.
#[derive(Debug, Clone, Copy)]
pub struct Home {
    pub column: &'static str,
    /// The table, and its column beside `user_id`.
    further: Option<(&'static str, &'static str)>,
}

const COMPANY: Home = Home { column: "users.company_id", further: None };
const TEAM: Home = Home { column: "users.team_id", further: Some(("team_members", "team_id")) };
const GROUP: Home = Home { column: "users.group_id", further: Some(("group_members", "group_id")) };
const JOB_ROLE: Home = Home { column: "users.job_role_id", further: None };

#[derive(Debug, Clone)]
pub enum Clause {
    Level(Vec<AccessLevel>),
    In(Home, i64),
    InNone(Home),
    Manager(UserId),
    /// From one moment on, and before another one.
    SignedIn(i64, i64),
    Created(i64, i64),
    LeavingBefore(i64),
    /// Went off from one moment on, and before another one.
    WentOff(i64, i64),
    /// Went off by an operation that this person started, or whose reason holds this.
    Off {
        by: Option<UserId>,
        why: String,
    },
    /// By one of these operations.
    OffIn(Vec<i64>),
}

/// What a filter asks beside the state and the search. `None`: nobody can match.
pub fn of(filter: &Filter) -> Option<Vec<Clause>> {
    let mut clauses = Vec::new();
    let levels: Vec<AccessLevel> = AccessLevel::ALL.iter().copied().filter(|level| has_level(filter, *level)).collect();
    if filter.level.is_some() || filter.license.is_some() {
        if levels.is_empty() || filter.show == Show::Deactivated {
            return None;
        }
        clauses.push(Clause::Level(levels));
    }
    let units = [(COMPANY, filter.company), (TEAM, filter.team), (GROUP, filter.group), (JOB_ROLE, filter.job_role)];
    for (home, unit) in units {
        clauses.extend(unit.map(|unit| match unit {
            InUnit::Of(id) => Clause::In(home, id),
            InUnit::None => Clause::InNone(home),
        }));
    }
    clauses.extend(filter.manager.map(Clause::Manager));
    let zone = filter.zone.as_ref().map_or(jiff::tz::TimeZone::UTC, Zone::get);
    let between = |from: Option<Day>, before: Option<Day>, first: i64| {
        let begins = |day: Day| day.begins(&zone).micros();
        (from.map_or(first, begins), before.map_or(i64::MAX, begins))
    };
    if filter.signed_in_from.is_some() || filter.signed_in_before.is_some() {
        let (from, before) = between(filter.signed_in_from, filter.signed_in_before, 1); // 0: never
        if from >= before || filter.show == Show::NeverSignedIn {
            return None;
        }
        clauses.push(Clause::SignedIn(from, before));
    }
    if filter.created_from.is_some() || filter.created_before.is_some() {
        let (from, before) = between(filter.created_from, filter.created_before, i64::MIN);
        if from >= before {
            return None;
        }
        clauses.push(Clause::Created(from, before));
    }
    if let Some(day) = filter.leaving_before {
        if filter.show == Show::Deactivated {
            return None;
        }
        clauses.push(Clause::LeavingBefore(day.begins(&zone).micros()));
    }
    if filter.is_about_being_off() && !filter.show.has_people_who_are_off() {
        return None;
    }
    if filter.off_since.is_some() || filter.off_before.is_some() {
        let (from, before) = between(filter.off_since, filter.off_before, i64::MIN);
        if from >= before {
            return None;
        }
        clauses.push(Clause::WentOff(from, before));
    }
    if filter.off_by.is_some() || !filter.off_why.is_empty() {
        clauses.push(Clause::Off { by: filter.off_by, why: filter.off_why.clone() });
    }
    Some(clauses)
}

fn has_level(filter: &Filter, level: AccessLevel) -> bool {
    filter.level.is_none_or(|wanted| wanted == level)
        && filter.license.is_none_or(|license| level.license_type() == license)
}

impl Clause {
    /// Looks for the operations of those who are off: few are named, of many each person's is looked at. `None`: there are
    /// none, and nobody matches.
    pub fn resolve(self, conn: &mut Conn) -> Result<Option<Clause>> {
        #[derive(QueryableByName)]
        struct Found {
            #[diesel(sql_type = BigInt)]
            id: i64,
        }
        let Clause::Off { by, why } = &self else { return Ok(Some(self)) };
        let (condition, texts) = operations(conn, *by, why);
        let sql = format!("SELECT o.id FROM operations AS o WHERE {condition} LIMIT {}", OPERATIONS + 1);
        let found: Vec<Found> = dialect::load_with_texts(conn, &sql, &texts)?;
        Ok(match found.len() {
            0 => None,
            1..=OPERATIONS => Some(Clause::OffIn(found.into_iter().map(|found| found.id).collect())),
            _ => Some(self),
        })
    }

    /// As a condition on a row. Not `open`: it leaves the way as it is.
    pub fn condition(&self, conn: &Conn, open: bool) -> Condition {
        // So that PostgreSQL looks at the further ones of one person, and does not read those of all before it begins.
        let one = if open { "" } else { " LIMIT 1 OFFSET 0" };
        let condition = match self {
            Clause::Level(levels) => {
                let words: Vec<String> = levels.iter().map(|level| format!("'{}'", level.as_str())).collect();
                format!("users.access_level IN ({})", words.join(", "))
            }
            Clause::In(Home { column, further: None }, id) => format!("{column} = {id}"),
            Clause::In(Home { column, further: Some((table, key)) }, id) => format!(
                "({column} = {id} OR EXISTS \
                 (SELECT 1 FROM {table} AS m WHERE m.{key} = {id} AND m.user_id = users.id{one}))"
            ),
            Clause::InNone(Home { column, further: None }) => format!("{column} IS NULL"),
            Clause::InNone(Home { column, further: Some((table, _)) }) => {
                format!("{column} IS NULL AND NOT EXISTS (SELECT 1 FROM {table} AS m WHERE m.user_id = users.id{one})")
            }
            Clause::Manager(id) => format!("users.manager_id = {id}"),
            Clause::SignedIn(from, before) => between("users.last_sign_in_at", *from, *before),
            Clause::Created(from, before) => between("users.created_at", *from, *before),
            Clause::LeavingBefore(moment) => format!("users.leaves_at < {moment}"),
            Clause::WentOff(from, before) => {
                format!("users.state = 'deactivated' AND {}", between("users.state_changed_at", *from, *before))
            }
            Clause::OffIn(operations) => {
                let operations: Vec<String> = operations.iter().map(i64::to_string).collect();
                format!("users.state = 'deactivated' AND users.state_operation_id IN ({})", operations.join(", "))
            }
            Clause::Off { by, why } => return each_operation(conn, *by, why, open),
        };
        Box::new(sql::<Bool>(&if open { condition } else { aside(&condition) }))
    }

    /// True if the index by which those who match are found has them in the order of their names.
    pub fn is_by_name(&self) -> bool {
        match self {
            Clause::In(home, _) => home.further.is_none(),
            Clause::Manager(_) => true,
            Clause::Level(levels) => levels.len() == 1,
            _ => false,
        }
    }

    /// Queries that find those who match, each through an index of its own; together they find all, some twice.
    pub fn probes(&self, conn: &Conn) -> Vec<Query> {
        let there = || users::table.into_boxed::<MultiBackend>().filter(sql::<Bool>("users.state <> 'deleted'"));
        match self {
            Clause::In(Home { column, further: Some((table, key)) }, id) => vec![
                there().filter(sql::<Bool>(&format!("{column} = {id}"))),
                there().filter(sql::<Bool>(&format!(
                    "users.id IN (SELECT m.user_id FROM {table} AS m WHERE m.{key} = {id})"
                ))),
            ],
            // The index of the times of sign-ins begins with the state.
            clause @ Clause::SignedIn(..) => ["users.state = 'active'", "users.state = 'deactivated'"]
                .map(|state| users::table.into_boxed().filter(sql::<Bool>(state)).filter(clause.condition(conn, true)))
                .into(),
            clause => vec![there().filter(clause.condition(conn, true))],
        }
    }
}

/// A condition written so that no database takes an index for it, and PostgreSQL thinks it true of every second person: a
/// walk stays one, however rare they are.
pub fn aside(condition: &str) -> String {
    format!("CASE WHEN {condition} THEN TRUE ELSE FALSE END")
}

fn between(column: &str, from: i64, before: i64) -> String {
    let from = (from > i64::MIN).then(|| format!("{column} >= {from}"));
    let before = (before < i64::MAX).then(|| format!("{column} < {before}"));
    [from, before].into_iter().flatten().collect::<Vec<_>>().join(" AND ")
}

/// Of an operation `o`: who started it, and what its reason holds, in any case. The texts are parameters `$1` and so on.
fn operations(conn: &Conn, by: Option<UserId>, why: &str) -> (String, Vec<String>) {
    let mut said: Vec<String> = by.iter().map(|id| format!("o.started_by = {id}")).collect();
    if why.is_empty() {
        return (said.join(" AND "), Vec::new());
    }
    let position = dialect::position(conn);
    // As typed too: SQLite turns no letter but those of ASCII into small ones.
    said.push(format!("({position}(lower(o.reason), $1) > 0 OR {position}(o.reason, $2) > 0)"));
    (said.join(" AND "), vec![why.to_lowercase(), why.to_owned()])
}

/// The same, asked of each person's operation.
fn each_operation(conn: &Conn, by: Option<UserId>, why: &str, open: bool) -> Condition {
    let (condition, texts) = operations(conn, by, why);
    let whole = format!(
        "users.state = 'deactivated' AND EXISTS (SELECT 1 FROM operations AS o WHERE o.id = users.state_operation_id \
         AND {condition})"
    );
    let whole = if open { whole } else { aside(&whole) };
    match (whole.split_once("$1"), texts.as_slice()) {
        (Some((start, rest)), [lower, typed]) => {
            let (middle, end) = rest.split_once("$2").unwrap_or((rest, ""));
            let start = sql::<Bool>(start).bind::<Text, _>(lower.clone()).sql(middle);
            Box::new(start.bind::<Text, _>(typed.clone()).sql(end))
        }
        _ => Box::new(sql::<Bool>(&whole)),
    }
}
