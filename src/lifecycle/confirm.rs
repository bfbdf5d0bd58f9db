//! Making, changing and confirming plans. Confirming runs exactly what was shown, once, or nothing.

use super::changes;
use super::guard::Bounds;
use super::plan::{self, Choice, Choices, FreeSeats, KEPT_DAYS, Member, Plan, Shortage};
use super::run::{Argument, Lifecycle};
use super::store::facts::Depth;
use super::store::plans::{self, Part};
use super::{Act, Selection, Step};
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::operations::Outcome;
use crate::operations::engine::{self, run_batch};
use crate::operations::store::{self as operations, NewOperation, NewRow};
use crate::secrets::random_token;
use crate::users::actor::Actor;

/// Characters of a reason.
pub const REASON_LENGTH: usize = 500;

/// What is asked for when a plan is made.
pub struct Request {
    pub act: Act,
    pub selection: Selection,
    pub return_to: String,
}

/// Stores a plan. `None`: the selection has nobody in it.
pub fn make(conn: &mut Conn, actor: &Actor, request: &Request, now: Timestamp) -> Result<Option<String>> {
    let ids = request.selection.users(conn, now)?;
    if ids.is_empty() {
        return Ok(None);
    }
    let bounds = plan::bounds(conn, Some((actor.id, actor.rights())))?;
    let free_seats = FreeSeats::read(conn)?;
    let members = plan::assess(conn, request.act, &bounds, &ids, &Choices::new(), &free_seats, Depth::Counted)?;
    let plan = Plan {
        id: random_token::<15>(),
        act: request.act,
        created_by: actor.id,
        created_at: now,
        expires_at: now.plus_days(KEPT_DAYS),
        selection: request.selection.in_words(ids.len()),
        return_to: request.return_to.clone(),
        reason: String::new(),
        fingerprint: plan::fingerprint(request.act, &members, &free_seats),
        free_seats,
        members: members.len() as i64,
        operation: None,
    };
    plans::insert(conn, &plan, &members)?;
    Ok(Some(plan.id))
}

/// What an administrator changes in a plan: rows, a whole group at once, the reason.
#[derive(Debug, Default)]
pub struct Changes {
    pub rows: Choices,
    /// For everybody with history who can be switched.
    pub all_with_history: Option<Step>,
    pub reason: String,
}

/// Applies the changes and weighs everything anew; true if that made it another plan. One that was confirmed
/// meanwhile is left as it is.
pub fn change(conn: &mut Conn, actor: &Actor, id: &str, changes: &Changes, now: Timestamp) -> Result<bool> {
    let mut plan = plans::find(conn, id, now)?;
    if plan.operation.is_some() {
        return Ok(false);
    }
    let before = plan.fingerprint.clone();
    let shown = plans::members(conn, id, Part::ALL)?;
    let mut choices = choices_of(&shown);
    if let Some(step) = changes.all_with_history {
        for member in shown.iter().filter(|member| member.has_history) {
            choices.insert(member.user, Choice { step: Some(step), ..Choice::default() });
        }
    }
    for (user, choice) in &changes.rows {
        if shown.iter().any(|member| member.user == *user) {
            choices.insert(*user, choice.clone());
        }
    }
    plan.reason = changes.reason.chars().take(REASON_LENGTH).collect();
    let bounds = plan::bounds(conn, Some((actor.id, actor.rights())))?;
    let ids: Vec<UserId> = shown.iter().map(|member| member.user).collect();
    store_anew(conn, &mut plan, &bounds, &ids, &choices)?;
    Ok(plan.fingerprint != before)
}

/// The choices that a stored plan holds.
fn choices_of(members: &[Member]) -> Choices {
    let chosen = members.iter().filter(|member| member.chosen || member.new_email.is_some());
    chosen
        .map(|member| {
            let step = (member.step != Step::Skip || member.refusal.is_none()).then_some(member.step);
            let skipped = (member.refusal == Some(super::Refusal::Chosen)).then_some(Step::Skip);
            (member.user, Choice { step: step.or(skipped), level: member.new_level, email: member.new_email.clone() })
        })
        .collect()
}

fn store_anew(conn: &mut Conn, plan: &mut Plan, bounds: &Bounds, ids: &[UserId], choices: &Choices) -> Result<()> {
    plan.free_seats = FreeSeats::read(conn)?;
    let members = plan::assess(conn, plan.act, bounds, ids, choices, &plan.free_seats, Depth::Counted)?;
    plan.fingerprint = plan::fingerprint(plan.act, &members, &plan.free_seats);
    plans::replace(conn, plan, &members)
}

/// What comes with a confirmation.
pub struct Confirmation {
    pub plan: String,
    pub fingerprint: String,
    pub reason: String,
    /// The number of people with history who will be deleted, as typed.
    pub typed_number: String,
}

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// It runs, or ran: also the answer to a second click.
    Operation(OperationId),
    /// Something that decides changed. Nothing ran; the plan now shows what is, and this is different.
    Moved(Vec<String>),
    /// Something is missing or wrong in the form. Nothing ran.
    Refused(Vec<Missing>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// Nobody would be acted on.
    NothingToDo,
    Reason,
    ReasonTooLong,
    /// The number of people with history must be typed.
    Number(i64),
    Seats(Vec<Shortage>),
}

/// Runs the plan as shown. Call it in an administrative write, with the actor as they are in it.
///
/// Up to 1,000 people are done when it returns; more is left to the worker.
pub fn confirm(
    conn: &mut Conn,
    runner: &Lifecycle,
    actor: &Actor,
    confirmation: &Confirmation,
    now: Timestamp,
) -> Result<Confirmed> {
    let mut plan = plans::find(conn, &confirmation.plan, now)?;
    if let Some(operation) = plan.operation {
        return Ok(Confirmed::Operation(operation));
    }
    let shown = plans::members(conn, &plan.id, Part::ALL)?;
    let choices = choices_of(&shown);
    let bounds = plan::bounds(conn, Some((actor.id, actor.rights())))?;
    let ids: Vec<UserId> = shown.iter().map(|member| member.user).collect();
    plan.reason = confirmation.reason.trim().to_owned();
    let free_seats = FreeSeats::read(conn)?;
    let members = weigh_again(conn, plan.act, &bounds, &shown, &choices, &free_seats)?;
    let now_is = plan::fingerprint(plan.act, &members, &free_seats);
    if now_is != plan.fingerprint || confirmation.fingerprint != plan.fingerprint {
        let differences = changes::between(&shown, &members, &plan.free_seats, &free_seats);
        store_anew(conn, &mut plan, &bounds, &ids, &choices)?;
        return Ok(Confirmed::Moved(differences));
    }
    let missing = missing(&plan, &members, confirmation);
    if !missing.is_empty() {
        plans::set_reason(conn, &plan.id, &plan.reason)?;
        return Ok(Confirmed::Refused(missing));
    }
    let operation = begin(conn, &plan, &members, actor, now)?;
    if members.len() <= engine::AT_ONCE {
        while !run_batch(conn, runner, operation, now)? {}
    }
    Ok(Confirmed::Operation(operation))
}

/// The members as they are now. Only people who are deleted in spite of history are counted again.
fn weigh_again(
    conn: &mut Conn,
    act: Act,
    bounds: &Bounds,
    shown: &[Member],
    choices: &Choices,
    free: &FreeSeats,
) -> Result<Vec<Member>> {
    let ids: Vec<UserId> = shown.iter().map(|member| member.user).collect();
    let depth = if act == Act::Delete { Depth::Any } else { Depth::None };
    let mut members = plan::assess(conn, act, bounds, &ids, choices, free, depth)?;
    let by_force: Vec<UserId> =
        members.iter().filter(|member| member.is_deleted_with_history()).map(|member| member.user).collect();
    let mut counted = crate::history::count(conn, &by_force)?;
    let before: std::collections::HashMap<UserId, &Member> = shown.iter().map(|member| (member.user, member)).collect();
    for member in &mut members {
        if let Some(history) = counted.remove(&member.user) {
            member.history = history;
        }
        if let (Depth::None, Some(old)) = (depth, before.get(&member.user)) {
            member.has_history = old.has_history;
        }
    }
    Ok(members)
}

fn missing(plan: &Plan, members: &[Member], confirmation: &Confirmation) -> Vec<Missing> {
    let mut missing = Vec::new();
    if members.iter().all(|member| member.step == Step::Skip) {
        missing.push(Missing::NothingToDo);
    }
    let by_force = members.iter().filter(|member| member.is_deleted_with_history()).count() as i64;
    if by_force > 0 && plan.reason.is_empty() {
        missing.push(Missing::Reason);
    }
    if plan.reason.chars().count() > REASON_LENGTH {
        missing.push(Missing::ReasonTooLong);
    }
    if by_force > 0 && confirmation.typed_number.trim().replace(',', "") != by_force.to_string() {
        missing.push(Missing::Number(by_force));
    }
    let short = plan::shortages(plan.act, members, &plan.free_seats);
    if !short.is_empty() {
        missing.push(Missing::Seats(short));
    }
    missing
}

fn begin(conn: &mut Conn, plan: &Plan, members: &[Member], actor: &Actor, now: Timestamp) -> Result<OperationId> {
    let new = NewOperation {
        plan_id: &plan.id,
        act: plan.act.as_str(),
        started_by: Some(actor.id),
        reason: &plan.reason,
        created_at: now,
        starts_at: None,
        undoes: None,
    };
    let operation = operations::insert(conn, &new)?;
    let rows: Vec<NewRow<'_>> = members
        .iter()
        .map(|member| NewRow {
            operation_id: operation,
            user_id: member.user,
            step: member.step.as_str(),
            argument: Argument::of(member),
            due_at: None,
            outcome: (member.step == Step::Skip).then_some(Outcome::Skipped),
            reason: member.refusal.map(|refusal| refusal.as_str()),
        })
        .collect();
    operations::insert_rows(conn, operation, &rows)?;
    plans::set_operation(conn, &plan.id, operation)?;
    Ok(operation)
}
