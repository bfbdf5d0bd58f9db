//! The message on the page one came from: exactly what happened, and the way back.

use super::super::{Act, Refusal, Step, undo, words};
use crate::db::{Conn, OperationId, Result};
use crate::edits;
use crate::operations::{Operation, store};

pub struct ResultNotice {
    pub operation: Operation,
    pub sentence: String,
    pub tone: &'static str,
    pub again: Vec<Again>,
    /// The operation that took something of it back.
    pub undone_by: Option<OperationId>,
    /// People whom it did not come to for a reason that may have passed.
    pub may_pass: i64,
}

/// A new plan for the same people, one click away: posted to `/plans`, or for an edit to `/edits`.
pub struct Again {
    pub act: &'static str,
    pub label: &'static str,
    pub to: &'static str,
}

/// The notice of an operation; `None` if there is no such operation.
pub fn notice(conn: &mut Conn, id: OperationId) -> Result<Option<ResultNotice>> {
    let operation = match store::find(conn, id) {
        Ok(operation) => operation,
        Err(crate::db::Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    // Counted once it is over: while it runs, its page asks every other second, and costs the same at any size.
    let skipped = if operation.is_running() { Vec::new() } else { store::skipped_reasons(conn, id)? };
    let tone = if operation.is_running() {
        "info"
    } else if operation.done == 0 || operation.stopped_because.is_some() || operation.failed > 0 {
        "warning"
    } else {
        "success"
    };
    let passing = skipped.iter().filter(|(why, _)| Refusal::parse(why).is_some_and(Refusal::may_pass));
    let may_pass = operation.failed + passing.map(|(_, n)| n).sum::<i64>();
    let undone_by = store::undone_by(conn, id)?;
    Ok(Some(ResultNotice {
        may_pass,
        sentence: match edits::Act::parse(&operation.act) {
            Some(_) => edits::words::result(&operation, &skipped),
            None => words::result(&operation, &skipped),
        },
        again: again(&operation, undone_by),
        undone_by: undone_by.map(|(by, _)| by),
        tone,
        operation,
    }))
}

fn again(operation: &Operation, undone_by: Option<(OperationId, i64)>) -> Vec<Again> {
    let tally = operation.tally();
    let mut again = Vec::new();
    if undone_by.is_some_and(|(_, people)| people >= operation.done) {
        return again; // all of it was taken back
    }
    if undo::is_possible(operation) {
        again.push(Again { act: Act::Undo.as_str(), label: "Undo", to: "/plans" });
    }
    if edits::undo::is_possible(operation) {
        again.push(Again { act: edits::Act::UndoEdit.as_str(), label: "Undo", to: "/edits/undo" });
    }
    if tally.of(Step::Deactivate.as_str()) > 0 {
        again.push(Again { act: Act::Activate.as_str(), label: "Activate these again", to: "/plans" });
    }
    if tally.of(Step::Delete.as_str()) > 0 {
        again.push(Again { act: Act::Restore.as_str(), label: "Restore these", to: "/plans" });
    }
    again
}
