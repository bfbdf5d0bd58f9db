//! Direct reports: the people whose manager somebody is.

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use super::super::duty::{Duty, Handover, Objects, Return};
use super::super::{Condition, Kind, Line, Tally, When};
use super::{Column, beyond};
use crate::db::dialect::among;
use crate::db::schema::users;
use crate::db::{Conn, MultiBackend, Result, Timestamp, UserId};
use crate::licenses::Rights;
use crate::users::State;
use crate::web::pagination::{Place, ROWS, Rows, Toward};
use crate::web::text;

pub struct DirectReports;

pub const KEY: &str = "direct_reports";
const MANAGER: Column = Column {
    duty: KEY,
    table: "users",
    column: "manager_id",
    // Nobody becomes their own manager, and nobody hands over people who are gone.
    entries: "given.state <> 'deleted' AND given.id IS DISTINCT FROM chosen.receiver_id",
};

impl Kind for DirectReports {
    fn key(&self) -> &'static str {
        KEY
    }

    fn title(&self) -> &'static str {
        "Direct reports"
    }

    fn noun(&self, entries: i64) -> &'static str {
        if entries == 1 { "direct report" } else { "direct reports" }
    }

    fn second(&self, _: Tally) -> Option<String> {
        None
    }

    fn count(&self, conn: &mut Conn, managers: &[UserId]) -> Result<Vec<(UserId, Tally)>> {
        let rows: Vec<(UserId, i64, i64)> = users::table
            .filter(among(users::manager_id.assume_not_null(), managers))
            .filter(users::state.ne(State::Deleted))
            .group_by(users::manager_id)
            .select((users::manager_id.assume_not_null(), count_star(), sql::<BigInt>("CAST(SUM(id) AS BIGINT)")))
            .load(conn)?;
        Ok(rows.into_iter().map(|(user, entries, digest)| (user, Tally(entries, digest))).collect())
    }

    fn exists(&self) -> Condition {
        Box::new(sql::<Bool>(
            "EXISTS (SELECT 1 FROM users AS report WHERE report.manager_id = users.id AND report.state <> 'deleted')",
        ))
    }

    fn cut(&self, conn: &mut Conn, users: &[UserId], limit: i64) -> Result<i64> {
        MANAGER.cut(conn, users, limit)
    }

    fn list(&self, conn: &mut Conn, user: UserId, from: Option<&str>, toward: Toward) -> Result<Rows<Line>> {
        let place = from.and_then(Place::<i64>::from_word);
        let mut query = users::table
            .filter(users::manager_id.eq(user))
            .filter(users::state.ne(State::Deleted))
            .select((users::created_at, users::id, users::first_name, users::last_name, users::state))
            .limit(ROWS as i64 + 1)
            .into_boxed::<MultiBackend>();
        if let Some(Place(at, id)) = &place {
            query = query.filter(beyond!("created_at, id", toward, *at, BigInt, *id));
        }
        query = match toward {
            Toward::Next => query.order((users::created_at.desc(), users::id.desc())),
            Toward::Previous => query.order((users::created_at.asc(), users::id.asc())),
        };
        let rows: Vec<(Timestamp, i64, String, String, State)> = query.load(conn)?;
        let rows = Rows::cut(rows, toward, place.is_some(), |row| Place(row.0.micros(), row.1));
        Ok(rows.map(|(at, id, first, last, state)| Line {
            title: format!("{first} {last}"),
            address: Some(format!("/users/{id}")),
            note: state.name().into(),
            when: When::Moment(at),
        }))
    }
}

impl Duty for DirectReports {
    fn needs(&self) -> Rights {
        Rights::SEE_WORK
    }

    fn nobody(&self) -> Option<&'static str> {
        Some("No manager")
    }

    /// People who go on working would have a manager who is off.
    fn pressing(&self, conn: &mut Conn, managers: &[UserId]) -> Result<Vec<(UserId, i64)>> {
        Ok(users::table
            .filter(among(users::manager_id.assume_not_null(), managers))
            .filter(users::state.eq(State::Active))
            .group_by(users::manager_id)
            .select((users::manager_id.assume_not_null(), count_star()))
            .load(conn)?)
    }

    fn why_pressing(&self, entries: i64) -> String {
        match entries {
            1 => "1 person would have a manager who is off.".into(),
            n => format!("{} people would have a manager who is off.", text::number(n)),
        }
    }

    fn hand_over(&self, conn: &mut Conn, handover: &Handover<'_>) -> Result<()> {
        MANAGER.hand_over(conn, handover)
    }

    fn untouched(&self) -> String {
        MANAGER.untouched()
    }

    fn carry_back(&self, conn: &mut Conn, return_: &Return<'_>) -> Result<()> {
        MANAGER.carry_back(conn, return_)
    }

    fn objects(&self) -> Objects {
        Objects { table: "users", title: "entry.first_name || ' ' || entry.last_name", address: "/users/" }
    }
}
