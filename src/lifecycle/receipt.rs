//! The receipt: after the run each promise of the plan is checked against the database again, and one is really tried.

use serde::{Deserialize, Serialize};

use super::Step;
use super::store::{duties, erasing, plans, proof};
use crate::db::{Conn, Result, Timestamp, UserId, tried};
use crate::history::{self, duty};
use crate::operations::{Operation, store as operations};
use crate::work;

/// What an operation's page shows of it, in the order in which it was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Microseconds since 1970.
    pub checked_at: i64,
    pub promises: Vec<Promise>,
}

/// A promise, kept for so many of so many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// What was promised: a word, or `moved.KIND` for a kind of duty.
    pub what: String,
    pub kept: i64,
    pub of: i64,
}

impl Promise {
    pub fn is_kept(&self) -> bool {
        self.kept >= self.of
    }
}

impl Receipt {
    pub fn read(json: &str) -> Option<Receipt> {
        serde_json::from_str(json).ok()
    }

    pub fn is_kept(&self) -> bool {
        self.promises.iter().all(Promise::is_kept)
    }

    pub fn add(&mut self, what: impl Into<String>, kept: i64, of: i64) {
        self.promises.push(Promise { what: what.into(), kept, of });
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

const OFF: [Step; 2] = [Step::Deactivate, Step::Delete];
const ON: [Step; 2] = [Step::Activate, Step::Restore];

/// Checks what an operation promised; it only reads. A fixed number of statements, however many people.
pub fn prove(conn: &mut Conn, operation: &Operation, now: Timestamp) -> Result<String> {
    let mut receipt = Receipt { checked_at: now.micros(), promises: Vec::new() };
    let gone = done(conn, operation, &OFF)?;
    let tally = operation.tally();
    if !gone.is_empty() {
        receipt.add("out", proof::without_access(conn, &gone)?, gone.len() as i64);
        let ended = tally.of("sessions");
        receipt.add("sessions", ended, ended + proof::sessions(conn, &gone)?);
    }
    let back = done(conn, operation, &ON)?;
    if !back.is_empty() {
        let without = tally.of("restored_as_deactivated");
        receipt.add("in", proof::with_access(conn, &back)?, back.len() as i64 - without);
    }
    if !gone.is_empty() || !back.is_empty() {
        let wrong = proof::wrong_counters(conn)?;
        let seats: i64 = tally.under("freed.") + tally.under("taken.");
        receipt.add("seats", if wrong == 0 { seats } else { 0 }, seats.max(wrong));
    }
    if let Some(undone) = operation.undoes {
        let back = done(conn, operation, Step::ALL)?;
        let promised = tally.under("returned.");
        receipt.add("returned", duty::returned(conn, undone, &back)?, promised);
    }
    if !gone.is_empty() {
        handed_over(conn, operation, &gone, &mut receipt)?;
        untouched(conn, operation, &gone, &mut receipt)?;
    }
    let erased = done(conn, operation, &[Step::Erase])?;
    if !erased.is_empty() {
        let n = erased.len() as i64;
        receipt.add("erased", n - erasing::left(conn, &erased)?, n);
    }
    let relieved = done(conn, operation, &[Step::HandOver])?;
    handed_over(conn, operation, &relieved, &mut receipt)?;
    Ok(receipt.to_json())
}

/// Tries to assign one of them new work, and takes it back: it must be refused. Call it in a write.
pub fn prove_by_trying(conn: &mut Conn, operation: &Operation, receipt: String, now: Timestamp) -> Result<String> {
    let Some(mut receipt) = Receipt::read(&receipt) else { return Ok(receipt) };
    let gone = done(conn, operation, &OFF)?;
    let one = gone.last().copied();
    if let (Some(user), Some(actor), Some(item)) = (one, operation.run_by, work::store::items::newest(conn)?) {
        match tried(conn, |conn| Ok(work::assigning::assign(conn, actor, item, user, now)))? {
            Ok(()) => receipt.add("refused", 0, 1),
            Err(work::Error::Invalid { .. }) => receipt.add("refused", 1, 1),
            // Whoever answers for it may not assign anything: nothing was tried.
            Err(_) => {}
        }
    }
    Ok(receipt.to_json())
}

fn done(conn: &mut Conn, operation: &Operation, steps: &[Step]) -> Result<Vec<UserId>> {
    let steps: Vec<&str> = steps.iter().map(|step| step.as_str()).collect();
    operations::done_users(conn, operation.id, &steps)
}

/// What should have moved and is still with those who left is missing.
fn handed_over(conn: &mut Conn, operation: &Operation, gone: &[UserId], receipt: &mut Receipt) -> Result<()> {
    let promised = duties::promised(conn, &operation.plan_id, gone)?;
    for duty in history::duties() {
        let givers: Vec<UserId> =
            promised.iter().filter(|(kind, _)| kind == duty.key()).map(|(_, user)| *user).collect();
        if givers.is_empty() {
            continue;
        }
        let moved = operation.tally().of(&format!("moved.{}", duty.key()));
        let left: i64 = duty.count(conn, &givers)?.iter().map(|(_, tally)| tally.entries()).sum();
        receipt.add(format!("moved.{}", duty.key()), moved, moved + left);
    }
    Ok(())
}

/// For how many people every count is what the plan showed, or more.
fn untouched(conn: &mut Conn, operation: &Operation, gone: &[UserId], receipt: &mut Receipt) -> Result<()> {
    let shown = plans::histories(conn, &operation.plan_id)?;
    let now = history::count(conn, gone)?;
    let with_history = gone.iter().filter_map(|user| Some((user, shown.get(user)?)));
    let (mut of, mut kept) = (0, 0);
    for (user, before) in with_history {
        let is_all_there = history::kinds().iter().all(|kind| {
            let entries = now.get(user).map_or(0, |after| after.of(*kind).entries());
            entries >= before.of(*kind).entries()
        });
        of += 1;
        kept += i64::from(is_all_there);
    }
    receipt.add("history", kept, of);
    Ok(())
}
