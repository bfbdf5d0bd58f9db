//! Cancelling and resuming an operation: by any administrator, and written down.

use super::store::departures;
use super::{Act, Refusal as Reason};
use crate::audit::{Chain, Event};
use crate::db::{Conn, Error as DbError, OperationId, Timestamp};
use crate::operations::engine::{self, Runner};
use crate::operations::{Operation, Progress, store};
use crate::users::actor::Actor;

/// Why an operation was neither cancelled nor resumed.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Half erased is neither there nor gone.
    #[error("an erasure is not cancelled")]
    Erasure,
    /// It has ended, or runs already.
    #[error("not in this state")]
    State,
    #[error(transparent)]
    Database(#[from] DbError),
}

pub fn can_be_cancelled(operation: &Operation) -> bool {
    matches!(operation.state, Progress::Running | Progress::Scheduled) && operation.act != Act::Erase.as_str()
}

pub fn can_be_resumed(operation: &Operation) -> bool {
    operation.state == Progress::Stopped && operation.to_do() > 0
}

/// Ends it: what was done stays, the rest is as it was. Cancelling twice changes nothing. In an administrative write, so
/// between two batches.
pub fn cancel(
    conn: &mut Conn,
    chain: &Chain,
    runner: &dyn Runner,
    actor: &Actor,
    id: OperationId,
    now: Timestamp,
) -> Result<(), Refusal> {
    let operation = store::find(conn, id)?;
    if operation.state == Progress::Cancelled {
        return Ok(());
    }
    if operation.act == Act::Erase.as_str() {
        return Err(Refusal::Erasure);
    }
    if !can_be_cancelled(&operation) {
        return Err(Refusal::State);
    }
    departures::forget(conn, id)?;
    store::cancel(conn, &operation, Reason::Cancelled.as_str(), now)?;
    chain.record(conn, now, &[Event::new("operation.cancelled", Some(actor.id)).in_operation(id)])?;
    engine::end(conn, runner, id, now)?;
    Ok(())
}

/// Goes on with one that stopped; from now on this administrator answers for it. In an administrative write.
pub fn resume(conn: &mut Conn, chain: &Chain, actor: &Actor, id: OperationId, now: Timestamp) -> Result<(), Refusal> {
    let operation = store::find(conn, id)?;
    if !can_be_resumed(&operation) {
        return Err(Refusal::State);
    }
    store::resume(conn, id, actor.id)?;
    chain.record(conn, now, &[Event::new("operation.resumed", Some(actor.id)).in_operation(id)])?;
    Ok(())
}
