//! Owned projects: the projects that somebody answers for.

use diesel::dsl::{count_star, exists, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::super::duty::{Duty, Handover, Objects, Return};
use super::super::{Condition, Kind, Line, Tally, When};
use super::{Column, beyond};
use crate::db::dialect::among;
use crate::db::schema::{projects, users};
use crate::db::{Conn, MultiBackend, Result, Timestamp, UserId};
use crate::licenses::Rights;
use crate::web::pagination::{Place, ROWS, Rows, Toward};

pub struct OwnedProjects;

const KEY: &str = "owned_projects";
const OWNER: Column = Column { duty: KEY, table: "projects", column: "owner_id", entries: "TRUE" };

impl Kind for OwnedProjects {
    fn key(&self) -> &'static str {
        KEY
    }

    fn title(&self) -> &'static str {
        "Owned projects"
    }

    fn noun(&self, entries: i64) -> &'static str {
        if entries == 1 { "owned project" } else { "owned projects" }
    }

    fn second(&self, _: Tally) -> Option<String> {
        None
    }

    fn count(&self, conn: &mut Conn, users: &[UserId]) -> Result<Vec<(UserId, Tally)>> {
        let rows: Vec<(UserId, i64, i64)> = projects::table
            .filter(among(projects::owner_id.assume_not_null(), users))
            .group_by(projects::owner_id)
            .select((projects::owner_id.assume_not_null(), count_star(), sql::<BigInt>("CAST(SUM(id) AS BIGINT)")))
            .load(conn)?;
        Ok(rows.into_iter().map(|(user, entries, digest)| (user, Tally(entries, digest))).collect())
    }

    fn exists(&self) -> Condition {
        Box::new(exists(projects::table.filter(projects::owner_id.assume_not_null().eq(users::id))))
    }

    fn cut(&self, conn: &mut Conn, users: &[UserId], limit: i64) -> Result<i64> {
        OWNER.cut(conn, users, limit)
    }

    fn list(&self, conn: &mut Conn, user: UserId, from: Option<&str>, toward: Toward) -> Result<Rows<Line>> {
        let place = from.and_then(Place::<i64>::from_word);
        let mut query = projects::table
            .filter(projects::owner_id.eq(user))
            .select((projects::created_at, projects::id, projects::name))
            .limit(ROWS as i64 + 1)
            .into_boxed::<MultiBackend>();
        if let Some(Place(at, id)) = &place {
            query = query.filter(beyond!("created_at, id", toward, *at, BigInt, *id));
        }
        query = match toward {
            Toward::Next => query.order((projects::created_at.desc(), projects::id.desc())),
            Toward::Previous => query.order((projects::created_at.asc(), projects::id.asc())),
        };
        let rows: Vec<(Timestamp, i64, String)> = query.load(conn)?;
        let rows = Rows::cut(rows, toward, place.is_some(), |row| Place(row.0.micros(), row.1));
        Ok(rows.map(|(at, id, name)| Line {
            title: name,
            address: Some(format!("/projects/{id}")),
            note: "project".into(),
            when: When::Moment(at),
        }))
    }
}

impl Duty for OwnedProjects {
    fn needs(&self) -> Rights {
        Rights::DO_WORK
    }

    fn nobody(&self) -> Option<&'static str> {
        Some("No owner")
    }

    fn hand_over(&self, conn: &mut Conn, handover: &Handover<'_>) -> Result<()> {
        OWNER.hand_over(conn, handover)
    }

    fn untouched(&self) -> String {
        OWNER.untouched()
    }

    fn carry_back(&self, conn: &mut Conn, return_: &Return<'_>) -> Result<()> {
        OWNER.carry_back(conn, return_)
    }

    fn objects(&self) -> Objects {
        Objects { table: "projects", title: "entry.name", address: "/projects/" }
    }
}
