//! Stored plans and their members.

use std::collections::HashMap;

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::super::leaving::Leaving;
use super::super::plan::{FreeSeats, Member, Plan};
use super::super::{Act, Refusal, Step};
use crate::db::dialect::insert_all;
use crate::db::schema::{plan_changes, plan_duties, plan_members, plans, users};
use crate::db::{Conn, MultiBackend, OperationId, Result, Timestamp, UserId};
use crate::history::History;
use crate::licenses::AccessLevel;
use crate::users::State;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = plans)]
struct PlanRow {
    id: String,
    act: Act,
    created_by: UserId,
    created_at: Timestamp,
    expires_at: Timestamp,
    selection: String,
    return_to: String,
    reason: String,
    free_seats: String,
    fingerprint: String,
    members: i64,
    operation_id: Option<OperationId>,
    receivers: String,
    undoes: Option<OperationId>,
    leaves_on: String,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = plan_members)]
struct MemberRow {
    plan_id: String,
    user_id: UserId,
    name_key: String,
    state: State,
    access_level: AccessLevel,
    has_history: bool,
    history: String,
    sessions: i64,
    step: Step,
    refusal: Option<Refusal>,
    chosen: bool,
    new_level: Option<AccessLevel>,
    new_email: Option<String>,
    leaves_at: Option<Timestamp>,
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub fn insert(conn: &mut Conn, plan: &Plan, members: &[Member]) -> Result<()> {
    diesel::insert_into(plans::table)
        .values(PlanRow {
            id: plan.id.clone(),
            act: plan.act,
            created_by: plan.created_by,
            created_at: plan.created_at,
            expires_at: plan.expires_at,
            selection: plan.selection.clone(),
            return_to: plan.return_to.clone(),
            reason: plan.reason.clone(),
            free_seats: json(&plan.free_seats),
            fingerprint: plan.fingerprint.clone(),
            members: plan.members,
            operation_id: None,
            receivers: json(&plan.receivers),
            undoes: plan.undoes,
            leaves_on: plan.leaving.as_ref().map(Leaving::to_text).unwrap_or_default(),
        })
        .execute(conn)?;
    insert_members(conn, &plan.id, members)
}

fn insert_members(conn: &mut Conn, plan_id: &str, members: &[Member]) -> Result<()> {
    let rows: Vec<MemberRow> = members
        .iter()
        .map(|member| MemberRow {
            plan_id: plan_id.to_owned(),
            user_id: member.user,
            name_key: member.name_key.clone(),
            state: member.state,
            access_level: member.level,
            has_history: member.has_history,
            history: json(&member.history),
            sessions: member.sessions,
            step: member.step,
            refusal: member.refusal,
            chosen: member.chosen,
            new_level: member.new_level,
            new_email: member.new_email.clone(),
            leaves_at: member.leaves_at,
        })
        .collect();
    insert_all!(conn, plan_members::table, rows)?;
    Ok(())
}

/// Puts what was weighed anew in place of what was shown before.
pub fn replace(conn: &mut Conn, plan: &Plan, members: &[Member]) -> Result<()> {
    diesel::delete(plan_members::table.filter(plan_members::plan_id.eq(&plan.id))).execute(conn)?;
    insert_members(conn, &plan.id, members)?;
    diesel::update(plans::table.find(&plan.id))
        .set((
            plans::reason.eq(&plan.reason),
            plans::free_seats.eq(json(&plan.free_seats)),
            plans::fingerprint.eq(&plan.fingerprint),
            plans::members.eq(members.len() as i64),
            plans::receivers.eq(json(&plan.receivers)),
            plans::leaves_on.eq(plan.leaving.as_ref().map(Leaving::to_text).unwrap_or_default()),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn set_reason(conn: &mut Conn, id: &str, reason: &str) -> Result<()> {
    diesel::update(plans::table.find(id)).set(plans::reason.eq(reason)).execute(conn)?;
    Ok(())
}

/// Marks the plan as confirmed: the operation that runs it. What was promised is kept until `until`, to be proved and
/// undone.
pub fn set_operation(conn: &mut Conn, id: &str, operation: OperationId, until: Timestamp) -> Result<()> {
    diesel::update(plans::table.find(id))
        .set((plans::operation_id.eq(operation), plans::expires_at.eq(until)))
        .execute(conn)?;
    Ok(())
}

/// Who did something to a plan before it was confirmed, and what.
#[derive(Debug, Clone, Queryable)]
pub struct Done {
    pub at: Timestamp,
    pub user: UserId,
    pub by: Option<(String, String)>,
    pub what: String,
}

impl Done {
    pub fn by_in_words(&self) -> String {
        self.by.as_ref().map_or_else(|| "Somebody".into(), |(first, last)| format!("{first} {last}"))
    }
}

pub fn note_change(conn: &mut Conn, id: &str, by: UserId, what: &str, now: Timestamp) -> Result<()> {
    diesel::insert_into(plan_changes::table)
        .values((
            plan_changes::plan_id.eq(id),
            plan_changes::at.eq(now),
            plan_changes::user_id.eq(by),
            plan_changes::what.eq(what),
        ))
        .execute(conn)?;
    Ok(())
}

/// The latest changes, the last one first.
pub fn changes(conn: &mut Conn, id: &str, limit: i64) -> Result<Vec<Done>> {
    Ok(plan_changes::table
        .left_join(users::table.on(users::id.eq(plan_changes::user_id)))
        .filter(plan_changes::plan_id.eq(id))
        .order(plan_changes::id.desc())
        .select((
            plan_changes::at,
            plan_changes::user_id,
            (users::first_name, users::last_name).nullable(),
            plan_changes::what,
        ))
        .limit(limit)
        .load(conn)?)
}

/// The plan, if it is still kept.
pub fn find(conn: &mut Conn, id: &str, now: Timestamp) -> Result<Plan> {
    let row: PlanRow =
        plans::table.find(id).filter(plans::expires_at.gt(now)).select(PlanRow::as_select()).first(conn)?;
    Ok(Plan {
        id: row.id,
        act: row.act,
        created_by: row.created_by,
        created_at: row.created_at,
        expires_at: row.expires_at,
        selection: row.selection,
        return_to: row.return_to,
        reason: row.reason,
        free_seats: serde_json::from_str::<FreeSeats>(&row.free_seats).unwrap_or_default(),
        fingerprint: row.fingerprint,
        members: row.members,
        operation: row.operation_id,
        receivers: serde_json::from_str(&row.receivers).unwrap_or_default(),
        undoes: row.undoes,
        leaving: Leaving::parse(&row.leaves_on),
    })
}

/// Part of a plan's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Everybody.
    All,
    /// Who something is done to, or can be, by choice; for Delete split by whether they have history.
    ToDo { has_history: Option<bool> },
    /// Who is left as they are, whatever an administrator chooses.
    Skipped,
}

/// Which of a plan's members to read.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    pub section: Section,
    /// Behind this member in the order of names.
    pub after: Option<(&'a str, UserId)>,
    pub limit: i64,
}

impl Part<'_> {
    pub const ALL: Part<'static> = Part { section: Section::All, after: None, limit: i64::MAX };
}

/// Members in the order of names, with the names they have now.
pub fn members(conn: &mut Conn, plan_id: &str, part: Part<'_>) -> Result<Vec<Member>> {
    let mut query = plan_members::table
        .left_join(users::table.on(users::id.eq(plan_members::user_id)))
        .filter(plan_members::plan_id.eq(plan_id.to_owned()))
        .order((plan_members::name_key, plan_members::user_id))
        .select((MemberRow::as_select(), (users::first_name, users::last_name).nullable(), users::time_zone.nullable()))
        .limit(part.limit)
        .into_boxed::<MultiBackend>();
    let open: Vec<Refusal> = Refusal::ALL.iter().copied().filter(|refusal| refusal.is_open()).collect();
    query = match part.section {
        Section::All => query,
        Section::Skipped => query
            .filter(plan_members::refusal.assume_not_null().ne_all(open))
            .filter(plan_members::refusal.is_not_null()),
        Section::ToDo { has_history } => {
            let is_open = plan_members::refusal.is_null().or(plan_members::refusal.assume_not_null().eq_any(open));
            match has_history {
                Some(has_history) => query.filter(is_open).filter(plan_members::has_history.eq(has_history)),
                None => query.filter(is_open),
            }
        }
    };
    if let Some((name_key, user)) = part.after {
        let beyond = sql::<diesel::sql_types::Bool>("(plan_members.name_key, plan_members.user_id) > (")
            .bind::<diesel::sql_types::Text, _>(name_key.to_owned())
            .sql(", ")
            .bind::<BigInt, _>(user)
            .sql(")");
        query = query.filter(beyond);
    }
    let rows: Vec<(MemberRow, Option<(String, String)>, Option<String>)> = query.load(conn)?;
    Ok(rows.into_iter().map(|(row, name, zone)| member(row, name, zone.unwrap_or_default())).collect())
}

fn member(row: MemberRow, name: Option<(String, String)>, zone: String) -> Member {
    Member {
        leaves_at: row.leaves_at,
        zone,
        user: row.user_id,
        name: name.map_or_else(String::new, |(first, last)| format!("{first} {last}")),
        name_key: row.name_key,
        state: row.state,
        level: row.access_level,
        has_history: row.has_history,
        history: serde_json::from_str::<History>(&row.history).unwrap_or_default(),
        sessions: row.sessions,
        step: row.step,
        refusal: row.refusal,
        chosen: row.chosen,
        new_level: row.new_level,
        new_email: row.new_email,
    }
}

/// Members that are alike in all that the page's numbers depend on.
#[derive(Debug, Clone, Queryable)]
pub struct Group {
    pub step: Step,
    pub refusal: Option<Refusal>,
    pub has_history: bool,
    pub state: State,
    pub level: AccessLevel,
    pub new_level: Option<AccessLevel>,
    pub users: i64,
    pub sessions: i64,
}

/// The plan in numbers: one statement, however many members.
pub fn groups(conn: &mut Conn, plan_id: &str) -> Result<Vec<Group>> {
    let alike = (
        plan_members::step,
        plan_members::refusal,
        plan_members::has_history,
        plan_members::state,
        plan_members::access_level,
        plan_members::new_level,
    );
    Ok(plan_members::table
        .filter(plan_members::plan_id.eq(plan_id))
        .group_by(alike)
        .order(alike)
        .select((
            plan_members::step,
            plan_members::refusal,
            plan_members::has_history,
            plan_members::state,
            plan_members::access_level,
            plan_members::new_level,
            count_star(),
            sql::<BigInt>("CAST(SUM(plan_members.sessions) AS BIGINT)"),
        ))
        .load(conn)?)
}

/// The history of a plan's members together: of all, or only of those with this step.
pub fn history(conn: &mut Conn, plan_id: &str, step: Option<Step>) -> Result<History> {
    let mut query = plan_members::table
        .filter(plan_members::plan_id.eq(plan_id.to_owned()))
        .filter(plan_members::has_history.eq(true))
        .select(plan_members::history)
        .into_boxed::<MultiBackend>();
    if let Some(step) = step {
        query = query.filter(plan_members::step.eq(step));
    }
    let rows: Vec<String> = query.load(conn)?;
    let mut sum = History::default();
    for row in rows {
        sum.include(&serde_json::from_str(&row).unwrap_or_default());
    }
    Ok(sum)
}

/// What each member had when the plan was shown; without those who had nothing.
pub fn histories(conn: &mut Conn, plan_id: &str) -> Result<HashMap<UserId, History>> {
    let rows: Vec<(UserId, String)> = plan_members::table
        .filter(plan_members::plan_id.eq(plan_id))
        .filter(plan_members::has_history.eq(true))
        .select((plan_members::user_id, plan_members::history))
        .load(conn)?;
    Ok(rows.into_iter().map(|(user, json)| (user, serde_json::from_str(&json).unwrap_or_default())).collect())
}

/// Takes away plans that nobody confirmed, and the members of confirmed ones that ran out.
pub fn prune(conn: &mut Conn, now: Timestamp) -> Result<()> {
    let stale = plans::table.filter(plans::expires_at.le(now)).select(plans::id);
    diesel::delete(plan_members::table.filter(plan_members::plan_id.eq_any(stale))).execute(conn)?;
    diesel::delete(plan_duties::table.filter(plan_duties::plan_id.eq_any(stale))).execute(conn)?;
    diesel::delete(plan_changes::table.filter(plan_changes::plan_id.eq_any(stale))).execute(conn)?;
    diesel::delete(plans::table.filter(plans::expires_at.le(now))).execute(conn)?;
    Ok(())
}
