//! The message on the page one came from: exactly what happened, and the way back.

use super::super::{Act, Step, undo, words};
use crate::db::{Conn, OperationId, Result};
use crate::operations::{Operation, store};

pub struct ResultNotice {
    pub operation: Operation,
    pub sentence: String,
    pub tone: &'static str,
    pub again: Vec<Again>,
}

/// A new plan for the same people, one click away.
pub struct Again {
    pub act: Act,
    pub label: &'static str,
}

/// The notice of an operation; `None` if there is no such operation.
pub fn notice(conn: &mut Conn, id: OperationId) -> Result<Option<ResultNotice>> {
    let operation = match store::find(conn, id) {
        Ok(operation) => operation,
        Err(crate::db::Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let skipped = store::skipped_reasons(conn, id)?;
    let tone = if operation.is_running() {
        "info"
    } else if operation.done == 0 || operation.stopped_because.is_some() {
        "warning"
    } else {
        "success"
    };
    Ok(Some(ResultNotice { sentence: words::result(&operation, &skipped), again: again(&operation), tone, operation }))
}

fn again(operation: &Operation) -> Vec<Again> {
    let tally = operation.tally();
    let mut again = Vec::new();
    if undo::is_possible(operation) {
        again.push(Again { act: Act::Undo, label: "Undo" });
    }
    if tally.of(Step::Deactivate.as_str()) > 0 {
        again.push(Again { act: Act::Activate, label: "Activate these again" });
    }
    if tally.of(Step::Delete.as_str()) > 0 {
        again.push(Again { act: Act::Restore, label: "Restore these" });
    }
    again
}
