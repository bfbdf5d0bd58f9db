//! Operations and their rows in the database.

mod shown;

use std::collections::HashMap;

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::{Operation, Outcome, Progress, Report, Row};
use crate::db::dialect::{among, id_list, ids_of};
use crate::db::schema::{operation_rows, operations};
use crate::db::{Conn, MultiBackend, OperationId, Result, Timestamp, UserId};

pub use shown::{Listed, Only, ShownRow, chunk, list, people, rows};

pub struct NewOperation<'a> {
    pub plan_id: &'a str,
    pub act: &'a str,
    /// `None`: Roster itself.
    pub started_by: Option<UserId>,
    pub reason: &'a str,
    pub created_at: Timestamp,
    /// The moment of the first row, if none is due at once.
    pub starts_at: Option<Timestamp>,
    pub undoes: Option<OperationId>,
}

/// What rows to be run have in common; or, with an outcome, rows that the plan already decided to skip.
#[derive(PartialEq, Eq, Hash)]
pub struct Alike<'a> {
    pub step: &'a str,
    pub argument: Option<String>,
    pub due_at: Option<Timestamp>,
    pub outcome: Option<Outcome>,
    pub reason: Option<&'a str>,
}

/// Begins an operation. Its plan has at most one: a second attempt is refused with `Error::Taken`.
pub fn insert(conn: &mut Conn, operation: &NewOperation<'_>) -> Result<OperationId> {
    let id: i64 = diesel::insert_into(operations::table)
        .values((
            operations::plan_id.eq(operation.plan_id),
            operations::act.eq(operation.act),
            operations::state.eq(if operation.starts_at.is_some() { Progress::Scheduled } else { Progress::Running }),
            operations::started_by.eq(operation.started_by),
            operations::run_by.eq(operation.started_by),
            operations::starts_at.eq(operation.starts_at),
            operations::undoes.eq(operation.undoes),
            operations::reason.eq(operation.reason),
            operations::created_at.eq(operation.created_at),
            operations::total.eq(0),
            operations::result.eq("{}"),
        ))
        .returning(operations::id)
        .get_result(conn)?;
    Ok(OperationId(id))
}

/// The rows of an operation, one statement for all that are alike. Each also notes the version of the user's row, and
/// when and by which operation it last changed its state: for undoing.
pub fn insert_rows(conn: &mut Conn, id: OperationId, groups: &HashMap<Alike<'_>, Vec<UserId>>) -> Result<()> {
    let (mut total, mut skipped) = (0, 0);
    for (alike, users) in groups {
        let text = format!(
            "INSERT INTO operation_rows (operation_id, user_id, step, argument, due_at, outcome, reason, \
             before_version, before_changed_at, before_operation_id) \
             SELECT {id}, wanted.id, $1, $2, $3, $4, $5, version, state_changed_at, state_operation_id \
             FROM {} AS wanted JOIN users ON users.id = wanted.id",
            ids_of(conn, 6)
        );
        let list = id_list(conn, users);
        let inserted = sql_query(text)
            .bind::<Text, _>(alike.step)
            .bind::<Nullable<Text>, _>(&alike.argument)
            .bind::<Nullable<BigInt>, _>(alike.due_at)
            .bind::<Nullable<Text>, _>(alike.outcome)
            .bind::<Nullable<Text>, _>(alike.reason)
            .bind::<Text, _>(list)
            .execute(conn)? as i64;
        total += inserted;
        if alike.outcome == Some(Outcome::Skipped) {
            skipped += inserted;
        }
    }
    diesel::update(operations::table.find(id))
        .set((operations::total.eq(total), operations::skipped.eq(skipped)))
        .execute(conn)?;
    Ok(())
}

/// The rows of an operation out of another room's plan, in two statements however many. `select`: user, step, outcome
/// and reason of each row of the plan `$1`. Somebody who will be created has no version yet. They are written in the order
/// in which they will be read.
pub fn insert_rows_of(conn: &mut Conn, id: OperationId, select: &str, plan: &str) -> Result<()> {
    let text = format!(
        "INSERT INTO operation_rows (operation_id, user_id, step, outcome, reason, before_version, before_changed_at, \
         before_operation_id) SELECT {id}, wanted.user_id, wanted.step, wanted.outcome, wanted.reason, users.version, \
         users.state_changed_at, users.state_operation_id \
         FROM ({select}) AS wanted LEFT JOIN users ON users.id = wanted.user_id ORDER BY wanted.user_id"
    );
    let total = sql_query(text).bind::<Text, _>(plan).execute(conn)? as i64;
    let skipped: i64 = operation_rows::table
        .filter(operation_rows::operation_id.eq(id))
        .filter(operation_rows::outcome.eq(Outcome::Skipped))
        .count()
        .get_result(conn)?;
    diesel::update(operations::table.find(id))
        .set((operations::total.eq(total), operations::skipped.eq(skipped)))
        .execute(conn)?;
    Ok(())
}

pub fn find(conn: &mut Conn, id: OperationId) -> Result<Operation> {
    Ok(operations::table.find(id).select(Operation::as_select()).first(conn)?)
}

/// The latest operation that took something of this one back, with to how many people.
pub fn undone_by(conn: &mut Conn, id: OperationId) -> Result<Option<(OperationId, i64)>> {
    Ok(operations::table
        .filter(operations::undoes.eq(id))
        .filter(operations::done.gt(0))
        .order(operations::id.desc())
        .select((operations::id, operations::done))
        .first(conn)
        .optional()?)
}

/// True if an operation of this act ran at this moment or later, or runs.
pub fn has_run_since(conn: &mut Conn, act: &str, moment: Timestamp) -> Result<bool> {
    let since = operations::finished_at.is_null().or(operations::finished_at.assume_not_null().ge(moment));
    let some: Option<OperationId> = operations::table
        .filter(operations::act.eq(act))
        .filter(since.assume_not_null())
        .order(operations::id.desc())
        .select(operations::id)
        .first(conn)
        .optional()?;
    Ok(some.is_some())
}

/// The next rows that are due, in the order of the ids.
pub fn pending(conn: &mut Conn, id: OperationId, now: Timestamp, limit: i64) -> Result<Vec<Row>> {
    Ok(operation_rows::table
        .filter(operation_rows::operation_id.eq(id))
        .filter(operation_rows::outcome.is_null())
        .filter(operation_rows::due_at.is_null().or(operation_rows::due_at.le(now)))
        .order(operation_rows::user_id)
        .select((
            operation_rows::user_id,
            operation_rows::step,
            operation_rows::argument,
            operation_rows::due_at,
            operation_rows::before_version,
        ))
        .limit(limit)
        .load(conn)?)
}

/// The moment of the next row that is still to do.
pub fn next_due(conn: &mut Conn, id: OperationId) -> Result<Option<Timestamp>> {
    let waiting = operation_rows::table
        .filter(operation_rows::operation_id.eq(id))
        .filter(operation_rows::outcome.is_null())
        .filter(operation_rows::due_at.is_not_null());
    Ok(waiting.order(operation_rows::due_at.asc()).select(operation_rows::due_at).first(conn).optional()?.flatten())
}

/// Lets it wait for the moment of its next row.
pub fn wait_until(conn: &mut Conn, id: OperationId, moment: Timestamp) -> Result<()> {
    diesel::update(operations::table.find(id))
        .set((
            operations::state.eq(Progress::Scheduled),
            operations::starts_at.eq(moment),
            operations::lease_holder.eq(None::<String>),
            operations::lease_until.eq(None::<Timestamp>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes what a batch came to: a statement for the rows done, and one for each reason of the others.
pub fn write_report(conn: &mut Conn, operation: &Operation, report: &Report) -> Result<()> {
    let rows = |ids: &[UserId]| {
        operation_rows::table
            .filter(operation_rows::operation_id.eq(operation.id))
            .filter(among(operation_rows::user_id, ids))
    };
    if !report.done.is_empty() {
        diesel::update(rows(&report.done)).set(operation_rows::outcome.eq(Outcome::Done)).execute(conn)?;
    }
    let mut reasons: Vec<&str> = report.skipped.iter().map(|(_, reason)| *reason).collect();
    reasons.sort_unstable();
    reasons.dedup();
    for reason in reasons {
        let of_reason = report.skipped.iter().filter(|(_, why)| *why == reason);
        let ids: Vec<UserId> = of_reason.map(|(id, _)| *id).collect();
        diesel::update(rows(&ids))
            .set((operation_rows::outcome.eq(Outcome::Skipped), operation_rows::reason.eq(reason)))
            .execute(conn)?;
    }
    let mut tally = operation.tally();
    tally.include(&report.tally);
    diesel::update(operations::table.find(operation.id))
        .set((
            operations::done.eq(operation.done + report.done.len() as i64),
            operations::skipped.eq(operation.skipped + report.skipped.len() as i64),
            operations::result.eq(serde_json::to_string(&tally).unwrap_or_else(|_| "{}".into())),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends it, in one of the two ways.
pub fn finish(conn: &mut Conn, id: OperationId, now: Timestamp, stopped_because: Option<&str>) -> Result<()> {
    let state = if stopped_because.is_some() { Progress::Stopped } else { Progress::Done };
    diesel::update(operations::table.find(id))
        .set((
            operations::state.eq(state),
            operations::stopped_because.eq(stopped_because),
            operations::finished_at.eq(now),
            operations::lease_holder.eq(None::<String>),
            operations::lease_until.eq(None::<Timestamp>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends it before all is done: the rows that are left are skipped, with the reason.
pub fn cancel(conn: &mut Conn, operation: &Operation, reason: &str, now: Timestamp) -> Result<()> {
    let left = operation_rows::table
        .filter(operation_rows::operation_id.eq(operation.id))
        .filter(operation_rows::outcome.is_null());
    let skipped = diesel::update(left)
        .set((operation_rows::outcome.eq(Outcome::Skipped), operation_rows::reason.eq(reason)))
        .execute(conn)? as i64;
    finish(conn, operation.id, now, None)?;
    diesel::update(operations::table.find(operation.id))
        .set((operations::state.eq(Progress::Cancelled), operations::skipped.eq(operation.skipped + skipped)))
        .execute(conn)?;
    Ok(())
}

/// Lets it run again, in somebody's name.
pub fn resume(conn: &mut Conn, id: OperationId, by: UserId) -> Result<()> {
    diesel::update(operations::table.find(id))
        .set((
            operations::state.eq(Progress::Running),
            operations::run_by.eq(by),
            operations::stopped_because.eq(None::<String>),
            operations::finished_at.eq(None::<Timestamp>),
            operations::receipt.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(())
}

/// One more attempt at the next batch came to nothing; how many it were.
pub fn count_attempt(conn: &mut Conn, id: OperationId) -> Result<i64> {
    diesel::update(operations::table.find(id)).set(operations::attempts.eq(operations::attempts + 1)).execute(conn)?;
    Ok(operations::table.find(id).select(operations::attempts).first(conn)?)
}

pub fn forget_attempts(conn: &mut Conn, id: OperationId) -> Result<()> {
    diesel::update(operations::table.find(id)).set(operations::attempts.eq(0)).execute(conn)?;
    Ok(())
}

/// The database refuses these rows, again and again.
pub fn fail(conn: &mut Conn, id: OperationId, users: &[UserId]) -> Result<()> {
    let rows = operation_rows::table
        .filter(operation_rows::operation_id.eq(id))
        .filter(operation_rows::outcome.is_null())
        .filter(among(operation_rows::user_id, users));
    let failed = diesel::update(rows).set(operation_rows::outcome.eq(Outcome::Failed)).execute(conn)? as i64;
    diesel::update(operations::table.find(id)).set(operations::failed.eq(operations::failed + failed)).execute(conn)?;
    Ok(())
}

/// The users whose rows failed, or were skipped for one of these reasons.
pub fn not_done_users(conn: &mut Conn, id: OperationId, reasons: &[&str]) -> Result<Vec<UserId>> {
    let again = operation_rows::outcome
        .eq(Outcome::Failed)
        .or(operation_rows::outcome.eq(Outcome::Skipped).and(operation_rows::reason.eq_any(reasons)));
    Ok(operation_rows::table
        .filter(operation_rows::operation_id.eq(id))
        .filter(again)
        .select(operation_rows::user_id)
        .load(conn)?)
}

pub fn set_receipt(conn: &mut Conn, id: OperationId, receipt: &str) -> Result<()> {
    diesel::update(operations::table.find(id)).set(operations::receipt.eq(receipt)).execute(conn)?;
    Ok(())
}

/// An operation that ended and has no receipt yet.
pub fn unproved(conn: &mut Conn) -> Result<Option<OperationId>> {
    let ended = [Progress::Done, Progress::Stopped, Progress::Cancelled];
    Ok(operations::table
        .filter(operations::state.eq_any(ended))
        .filter(operations::receipt.is_null())
        .order(operations::id.desc())
        .select(operations::id)
        .first(conn)
        .optional()?)
}

/// True if there is something for a worker to do.
pub fn is_any_due(conn: &mut Conn, now: Timestamp) -> Result<bool> {
    let one: Option<OperationId> = operations::table.filter(due(now)).select(operations::id).first(conn).optional()?;
    Ok(one.is_some())
}

type Due = Box<dyn BoxableExpression<operations::table, MultiBackend, SqlType = Bool>>;

fn due(now: Timestamp) -> Due {
    let waiting = operations::state.eq(Progress::Scheduled).and(operations::starts_at.assume_not_null().le(now));
    Box::new(operations::state.eq(Progress::Running).or(waiting))
}

/// The oldest operation with something to do that no living process holds, taken by `holder` until `until`.
pub fn take_lease(conn: &mut Conn, holder: &str, now: Timestamp, until: Timestamp) -> Result<Option<OperationId>> {
    let free = sql::<Bool>("(lease_until IS NULL OR lease_until < ").bind::<BigInt, _>(now).sql(")");
    let next: Option<OperationId> = operations::table
        .filter(due(now))
        .filter(free)
        .order(operations::id)
        .select(operations::id)
        .first(conn)
        .optional()?;
    if let Some(id) = next {
        diesel::update(operations::table.find(id))
            .set((
                operations::state.eq(Progress::Running),
                operations::lease_holder.eq(holder),
                operations::lease_until.eq(until),
            ))
            .execute(conn)?;
    }
    Ok(next)
}

/// Holds on to a lease. False: it ran out and somebody else has it, so this process must stop.
pub fn renew_lease(conn: &mut Conn, id: OperationId, holder: &str, until: Timestamp) -> Result<bool> {
    let mine = operations::table.filter(operations::id.eq(id)).filter(operations::lease_holder.eq(holder));
    Ok(diesel::update(mine).set(operations::lease_until.eq(until)).execute(conn)? == 1)
}

/// How many rows were skipped, per reason.
pub fn skipped_reasons(conn: &mut Conn, id: OperationId) -> Result<Vec<(String, i64)>> {
    Ok(operation_rows::table
        .filter(operation_rows::operation_id.eq(id))
        .filter(operation_rows::outcome.eq(Outcome::Skipped))
        .group_by(operation_rows::reason)
        .order(operation_rows::reason)
        .select((operation_rows::reason.assume_not_null(), count_star()))
        .load(conn)?)
}

/// The users for whom one of these steps was done.
pub fn done_users(conn: &mut Conn, id: OperationId, steps: &[&str]) -> Result<Vec<UserId>> {
    Ok(operation_rows::table
        .filter(operation_rows::operation_id.eq(id))
        .filter(operation_rows::outcome.eq(Outcome::Done))
        .filter(operation_rows::step.eq_any(steps))
        .select(operation_rows::user_id)
        .load(conn)?)
}
