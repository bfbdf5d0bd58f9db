//! Documents: those somebody owns in projects, and those in their own area.

use diesel::dsl::{count_star, exists, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::super::{Condition, Kind, Line, Tally, When};
use super::{beyond, cutting};
use crate::db::dialect::{among, ids_of};
use crate::db::schema::{documents, projects, users};
use crate::db::{Conn, MultiBackend, Result, Timestamp, UserId};
use crate::web::pagination::{Place, ROWS, Rows, Toward};
use crate::web::text;

pub struct Documents;

impl Kind for Documents {
    fn key(&self) -> &'static str {
        "documents"
    }

    fn title(&self) -> &'static str {
        "Documents"
    }

    fn noun(&self, entries: i64) -> &'static str {
        if entries == 1 { "document" } else { "documents" }
    }

    fn second(&self, Tally(_, own_area): Tally) -> Option<String> {
        (own_area > 0).then(|| format!("{} in their own area", text::number(own_area)))
    }

    fn count(&self, conn: &mut Conn, users: &[UserId]) -> Result<Vec<(UserId, Tally)>> {
        let own_area = sql::<BigInt>("CAST(SUM(CASE WHEN documents.project_id IS NULL THEN 1 ELSE 0 END) AS BIGINT)");
        let rows: Vec<(UserId, i64, i64)> = documents::table
            .filter(among(documents::owner_id.assume_not_null(), users))
            .group_by(documents::owner_id)
            .select((documents::owner_id.assume_not_null(), count_star(), own_area))
            .load(conn)?;
        Ok(rows.into_iter().map(|(user, entries, own_area)| (user, Tally(entries, own_area))).collect())
    }

    fn exists(&self) -> Condition {
        Box::new(exists(documents::table.filter(documents::owner_id.assume_not_null().eq(users::id))))
    }

    fn cut(&self, conn: &mut Conn, users: &[UserId], limit: i64) -> Result<i64> {
        let own = format!(
            "SELECT id FROM documents WHERE owner_id IN {} AND project_id IS NULL ORDER BY id LIMIT {limit}",
            ids_of(conn, 1)
        );
        let doom = format!(
            "INSERT INTO doomed_files (stored_as) SELECT stored_as FROM documents WHERE id IN ({own}) \
             AND stored_as IS NOT NULL ON CONFLICT DO NOTHING"
        );
        cutting::run(conn, doom, users)?;
        let cut = cutting::run(conn, format!("DELETE FROM documents WHERE id IN ({own})"), users)?;
        if cut > 0 {
            return Ok(cut);
        }
        cutting::empty(conn, "documents", "id", "owner_id", users, limit)
    }

    fn list(&self, conn: &mut Conn, user: UserId, from: Option<&str>, toward: Toward) -> Result<Rows<Line>> {
        let place = from.and_then(Place::<i64>::from_word);
        let mut query = documents::table
            .left_join(projects::table)
            .filter(documents::owner_id.eq(user))
            .select((documents::created_at, documents::id, documents::name, projects::name.nullable()))
            .limit(ROWS as i64 + 1)
            .into_boxed::<MultiBackend>();
        if let Some(Place(at, id)) = &place {
            query = query.filter(beyond!("documents.created_at, documents.id", toward, *at, BigInt, *id));
        }
        query = match toward {
            Toward::Next => query.order((documents::created_at.desc(), documents::id.desc())),
            Toward::Previous => query.order((documents::created_at.asc(), documents::id.asc())),
        };
        let rows: Vec<(Timestamp, i64, String, Option<String>)> = query.load(conn)?;
        let rows = Rows::cut(rows, toward, place.is_some(), |row| Place(row.0.micros(), row.1));
        Ok(rows.map(|(at, id, name, project)| Line {
            title: name,
            address: Some(format!("/documents/{id}")),
            note: project.unwrap_or_else(|| "own area".into()),
            when: When::Moment(at),
        }))
    }
}
