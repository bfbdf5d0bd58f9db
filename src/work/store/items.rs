//! Tasks, issues and who is assigned to them, in the database.

use std::collections::HashMap;

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use super::PERSON;
use crate::db::dialect::{among, on};
use crate::db::schema::{assignments, projects, users, work_items};
use crate::db::{Conn, Error, MultiBackend, ProjectId, Result, Timestamp, UserId, WorkItemId};
use crate::web::pagination::{Place, ROWS, Rows, Toward};
use crate::work::{Kind, Person, PersonRow, Status};

/// A task or an issue with whoever made it.
#[derive(Debug, Clone)]
pub struct Item {
    pub id: WorkItemId,
    pub kind: Kind,
    pub project: ProjectId,
    pub project_name: String,
    pub title: String,
    pub status: Status,
    pub created_at: Timestamp,
    pub creator: Option<Person>,
}

/// A line of a list: who is assigned (those whose name is shown).
#[derive(Debug, Clone)]
pub struct Line {
    pub id: WorkItemId,
    pub title: String,
    pub status: Status,
    pub assignees: Vec<Person>,
}

/// A line of somebody's own open work.
#[derive(Debug, Clone, Queryable)]
pub struct Mine {
    pub id: WorkItemId,
    pub kind: Kind,
    pub title: String,
    pub status: Status,
    pub project: ProjectId,
    pub project_name: String,
    pub assigned_at: Timestamp,
}

pub fn insert(
    conn: &mut Conn,
    project: ProjectId,
    kind: Kind,
    title: &str,
    creator: UserId,
    now: Timestamp,
) -> Result<WorkItemId> {
    let row = (
        work_items::kind.eq(kind),
        work_items::project_id.eq(project),
        work_items::title.eq(title),
        work_items::status.eq(Status::Open),
        work_items::created_by.eq(creator),
        work_items::created_at.eq(now),
    );
    Ok(diesel::insert_into(work_items::table).values(row).returning(work_items::id).get_result(conn)?)
}

pub fn find(conn: &mut Conn, id: WorkItemId) -> Result<Item> {
    type Row = (WorkItemId, Kind, ProjectId, String, String, Status, Timestamp, PersonRow);
    let (id, kind, project, project_name, title, status, created_at, creator): Row = work_items::table
        .inner_join(projects::table)
        .left_join(users::table.on(work_items::created_by.eq(users::id.nullable())))
        .filter(work_items::id.eq(id))
        .select((
            work_items::id,
            work_items::kind,
            work_items::project_id,
            projects::name,
            work_items::title,
            work_items::status,
            work_items::created_at,
            PERSON.nullable(),
        ))
        .first(conn)?;
    Ok(Item { id, kind, project, project_name, title, status, created_at, creator: Person::shown(creator) })
}

/// A page of a project's tasks or issues, oldest first. `assigned`: only those this user is assigned to.
pub fn list(
    conn: &mut Conn,
    project: ProjectId,
    kind: Kind,
    assigned: Option<UserId>,
    place: Option<i64>,
    toward: Toward,
) -> Result<Rows<Line>> {
    let mut query = work_items::table
        .filter(work_items::project_id.eq(project))
        .filter(work_items::kind.eq(kind))
        .select((work_items::id, work_items::title, work_items::status))
        .limit(ROWS as i64 + 1)
        .into_boxed::<MultiBackend>();
    if let Some(user) = assigned {
        query = query.filter(exists(
            assignments::table
                .filter(assignments::work_item_id.eq(work_items::id))
                .filter(assignments::user_id.eq(user))
                .filter(assignments::ended_at.is_null()),
        ));
    }
    query = match (place, toward) {
        (Some(id), Toward::Next) => query.filter(work_items::id.gt(id)),
        (Some(id), Toward::Previous) => query.filter(work_items::id.lt(id)),
        (None, _) => query,
    };
    query = match toward {
        Toward::Next => query.order(work_items::id.asc()),
        Toward::Previous => query.order(work_items::id.desc()),
    };
    let rows: Vec<(WorkItemId, String, Status)> = query.load(conn)?;
    let mut assignees = assignees_of(conn, rows.iter().map(|(id, _, _)| *id))?;
    let lines = rows.into_iter().map(|(id, title, status)| {
        let assignees = assignees.remove(&id).unwrap_or_default();
        Line { id, title, status, assignees }
    });
    Ok(Rows::cut(lines.collect(), toward, place.is_some(), |line: &Line| Place((), line.id.0)))
}

/// Whether anybody may look into this project who sees only what is assigned to them.
pub fn is_assigned_within(conn: &mut Conn, project: ProjectId, user: UserId) -> Result<bool> {
    let open = assignments::table
        .inner_join(work_items::table)
        .filter(work_items::project_id.eq(project))
        .filter(assignments::user_id.eq(user))
        .filter(assignments::ended_at.is_null());
    Ok(diesel::select(exists(open)).get_result(conn)?)
}

pub fn is_assigned(conn: &mut Conn, item: WorkItemId, user: UserId) -> Result<bool> {
    let open = assignments::table.find((item, user)).filter(assignments::ended_at.is_null());
    Ok(diesel::select(exists(open)).get_result(conn)?)
}

/// Who is assigned to each of these now, by name; deleted people are left out.
pub fn assignees_of(
    conn: &mut Conn,
    items: impl IntoIterator<Item = WorkItemId>,
) -> Result<HashMap<WorkItemId, Vec<Person>>> {
    let rows: Vec<(WorkItemId, PersonRow)> = assignments::table
        .inner_join(users::table.on(users::id.eq(assignments::user_id)))
        .filter(among(assignments::work_item_id, items))
        .filter(assignments::ended_at.is_null())
        .order((users::name_key, users::id))
        .select((assignments::work_item_id, PERSON.nullable()))
        .load(conn)?;
    let mut by_item: HashMap<WorkItemId, Vec<Person>> = HashMap::new();
    for (item, row) in rows {
        if let Some(person) = Person::shown(row) {
            by_item.entry(item).or_default().push(person);
        }
    }
    Ok(by_item)
}

/// Open work of one user, longest assigned first.
pub fn open_of(conn: &mut Conn, user: UserId, place: Option<Place<i64>>, toward: Toward) -> Result<Rows<Mine>> {
    let mut query = assignments::table
        .inner_join(work_items::table.inner_join(projects::table))
        .filter(assignments::user_id.eq(user))
        .filter(assignments::ended_at.is_null())
        .filter(work_items::status.ne(Status::Done))
        .select((
            work_items::id,
            work_items::kind,
            work_items::title,
            work_items::status,
            projects::id,
            projects::name,
            assignments::assigned_at,
        ))
        .limit(ROWS as i64 + 1)
        .into_boxed::<MultiBackend>();
    let started_inside = place.is_some();
    if let Some(Place(at, id)) = place {
        let beyond = match toward {
            Toward::Next => "(assignments.assigned_at, assignments.work_item_id) > (",
            Toward::Previous => "(assignments.assigned_at, assignments.work_item_id) < (",
        };
        query = query.filter(sql::<Bool>(beyond).bind::<BigInt, _>(at).sql(", ").bind::<BigInt, _>(id).sql(")"));
    }
    query = match toward {
        Toward::Next => query.order((assignments::assigned_at.asc(), assignments::work_item_id.asc())),
        Toward::Previous => query.order((assignments::assigned_at.desc(), assignments::work_item_id.desc())),
    };
    let rows: Vec<Mine> = query.load(conn)?;
    Ok(Rows::cut(rows, toward, started_inside, |mine| Place(mine.assigned_at.micros(), mine.id.0)))
}

/// The latest work item there is.
pub fn newest(conn: &mut Conn) -> Result<Option<WorkItemId>> {
    Ok(work_items::table.order(work_items::id.desc()).select(work_items::id).first(conn).optional()?)
}

pub fn set_status(conn: &mut Conn, item: WorkItemId, status: Status) -> Result<()> {
    let changed = diesel::update(work_items::table.find(item)).set(work_items::status.eq(status)).execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Assigns, or opens an ended assignment again; one that is open stays as it is.
pub fn assign(conn: &mut Conn, item: WorkItemId, user: UserId, by: UserId, now: Timestamp) -> Result<()> {
    let row = (
        assignments::work_item_id.eq(item),
        assignments::user_id.eq(user),
        assignments::assigned_by.eq(by),
        assignments::assigned_at.eq(now),
    );
    let inserted = on!(conn, c => diesel::insert_into(assignments::table)
        .values(row)
        .on_conflict((assignments::work_item_id, assignments::user_id))
        .do_nothing()
        .execute(c))?;
    if inserted == 0 {
        let ended = assignments::table.find((item, user)).filter(assignments::ended_at.is_not_null());
        diesel::update(ended)
            .set((
                assignments::ended_at.eq(None::<Timestamp>),
                assignments::assigned_by.eq(by),
                assignments::assigned_at.eq(now),
            ))
            .execute(conn)?;
    }
    Ok(())
}

pub fn end_assignment(conn: &mut Conn, item: WorkItemId, user: UserId, now: Timestamp) -> Result<()> {
    let open = assignments::table.find((item, user)).filter(assignments::ended_at.is_null());
    diesel::update(open).set(assignments::ended_at.eq(now)).execute(conn)?;
    Ok(())
}
