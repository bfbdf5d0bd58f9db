//! Runs an operation batch by batch. A batch is one transaction: wholly done, or not at all.

use super::store;
use super::{Operation, Report, Row};
use crate::db::{Conn, OperationId, Result, Timestamp};

/// Up to this many users are done before the page answers; more are left to the worker.
pub const AT_ONCE: usize = 1_000;

/// Users in a batch. Each batch holds the one administrative lane, for some tenths of a second; smaller ones write the
/// same database pages more often.
pub const BATCH: usize = 2_500;

/// How an operation is cut into batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Users in a batch.
    pub batch: usize,
    /// True if the page may wait for a small operation; else it is the worker's, whatever its size.
    pub at_once: bool,
    /// True if the worker rests after each batch for as long as it took, so that others come in between.
    pub rests: bool,
}

impl Pace {
    pub const USUAL: Pace = Pace { batch: BATCH, at_once: true, rests: false };
    /// All rows in one batch, because it is all of them or none.
    pub const WHOLE: Pace = Pace { batch: usize::MAX, at_once: true, rests: false };

    fn limit(self) -> i64 {
        i64::try_from(self.batch).unwrap_or(i64::MAX)
    }
}

/// Knows how to carry out the steps of an operation. Given to the engine by `app`.
pub trait Runner: Send + Sync {
    /// Carries out the rows of one batch in the caller's transaction, judging each user again first.
    fn run(&self, conn: &mut Conn, operation: &Operation, rows: &[Row], now: Timestamp) -> Result<Report>;

    fn pace(&self, operation: &Operation) -> Pace;

    /// Checks what was promised against the database, after the end; it only reads. What it says is kept as the receipt.
    fn prove(&self, conn: &mut Conn, operation: &Operation, now: Timestamp) -> Result<String>;

    /// Adds to the receipt what must be tried out. In a write; it leaves nothing behind.
    fn prove_by_trying(
        &self,
        conn: &mut Conn,
        operation: &Operation,
        receipt: String,
        now: Timestamp,
    ) -> Result<String>;
}

/// Runs the next batch. True: there is nothing left to do, now or until the moment of the rows that are not due yet.
///
/// Must be called in an administrative write.
pub fn run_batch(conn: &mut Conn, runner: &dyn Runner, id: OperationId, now: Timestamp) -> Result<bool> {
    let operation = store::find(conn, id)?;
    if !operation.is_running() {
        return Ok(true);
    }
    let limit = runner.pace(&operation).limit();
    let rows = store::pending(conn, id, now, limit)?;
    let mut is_all_reported = true;
    if !rows.is_empty() {
        let report = runner.run(conn, &operation, &rows, now)?;
        if let Some(because) = &report.stopped {
            store::finish(conn, id, now, Some(because))?;
            return end(conn, runner, id, now);
        }
        is_all_reported = report.done.len() + report.skipped.len() == rows.len();
        store::write_report(conn, &operation, &report)?;
    }
    if (rows.len() as i64) >= limit || !is_all_reported {
        return Ok(false);
    }
    match store::next_due(conn, id)? {
        Some(due) => store::wait_until(conn, id, due)?,
        None => {
            store::finish(conn, id, now, None)?;
            return end(conn, runner, id, now);
        }
    }
    Ok(true)
}

/// Runs one row by itself, after its batch was refused again and again. In an administrative write.
pub fn run_row(conn: &mut Conn, runner: &dyn Runner, id: OperationId, row: &Row, now: Timestamp) -> Result<()> {
    let operation = store::find(conn, id)?;
    if !operation.is_running() {
        return Ok(());
    }
    let report = runner.run(conn, &operation, std::slice::from_ref(row), now)?;
    store::write_report(conn, &operation, &report)
}

/// What follows the end of an operation, however it came: the receipt.
pub fn end(conn: &mut Conn, runner: &dyn Runner, id: OperationId, now: Timestamp) -> Result<bool> {
    let operation = store::find(conn, id)?;
    // A large one is proved outside the administrative lane, by the worker.
    if operation.total <= AT_ONCE as i64 {
        let receipt = runner.prove(conn, &operation, now)?;
        let receipt = runner.prove_by_trying(conn, &operation, receipt, now)?;
        store::set_receipt(conn, id, &receipt)?;
    }
    Ok(true)
}
