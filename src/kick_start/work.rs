//! Projects, tasks, issues, and what people left in them, as their rows say.

use super::fields::{Fields, NOTE, TITLE, excerpt};
use super::references::References;
use super::store::{AssignmentRow, DashboardRow, DocumentRow, HourRow, NoteRow, ProjectRow, ReportRow, WorkItemRow};
use crate::db::{Timestamp, UserId};
use crate::users::names;
use crate::work::reports::GroupsBy;

/// The longest entry of hours: 31 days, in minutes. Anything above is a slip of the unit.
const LONGEST: i64 = 31 * 24 * 60;

pub fn project(fields: &mut Fields, all: &mut References) -> Option<ProjectRow> {
    let id = fields.own_id(&mut all.projects, all.checking);
    let name = fields.required_text("name", TITLE);
    let owner_id = all.user(fields, "owner_id");
    let row = ProjectRow {
        id,
        name_key: names::fold(&name),
        name,
        owner_id,
        created_by: all.optional_user(fields, "creator_id").unwrap_or(owner_id),
        created_at: fields.moment("created_at"),
    };
    fields.finish(row)
}

pub fn task(fields: &mut Fields, all: &mut References) -> Option<(WorkItemRow, Option<AssignmentRow>)> {
    let id = fields.own_id(&mut all.tasks, all.checking);
    item(fields, all, id, "task", "creator_id", &[("open", "open"), ("doing", "doing"), ("done", "done")])
}

pub fn issue(fields: &mut Fields, all: &mut References) -> Option<(WorkItemRow, Option<AssignmentRow>)> {
    let id = fields.own_id(&mut all.issues, all.checking);
    item(fields, all, id, "issue", "reporter_id", &[("open", "open"), ("doing", "doing"), ("closed", "done")])
}

fn item(
    fields: &mut Fields,
    all: &mut References,
    id: i64,
    kind: &'static str,
    creator: &str,
    statuses: &[(&str, &'static str)],
) -> Option<(WorkItemRow, Option<AssignmentRow>)> {
    let row = WorkItemRow {
        id,
        kind,
        project_id: fields.reference("project_id", &all.projects, "projects.csv"),
        title: fields.required_text("title", TITLE),
        status: status(fields, statuses),
        created_by: all.user(fields, creator),
        created_at: fields.moment("created_at"),
    };
    let assignment = all.optional_user(fields, "assignee_id").map(|user_id| AssignmentRow {
        work_item_id: id,
        user_id,
        assigned_by: Some(row.created_by),
        assigned_at: row.created_at,
        ended_at: None,
    });
    if let Some(assignment) = &assignment {
        all.note_assigned(assignment.work_item_id, assignment.user_id);
    }
    fields.finish((row, assignment))
}

fn status(fields: &mut Fields, statuses: &[(&str, &'static str)]) -> &'static str {
    let text = fields.value("status");
    match statuses.iter().find(|(name, _)| *name == text) {
        Some((_, status)) => status,
        None => {
            let all: Vec<&str> = statuses.iter().map(|(name, _)| *name).collect();
            fields.wrong("status", format!("“{}” is unknown; there are {}", excerpt(text), all.join(", ")));
            "open"
        }
    }
}

pub fn assignment(fields: &mut Fields, all: &mut References) -> Option<AssignmentRow> {
    let work_item_id = all.work_item(fields);
    let user_id = all.user(fields, "user_id");
    let row = AssignmentRow {
        work_item_id,
        user_id,
        assigned_by: all.optional_user(fields, "assigned_by"),
        assigned_at: fields.moment("assigned_at"),
        ended_at: fields.optional_moment("ended_at"),
    };
    if row.ended_at.is_some_and(|ended| ended < row.assigned_at) {
        fields.wrong("ended_at", "is before assigned_at");
    }
    let row = fields.finish(row)?;
    if !all.note_assigned(work_item_id, user_id) {
        fields.wrong("user_id", "this user is assigned to it already");
    }
    fields.finish(row)
}

pub fn hour(fields: &mut Fields, all: &mut References) -> Option<HourRow> {
    let row = HourRow {
        id: fields.own_id(&mut all.hours, all.checking),
        user_id: all.user(fields, "user_id"),
        work_item_id: all.work_item(fields),
        minutes: fields.number("minutes", 1..=LONGEST),
        spent_on: fields.day("spent_on"),
    };
    fields.finish(row)
}

pub fn note(fields: &mut Fields, all: &mut References) -> Option<NoteRow> {
    let row = NoteRow {
        id: fields.own_id(&mut all.notes, all.checking),
        author_id: all.user(fields, "author_id"),
        work_item_id: Some(all.work_item(fields)),
        body: fields.long_text("body", NOTE),
        created_at: fields.moment("created_at"),
    };
    fields.finish(row)
}

/// A document. `stored_as` is the path of its content below `files/` until that is copied.
pub fn document(fields: &mut Fields, all: &mut References) -> Option<DocumentRow> {
    let id = fields.own_id(&mut all.documents, all.checking);
    let owner_id = all.user(fields, "owner_id");
    let project_id = fields.optional_reference("project_id", &all.projects, "projects.csv");
    let work_item_id = all.optional_work_item(fields);
    if work_item_id.is_some() && project_id.is_none() {
        fields.wrong("project_id", "is empty, although the document belongs to a task or an issue");
    }
    let path = fields.text("file", 1_000);
    let stored_as = Some(path).filter(|path| !path.is_empty());
    let bytes = match &stored_as {
        Some(path) => content(fields, all, path),
        None => fields.number("bytes", 0..=1 << 50),
    };
    let name = fields.required_text("name", 255);
    let created_at = fields.moment("created_at");
    fields.finish(DocumentRow { id, owner_id, project_id, work_item_id, name, bytes, stored_as, created_at })
}

/// The size of what is there; `bytes` of the row is not asked.
fn content(fields: &mut Fields, all: &References, path: &str) -> i64 {
    match all.source.document_bytes(path) {
        Ok(Some(bytes)) => bytes as i64,
        Ok(None) => {
            fields.wrong("file", format!("there is no file files/{}", excerpt(path)));
            0
        }
        Err(error) => {
            fields.wrong("file", format!("files/{} cannot be read: {error}", excerpt(path)));
            0
        }
    }
}

/// Owner, maker, name and time of a report or dashboard.
fn owned(fields: &mut Fields, all: &References) -> (UserId, UserId, String, Timestamp) {
    let owner_id = all.user(fields, "owner_id");
    let created_by = all.optional_user(fields, "creator_id").unwrap_or(owner_id);
    (owner_id, created_by, fields.required_text("name", TITLE), fields.moment("created_at"))
}

pub fn report(fields: &mut Fields, all: &mut References) -> Option<ReportRow> {
    let id = fields.own_id(&mut all.reports, all.checking);
    let (owner_id, created_by, name, created_at) = owned(fields, all);
    let runs_as = all.optional_user(fields, "runs_as").unwrap_or(owner_id);
    let text = fields.value("groups_by");
    let groups_by = GroupsBy::parse(text).unwrap_or(GroupsBy::Person);
    if !text.is_empty() && text != groups_by.as_str() {
        fields.wrong("groups_by", format!("“{}” is none of person, project, month", excerpt(text)));
    }
    fields.finish(ReportRow { id, owner_id, created_by, name, created_at, groups_by, runs_as })
}

pub fn dashboard(fields: &mut Fields, all: &mut References) -> Option<DashboardRow> {
    let id = fields.own_id(&mut all.dashboards, all.checking);
    let (owner_id, created_by, name, created_at) = owned(fields, all);
    fields.finish(DashboardRow { id, owner_id, created_by, name, created_at })
}
