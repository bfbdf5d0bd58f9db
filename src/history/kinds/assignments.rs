//! Work assignments: the tasks and issues somebody is or was assigned to.

use diesel::dsl::{count_star, exists, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::super::{Condition, Kind, Line, Tally, When};
use super::{beyond, cutting};
use crate::db::dialect::among;
use crate::db::schema::{assignments, projects, users, work_items};
use crate::db::{Conn, MultiBackend, Result, Timestamp, UserId};
use crate::web::pagination::{Place, ROWS, Rows, Toward};
use crate::web::text;

pub struct Assignments;

impl Kind for Assignments {
    fn key(&self) -> &'static str {
        "assignments"
    }

    fn title(&self) -> &'static str {
        "Assignments"
    }

    fn noun(&self, entries: i64) -> &'static str {
        if entries == 1 { "work assignment" } else { "work assignments" }
    }

    fn second(&self, Tally(_, open): Tally) -> Option<String> {
        (open > 0).then(|| format!("{} of them open", text::number(open)))
    }

    fn count(&self, conn: &mut Conn, users: &[UserId]) -> Result<Vec<(UserId, Tally)>> {
        let open = sql::<BigInt>(
            "CAST(SUM(CASE WHEN assignments.ended_at IS NULL AND work_items.status <> 'done' THEN 1 ELSE 0 END) AS BIGINT)",
        );
        let rows: Vec<(UserId, i64, i64)> = assignments::table
            .inner_join(work_items::table)
            .filter(among(assignments::user_id, users))
            .group_by(assignments::user_id)
            .select((assignments::user_id, count_star(), open))
            .load(conn)?;
        Ok(rows.into_iter().map(|(user, entries, open)| (user, Tally(entries, open))).collect())
    }

    fn exists(&self) -> Condition {
        Box::new(exists(assignments::table.filter(assignments::user_id.eq(users::id))))
    }

    fn cut(&self, conn: &mut Conn, users: &[UserId], limit: i64) -> Result<i64> {
        let key = "work_item_id, user_id";
        let cut = cutting::delete(conn, "assignments", key, "user_id", users, limit)?;
        Ok(cut + cutting::empty(conn, "assignments", key, "assigned_by", users, limit - cut)?)
    }

    fn list(&self, conn: &mut Conn, user: UserId, from: Option<&str>, toward: Toward) -> Result<Rows<Line>> {
        let place = from.and_then(Place::<i64>::from_word);
        let mut query = assignments::table
            .inner_join(work_items::table.inner_join(projects::table))
            .filter(assignments::user_id.eq(user))
            .select((
                assignments::assigned_at,
                work_items::id,
                work_items::title,
                work_items::status,
                assignments::ended_at,
                projects::name,
            ))
            .limit(ROWS as i64 + 1)
            .into_boxed::<MultiBackend>();
        if let Some(Place(at, id)) = &place {
            query = query.filter(beyond!("assigned_at, work_item_id", toward, *at, BigInt, *id));
        }
        query = match toward {
            Toward::Next => query.order((assignments::assigned_at.desc(), assignments::work_item_id.desc())),
            Toward::Previous => query.order((assignments::assigned_at.asc(), assignments::work_item_id.asc())),
        };
        type Row = (Timestamp, i64, String, String, Option<Timestamp>, String);
        let rows: Vec<Row> = query.load(conn)?;
        let rows = Rows::cut(rows, toward, place.is_some(), |row| Place(row.0.micros(), row.1));
        Ok(rows.map(|(at, id, title, status, ended, project)| Line {
            title,
            address: Some(format!("/work-items/{id}")),
            note: match (ended, status.as_str()) {
                (Some(_), _) => format!("{project} · no longer assigned"),
                (None, "done") => format!("{project} · done"),
                (None, _) => format!("{project} · open"),
            },
            when: When::Moment(at),
        }))
    }
}
