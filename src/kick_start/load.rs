//! The second reading: what was checked goes into the database, in one transaction.

use std::collections::BTreeMap;

use serde::Serialize;

use super::check::{Checked, check};
use super::fields::Fields;
use super::files::Files;
use super::format::{self, Format};
use super::problems::{Problems, Refusal};
use super::references::{First, References};
use super::source::Source;
use super::store::Present;
use super::table::each_row;
use super::{Progress, people, store, work};
use crate::audit::{Event, Path};
use crate::db::{Conn, Lane, Timestamp};
use crate::licenses::{AccessLevel, LicenseType, seats};
use crate::preferences;
use crate::users::{State, counts};
use crate::web::Site;

/// Rows that go to the database together.
const BATCH: usize = 5_000;

/// What was loaded, for the terminal.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Rows per file.
    pub rows: BTreeMap<&'static str, u64>,
    /// Licenses of which the organization got more seats than it, or the folder, had: type and seats now.
    pub raised: Vec<(LicenseType, i64)>,
    /// Nobody can sign in yet: the organization had nobody, and a folder has no passwords.
    pub needs_a_password: bool,
}

/// Loads a folder into an organization that has nobody, or only its first administrator.
///
/// `also` runs at the end of the same transaction.
///
/// Errors: every problem of the folder; an organization that has people or projects already. Then nothing was loaded.
pub fn load(
    site: &Site,
    source: &dyn Source,
    now: Timestamp,
    tell: &mut dyn FnMut(Progress),
    also: impl FnOnce(&mut Conn) -> Result<(), Refusal>,
) -> Result<Loaded, Refusal> {
    let first = site.db.read_now(ready)?;
    let checked = check(source, first.clone(), tell).map_err(Refusal::Problems)?;
    let mut files = Files::new(source, &site.uploads);
    let result = site.db.write_now(Lane::Administration, |conn| {
        // Reading took a while; somebody may have come meanwhile.
        if ready(conn)? != first {
            return Err(Refusal::Organization("Somebody joined the organization while the folder was checked.".into()));
        }
        let loaded = load_checked(conn, checked, &mut files, tell)?;
        let event =
            Event::new("organization.loaded", None).by_path(Path::CommandLine).with(&Details { rows: &loaded.rows });
        site.chain.record(conn, now, &[event])?;
        also(conn)?;
        Ok(loaded)
    });
    if result.is_err() {
        files.take_back();
    }
    result
}

#[derive(Serialize)]
struct Details<'a> {
    rows: &'a BTreeMap<&'static str, u64>,
}

/// The administrator who is there; `None`: nobody is.
fn ready(conn: &mut Conn) -> Result<Option<First>, Refusal> {
    let refuse = |why: &str| {
        let only = "A folder can only be loaded into an organization that has nobody but its first administrator";
        Err(Refusal::Organization(format!("{only}; {why}. Nothing was loaded.")))
    };
    if store::has_projects(conn)? {
        return refuse("this one has projects already");
    }
    match store::present(conn)? {
        Present::Nobody => Ok(None),
        Present::One(first, Some(AccessLevel::SystemAdministrator)) => Ok(Some(first)),
        Present::One(first, _) => refuse(&format!("{} is not an active System Administrator", first.name)),
        Present::More => refuse("this one has more people"),
    }
}

fn load_checked(
    conn: &mut Conn,
    checked: Checked,
    files: &mut Files,
    tell: &mut dyn FnMut(Progress),
) -> Result<Loaded, Refusal> {
    let Checked { mut all, organization, seats, rows } = checked;
    let mut loaded = Loaded { needs_a_password: all.first.is_none(), ..Loaded::default() };
    if !organization.is_empty() {
        preferences::set_organization_name(conn, &organization)?;
    }
    take_seats(conn, &seats, &all, &mut loaded)?;
    counts::add(conn, State::Active, all.active)?;
    counts::add(conn, State::Deactivated, all.deactivated)?;
    all.checking = false;
    number(conn, &mut all)?;
    let mut loader = Loader { conn, all, files, tell, checked: &rows, loaded: &mut loaded };
    loader.file(&format::COMPANIES, people::company, |conn, rows, _| Ok(store::CompanyRow::insert(conn, &rows)?))?;
    loader.file(&format::TEAMS, people::team, |conn, rows, _| Ok(store::TeamRow::insert(conn, &rows)?))?;
    loader.file(&format::GROUPS, people::group, |conn, rows, _| Ok(store::GroupRow::insert(conn, &rows)?))?;
    loader.file(&format::JOB_ROLES, people::job_role, |conn, rows, _| Ok(store::JobRoleRow::insert(conn, &rows)?))?;
    loader.file(&format::USERS, people::user, |conn, rows, _| {
        let rows: Vec<_> = rows.into_iter().flatten().collect();
        Ok(store::UserRow::insert(conn, &rows)?)
    })?;
    if loader.all.has_managers {
        loader.file(&format::USERS, people::manager, |conn, rows, _| {
            Ok(store::set_managers(conn, &rows.into_iter().flatten().collect::<Vec<_>>())?)
        })?;
    }
    loader.file(&format::TEAM_MEMBERS, people::team_member, |conn, rows, _| {
        Ok(store::TeamMemberRow::insert(conn, &rows)?)
    })?;
    loader.file(&format::GROUP_MEMBERS, people::group_member, |conn, rows, _| {
        Ok(store::GroupMemberRow::insert(conn, &rows)?)
    })?;
    loader.file(&format::PROJECTS, work::project, |conn, rows, _| Ok(store::ProjectRow::insert(conn, &rows)?))?;
    loader.file(&format::TASKS, work::task, insert_items)?;
    loader.file(&format::ISSUES, work::issue, insert_items)?;
    loader
        .file(&format::ASSIGNMENTS, work::assignment, |conn, rows, _| Ok(store::AssignmentRow::insert(conn, &rows)?))?;
    loader.file(&format::HOURS, work::hour, |conn, rows, _| Ok(store::HourRow::insert(conn, &rows)?))?;
    loader.file(&format::NOTES, work::note, |conn, rows, _| Ok(store::NoteRow::insert(conn, &rows)?))?;
    loader.file(&format::DOCUMENTS, work::document, insert_documents)?;
    loader.file(&format::REPORTS, work::report, |conn, rows, _| Ok(store::ReportRow::insert(conn, &rows)?))?;
    loader.file(&format::DASHBOARDS, work::dashboard, |conn, rows, _| Ok(store::DashboardRow::insert(conn, &rows)?))?;
    store::settle(conn)?;
    Ok(loaded)
}

/// Where the fresh ids of each table begin.
fn number(conn: &mut Conn, all: &mut References) -> Result<(), Refusal> {
    for (table, ids) in [
        ("companies", &mut all.companies),
        ("teams", &mut all.teams),
        ("groups", &mut all.groups),
        ("job_roles", &mut all.job_roles),
        ("users", &mut all.users),
        ("projects", &mut all.projects),
        ("work_items", &mut all.tasks),
        ("hours", &mut all.hours),
        ("notes", &mut all.notes),
        ("documents", &mut all.documents),
        ("reports", &mut all.reports),
        ("dashboards", &mut all.dashboards),
    ] {
        ids.base = store::first_free_id(conn, table)?;
    }
    all.issues.base = all.tasks.base + all.tasks.count() as i64;
    Ok(())
}

/// Sets what is owned and used. The folder's own people fit into what the folder says; where the administrator who
/// is already here needs one seat more, or the folder says nothing, the organization gets as many as are needed.
fn take_seats(
    conn: &mut Conn,
    named: &BTreeMap<LicenseType, Option<i64>>,
    all: &References,
    loaded: &mut Loaded,
) -> Result<(), Refusal> {
    for license_type in LicenseType::ALL.iter().copied() {
        let now = seats::of(conn, license_type)?;
        let new = all.new_seats.get(&license_type).copied().unwrap_or(0);
        let owned = named.get(&license_type).copied().unwrap_or(now.owned);
        let needed = owned.map(|owned| owned.max(now.used + new));
        if let Some(needed) = needed.filter(|_| needed != owned) {
            loaded.raised.push((license_type, needed));
        }
        seats::set_owned(conn, license_type, needed)?;
        seats::use_more(conn, license_type, new)?;
    }
    Ok(())
}

type Items = Vec<(store::WorkItemRow, Option<store::AssignmentRow>)>;

fn insert_items(conn: &mut Conn, rows: Items, _: &mut Files) -> Result<(), Refusal> {
    let (items, assignments): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let assignments: Vec<_> = assignments.into_iter().flatten().collect();
    store::WorkItemRow::insert(conn, &items)?;
    Ok(store::AssignmentRow::insert(conn, &assignments)?)
}

fn insert_documents(conn: &mut Conn, mut rows: Vec<store::DocumentRow>, files: &mut Files) -> Result<(), Refusal> {
    for row in &mut rows {
        if let Some(path) = &mut row.stored_as {
            let copied = files.copy(path);
            *path = copied.map_err(|error| Refusal::File(format!("files/{path} cannot be copied: {error}")))?;
        }
    }
    Ok(store::DocumentRow::insert(conn, &rows)?)
}

struct Loader<'a, 's, 'f> {
    conn: &'a mut Conn,
    all: References<'s>,
    files: &'a mut Files<'f>,
    tell: &'a mut dyn FnMut(Progress),
    /// Rows per file when they were checked.
    checked: &'a BTreeMap<&'static str, u64>,
    loaded: &'a mut Loaded,
}

impl<'s> Loader<'_, 's, '_> {
    /// Loads one file in batches. A row that is not what it was when it was checked ends the load.
    fn file<T>(
        &mut self,
        format: &'static Format,
        read: fn(&mut Fields, &mut References<'s>) -> Option<T>,
        insert: fn(&mut Conn, Vec<T>, &mut Files) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let changed = || Refusal::File(format!("{} changed while it was loaded. Nothing was loaded.", format.file));
        let mut problems = Problems::default();
        let mut batch = Vec::with_capacity(BATCH);
        let mut tell = |rows, done| (self.tell)(Progress::Loaded { file: format.file, rows, done });
        let rows = each_row(self.all.source, format, &mut problems, &mut tell, |fields| {
            batch.push(read(fields, &mut self.all).ok_or_else(changed)?);
            if batch.len() == BATCH {
                let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                insert(self.conn, full, self.files)?;
            }
            Ok::<(), Refusal>(())
        })?;
        if problems.total > 0 || self.checked.get(format.file) != Some(&rows) {
            return Err(changed());
        }
        insert(self.conn, batch, self.files)?;
        self.loaded.rows.insert(format.file, rows);
        Ok(())
    }
}
