//! Saved reports, and the sums they show.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::super::reports::GroupsBy;
use crate::db::dialect::on;
use crate::db::schema::{report_runs, reports, users};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::users::State;
use crate::web::pagination::{Place, Rows, Toward, newest_first};

/// Lines of a report; more is a list for a file of its own.
const MOST: i64 = 500;

#[derive(Debug, Clone, Queryable)]
pub struct Report {
    pub id: i64,
    pub name: String,
    pub groups_by: GroupsBy,
    pub runs_as: Option<UserId>,
    pub created_at: Timestamp,
    /// Whose rights it runs with: the name, and the state.
    pub person: Option<(String, String, State)>,
}

impl Report {
    /// The name, unless the person is deleted.
    pub fn runs_as_name(&self) -> Option<String> {
        let (first, last, state) = self.person.as_ref()?;
        (*state != State::Deleted).then(|| format!("{first} {last}"))
    }
}

/// One line: what, and how many minutes. Without a name: of people who are deleted or erased.
#[derive(Debug, Clone, QueryableByName)]
pub struct Sum {
    #[diesel(sql_type = Nullable<Text>)]
    pub label: Option<String>,
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = BigInt)]
    pub minutes: i64,
}

pub fn insert(conn: &mut Conn, name: &str, groups_by: GroupsBy, by: UserId, now: Timestamp) -> Result<i64> {
    Ok(diesel::insert_into(reports::table)
        .values((
            reports::name.eq(name),
            reports::groups_by.eq(groups_by),
            reports::owner_id.eq(by),
            reports::created_by.eq(by),
            reports::runs_as.eq(by),
            reports::created_at.eq(now),
        ))
        .returning(reports::id)
        .get_result(conn)?)
}

macro_rules! with_person {
    () => {
        reports::table.left_join(users::table.on(users::id.nullable().eq(reports::runs_as))).select((
            reports::id,
            reports::name,
            reports::groups_by,
            reports::runs_as,
            reports::created_at,
            (users::first_name, users::last_name, users::state).nullable(),
        ))
    };
}

pub fn find(conn: &mut Conn, id: i64) -> Result<Report> {
    Ok(with_person!().filter(reports::id.eq(id)).first(conn)?)
}

/// The latest first, a page at a time.
pub fn list(conn: &mut Conn, from: Option<&str>, toward: Toward) -> Result<Rows<Report>> {
    let query = with_person!();
    let (query, is_onward) = newest_first!(query, reports::id, from, toward);
    let rows: Vec<Report> = query.load(conn)?;
    Ok(Rows::cut(rows, toward, is_onward, |report| Place(0i64, report.id)))
}

/// The hours, summed up; `only`: of work items that this user is assigned to.
pub fn sums(conn: &mut Conn, groups_by: GroupsBy, only: Option<UserId>) -> Result<Vec<Sum>> {
    let filter = only.map_or_else(String::new, |user| {
        format!(" WHERE hours.work_item_id IN (SELECT work_item_id FROM assignments WHERE user_id = {user} AND ended_at IS NULL)")
    });
    let text = match groups_by {
        GroupsBy::Person => format!(
            "SELECT CASE WHEN users.state = 'deleted' THEN NULL ELSE users.first_name || ' ' || users.last_name END AS label, \
             COALESCE(users.state, 'deleted') AS state, summed.minutes FROM (SELECT hours.user_id, \
             CAST(SUM(hours.minutes) AS bigint) AS minutes FROM hours{filter} GROUP BY hours.user_id) AS summed \
             LEFT JOIN users ON users.id = summed.user_id ORDER BY summed.minutes DESC, summed.user_id LIMIT {MOST}"
        ),
        GroupsBy::Project => format!(
            "SELECT projects.name AS label, '' AS state, summed.minutes FROM (SELECT work_items.project_id, \
             CAST(SUM(hours.minutes) AS bigint) AS minutes FROM hours JOIN work_items ON work_items.id = hours.work_item_id\
             {filter} GROUP BY work_items.project_id) AS summed JOIN projects ON projects.id = summed.project_id \
             ORDER BY summed.minutes DESC, projects.id LIMIT {MOST}"
        ),
        GroupsBy::Month => format!(
            "SELECT substr(hours.spent_on, 1, 7) AS label, '' AS state, CAST(SUM(hours.minutes) AS bigint) AS minutes \
             FROM hours{filter} GROUP BY substr(hours.spent_on, 1, 7) ORDER BY 1 DESC LIMIT {MOST}"
        ),
    };
    Ok(sql_query(text).load(conn)?)
}

pub fn note_run(conn: &mut Conn, id: i64, user: UserId, now: Timestamp) -> Result<()> {
    let values = (report_runs::report_id.eq(id), report_runs::user_id.eq(user), report_runs::last_run_at.eq(now));
    on!(conn, c => diesel::insert_into(report_runs::table)
        .values(values)
        .on_conflict((report_runs::report_id, report_runs::user_id))
        .do_update()
        .set(report_runs::last_run_at.eq(now))
        .execute(c))?;
    Ok(())
}
