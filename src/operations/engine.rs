//! Runs an operation batch by batch. A batch is one transaction: wholly done, or not at all.

use super::store;
use super::{Operation, Report, Row};
use crate::db::{Conn, OperationId, Result, Timestamp};

/// Up to this many users are done before the page answers; more are left to the worker.
pub const AT_ONCE: usize = 1_000;

/// Users in a batch. Each batch holds the one administrative lane, for some tenths of a second; smaller ones write the
/// same database pages more often.
pub const BATCH: usize = 2_500;

/// Knows how to carry out the steps of an operation. Given to the engine by `app`.
pub trait Runner: Send + Sync {
    /// Carries out the rows of one batch in the caller's transaction, judging each user again first.
    fn run(&self, conn: &mut Conn, operation: &Operation, rows: &[Row], now: Timestamp) -> Result<Report>;

    /// True if all rows of this operation must be one batch, because it is all of them or none.
    fn is_all_or_nothing(&self, operation: &Operation) -> bool;
}

/// Runs the next batch. True: there is nothing left to do.
///
/// Must be called in an administrative write.
pub fn run_batch(conn: &mut Conn, runner: &dyn Runner, id: OperationId, now: Timestamp) -> Result<bool> {
    let operation = store::find(conn, id)?;
    if !operation.is_running() {
        return Ok(true);
    }
    let limit = if runner.is_all_or_nothing(&operation) { i64::MAX } else { BATCH as i64 };
    let rows = store::pending(conn, id, limit)?;
    if !rows.is_empty() {
        let report = runner.run(conn, &operation, &rows, now)?;
        if let Some(because) = &report.stopped {
            store::finish(conn, id, now, Some(because))?;
            return Ok(true);
        }
        store::write_report(conn, &operation, &report)?;
    }
    let is_over = (rows.len() as i64) < limit;
    if is_over {
        store::finish(conn, id, now, None)?;
    }
    Ok(is_over)
}
