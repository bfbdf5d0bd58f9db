//! The duties in stored plans, and who could take them over.

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::super::receivers::{Goes, PlanDuty, Problem};
use crate::db::dialect::{among, insert_all};
use crate::db::schema::{plan_duties, plan_members, users};
use crate::db::{Conn, MultiBackend, Result, Timestamp, UserId};
use crate::licenses::AccessLevel;
use crate::users::State;

/// Somebody who may take over duties.
#[derive(Debug, Clone, Queryable)]
pub struct Candidate {
    pub id: UserId,
    pub state: State,
    pub level: Option<AccessLevel>,
    pub leaves_at: Option<Timestamp>,
    pub manager: Option<UserId>,
}

pub fn candidates(conn: &mut Conn, ids: impl Iterator<Item = UserId>) -> Result<Vec<Candidate>> {
    Ok(users::table
        .filter(among(users::id, ids))
        .select((users::id, users::state, users::access_level, users::leaves_at, users::manager_id))
        .load(conn)?)
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = plan_duties)]
struct DutyRow {
    plan_id: String,
    user_id: UserId,
    duty: String,
    entries: i64,
    digest: i64,
    pressing: i64,
    choice: Goes,
    receiver_id: Option<UserId>,
    chosen: bool,
    problem: Option<Problem>,
}

/// Puts these in place of what the plan had.
pub fn replace(conn: &mut Conn, plan_id: &str, rows: &[PlanDuty]) -> Result<()> {
    diesel::delete(plan_duties::table.filter(plan_duties::plan_id.eq(plan_id))).execute(conn)?;
    insert(conn, plan_id, rows)
}

/// The duties of a new plan.
pub fn insert(conn: &mut Conn, plan_id: &str, rows: &[PlanDuty]) -> Result<()> {
    let rows: Vec<DutyRow> = rows
        .iter()
        .map(|row| DutyRow {
            plan_id: plan_id.to_owned(),
            user_id: row.user,
            duty: row.duty.clone(),
            entries: row.entries,
            digest: row.digest,
            pressing: row.pressing,
            choice: row.goes,
            receiver_id: row.receiver,
            chosen: row.chosen,
            problem: row.problem,
        })
        .collect();
    insert_all!(conn, plan_duties::table, rows)?;
    Ok(())
}

/// The plan's duties in the order of kinds and users: of all, or of some people.
pub fn read(conn: &mut Conn, plan_id: &str, of: Option<&[UserId]>) -> Result<Vec<PlanDuty>> {
    let mut query = plan_duties::table
        .filter(plan_duties::plan_id.eq(plan_id.to_owned()))
        .order((plan_duties::duty, plan_duties::user_id))
        .select(DutyRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(users) = of {
        query = query.filter(among(plan_duties::user_id, users));
    }
    let rows: Vec<DutyRow> = query.load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| PlanDuty {
            user: row.user_id,
            duty: row.duty,
            entries: row.entries,
            digest: row.digest,
            pressing: row.pressing,
            goes: row.choice,
            receiver: row.receiver_id,
            chosen: row.chosen,
            problem: row.problem,
        })
        .collect())
}

/// Duties of a plan that go the same way, in numbers.
#[derive(Debug, Clone, Queryable)]
pub struct Way {
    pub duty: String,
    pub goes: Goes,
    pub receiver: Option<UserId>,
    pub problem: Option<Problem>,
    pub chosen: bool,
    pub users: i64,
    pub entries: i64,
    pub pressing: i64,
}

/// One statement, however many members.
pub fn ways(conn: &mut Conn, plan_id: &str) -> Result<Vec<Way>> {
    let alike =
        (plan_duties::duty, plan_duties::choice, plan_duties::receiver_id, plan_duties::problem, plan_duties::chosen);
    Ok(plan_duties::table
        .filter(plan_duties::plan_id.eq(plan_id))
        .group_by(alike)
        .order(alike)
        .select((
            plan_duties::duty,
            plan_duties::choice,
            plan_duties::receiver_id,
            plan_duties::problem,
            plan_duties::chosen,
            count_star(),
            sql::<BigInt>("CAST(SUM(plan_duties.entries) AS BIGINT)"),
            sql::<BigInt>("CAST(SUM(plan_duties.pressing) AS BIGINT)"),
        ))
        .load(conn)?)
}

/// Who has a kind of duty in a plan, with how much, by name; a page at a time.
pub fn holders(
    conn: &mut Conn,
    plan_id: &str,
    duty: &str,
    after: Option<(&str, UserId)>,
    limit: i64,
) -> Result<Vec<(UserId, String, i64)>> {
    let mut query = plan_duties::table
        .inner_join(
            plan_members::table
                .on(plan_members::plan_id.eq(plan_duties::plan_id).and(plan_members::user_id.eq(plan_duties::user_id))),
        )
        .filter(plan_duties::plan_id.eq(plan_id.to_owned()))
        .filter(plan_duties::duty.eq(duty.to_owned()))
        .order((plan_members::name_key, plan_members::user_id))
        .select((plan_duties::user_id, plan_members::name_key, plan_duties::entries))
        .limit(limit)
        .into_boxed::<MultiBackend>();
    if let Some((name_key, user)) = after {
        let beyond = sql::<diesel::sql_types::Bool>("(plan_members.name_key, plan_members.user_id) > (")
            .bind::<diesel::sql_types::Text, _>(name_key.to_owned())
            .sql(", ")
            .bind::<BigInt, _>(user)
            .sql(")");
        query = query.filter(beyond);
    }
    Ok(query.load(conn)?)
}

/// Of this plan's receivers for these people, those that are not of `fit` any more get nothing; what would have gone to
/// them stays where it is.
pub fn drop_receivers(conn: &mut Conn, plan_id: &str, users: &[UserId], gone: &[(UserId, Problem)]) -> Result<()> {
    for problem in Problem::ALL {
        let ids = gone.iter().filter(|(_, why)| why == problem).map(|(id, _)| *id);
        let ids: Vec<UserId> = ids.collect();
        if !ids.is_empty() {
            let of_batch = plan_duties::table
                .filter(plan_duties::plan_id.eq(plan_id))
                .filter(among(plan_duties::user_id, users))
                .filter(among(plan_duties::receiver_id.assume_not_null(), &ids));
            diesel::update(of_batch).set(plan_duties::problem.eq(problem)).execute(conn)?;
        }
    }
    Ok(())
}

/// Which kinds of whom a plan promised to move, whatever became of it.
pub fn promised(conn: &mut Conn, plan_id: &str, users: &[UserId]) -> Result<Vec<(String, UserId)>> {
    Ok(plan_duties::table
        .filter(plan_duties::plan_id.eq(plan_id))
        .filter(among(plan_duties::user_id, users))
        .filter(plan_duties::receiver_id.is_not_null().or(plan_duties::choice.eq(Goes::Nobody)))
        .select((plan_duties::duty, plan_duties::user_id))
        .load(conn)?)
}

/// What moves for these people: each kind with its receivers.
pub fn moving(conn: &mut Conn, plan_id: &str, users: &[UserId]) -> Result<Vec<(String, Option<UserId>)>> {
    Ok(plan_duties::table
        .filter(plan_duties::plan_id.eq(plan_id))
        .filter(among(plan_duties::user_id, users))
        .filter(plan_duties::problem.is_null())
        .filter(plan_duties::receiver_id.is_not_null().or(plan_duties::choice.eq(Goes::Nobody)))
        .group_by((plan_duties::duty, plan_duties::receiver_id))
        .order((plan_duties::duty, plan_duties::receiver_id))
        .select((plan_duties::duty, plan_duties::receiver_id))
        .load(conn)?)
}
