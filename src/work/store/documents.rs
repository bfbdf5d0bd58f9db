//! Documents in the database; their content lies in the uploads folder.

use diesel::prelude::*;

use super::PERSON;
use crate::db::schema::{documents, users};
use crate::db::{Conn, MultiBackend, ProjectId, Result, Timestamp, UserId, WorkItemId};
use crate::users::State;
use crate::web::pagination::{Place as At, ROWS, Rows, Toward};
use crate::work::documents::{Arrived, Place};
use crate::work::{Person, PersonRow};

/// A line of a list of documents.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: i64,
    pub name: String,
    pub bytes: i64,
    pub has_content: bool,
    pub created_at: Timestamp,
    pub owner: Option<Person>,
}

/// What decides who may have a document.
#[derive(Debug, Clone)]
pub struct Document {
    pub name: String,
    pub stored_as: Option<String>,
    pub project: Option<ProjectId>,
    pub item: Option<WorkItemId>,
    pub owner: Option<(UserId, State)>,
}

pub fn insert(
    conn: &mut Conn,
    owner: UserId,
    project: Option<ProjectId>,
    item: Option<WorkItemId>,
    file: &Arrived,
    now: Timestamp,
) -> Result<()> {
    let row = (
        documents::owner_id.eq(owner),
        documents::project_id.eq(project),
        documents::work_item_id.eq(item),
        documents::name.eq(&file.name),
        documents::bytes.eq(file.bytes),
        documents::stored_as.eq(&file.stored_as),
        documents::created_at.eq(now),
    );
    diesel::insert_into(documents::table).values(row).execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: i64) -> Result<Document> {
    type Row = (String, Option<String>, Option<ProjectId>, Option<WorkItemId>, Option<(UserId, State)>);
    let (name, stored_as, project, item, owner): Row = documents::table
        .left_join(users::table)
        .filter(documents::id.eq(id))
        .select((
            documents::name,
            documents::stored_as,
            documents::project_id,
            documents::work_item_id,
            (users::id, users::state).nullable(),
        ))
        .first(conn)?;
    Ok(Document { name, stored_as, project, item, owner })
}

/// A page of documents, oldest first: a work item's, all of a project's, or those in `user`'s own area.
pub fn list(conn: &mut Conn, of: Place, user: UserId, place: Option<i64>, toward: Toward) -> Result<Rows<Line>> {
    let mut query = documents::table
        .left_join(users::table)
        .select((
            documents::id,
            documents::name,
            documents::bytes,
            documents::stored_as.is_not_null(),
            documents::created_at,
            PERSON.nullable(),
        ))
        .limit(ROWS as i64 + 1)
        .into_boxed::<MultiBackend>();
    query = match of {
        Place::WorkItem(item) => query.filter(documents::work_item_id.eq(item)),
        Place::Project(project) => query.filter(documents::project_id.eq(project)),
        Place::OwnArea => query.filter(documents::owner_id.eq(user)).filter(documents::project_id.is_null()),
    };
    query = match (place, toward) {
        (Some(id), Toward::Next) => query.filter(documents::id.gt(id)),
        (Some(id), Toward::Previous) => query.filter(documents::id.lt(id)),
        (None, _) => query,
    };
    query = match toward {
        Toward::Next => query.order(documents::id.asc()),
        Toward::Previous => query.order(documents::id.desc()),
    };
    let rows: Vec<(i64, String, i64, bool, Timestamp, PersonRow)> = query.load(conn)?;
    let lines = rows.into_iter().map(|(id, name, bytes, has_content, created_at, owner)| {
        let owner = Person::shown(owner);
        Line { id, name, bytes, has_content, created_at, owner }
    });
    Ok(Rows::cut(lines.collect(), toward, place.is_some(), |line: &Line| At((), line.id)))
}
