//! Undo: what an operation did, and nobody touched since, goes back; what somebody did touch is listed and left.

use std::collections::HashMap;

use serde_json::json;

use super::guard::{Bounds, Facts};
use super::plan::Member;
use super::receivers::{Goes, PlanDuty};
use super::run::{Batch, Person};
use super::store::undoing;
use super::{Act, Step};
use crate::audit::Event;
use crate::db::{Conn, OperationId, Result, UserId};
use crate::history;
use crate::history::duty::{self, Return};
use crate::operations::{Operation, Row};

/// True if there is something that an undo could take back.
pub fn is_possible(operation: &Operation) -> bool {
    let is_over = operation.is_over() && operation.done > 0;
    let act = Act::parse(&operation.act);
    is_over && !matches!(act, None | Some(Act::Undo | Act::Erase))
}

/// Tells the facts what the operation that shall be undone did to each.
pub fn remember(conn: &mut Conn, bounds: &Bounds, people: &mut [Facts]) -> Result<()> {
    let Some(operation) = bounds.undoes else { return Ok(()) };
    let ids: Vec<UserId> = people.iter().map(|facts| facts.user).collect();
    let done: HashMap<UserId, Step> = undoing::done(conn, operation, &ids)?.into_iter().collect();
    for facts in people {
        facts.undone = done.get(&facts.user).copied();
    }
    Ok(())
}

/// The duties that would go back to each of these people, and how many of them were touched since (as `pressing`).
pub fn returning(conn: &mut Conn, operation: OperationId, members: &[Member]) -> Result<Vec<PlanDuty>> {
    let users: Vec<UserId> =
        members.iter().filter(|member| member.step != Step::Skip).map(|member| member.user).collect();
    let return_ = Return { operation, users: &users };
    let mut rows = Vec::new();
    for kind in history::duties() {
        rows.extend(duty::returning(conn, *kind, &return_)?.into_iter().map(|returning| PlanDuty {
            user: returning.user,
            duty: kind.key().to_owned(),
            entries: returning.back,
            digest: 0,
            pressing: returning.touched,
            goes: Goes::Back,
            receiver: None,
            chosen: false,
            problem: None,
        }));
    }
    rows.sort_by(|a, b| (&a.duty, a.user).cmp(&(&b.duty, b.user)));
    Ok(rows)
}

/// Before a batch runs: who changed since the operation was confirmed is noted as they are now.
pub fn note_what_was(conn: &mut Conn, operation: &Operation, rows: &[Row], people: &[Facts]) -> Result<()> {
    let noted: HashMap<UserId, Option<i64>> = rows.iter().map(|row| (row.user, row.before_version)).collect();
    let changed = people.iter().filter(|facts| noted.get(&facts.user) != Some(&Some(facts.version)));
    let changed: Vec<UserId> = changed.map(|facts| facts.user).collect();
    if changed.is_empty() { Ok(()) } else { undoing::note(conn, operation.id, &changed) }
}

/// After the verb: what the operation took from these people goes back to them.
pub fn put_back(conn: &mut Conn, batch: &mut Batch<'_>, undone: OperationId, people: &[Person]) -> Result<()> {
    let users: Vec<UserId> = people.iter().map(|person| person.facts.user).collect();
    let return_ = Return { operation: undone, users: &users };
    for kind in history::duties() {
        for returning in duty::returning(conn, *kind, &return_)? {
            batch.tally.add(format!("returned.{}", kind.key()), returning.back);
            batch.tally.add(format!("touched.{}", kind.key()), returning.touched);
        }
        duty::give_back(conn, *kind, &return_)?;
    }
    Ok(())
}

/// Giving duties back and nothing else: in the audit log like every act.
pub fn record(batch: &mut Batch<'_>, people: &[Person]) {
    batch.record(people, |person| Event::new("user.duties_returned", None).with(&json!({ "name": person.facts.name })));
}

/// The rows of these people as the operation had found them. Only where undoing changed their state back.
pub fn row_as_it_was(conn: &mut Conn, undone: OperationId, people: &[Person]) -> Result<()> {
    let users: Vec<UserId> = people.iter().map(|person| person.facts.user).collect();
    undoing::as_it_was(conn, undone, &users)
}
