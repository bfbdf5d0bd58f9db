//! Handing over: before somebody goes, what waits for them goes to whom the plan names.

use std::collections::{BTreeSet, HashMap};

use serde_json::json;

use super::receivers::Problem;
use super::run::{Batch, Person};
use super::store::duties;
use crate::audit::Event;
use crate::db::{Conn, Result, UserId};
use crate::history::duty::{self, Handover};
use crate::history::{self, Duty};
use crate::users::State;

/// Moves the duties of these people to the receivers in their plan. A receiver who is off by now gets nothing: the duty
/// stays where it is, and the receipt says so.
pub fn hand_over(conn: &mut Conn, batch: &mut Batch<'_>, people: &mut [Person]) -> Result<()> {
    let users: Vec<UserId> = people.iter().map(|person| person.facts.user).collect();
    let plan = batch.plan().to_owned();
    let moving = duties::moving(conn, &plan, &users)?;
    if moving.is_empty() {
        return Ok(());
    }
    let kinds: BTreeSet<&str> = moving.iter().map(|(duty, _)| duty.as_str()).collect();
    let kinds: Vec<&dyn Duty> = history::duties().iter().copied().filter(|duty| kinds.contains(duty.key())).collect();
    let gone = no_longer_fit(conn, batch, &moving)?;
    duties::drop_receivers(conn, &plan, &users, &gone)?;
    let handover = Handover {
        operation: batch.stamp().operation,
        plan: &plan,
        users: &users,
        actor: batch.actor(),
        now: batch.stamp().now,
    };
    for kind in &kinds {
        kind.hand_over(conn, &handover)?;
    }
    let mut moved: HashMap<UserId, duty::Moved> = duty::moved(conn, handover.operation, &users)?;
    for person in people {
        person.handed_over = moved.remove(&person.facts.user).unwrap_or_default();
        for (kind, entries) in &person.handed_over {
            batch.tally.add(format!("moved.{kind}"), *entries);
        }
    }
    Ok(())
}

/// Handing over and nothing else: in the audit log like every act.
pub fn record(batch: &mut Batch<'_>, people: &[Person]) {
    batch.record(people, |person| {
        let details = json!({ "name": person.facts.name, "handed_over": person.handed_over });
        Event::new("user.handed_over", None).with(&details)
    });
}

/// Receivers who cannot have it any more: checked again, because a large plan runs for a while and a dated one waits.
fn no_longer_fit(
    conn: &mut Conn,
    batch: &Batch<'_>,
    moving: &[(String, Option<UserId>)],
) -> Result<Vec<(UserId, Problem)>> {
    let receivers: BTreeSet<UserId> = moving.iter().filter_map(|(_, receiver)| *receiver).collect();
    let known = duties::candidates(conn, receivers.iter().copied())?;
    let known: HashMap<UserId, duties::Candidate> = known.into_iter().map(|person| (person.id, person)).collect();
    let problem = |id: UserId| match known.get(&id) {
        None => Some(Problem::Unknown),
        Some(person) if person.state != State::Active => Some(Problem::Off),
        Some(person) if person.leaves_at.is_some_and(|at| at <= batch.stamp().now) => Some(Problem::Leaving),
        Some(_) => None,
    };
    Ok(receivers.into_iter().filter_map(|id| Some((id, problem(id)?))).collect())
}
