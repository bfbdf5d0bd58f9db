//! The receipt of an edit: after the run each promise of the plan is checked against the database again.

use std::collections::{BTreeSet, HashMap};

use super::assess::SLICE;
use super::plan::Row;
use super::{Step, store};
use crate::db::{Conn, Error, Result, Timestamp, UserId};
use crate::lifecycle::receipt::Receipt;
use crate::lifecycle::store::proof as counters;
use crate::operations::Operation;
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
        for row in &rows {
            let record = row.user.and_then(|user| records.get(&user));
            *kept.entry(row.step).or_default() += i64::from(record.is_some_and(|record| is_kept(row, record)));
        }
    }
    let tally = operation.tally();
    for (step, what) in [(Step::Create, "created"), (Step::Change, "changed"), (Step::Remove, "removed")] {
        let of = tally.of(step.as_str());
        if of > 0 {
            receipt.add(what, kept.get(&step).copied().unwrap_or_default(), of);
        }
    }
    let posted = tally.of(Step::Post.as_str());
    if posted > 0 {
        receipt.add("posted", store::notes::posted(conn, operation.id)?, posted);
    }
    if let (Some(undone), back @ 1..) = (plan.undoes, tally.of(Step::TakeBack.as_str())) {
        receipt.add("taken_back", back - store::notes::posted(conn, undone)?.min(back), back);
    }
    let seats = tally.under("freed.") + tally.under("taken.");
    if seats > 0 {
        let wrong = counters::wrong_counters(conn)?;
        receipt.add("seats", if wrong == 0 { seats } else { 0 }, seats.max(wrong));
    }
    Ok(receipt.to_json())
}

fn is_kept(row: &Row, record: &Record) -> bool {
    match row.step {
        Step::Remove => record.state == State::Deleted,
        _ => row.after.iter().all(|(field, value)| record.value(*field) == value),
    }
}
