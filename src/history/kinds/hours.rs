//! Hours: the entries somebody logged, and their sum.

use diesel::dsl::{count_star, exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::super::{Condition, Kind, Line, Tally, When};
use super::{beyond, cutting};
use crate::db::dialect::among;
use crate::db::schema::{hours, users, work_items};
use crate::db::{Conn, MultiBackend, Result, UserId};
use crate::web::pagination::{Place, ROWS, Rows, Toward};
use crate::web::text;

pub struct Hours;

impl Kind for Hours {
    fn key(&self) -> &'static str {
        "hours"
    }

    fn title(&self) -> &'static str {
        "Hours"
    }

    fn noun(&self, entries: i64) -> &'static str {
        if entries == 1 { "hour entry" } else { "hour entries" }
    }

    fn second(&self, Tally(_, minutes): Tally) -> Option<String> {
        (minutes > 0).then(|| format!("{} hours", text::hours(minutes)))
    }

    fn count(&self, conn: &mut Conn, users: &[UserId]) -> Result<Vec<(UserId, Tally)>> {
        let rows: Vec<(UserId, i64, i64)> = hours::table
            .filter(among(hours::user_id.assume_not_null(), users))
            .group_by(hours::user_id)
            .select((
                hours::user_id.assume_not_null(),
                count_star(),
                sql::<BigInt>("CAST(SUM(hours.minutes) AS BIGINT)"),
            ))
            .load(conn)?;
        Ok(rows.into_iter().map(|(user, entries, minutes)| (user, Tally(entries, minutes))).collect())
    }

    fn exists(&self) -> Condition {
        Box::new(exists(hours::table.filter(hours::user_id.assume_not_null().eq(users::id))))
    }

    fn cut(&self, conn: &mut Conn, users: &[UserId], limit: i64) -> Result<i64> {
        cutting::empty(conn, "hours", "id", "user_id", users, limit)
    }

    fn list(&self, conn: &mut Conn, user: UserId, from: Option<&str>, toward: Toward) -> Result<Rows<Line>> {
        let place = from.and_then(Place::<String>::from_word);
        let mut query = hours::table
            .inner_join(work_items::table)
            .filter(hours::user_id.eq(user))
            .select((hours::spent_on, hours::id, hours::minutes, work_items::id, work_items::title))
            .limit(ROWS as i64 + 1)
            .into_boxed::<MultiBackend>();
        if let Some(Place(day, id)) = place.clone() {
            query = query.filter(beyond!("spent_on, hours.id", toward, day, Text, id));
        }
        query = match toward {
            Toward::Next => query.order((hours::spent_on.desc(), hours::id.desc())),
            Toward::Previous => query.order((hours::spent_on.asc(), hours::id.asc())),
        };
        let rows: Vec<(String, i64, i64, i64, String)> = query.load(conn)?;
        let rows = Rows::cut(rows, toward, place.is_some(), |row| Place(row.0.clone(), row.1));
        Ok(rows.map(|(day, _, minutes, item, title)| Line {
            title,
            address: Some(format!("/work-items/{item}")),
            note: format!("{} h", text::hours(minutes)),
            when: When::Day(day),
        }))
    }
}
