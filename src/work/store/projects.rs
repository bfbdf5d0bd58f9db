//! Projects in the database: listed by name, a page at a time, and what was done in one by whom.

use std::collections::HashMap;

use diesel::dsl::{count_star, exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::PERSON;
use crate::db::dialect::among;
use crate::db::schema::{assignments, hours, projects, users, work_items};
use crate::db::{Conn, MultiBackend, ProjectId, Result, Timestamp, UserId};
use crate::users::names::fold;
use crate::web::pagination::{Place, ROWS, Rows, Toward};
use crate::work::{Person, PersonRow};

/// A project with its owner; `None`: nobody, or somebody whose name is not shown.
#[derive(Debug, Clone)]
pub struct Project {
    pub id: ProjectId,
    pub name: String,
    pub name_key: String,
    pub created_at: Timestamp,
    pub owner: Option<Person>,
}

type Row = (ProjectId, String, String, Timestamp, PersonRow);

impl From<Row> for Project {
    fn from((id, name, name_key, created_at, owner): Row) -> Self {
        Project { id, name, name_key, created_at, owner: Person::shown(owner) }
    }
}

pub fn insert(conn: &mut Conn, name: &str, owner: UserId, now: Timestamp) -> Result<ProjectId> {
    let row = (
        projects::name.eq(name),
        projects::name_key.eq(fold(name)),
        projects::owner_id.eq(owner),
        projects::created_by.eq(owner),
        projects::created_at.eq(now),
    );
    Ok(diesel::insert_into(projects::table).values(row).returning(projects::id).get_result(conn)?)
}

pub fn find(conn: &mut Conn, id: ProjectId) -> Result<Project> {
    let row: Row = projects::table
        .left_join(users::table.on(projects::owner_id.eq(users::id.nullable())))
        .filter(projects::id.eq(id))
        .select((projects::id, projects::name, projects::name_key, projects::created_at, PERSON.nullable()))
        .first(conn)?;
    Ok(row.into())
}

/// A page of projects by name. `text`: only those whose name contains it. `assigned`: only those with a work item that
/// this user is assigned to.
pub fn list(
    conn: &mut Conn,
    text: &str,
    assigned: Option<UserId>,
    place: Option<Place<String>>,
    toward: Toward,
) -> Result<Rows<Project>> {
    let mut query = projects::table
        .left_join(users::table.on(projects::owner_id.eq(users::id.nullable())))
        .select((projects::id, projects::name, projects::name_key, projects::created_at, PERSON.nullable()))
        .limit(ROWS as i64 + 1)
        .into_boxed::<MultiBackend>();
    let text = fold(text);
    if !text.is_empty() {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        query = query.filter(projects::name_key.like(format!("%{escaped}%")).escape('\\'));
    }
    if let Some(user) = assigned {
        query = query.filter(exists(
            assignments::table
                .inner_join(work_items::table)
                .filter(work_items::project_id.eq(projects::id))
                .filter(assignments::user_id.eq(user))
                .filter(assignments::ended_at.is_null()),
        ));
    }
    let started_inside = place.is_some();
    if let Some(Place(key, id)) = place {
        let beyond = match toward {
            Toward::Next => "(projects.name_key, projects.id) > (",
            Toward::Previous => "(projects.name_key, projects.id) < (",
        };
        query = query.filter(sql::<Bool>(beyond).bind::<Text, _>(key).sql(", ").bind::<BigInt, _>(id).sql(")"));
    }
    query = match toward {
        Toward::Next => query.order((projects::name_key.asc(), projects::id.asc())),
        Toward::Previous => query.order((projects::name_key.desc(), projects::id.desc())),
    };
    let rows: Vec<Row> = query.load(conn)?;
    let rows: Vec<Project> = rows.into_iter().map(Project::from).collect();
    Ok(Rows::cut(rows, toward, started_inside, |project| Place(project.name_key.clone(), project.id.0)))
}

/// What one person logged; `person: None` stands for all whose name is not shown any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursOf {
    pub person: Option<Person>,
    pub entries: i64,
    pub minutes: i64,
}

/// Hours by person in a project, most first, the nameless together at the end.
pub fn hours_by_person(conn: &mut Conn, project: ProjectId) -> Result<Vec<HoursOf>> {
    let sums: Vec<(Option<UserId>, i64, i64)> = hours::table
        .inner_join(work_items::table)
        .filter(work_items::project_id.eq(project))
        .group_by(hours::user_id)
        .select((hours::user_id, count_star(), sql::<BigInt>("CAST(sum(hours.minutes) AS BIGINT)")))
        .load(conn)?;
    let ids: Vec<UserId> = sums.iter().filter_map(|(user, _, _)| *user).collect();
    let people: Vec<PersonRow> =
        users::table.filter(among(users::id, ids)).select(PERSON.nullable()).load::<PersonRow>(conn)?;
    let mut people: HashMap<UserId, Person> =
        people.into_iter().filter_map(Person::shown).map(|person| (person.id, person)).collect();
    let mut rows = Vec::with_capacity(sums.len());
    let mut blank = HoursOf { person: None, entries: 0, minutes: 0 };
    for (user, entries, minutes) in sums {
        match user.and_then(|user| people.remove(&user)) {
            Some(person) => rows.push(HoursOf { person: Some(person), entries, minutes }),
            None => {
                blank.entries += entries;
                blank.minutes += minutes;
            }
        }
    }
    rows.sort_by_cached_key(|row| (-row.minutes, row.person.as_ref().map(|person| person.name.clone())));
    if blank.entries > 0 {
        rows.push(blank);
    }
    Ok(rows)
}
