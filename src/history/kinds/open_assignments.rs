//! Open assignments: the tasks and issues that somebody still has to do.

use diesel::dsl::{count_star, exists, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::super::duty::{Duty, Handover, Objects, Return};
use super::super::{Condition, Kind, Line, Tally, When};
use super::beyond;
use crate::db::dialect::among;
use crate::db::schema::{assignments, projects, users, work_items};
use crate::db::{Conn, MultiBackend, Result, Timestamp, UserId};
use crate::licenses::Rights;
use crate::web::pagination::{Place, ROWS, Rows, Toward};

pub struct OpenAssignments;

const KEY: &str = "open_assignments";

impl Kind for OpenAssignments {
    fn key(&self) -> &'static str {
        KEY
    }

    fn title(&self) -> &'static str {
        "Open assignments"
    }

    fn noun(&self, entries: i64) -> &'static str {
        if entries == 1 { "open assignment" } else { "open assignments" }
    }

    fn second(&self, _: Tally) -> Option<String> {
        None
    }

    fn count(&self, conn: &mut Conn, users: &[UserId]) -> Result<Vec<(UserId, Tally)>> {
        let rows: Vec<(UserId, i64, i64)> = assignments::table
            .inner_join(work_items::table)
            .filter(among(assignments::user_id, users))
            .filter(assignments::ended_at.is_null())
            .filter(work_items::status.ne("done"))
            .group_by(assignments::user_id)
            .select((
                assignments::user_id,
                count_star(),
                sql::<BigInt>("CAST(SUM(assignments.work_item_id) AS BIGINT)"),
            ))
            .load(conn)?;
        Ok(rows.into_iter().map(|(user, entries, digest)| (user, Tally(entries, digest))).collect())
    }

    fn exists(&self) -> Condition {
        let open = assignments::table
            .inner_join(work_items::table)
            .filter(assignments::user_id.eq(users::id))
            .filter(assignments::ended_at.is_null())
            .filter(work_items::status.ne("done"));
        Box::new(exists(open))
    }

    /// Nothing: cut as history, for an assignment is one row.
    fn cut(&self, _: &mut Conn, _: &[UserId], _: i64) -> Result<i64> {
        Ok(0)
    }

    fn list(&self, conn: &mut Conn, user: UserId, from: Option<&str>, toward: Toward) -> Result<Rows<Line>> {
        let place = from.and_then(Place::<i64>::from_word);
        let mut query = assignments::table
            .inner_join(work_items::table.inner_join(projects::table))
            .filter(assignments::user_id.eq(user))
            .filter(assignments::ended_at.is_null())
            .filter(work_items::status.ne("done"))
            .select((assignments::assigned_at, work_items::id, work_items::title, projects::name))
            .limit(ROWS as i64 + 1)
            .into_boxed::<MultiBackend>();
        if let Some(Place(at, id)) = &place {
            query = query.filter(beyond!("assigned_at, work_item_id", toward, *at, BigInt, *id));
        }
        query = match toward {
            Toward::Next => query.order((assignments::assigned_at.desc(), assignments::work_item_id.desc())),
            Toward::Previous => query.order((assignments::assigned_at.asc(), assignments::work_item_id.asc())),
        };
        let rows: Vec<(Timestamp, i64, String, String)> = query.load(conn)?;
        let rows = Rows::cut(rows, toward, place.is_some(), |row| Place(row.0.micros(), row.1));
        Ok(rows.map(|(at, id, title, project)| Line {
            title,
            address: Some(format!("/work-items/{id}")),
            note: project,
            when: When::Moment(at),
        }))
    }
}

/// The giver's assignment ends and stays in their history; the receiver gets one of their own, unless they have it
/// already. How: `moved` (a new one), `reopened` (theirs had ended, at `before`), `had` (theirs was open), `ended` (nobody).
impl Duty for OpenAssignments {
    fn needs(&self) -> Rights {
        Rights::SEE_ASSIGNED
    }

    fn nobody(&self) -> Option<&'static str> {
        Some("Unassign")
    }

    fn hand_over(&self, conn: &mut Conn, handover: &Handover<'_>) -> Result<()> {
        let open = "SELECT given.work_item_id, given.user_id, chosen.receiver_id, \
             CASE WHEN chosen.receiver_id IS NULL THEN 'ended' WHEN theirs.user_id IS NULL THEN 'moved' \
                  WHEN theirs.ended_at IS NULL THEN 'had' ELSE 'reopened' END, theirs.ended_at \
             FROM plan_duties AS chosen \
             JOIN assignments AS given ON given.user_id = chosen.user_id AND given.ended_at IS NULL \
             JOIN work_items ON work_items.id = given.work_item_id AND work_items.status <> 'done' \
             LEFT JOIN assignments AS theirs \
                  ON theirs.work_item_id = given.work_item_id AND theirs.user_id = chosen.receiver_id \
             WHERE {chosen}";
        handover.write_down(conn, KEY, open)?;
        let end = "UPDATE assignments SET ended_at = {now} WHERE (work_item_id, user_id) IN \
             (SELECT object_id, from_user FROM handovers WHERE {moved})";
        handover.carry_out(conn, KEY, end)?;
        let give = "INSERT INTO assignments (work_item_id, user_id, assigned_by, assigned_at) \
             SELECT DISTINCT object_id, to_user, {actor}, {now} FROM handovers WHERE {moved} AND how = 'moved' \
             ON CONFLICT DO NOTHING";
        handover.carry_out(conn, KEY, give)?;
        let reopen = "UPDATE assignments SET ended_at = NULL WHERE (work_item_id, user_id) IN \
             (SELECT object_id, to_user FROM handovers WHERE {moved} AND how = 'reopened')";
        handover.carry_out(conn, KEY, reopen)?;
        Ok(())
    }

    fn untouched(&self) -> String {
        "EXISTS (SELECT 1 FROM assignments AS given WHERE given.work_item_id = object_id \
                 AND given.user_id = from_user AND given.ended_at = handovers.at) \
             AND (how = 'ended' OR EXISTS (SELECT 1 FROM assignments AS theirs WHERE theirs.work_item_id = object_id \
                 AND theirs.user_id = to_user AND theirs.ended_at IS NULL \
                 AND (how <> 'moved' OR theirs.assigned_at = handovers.at)))"
            .into()
    }

    fn objects(&self) -> Objects {
        Objects { table: "work_items", title: "entry.title", address: "/work-items/" }
    }

    fn carry_back(&self, conn: &mut Conn, return_: &Return<'_>) -> Result<()> {
        let back = "UPDATE assignments SET ended_at = NULL WHERE (work_item_id, user_id) IN \
             (SELECT object_id, from_user FROM handovers WHERE {returned})";
        return_.carry_out(conn, KEY, back)?;
        let take = "DELETE FROM assignments WHERE (work_item_id, user_id) IN \
             (SELECT object_id, to_user FROM handovers WHERE {returned} AND how = 'moved')";
        return_.carry_out(conn, KEY, take)?;
        let close = "UPDATE assignments SET ended_at = (SELECT MIN(before) FROM handovers WHERE {returned} \
                 AND how = 'reopened' AND object_id = work_item_id AND to_user = user_id) \
             WHERE (work_item_id, user_id) IN (SELECT object_id, to_user FROM handovers WHERE {returned} AND how = 'reopened')";
        return_.carry_out(conn, KEY, close)?;
        Ok(())
    }
}
