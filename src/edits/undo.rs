//! Undo: what an edit changed, and nobody touched since, goes back; what somebody did touch is said and left.

use std::collections::{BTreeSet, HashMap};

use super::plan::{Plan, Row};
use super::{Act, Step, Why, confirm, store};
use crate::db::{Conn, Error, OperationId, Result, Timestamp, UserId};
use crate::operations::{Operation, store as operations};
use crate::users::actor::Actor;
use crate::users::fields::{Field, Values};
use crate::users::record::{self, Hold, Record};

/// True if there is something that an undo could take back.
pub fn is_possible(operation: &Operation) -> bool {
    let act = Act::parse(&operation.act);
    operation.is_over() && operation.done > 0 && act.is_some_and(|act| !act.is_undo())
}

/// Stores a plan that takes an operation back. `None`: what it did is not kept any more.
pub fn make(
    conn: &mut Conn,
    actor: &Actor,
    undone: OperationId,
    return_to: &str,
    now: Timestamp,
) -> Result<Option<String>> {
    let original = match store::of_operation(conn, undone, now) {
        Ok(original) => original,
        Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let steps = [Step::Create, Step::Change, Step::Post].map(|step| step.as_str());
    let people = operations::done_users(conn, undone, &steps)?;
    let selection = format!("the people of operation {undone}");
    let act = if original.act == Act::Import { Act::UndoImport } else { Act::UndoEdit };
    let mut plan = confirm::new(act, actor.id, selection, return_to, now);
    plan.undoes = Some(undone);
    // All of them are there before the first is weighed: people who came together may report to each other.
    store::insert(conn, &plan)?;
    store::insert_people(conn, &plan.id, &people)?;
    confirm::weigh_anew(conn, actor, &mut plan, now)?;
    Ok(Some(plan.id))
}

/// False if no manager can come back, because the undone operation gave nobody one: then nobody need look at each row.
pub fn gives_managers(conn: &mut Conn, plan: &Plan) -> Result<bool> {
    let Some(undone) = plan.undoes else { return Ok(false) };
    let original = store::of_operation(conn, undone, plan.created_at)?;
    let asks_the_same = original.act == Act::Edit && !original.wanted.set.is_empty();
    Ok(original.act != Act::PostUpdate && (!asks_the_same || original.wanted.set.contains_key(&Field::Manager)))
}

/// Asks of each row what the undone operation had found, as far as it is still what that operation made it.
pub fn ask_of(conn: &mut Conn, plan: &Plan, rows: &mut [Row]) -> Result<()> {
    let Some(undone) = plan.undoes else { return Ok(()) };
    let original = store::of_operation(conn, undone, plan.created_at)?;
    let users: Vec<UserId> = rows.iter().filter_map(|row| row.user).collect();
    let did: HashMap<UserId, Row> =
        store::rows_of(conn, &original.id, &users)?.into_iter().filter_map(|row| Some((row.user?, row))).collect();
    let fields: BTreeSet<Field> = did.values().flat_map(|row| row.after.keys().copied()).collect();
    let now: HashMap<UserId, Record> =
        record::read(conn, &users, &fields, Hold::Not)?.into_iter().map(|record| (record.user, record)).collect();
    for row in rows {
        let Some(did) = row.user.and_then(|user| did.get(&user)) else { continue };
        let record = row.user.and_then(|user| now.get(&user));
        ask(row, did, record);
    }
    Ok(())
}

fn ask(row: &mut Row, did: &Row, record: Option<&Record>) {
    (row.before, row.after, row.why) = (Values::new(), Values::new(), None);
    match did.step {
        Step::Post => row.step = Step::TakeBack,
        Step::Create => {
            // As it was created: nobody edited it since.
            (row.step, row.version) = (Step::Remove, 1);
        }
        _ => {
            let is_still =
                |field: &Field| record.is_some_and(|record| did.after.get(field) == Some(record.value(*field)));
            let back = did.before.iter().filter(|(field, _)| is_still(field));
            row.after = back.map(|(field, value)| (*field, value.clone())).collect();
            if row.after.len() < did.before.len() {
                row.why = Some(Why::TouchedSince);
            }
            row.step = if row.after.is_empty() { Step::Skip } else { Step::Change };
        }
    }
}
