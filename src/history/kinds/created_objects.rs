//! Created objects: the projects, work items, reports and dashboards somebody made.

use std::collections::HashMap;

use diesel::dsl::{count_star, exists};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::super::{Condition, Kind, Line, Tally, When};
use super::cutting;
use crate::db::dialect::among;
use crate::db::schema::{dashboards, projects, reports, users, work_items};
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::web::pagination::{Place, ROWS, Rows, Toward};

pub struct CreatedObjects;

/// The tables, in the order that tells rows of the same moment apart: what is in them, and how a row is called.
const SOURCES: [(&str, &str, &str); 4] = [
    ("projects", "'project'", "name"),
    ("work_items", "kind", "title"),
    ("reports", "'report'", "name"),
    ("dashboards", "'dashboard'", "name"),
];

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    created_at: Timestamp,
    /// The id times four plus the table's number: unique over the four tables.
    #[diesel(sql_type = BigInt)]
    code: i64,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    title: String,
}

impl Kind for CreatedObjects {
    fn key(&self) -> &'static str {
        "created"
    }

    fn title(&self) -> &'static str {
        "Created objects"
    }

    fn noun(&self, entries: i64) -> &'static str {
        if entries == 1 { "created object" } else { "created objects" }
    }

    fn second(&self, _: Tally) -> Option<String> {
        None
    }

    fn count(&self, conn: &mut Conn, users: &[UserId]) -> Result<Vec<(UserId, Tally)>> {
        let mut sums: HashMap<UserId, i64> = HashMap::new();
        macro_rules! count {
            ($table:ident) => {
                let rows: Vec<(UserId, i64)> = $table::table
                    .filter(among($table::created_by.assume_not_null(), users))
                    .group_by($table::created_by)
                    .select(($table::created_by.assume_not_null(), count_star()))
                    .load(conn)?;
                for (user, entries) in rows {
                    *sums.entry(user).or_default() += entries;
                }
            };
        }
        count!(projects);
        count!(work_items);
        count!(reports);
        count!(dashboards);
        Ok(sums.into_iter().map(|(user, entries)| (user, Tally(entries, 0))).collect())
    }

    fn exists(&self) -> Condition {
        let of_projects = exists(projects::table.filter(projects::created_by.assume_not_null().eq(users::id)));
        let of_items = exists(work_items::table.filter(work_items::created_by.assume_not_null().eq(users::id)));
        let of_reports = exists(reports::table.filter(reports::created_by.assume_not_null().eq(users::id)));
        let of_dashboards = exists(dashboards::table.filter(dashboards::created_by.assume_not_null().eq(users::id)));
        Box::new(of_projects.or(of_items).or(of_reports).or(of_dashboards))
    }

    fn cut(&self, conn: &mut Conn, users: &[UserId], limit: i64) -> Result<i64> {
        let mut cut = 0;
        for (table, ..) in SOURCES {
            cut += cutting::empty(conn, table, "id", "created_by", users, limit - cut)?;
        }
        for table in ["reports", "dashboards"] {
            cut += cutting::empty(conn, table, "id", "owner_id", users, limit - cut)?;
        }
        Ok(cut)
    }

    fn list(&self, conn: &mut Conn, user: UserId, from: Option<&str>, toward: Toward) -> Result<Rows<Line>> {
        let place = from.and_then(Place::<i64>::from_word);
        let (sign, order, start) = match toward {
            Toward::Next => ("<", "DESC", Place(i64::MAX, i64::MAX)),
            Toward::Previous => (">", "ASC", Place(i64::MIN, i64::MIN)),
        };
        let limit = ROWS + 1;
        let parts = SOURCES.iter().enumerate().map(|(number, (table, kind, title))| {
            format!(
                "SELECT * FROM (SELECT created_at, id * 4 + {number} AS code, {kind} AS kind, {title} AS title FROM {table} \
                 WHERE created_by = $1 AND created_at {sign}= $2 AND (created_at, id * 4 + {number}) {sign} ($2, $3) \
                 ORDER BY created_at {order}, id {order} LIMIT {limit}) AS part{number}"
            )
        });
        let parts = parts.collect::<Vec<_>>().join(" UNION ALL ");
        let Place(at, code) = place.clone().unwrap_or(start);
        let rows: Vec<Row> = diesel::sql_query(format!(
            "SELECT * FROM ({parts}) AS parts ORDER BY created_at {order}, code {order} LIMIT {limit}"
        ))
        .bind::<BigInt, _>(user)
        .bind::<BigInt, _>(at)
        .bind::<BigInt, _>(code)
        .load(conn)?;
        let rows = Rows::cut(rows, toward, place.is_some(), |row| Place(row.created_at.micros(), row.code));
        Ok(rows.map(|row| Line {
            title: row.title,
            address: match row.code % 4 {
                0 => Some(format!("/projects/{}", row.code / 4)),
                1 => Some(format!("/work-items/{}", row.code / 4)),
                2 => Some(format!("/reports/{}", row.code / 4)),
                _ => None,
            },
            note: row.kind,
            when: When::Moment(row.created_at),
        }))
    }
}
