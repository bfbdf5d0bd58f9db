//! Builders of projects, work items and what people left in them: rows as they are in the database, without the rules.

use diesel::prelude::*;
use roster::db::schema::{assignments, dashboards, documents, hours, notes, projects, reports, work_items};
use roster::db::{Conn, ProjectId, Timestamp, UserId, WorkItemId};
use roster::users::names::fold;

use super::TestApp;
use super::app::today;
use super::browser::SignedUp;

/// A project that exists.
#[derive(Debug, Clone)]
pub struct Project {
    pub id: ProjectId,
}

/// A task or an issue that exists.
#[derive(Debug, Clone)]
pub struct WorkItem {
    pub id: WorkItemId,
    pub project: ProjectId,
}

pub struct NewProject<'a> {
    app: &'a TestApp,
    name: String,
    owner: Option<UserId>,
}

pub struct NewWorkItem<'a> {
    app: &'a TestApp,
    project: ProjectId,
    kind: &'static str,
    title: String,
    status: &'static str,
    created_by: Option<UserId>,
    assigned: Vec<(UserId, Option<Timestamp>)>,
}

pub struct NewDocument<'a> {
    app: &'a TestApp,
    name: String,
    owner: Option<UserId>,
    project: Option<ProjectId>,
    work_item: Option<WorkItemId>,
    content: Option<Vec<u8>>,
}

impl TestApp {
    /// `app.project("Spring catalogue").owned_by(&ada).create()`
    pub fn project(&self, name: &str) -> NewProject<'_> {
        NewProject { app: self, name: name.into(), owner: None }
    }

    /// `app.task(&catalogue, "Headlines").assigned_to(&cleo).create()`
    pub fn task(&self, project: &Project, title: &str) -> NewWorkItem<'_> {
        self.work_item(project, "task", title)
    }

    pub fn issue(&self, project: &Project, title: &str) -> NewWorkItem<'_> {
        self.work_item(project, "issue", title)
    }

    fn work_item(&self, project: &Project, kind: &'static str, title: &str) -> NewWorkItem<'_> {
        NewWorkItem {
            app: self,
            project: project.id,
            kind,
            title: title.into(),
            status: "open",
            created_by: None,
            assigned: Vec::new(),
        }
    }

    /// Logs `minutes` on a day (`2026-11-20`).
    pub fn hours(&self, user: &SignedUp, item: &WorkItem, minutes: i64, day: &str) {
        self.write(|conn: &mut Conn| {
            diesel::insert_into(hours::table)
                .values((
                    hours::user_id.eq(user.id),
                    hours::work_item_id.eq(item.id),
                    hours::minutes.eq(minutes),
                    hours::spent_on.eq(day),
                ))
                .execute(conn)?;
            Ok(())
        });
    }

    pub fn note(&self, author: &SignedUp, item: &WorkItem, body: &str) {
        self.write(|conn: &mut Conn| {
            diesel::insert_into(notes::table)
                .values((
                    notes::author_id.eq(author.id),
                    notes::work_item_id.eq(item.id),
                    notes::body.eq(body),
                    notes::created_at.eq(today().plus_days(-5)),
                ))
                .execute(conn)?;
            Ok(())
        });
    }

    /// In the owner's own area, unless it is put on a work item or in a project.
    pub fn document(&self, owner: &SignedUp, name: &str) -> NewDocument<'_> {
        let owner = Some(owner.id);
        NewDocument { app: self, name: name.into(), owner, project: None, work_item: None, content: None }
    }

    pub fn report(&self, creator: &SignedUp, name: &str) -> i64 {
        self.write(|conn: &mut Conn| {
            Ok(diesel::insert_into(reports::table)
                .values((
                    reports::owner_id.eq(creator.id),
                    reports::created_by.eq(creator.id),
                    reports::runs_as.eq(creator.id),
                    reports::name.eq(name),
                    reports::created_at.eq(today().plus_days(-30)),
                ))
                .returning(reports::id)
                .get_result(conn)?)
        })
    }

    pub fn dashboard(&self, creator: &SignedUp, name: &str) -> i64 {
        self.write(|conn: &mut Conn| {
            Ok(diesel::insert_into(dashboards::table)
                .values((
                    dashboards::owner_id.eq(creator.id),
                    dashboards::created_by.eq(creator.id),
                    dashboards::name.eq(name),
                    dashboards::created_at.eq(today().plus_days(-30)),
                ))
                .returning(dashboards::id)
                .get_result(conn)?)
        })
    }

    /// Something of every kind of history: two assignments (one open), 90 minutes in two entries, a note, a document in
    /// a project and one in their own area, and a project, a work item, a report and a dashboard they made.
    pub fn history_of_every_kind(&self, user: &SignedUp) -> (Project, WorkItem) {
        let project = self.project(&format!("Work of {}", user.id)).owned_by(user).create();
        let item = self.task(&project, "Still to do").created_by(user).assigned_to(user).create();
        let done = self.task(&project, "Long done").done().assigned_until(user, today().plus_days(-20)).create();
        self.hours(user, &item, 30, "2026-11-19");
        self.hours(user, &done, 60, "2026-11-20");
        self.note(user, &item, "I wrote this.");
        self.document(user, "brief.txt").on(&item).containing(b"the brief").create();
        self.document(user, "private.txt").containing(b"my own").create();
        self.report(user, "Weekly report");
        self.dashboard(user, "My dashboard");
        (project, item)
    }
}

impl NewProject<'_> {
    /// Also its creator.
    pub fn owned_by(mut self, user: &SignedUp) -> Self {
        self.owner = Some(user.id);
        self
    }

    pub fn create(self) -> Project {
        let id = self.app.write(|conn: &mut Conn| {
            Ok(diesel::insert_into(projects::table)
                .values((
                    projects::name.eq(&self.name),
                    projects::name_key.eq(fold(&self.name)),
                    projects::owner_id.eq(self.owner),
                    projects::created_by.eq(self.owner),
                    projects::created_at.eq(today().plus_days(-60)),
                ))
                .returning(projects::id)
                .get_result(conn)?)
        });
        Project { id }
    }
}

impl NewWorkItem<'_> {
    pub fn assigned_to(mut self, user: &SignedUp) -> Self {
        self.assigned.push((user.id, None));
        self
    }

    /// Was assigned, until this moment.
    pub fn assigned_until(mut self, user: &SignedUp, ended_at: Timestamp) -> Self {
        self.assigned.push((user.id, Some(ended_at)));
        self
    }

    pub fn created_by(mut self, user: &SignedUp) -> Self {
        self.created_by = Some(user.id);
        self
    }

    pub fn done(mut self) -> Self {
        self.status = "done";
        self
    }

    pub fn create(self) -> WorkItem {
        let id: WorkItemId = self.app.write(|conn: &mut Conn| {
            let id: WorkItemId = diesel::insert_into(work_items::table)
                .values((
                    work_items::kind.eq(self.kind),
                    work_items::project_id.eq(self.project),
                    work_items::title.eq(&self.title),
                    work_items::status.eq(self.status),
                    work_items::created_by.eq(self.created_by),
                    work_items::created_at.eq(today().plus_days(-40)),
                ))
                .returning(work_items::id)
                .get_result(conn)?;
            for (user, ended_at) in &self.assigned {
                diesel::insert_into(assignments::table)
                    .values((
                        assignments::work_item_id.eq(id),
                        assignments::user_id.eq(user),
                        assignments::assigned_by.eq(self.created_by),
                        assignments::assigned_at.eq(today().plus_days(-39)),
                        assignments::ended_at.eq(ended_at),
                    ))
                    .execute(conn)?;
            }
            Ok(id)
        });
        WorkItem { id, project: self.project }
    }
}

impl NewDocument<'_> {
    pub fn on(mut self, item: &WorkItem) -> Self {
        self.project = Some(item.project);
        self.work_item = Some(item.id);
        self
    }

    pub fn in_project(mut self, project: &Project) -> Self {
        self.project = Some(project.id);
        self
    }

    /// With a file; without, it is as if loaded without content.
    pub fn containing(mut self, bytes: &[u8]) -> Self {
        self.content = Some(bytes.into());
        self
    }

    pub fn create(self) -> i64 {
        let stored_as = self.content.as_ref().map(|_| roster::secrets::random_token::<16>());
        if let (Some(name), Some(bytes)) = (&stored_as, &self.content) {
            std::fs::write(self.app.site.uploads.join(name), bytes).expect("a document");
        }
        self.app.write(|conn: &mut Conn| {
            Ok(diesel::insert_into(documents::table)
                .values((
                    documents::owner_id.eq(self.owner),
                    documents::project_id.eq(self.project),
                    documents::work_item_id.eq(self.work_item),
                    documents::name.eq(&self.name),
                    documents::bytes.eq(self.content.as_ref().map_or(1_234, Vec::len) as i64),
                    documents::stored_as.eq(&stored_as),
                    documents::created_at.eq(today().plus_days(-10)),
                ))
                .returning(documents::id)
                .get_result(conn)?)
        })
    }
}

impl TestApp {
    /// Every row of the work side, as text: to compare before and after.
    pub fn work_tables(&self) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            row: String,
        }
        let tables = ["projects", "work_items", "assignments", "hours", "notes", "documents", "reports", "dashboards"];
        let columns = |table: &str| match table {
            "projects" => "id, name, owner_id, created_by, created_at",
            "work_items" => "id, kind, project_id, title, status, created_by, created_at",
            "assignments" => "work_item_id, user_id, assigned_by, assigned_at, ended_at",
            "hours" => "id, user_id, work_item_id, minutes, spent_on",
            "notes" => "id, author_id, work_item_id, body, created_at",
            "documents" => "id, owner_id, project_id, work_item_id, name, bytes, stored_as, created_at",
            _ => "id, owner_id, created_by, name, created_at",
        };
        let mut all = Vec::new();
        for table in tables {
            let fields: Vec<String> =
                columns(table).split(", ").map(|column| format!("COALESCE(CAST({column} AS TEXT), '-')")).collect();
            let sql = format!("SELECT {} AS row FROM {table} ORDER BY 1", fields.join(" || '|' || "));
            let rows: Vec<Row> = self.read(|conn| Ok(diesel::sql_query(sql).load(conn)?));
            all.extend(rows.into_iter().map(|row| format!("{table}: {}", row.row)));
        }
        all
    }
}

/// What keeps book of what was done, and who is signed in: no undoing takes these back.
const BOOKS: [&str; 12] = [
    "audit_entries",
    "audit_details",
    "audit_head",
    "audit_marks",
    "plans",
    "plan_members",
    "plan_duties",
    "plan_changes",
    "operations",
    "operation_rows",
    "handovers",
    "sessions",
];

impl TestApp {
    /// Every row of every table but the books, as text: to compare before and after.
    pub fn all_tables(&self) -> Vec<String> {
        self.rows_of_tables(&BOOKS)
    }

    /// Every row of every table, as text.
    pub fn every_row(&self) -> Vec<String> {
        self.rows_of_tables(&[])
    }

    fn rows_of_tables(&self, but: &[&str]) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            row: String,
        }
        let schema = include_str!("../../../src/db/schema.rs");
        let mut all = Vec::new();
        for block in schema.split("diesel::table! {").skip(1) {
            let mut lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
            let table = lines.next().and_then(|line| line.split(' ').next()).expect("a name");
            if but.contains(&table) {
                continue;
            }
            let columns = lines.take_while(|line| !line.contains('!')).filter_map(|line| line.split_once(" -> "));
            // Keys and digests are no text.
            let columns = columns.filter(|(_, kind)| !kind.starts_with("Binary"));
            let fields: Vec<String> =
                columns.map(|(column, _)| format!("COALESCE(CAST({column} AS TEXT), '-')")).collect();
            let sql = format!("SELECT {} AS row FROM {table} ORDER BY 1", fields.join(" || '|' || "));
            let rows: Vec<Row> = self.read(|conn| Ok(diesel::sql_query(sql).load(conn)?));
            all.extend(rows.into_iter().map(|row| format!("{table}: {}", row.row)));
        }
        assert!(all.len() > 5, "nothing was read");
        all
    }
}
