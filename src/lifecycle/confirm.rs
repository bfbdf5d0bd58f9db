//! Making, changing and confirming plans. Confirming runs exactly what was shown, once, or nothing.

use std::collections::HashMap;

use super::changes;
use super::guard::Bounds;
use super::leaving::Leaving;
use super::plan::{self, Choice, Choices, FreeSeats, KEPT_DAYS, Member, Plan, Shortage};
use super::receivers::{self, PlanDuty, Receivers};
use super::run::{Argument, Lifecycle};
use super::store::facts::Depth;
use super::store::plans::{self, Part};
use super::store::{departures, duties, erasing};
use super::{Act, Selection, Step};
use crate::audit::Event;
use crate::db::{Conn, OperationId, Result, Timestamp, UserId};
use crate::operations::Outcome;
use crate::operations::engine::{self, run_batch};
use crate::operations::store::{self as operations, Alike, NewOperation};
use crate::secrets::random_token;
use crate::users::actor::Actor;

/// What a plan promised is kept for so long after it was confirmed: to be proved, and to be undone.
pub const PROVED_DAYS: i64 = 30;

/// Characters of a reason.
pub const REASON_LENGTH: usize = 500;

/// What is asked for when a plan is made.
pub struct Request {
    pub act: Act,
    pub selection: Selection,
    pub return_to: String,
    /// What stands in the field at first.
    pub reason: String,
    /// The operation that shall be undone, for `Act::Undo`.
    pub undoes: Option<OperationId>,
    /// Not at once, but on a date.
    pub leaving: Option<Leaving>,
}

/// Stores a plan. `None`: the selection has nobody in it.
pub fn make(conn: &mut Conn, actor: &Actor, request: &Request, now: Timestamp) -> Result<Option<String>> {
    let ids = request.selection.users(conn, now)?;
    if ids.is_empty() {
        return Ok(None);
    }
    let bounds =
        plan::bounds(conn, Some((actor.id, actor.rights())))?.undoing(request.undoes).on(request.leaving.clone());
    let free_seats = FreeSeats::read(conn)?;
    let members = plan::assess(conn, request.act, &bounds, &ids, &Choices::new(), &free_seats, Depth::Counted)?;
    let receivers = Receivers::default();
    let duties = receivers::weigh(conn, &bounds, &members, &receivers, now)?;
    let plan = Plan {
        id: random_token::<15>(),
        act: request.act,
        created_by: actor.id,
        created_at: now,
        expires_at: now.plus_days(KEPT_DAYS),
        selection: request.selection.in_words(conn, ids.len())?,
        return_to: request.return_to.clone(),
        reason: request.reason.clone(),
        fingerprint: plan::fingerprint(request.act, &members, &duties, &free_seats),
        free_seats,
        members: members.len() as i64,
        operation: None,
        receivers,
        undoes: request.undoes,
        leaving: request.leaving.clone(),
    };
    plans::insert(conn, &plan, &members)?;
    duties::insert(conn, &plan.id, &duties)?;
    plans::note_change(conn, &plan.id, actor.id, "made this plan", now)?;
    Ok(Some(plan.id))
}

/// The choices that a stored plan holds.
pub(super) fn choices_of(members: &[Member]) -> Choices {
    let chosen = members.iter().filter(|member| member.chosen || member.new_email.is_some());
    chosen
        .map(|member| {
            let step = (member.step != Step::Skip || member.refusal.is_none()).then_some(member.step);
            let skipped = (member.refusal == Some(super::Refusal::Chosen)).then_some(Step::Skip);
            (member.user, Choice { step: step.or(skipped), level: member.new_level, email: member.new_email.clone() })
        })
        .collect()
}

pub(super) fn store_anew(
    conn: &mut Conn,
    plan: &mut Plan,
    bounds: &Bounds,
    ids: &[UserId],
    choices: &Choices,
    now: Timestamp,
) -> Result<()> {
    plan.free_seats = FreeSeats::read(conn)?;
    let members = plan::assess(conn, plan.act, bounds, ids, choices, &plan.free_seats, Depth::Counted)?;
    let duties = receivers::weigh(conn, bounds, &members, &plan.receivers, now)?;
    plan.fingerprint = plan::fingerprint(plan.act, &members, &duties, &plan.free_seats);
    plans::replace(conn, plan, &members)?;
    duties::replace(conn, &plan.id, &duties)
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
    /// People were named who cannot take over: so many rows.
    Receivers(i64),
    /// Duties that cannot simply stay, and nobody said that they may: of so many people.
    Choices(i64),
    /// The moment is over already: for so many people.
    Past(i64),
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
    let bounds = plan::bounds(conn, Some((actor.id, actor.rights())))?.undoing(plan.undoes).on(plan.leaving.clone());
    let ids: Vec<UserId> = shown.iter().map(|member| member.user).collect();
    plan.reason = confirmation.reason.trim().to_owned();
    let free_seats = FreeSeats::read(conn)?;
    let members = weigh_again(conn, plan.act, &bounds, &shown, &choices, &free_seats)?;
    let duties = receivers::weigh(conn, &bounds, &members, &plan.receivers, now)?;
    let now_is = plan::fingerprint(plan.act, &members, &duties, &free_seats);
    if now_is != plan.fingerprint || confirmation.fingerprint != plan.fingerprint {
        let mut differences = changes::between(&shown, &members, &plan.free_seats, &free_seats);
        let shown_duties = duties::read(conn, &plan.id, None)?;
        differences.extend(changes::of_duties(&shown_duties, &duties, &members));
        differences.extend(changed_by_another(conn, &plan.id, &confirmation.fingerprint, actor.id, now)?);
        store_anew(conn, &mut plan, &bounds, &ids, &choices, now)?;
        return Ok(Confirmed::Moved(differences));
    }
    let mut missing = missing(&plan, &members, &duties, confirmation);
    let past = members.iter().filter(|member| member.leaves_at.is_some_and(|at| at <= now)).count() as i64;
    if past > 0 {
        missing.push(Missing::Past(past));
    }
    if !missing.is_empty() {
        plans::set_reason(conn, &plan.id, &plan.reason)?;
        return Ok(Confirmed::Refused(missing));
    }
    let operation = begin(conn, &plan, &members, actor, now)?;
    if let Some(leaving) = &plan.leaving {
        plan_departures(conn, runner, operation, leaving, &members, actor, now)?;
    } else if plan.act == Act::Erase {
        let going = members.iter().filter(|member| member.step == Step::Erase);
        erasing::begin(conn, &going.map(|member| member.user).collect::<Vec<_>>(), now)?;
    } else if members.len() <= engine::AT_ONCE {
        while !run_batch(conn, runner, operation, now)? {}
    }
    Ok(Confirmed::Operation(operation))
}

/// "Bea Quist chose who takes over.", if the plan is not the one that was shown any more and somebody else changed it
/// last: then the choices of a form that was shown before are not theirs to write over it.
pub fn changed_by_another(
    conn: &mut Conn,
    plan: &str,
    shown: &str,
    actor: UserId,
    now: Timestamp,
) -> Result<Option<String>> {
    if shown.is_empty() || plans::find(conn, plan, now)?.fingerprint == shown {
        return Ok(None);
    }
    let last = plans::changes(conn, plan, 1)?.into_iter().next();
    let other = last.filter(|done| done.user != actor);
    Ok(other.map(|done| format!("{} {}.", done.by_in_words(), done.what)))
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
    let before: HashMap<UserId, &Member> = shown.iter().map(|member| (member.user, member)).collect();
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

fn missing(plan: &Plan, members: &[Member], duties: &[PlanDuty], confirmation: &Confirmation) -> Vec<Missing> {
    let mut missing = Vec::new();
    let is_idle = plan.act == Act::HandOver && !duties.iter().any(PlanDuty::moves);
    if is_idle || members.iter().all(|member| member.step == Step::Skip) {
        missing.push(Missing::NothingToDo);
    }
    let by_force = members.iter().filter(|member| member.is_deleted_with_history()).count() as i64;
    let for_good = members.iter().filter(|member| member.step == Step::Erase).count() as i64;
    if by_force > 0 && plan.reason.is_empty() {
        missing.push(Missing::Reason);
    }
    if plan.reason.chars().count() > REASON_LENGTH {
        missing.push(Missing::ReasonTooLong);
    }
    let to_type = by_force + for_good;
    if to_type > 0 && confirmation.typed_number.trim().replace(',', "") != to_type.to_string() {
        missing.push(Missing::Number(to_type));
    }
    let short = plan::shortages(plan.act, members, &plan.free_seats);
    if !short.is_empty() {
        missing.push(Missing::Seats(short));
    }
    let unfit = duties.iter().filter(|duty| duty.problem.is_some()).count() as i64;
    if unfit > 0 {
        missing.push(Missing::Receivers(unfit));
    }
    let blocking: std::collections::HashSet<UserId> =
        duties.iter().filter(|duty| duty.is_blocking()).map(|duty| duty.user).collect();
    if !blocking.is_empty() {
        missing.push(Missing::Choices(blocking.len() as i64));
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
        starts_at: members.iter().filter_map(|member| member.leaves_at).min(),
        undoes: plan.undoes,
    };
    let operation = operations::insert(conn, &new)?;
    let mut rows: HashMap<Alike<'_>, Vec<UserId>> = HashMap::new();
    for member in members {
        let alike = Alike {
            step: member.step.as_str(),
            argument: Argument::of(member),
            due_at: member.leaves_at,
            outcome: (member.step == Step::Skip).then_some(Outcome::Skipped),
            reason: member.refusal.map(|refusal| refusal.as_str()),
        };
        rows.entry(alike).or_default().push(member.user);
    }
    operations::insert_rows(conn, operation, &rows)?;
    plans::set_operation(conn, &plan.id, operation, now.plus_days(PROVED_DAYS))?;
    plans::note_change(conn, &plan.id, actor.id, "confirmed it", now)?;
    Ok(operation)
}

/// Access will end by the clock, at each person's own moment; the operation waits for the first of them.
fn plan_departures(
    conn: &mut Conn,
    runner: &Lifecycle,
    operation: OperationId,
    leaving: &Leaving,
    members: &[Member],
    actor: &Actor,
    now: Timestamp,
) -> Result<()> {
    departures::plan(conn, operation, leaving.organization.iana_name().unwrap_or("UTC"))?;
    let events = members.iter().filter_map(|member| {
        let at = member.leaves_at?.in_utc();
        let details = serde_json::json!({ "name": member.name, "leaves_at": at, "step": member.step });
        let event = Event::new("user.leave_planned", Some(actor.id)).about(member.user);
        Some(event.in_operation(operation).with(&details))
    });
    let events: Vec<Event> = events.collect();
    runner.chain.record(conn, now, &events)
}
