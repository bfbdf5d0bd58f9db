//! Reports: the saved reports that run with somebody's rights.

use diesel::dsl::{count_star, exists, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::super::duty::{Duty, Handover, Objects, Return};
use super::super::{Condition, Kind, Line, Tally, When};
use super::{Column, beyond};
use crate::db::dialect::among;
use crate::db::schema::{report_runs, reports, users};
use crate::db::{Conn, MultiBackend, Result, Timestamp, UserId};
use crate::licenses::Rights;
use crate::web::pagination::{Place, ROWS, Rows, Toward};
use crate::web::text;

pub struct Reports;

const KEY: &str = "reports";
const RUNS_AS: Column = Column { duty: KEY, table: "reports", column: "runs_as", entries: "TRUE" };

impl Kind for Reports {
    fn key(&self) -> &'static str {
        KEY
    }

    fn title(&self) -> &'static str {
        "Reports that run as them"
    }

    fn noun(&self, entries: i64) -> &'static str {
        if entries == 1 { "report that runs as them" } else { "reports that run as them" }
    }

    fn second(&self, _: Tally) -> Option<String> {
        None
    }

    fn count(&self, conn: &mut Conn, users: &[UserId]) -> Result<Vec<(UserId, Tally)>> {
        let rows: Vec<(UserId, i64, i64)> = reports::table
            .filter(among(reports::runs_as.assume_not_null(), users))
            .group_by(reports::runs_as)
            .select((reports::runs_as.assume_not_null(), count_star(), sql::<BigInt>("CAST(SUM(id) AS BIGINT)")))
            .load(conn)?;
        Ok(rows.into_iter().map(|(user, entries, digest)| (user, Tally(entries, digest))).collect())
    }

    fn exists(&self) -> Condition {
        Box::new(exists(reports::table.filter(reports::runs_as.assume_not_null().eq(users::id))))
    }

    fn cut(&self, conn: &mut Conn, users: &[UserId], limit: i64) -> Result<i64> {
        RUNS_AS.cut(conn, users, limit)
    }

    fn list(&self, conn: &mut Conn, user: UserId, from: Option<&str>, toward: Toward) -> Result<Rows<Line>> {
        let place = from.and_then(Place::<i64>::from_word);
        let mut query = reports::table
            .filter(reports::runs_as.eq(user))
            .select((reports::created_at, reports::id, reports::name))
            .limit(ROWS as i64 + 1)
            .into_boxed::<MultiBackend>();
        if let Some(Place(at, id)) = &place {
            query = query.filter(beyond!("created_at, id", toward, *at, BigInt, *id));
        }
        query = match toward {
            Toward::Next => query.order((reports::created_at.desc(), reports::id.desc())),
            Toward::Previous => query.order((reports::created_at.asc(), reports::id.asc())),
        };
        let rows: Vec<(Timestamp, i64, String)> = query.load(conn)?;
        let rows = Rows::cut(rows, toward, place.is_some(), |row| Place(row.0.micros(), row.1));
        Ok(rows.map(|(at, id, name)| Line {
            title: name,
            address: Some(format!("/reports/{id}")),
            note: "report".into(),
            when: When::Moment(at),
        }))
    }
}

impl Duty for Reports {
    fn needs(&self) -> Rights {
        Rights::DO_WORK
    }

    fn nobody(&self) -> Option<&'static str> {
        None
    }

    /// Whoever else runs it would find it stopped.
    fn pressing(&self, conn: &mut Conn, users: &[UserId]) -> Result<Vec<(UserId, i64)>> {
        let others = report_runs::table
            .filter(report_runs::report_id.eq(reports::id))
            .filter(report_runs::user_id.ne(reports::runs_as.assume_not_null()));
        Ok(reports::table
            .filter(among(reports::runs_as.assume_not_null(), users))
            .filter(exists(others))
            .group_by(reports::runs_as)
            .select((reports::runs_as.assume_not_null(), count_star()))
            .load(conn)?)
    }

    fn why_pressing(&self, entries: i64) -> String {
        match entries {
            1 => "1 report that other people run would stop.".into(),
            n => format!("{} reports that other people run would stop.", text::number(n)),
        }
    }

    fn hand_over(&self, conn: &mut Conn, handover: &Handover<'_>) -> Result<()> {
        RUNS_AS.hand_over(conn, handover)
    }

    fn untouched(&self) -> String {
        RUNS_AS.untouched()
    }

    fn carry_back(&self, conn: &mut Conn, return_: &Return<'_>) -> Result<()> {
        RUNS_AS.carry_back(conn, return_)
    }

    fn objects(&self) -> Objects {
        Objects { table: "reports", title: "entry.name", address: "/reports/" }
    }
}
