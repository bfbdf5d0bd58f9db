//! Messages in the application: what happened to a departure that somebody planned. They keep ids, never names.

use super::store::inbox;
use crate::db::{Conn, Result, Timestamp, UserId};
use crate::operations::Operation;

/// Tells whoever planned departures which of them have happened. Nobody is told about what Roster did by itself, nor when
/// nobody left.
pub fn left(conn: &mut Conn, operation: &Operation, done: &[UserId], now: Timestamp) -> Result<()> {
    let Some(planner) = operation.started_by else { return Ok(()) };
    match done {
        [] => Ok(()),
        [one] => inbox::insert(conn, planner, operation.id, Some(*one), now),
        _ => inbox::insert(conn, planner, operation.id, None, now),
    }
}
