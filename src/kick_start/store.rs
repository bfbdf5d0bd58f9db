//! The rows as the tables take them, many at a time: COPY on PostgreSQL, batches of inserts on SQLite.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::references::First;
use crate::db::dialect::insert_all;
use crate::db::schema::{
    assignments, companies, dashboards, documents, group_members, groups, hours, job_roles, notes, projects, reports,
    team_members, teams, users, work_items,
};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;
use crate::users::State;
use crate::work::reports::GroupsBy;

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident in $table:ident { $($column:ident: $kind:ty),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Insertable)]
        #[diesel(table_name = $table, treat_none_as_default_value = false)]
        pub struct $name {
            $(pub $column: $kind),+
        }

        impl $name {
            pub fn insert(conn: &mut Conn, rows: &[Self]) -> Result<()> {
                match conn {
                    Conn::Postgres(c) => {
                        if !rows.is_empty() {
                            diesel::copy_from($table::table).from_insertable(rows).execute(c)?;
                        }
                    }
                    conn => insert_all!(conn, $table::table, rows)?,
                }
                Ok(())
            }
        }
    )+};
}

rows! {
    CompanyRow in companies { id: i64, name: String }
    TeamRow in teams { id: i64, name: String }
    GroupRow in groups { id: i64, name: String }
    JobRoleRow in job_roles { id: i64, name: String }
    TeamMemberRow in team_members { team_id: i64, user_id: UserId }
    GroupMemberRow in group_members { group_id: i64, user_id: UserId }
    UserRow in users {
        id: UserId,
        first_name: String,
        last_name: String,
        email: String,
        title: String,
        phone: String,
        mobile: String,
        about: String,
        employee_number: String,
        company_id: Option<i64>,
        team_id: Option<i64>,
        group_id: Option<i64>,
        job_role_id: Option<i64>,
        time_zone: String,
        state: State,
        access_level: Option<AccessLevel>,
        last_access_level: AccessLevel,
        created_at: Timestamp,
        last_sign_in_at: Timestamp,
        state_changed_at: Timestamp,
        version: i64,
        name_key: String,
        email_key: String,
    }
    ProjectRow in projects {
        id: i64,
        name: String,
        name_key: String,
        owner_id: UserId,
        created_by: UserId,
        created_at: Timestamp,
    }
    WorkItemRow in work_items {
        id: i64,
        kind: &'static str,
        project_id: i64,
        title: String,
        status: &'static str,
        created_by: UserId,
        created_at: Timestamp,
    }
    AssignmentRow in assignments {
        work_item_id: i64,
        user_id: UserId,
        assigned_by: Option<UserId>,
        assigned_at: Timestamp,
        ended_at: Option<Timestamp>,
    }
    HourRow in hours { id: i64, user_id: UserId, work_item_id: i64, minutes: i64, spent_on: String }
    NoteRow in notes { id: i64, author_id: UserId, work_item_id: Option<i64>, body: String, created_at: Timestamp }
    DocumentRow in documents {
        id: i64,
        owner_id: UserId,
        project_id: Option<i64>,
        work_item_id: Option<i64>,
        name: String,
        bytes: i64,
        stored_as: Option<String>,
        created_at: Timestamp,
    }
    ReportRow in reports {
        id: i64,
        owner_id: UserId,
        created_by: UserId,
        name: String,
        created_at: Timestamp,
        groups_by: GroupsBy,
        runs_as: UserId,
    }
    DashboardRow in dashboards { id: i64, owner_id: UserId, created_by: UserId, name: String, created_at: Timestamp }
}

/// The tables whose ids are given here.
const NUMBERED: [&str; 12] = [
    "companies",
    "teams",
    "groups",
    "job_roles",
    "users",
    "projects",
    "work_items",
    "hours",
    "notes",
    "documents",
    "reports",
    "dashboards",
];

/// Whom people report to. Afterwards, because a manager may stand further down in the file.
pub fn set_managers(conn: &mut Conn, pairs: &[(UserId, UserId)]) -> Result<()> {
    if pairs.is_empty() {
        return Ok(());
    }
    let values: Vec<String> = pairs.iter().map(|(user, manager)| format!("({user}, {manager})")).collect();
    let text = format!(
        "WITH pair(id, manager) AS (VALUES {}) UPDATE users SET manager_id = pair.manager FROM pair WHERE users.id = pair.id",
        values.join(", ")
    );
    diesel::sql_query(text).execute(conn)?;
    Ok(())
}

/// Who is there already.
pub enum Present {
    Nobody,
    One(First, Option<AccessLevel>),
    More,
}

pub fn present(conn: &mut Conn) -> Result<Present> {
    type Columns = (UserId, String, String, String, Option<AccessLevel>);
    let mut rows: Vec<Columns> = users::table
        .select((users::id, users::first_name, users::last_name, users::email_key, users::access_level))
        .limit(2)
        .load(conn)?;
    Ok(match (rows.pop(), rows.pop()) {
        (None, _) => Present::Nobody,
        (Some((id, first_name, last_name, email_key, level)), None) => {
            Present::One(First { id, name: format!("{first_name} {last_name}").trim().to_owned(), email_key }, level)
        }
        _ => Present::More,
    })
}

/// True if there is any project already.
pub fn has_projects(conn: &mut Conn) -> Result<bool> {
    Ok(projects::table.select(projects::id).first::<i64>(conn).optional()?.is_some())
}

/// The fresh id of the first row of a table that is to be filled.
pub fn first_free_id(conn: &mut Conn, table: &str) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Last {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        last: i64,
    }
    // Ids that were used once are not used again: SQLite and PostgreSQL both remember the last one.
    let sql = match conn {
        Conn::Sqlite(_) => format!("SELECT coalesce(max(seq), 0) AS last FROM sqlite_sequence WHERE name = '{table}'"),
        Conn::Postgres(_) => format!(
            "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('{table}', 'id')::regclass), 0) AS last"
        ),
    };
    Ok(diesel::sql_query(sql).get_result::<Last>(conn)?.last + 1)
}

/// After rows were given ids: PostgreSQL's own numbering goes on behind them, and its planner learns what there is.
pub fn settle(conn: &mut Conn) -> Result<()> {
    if let Conn::Postgres(c) = conn {
        for table in NUMBERED {
            c.batch_execute(&format!(
                "SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table} HAVING max(id) IS NOT NULL;"
            ))?;
        }
        c.batch_execute("ANALYZE")?;
    }
    Ok(())
}
