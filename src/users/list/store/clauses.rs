//! What each field of a filter asks of a person's row, and the index by which few who match are found.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::super::search::Condition;
use super::super::value::{Day, InUnit, Zone};
use super::super::{Filter, Show};
use super::ways::Query;
use crate::db::schema::users;
use crate::db::{Conn, MultiBackend, UserId, dialect};
use crate::licenses::AccessLevel;

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

impl Home {
    /// True if nobody is in it but those who are at home there.
    pub fn has_no_further(&self) -> bool {
        self.further.is_none()
    }
}

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
    Off {
        by: Option<UserId>,
        why: String,
    },
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
    /// As a condition on a row. Not `open`: written so that no database takes an index for it, and leaves the way.
    pub fn condition(&self, conn: &Conn, open: bool) -> Condition {
        let number = if open { "" } else { " + 0" };
        let plain = |text: String| Box::new(sql::<Bool>(&text)) as Condition;
        match self {
            Clause::Level(levels) => {
                let words: Vec<String> = levels.iter().map(|level| format!("'{}'", level.as_str())).collect();
                let text = if open { "" } else { " || ''" };
                plain(format!("users.access_level{text} IN ({})", words.join(", ")))
            }
            Clause::In(Home { column, further: None }, id) => plain(format!("{column}{number} = {id}")),
            Clause::In(Home { column, further: Some((table, key)) }, id) => plain(format!(
                "({column} + 0 = {id} OR EXISTS \
                 (SELECT 1 FROM {table} AS m WHERE m.{key} = {id} AND m.user_id = users.id))"
            )),
            Clause::InNone(Home { column, further }) => {
                let none = if open { format!("{column} IS NULL") } else { format!("coalesce({column}, 0) = 0") };
                plain(match further {
                    None => none,
                    Some((table, _)) => {
                        format!("{none} AND NOT EXISTS (SELECT 1 FROM {table} AS m WHERE m.user_id = users.id)")
                    }
                })
            }
            Clause::Manager(id) => plain(format!("users.manager_id{number} = {id}")),
            Clause::SignedIn(from, before) => plain(between("users.last_sign_in_at", number, *from, *before)),
            Clause::Created(from, before) => plain(between("users.created_at", number, *from, *before)),
            Clause::LeavingBefore(moment) => plain(format!("users.leaves_at{number} < {moment}")),
            Clause::WentOff(from, before) => plain(format!(
                "{} AND {}",
                if open { "users.state = 'deactivated'" } else { "users.state || '' = 'deactivated'" },
                between("users.state_changed_at", number, *from, *before)
            )),
            Clause::Off { by, why } => {
                let found = "users.state || '' = 'deactivated' AND EXISTS (SELECT 1 FROM operations AS o \
                             WHERE o.id = users.state_operation_id";
                operations(conn, found, *by, why)
            }
        }
    }

    /// Queries that find those who match, each through an index of its own; together they find all.
    pub fn probes(&self, conn: &Conn) -> Vec<Query> {
        let there = || users::table.into_boxed::<MultiBackend>().filter(sql::<Bool>("users.state <> 'deleted'"));
        match self {
            Clause::In(Home { column, further: Some((table, key)) }, id) => vec![
                there().filter(sql::<Bool>(&format!("{column} = {id}"))),
                there().filter(sql::<Bool>(&format!(
                    "users.id IN (SELECT m.user_id FROM {table} AS m WHERE m.{key} = {id})"
                ))),
            ],
            Clause::Off { by, why } => {
                let found = "users.state = 'deactivated' AND users.state_operation_id IN (SELECT o.id FROM operations \
                             AS o WHERE 1 = 1";
                vec![there().filter(operations(conn, found, *by, why))]
            }
            clause => vec![there().filter(clause.condition(conn, true))],
        }
    }
}

fn between(column: &str, number: &str, from: i64, before: i64) -> String {
    let from = (from > i64::MIN).then(|| format!("{column}{number} >= {from}"));
    let before = (before < i64::MAX).then(|| format!("{column}{number} < {before}"));
    [from, before].into_iter().flatten().collect::<Vec<_>>().join(" AND ")
}

/// Goes on from an open bracket over operations: who started one, and what its reason holds, in any case.
fn operations(conn: &Conn, found: &str, by: Option<UserId>, why: &str) -> Condition {
    let by = by.map_or_else(String::new, |id| format!(" AND o.started_by = {id}"));
    if why.is_empty() {
        return Box::new(sql::<Bool>(&format!("{found}{by})")));
    }
    let position = dialect::position(conn);
    // As typed too: SQLite turns no letter but those of ASCII into small ones.
    let start = sql::<Bool>(&format!("{found}{by} AND ({position}(lower(o.reason), "));
    let lower = start.bind::<Text, _>(why.to_lowercase()).sql(&format!(") > 0 OR {position}(o.reason, "));
    Box::new(lower.bind::<Text, _>(why.to_owned()).sql(") > 0))"))
}
