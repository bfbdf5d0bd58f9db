//! People who will leave on a date, and the rows of the operations that carry it out.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Text};

use super::super::Refusal;
use crate::db::schema::{operation_rows, operations, users};
use crate::db::{Conn, MultiBackend, OperationId, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;
use crate::operations::store as engine;
use crate::operations::{Outcome, Progress};
use crate::users::State;
use crate::web::pagination::{Place, ROWS, Rows, Toward};

/// No leave date: part of every change of state.
macro_rules! no_departure {
    () => {
        (
            users::leaves_at.eq(None::<$crate::db::Timestamp>),
            users::leaves_zone.eq(""),
            users::leave_operation_id.eq(None::<$crate::db::OperationId>),
        )
    };
}
pub(super) use no_departure;

/// Somebody who leaves on a date.
#[derive(Debug, Clone, Queryable)]
pub struct Departure {
    pub user: UserId,
    pub first_name: String,
    pub last_name: String,
    pub level: AccessLevel,
    pub at: Timestamp,
    /// In which the date was set.
    pub zone: String,
    pub operation: OperationId,
}

impl Departure {
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// With who planned it.
pub type Listed = (Departure, Option<(String, String)>);

macro_rules! columns {
    () => {
        (
            users::id,
            users::first_name,
            users::last_name,
            users::access_level.assume_not_null(),
            users::leaves_at.assume_not_null(),
            users::leaves_zone,
            users::leave_operation_id.assume_not_null(),
        )
    };
}

/// The next ones first, a page at a time.
pub fn list(conn: &mut Conn, from: Option<&str>, toward: Toward) -> Result<Rows<Listed>> {
    let place = from.and_then(Place::<i64>::from_word);
    let by = diesel::alias!(users as by);
    let mut query = users::table
        .left_join(operations::table.on(users::leave_operation_id.eq(operations::id.nullable())))
        .left_join(by.on(by.field(users::id).nullable().eq(operations::started_by)))
        .filter(users::leaves_at.is_not_null())
        .filter(users::leave_operation_id.is_not_null())
        .select((columns!(), by.fields((users::first_name, users::last_name)).nullable()))
        .limit(ROWS as i64 + 1)
        .into_boxed::<MultiBackend>();
    if let Some(Place(at, id)) = &place {
        let text = match toward {
            Toward::Next => "(users.leaves_at, users.id) > (",
            Toward::Previous => "(users.leaves_at, users.id) < (",
        };
        query = query.filter(sql::<Bool>(text).bind::<BigInt, _>(*at).sql(", ").bind::<BigInt, _>(*id).sql(")"));
    }
    query = match toward {
        Toward::Next => query.order((users::leaves_at.asc(), users::id.asc())),
        Toward::Previous => query.order((users::leaves_at.desc(), users::id.desc())),
    };
    let rows: Vec<Listed> = query.load(conn)?;
    Ok(Rows::cut(rows, toward, place.is_some(), |(departure, _)| Place(departure.at.micros(), departure.user.0)))
}

/// This person's departure, if one is planned and has not run yet.
pub fn of(conn: &mut Conn, user: UserId) -> Result<Option<Departure>> {
    Ok(users::table
        .find(user)
        .filter(users::state.eq(State::Active))
        .filter(users::leaves_at.is_not_null())
        .filter(users::leave_operation_id.is_not_null())
        .select(columns!())
        .first(conn)
        .optional()?)
}

/// Marks everybody of an operation whose rows have a moment: one statement, however many. `organization` is the zone of
/// people who have not chosen one.
pub fn plan(conn: &mut Conn, operation: OperationId, organization: &str) -> Result<()> {
    let text = format!(
        "UPDATE users SET leaves_at = due.due_at, leave_operation_id = {operation}, \
         leaves_zone = CASE WHEN users.time_zone = '' THEN $1 ELSE users.time_zone END FROM operation_rows AS due \
         WHERE due.operation_id = {operation} AND due.user_id = users.id AND due.outcome IS NULL \
         AND due.due_at IS NOT NULL"
    );
    sql_query(text).bind::<Text, _>(organization).execute(conn)?;
    Ok(())
}

/// Another moment for one person; the operation wakes for whoever is next.
pub fn set(conn: &mut Conn, departure: &Departure, at: Timestamp) -> Result<()> {
    diesel::update(users::table.find(departure.user)).set(users::leaves_at.eq(at)).execute(conn)?;
    diesel::update(operation_rows::table.find((departure.operation, departure.user)))
        .set(operation_rows::due_at.eq(at))
        .execute(conn)?;
    wake(conn, departure.operation)
}

/// One person stays; the operation goes on without them. True: it is over, for they were the last.
pub fn cancel(conn: &mut Conn, departure: &Departure, now: Timestamp) -> Result<bool> {
    diesel::update(users::table.find(departure.user)).set(no_departure!()).execute(conn)?;
    let changed = diesel::update(
        operation_rows::table.find((departure.operation, departure.user)).filter(operation_rows::outcome.is_null()),
    )
    .set((operation_rows::outcome.eq(Outcome::Skipped), operation_rows::reason.eq(Refusal::Stays.as_str())))
    .execute(conn)? as i64;
    diesel::update(operations::table.find(departure.operation))
        .set(operations::skipped.eq(operations::skipped + changed))
        .execute(conn)?;
    let left: i64 = operation_rows::table
        .filter(operation_rows::operation_id.eq(departure.operation))
        .filter(operation_rows::outcome.is_null())
        .count()
        .get_result(conn)?;
    if left == 0 {
        engine::finish(conn, departure.operation, now, None)?;
    } else {
        wake(conn, departure.operation)?;
    }
    Ok(left == 0)
}

fn wake(conn: &mut Conn, operation: OperationId) -> Result<()> {
    if let Some(due) = engine::next_due(conn, operation)?
        && engine::find(conn, operation)?.state == Progress::Scheduled
    {
        engine::wait_until(conn, operation, due)?;
    }
    Ok(())
}

/// Nobody of this operation who still waits leaves any more: one statement.
pub fn forget(conn: &mut Conn, operation: OperationId) -> Result<()> {
    diesel::update(users::table.filter(users::leave_operation_id.eq(operation))).set(no_departure!()).execute(conn)?;
    Ok(())
}

/// Seats that will be free: per level and moment, how many.
pub fn seats_by_moment(conn: &mut Conn) -> Result<Vec<(AccessLevel, Timestamp, i64)>> {
    Ok(users::table
        .filter(users::leaves_at.is_not_null())
        .group_by((users::access_level, users::leaves_at))
        .order((users::leaves_at, users::access_level))
        .select((users::access_level.assume_not_null(), users::leaves_at.assume_not_null(), diesel::dsl::count_star()))
        .load(conn)?)
}
