//! The receipt of an edit: after the run each promise of the plan is checked against the database again.

use std::collections::{BTreeSet, HashMap};

use super::assess::SLICE;
use super::plan::Row;
use super::{Step, store};
use crate::db::{Conn, Error, Result, Timestamp, UserId};
use crate::lifecycle::receipt::Receipt;
use crate::lifecycle::store::proof as counters;
use crate::operations::Operation;
use crate::operations::engine::AT_ONCE;
use crate::users::State;
use crate::users::fields::Field;
use crate::users::record::{self, Hold, Record};

/// Checks what an operation promised; it only reads. A fixed number of statements for each slice of people.
pub fn prove(conn: &mut Conn, operation: &Operation, now: Timestamp) -> Result<String> {
    let mut receipt = Receipt { checked_at: now.micros(), promises: Vec::new() };
    let plan = match store::of_operation(conn, operation.id, now) {
        Ok(plan) => plan,
        Err(Error::NotFound) => return Ok(receipt.to_json()),
        Err(error) => return Err(error),
    };
    let mut kept: HashMap<Step, i64> = HashMap::new();
    let mut after = i64::MIN;
    loop {
        let rows = store::done_rows(conn, &plan, after, SLICE)?;
        let Some(last) = rows.last() else { break };
        after = last.n;
        let fields: BTreeSet<Field> = rows.iter().flat_map(|row| row.after.keys().copied()).collect();
        let users: Vec<UserId> = rows.iter().filter_map(|row| row.user).collect();
        let records: HashMap<UserId, Record> =
            record::read(conn, &users, &fields, Hold::Not)?.into_iter().map(|record| (record.user, record)).collect();
        // An update that is taken back must not stand any more; one that is posted must.
        let posted = store::notes::holders(conn, plan.undoes.unwrap_or(operation.id), &users)?;
        for row in &rows {
            let record = row.user.and_then(|user| records.get(&user));
            let stands = row.user.is_some_and(|user| posted.contains(&user));
            let is_so = record.is_some_and(|record| is_kept(row, record, stands));
            *kept.entry(row.step).or_default() += i64::from(is_so);
        }
    }
    let tally = operation.tally();
    let promises = [
        (Step::Create, "created"),
        (Step::Change, "changed"),
        (Step::Post, "posted"),
        (Step::Remove, "removed"),
        (Step::TakeBack, "taken_back"),
    ];
    for (step, what) in promises {
        let of = tally.of(step.as_str());
        if of > 0 {
            receipt.add(what, kept.get(&step).copied().unwrap_or_default(), of);
        }
    }
    let seats = tally.under("freed.") + tally.under("taken.");
    // Counting them all reads every user: not while the page waits for one.
    if seats > 0 && operation.total > AT_ONCE as i64 {
        let wrong = counters::wrong_counters(conn)?;
        receipt.add("seats", if wrong == 0 { seats } else { 0 }, seats.max(wrong));
    }
    Ok(receipt.to_json())
}

fn is_kept(row: &Row, record: &Record, stands: bool) -> bool {
    match row.step {
        Step::Post => stands,
        Step::TakeBack => !stands,
        Step::Remove => record.state == State::Deleted,
        _ => row.after.iter().all(|(field, value)| record.value(*field) == value),
    }
}
